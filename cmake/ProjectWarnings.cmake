# Warnings for our own targets, as an INTERFACE target so that nothing leaks into global flags.
add_library(project_warnings INTERFACE)
# Designated initialisers leave out fields on purpose; -Wextra would ask for every one of them.
target_compile_options(project_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wno-missing-field-initializers)
# GCC 12 warns of an overlapping copy inside std::string for `"text" + string` in optimised builds; there is none
# (GCC bug 105651, fixed in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(project_warnings INTERFACE -Wno-restrict)
endif()
if(MPYCONFORM_WERROR)
  target_compile_options(project_warnings INTERFACE -Werror)
endif()

# Refuses a library that links a room its own room may not include: ci/rooms.txt is the list, which
# ci/check-includes holds the sources against. Targets that are no room (harness::asio) pass.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/ci/rooms.txt)
file(STRINGS ${PROJECT_SOURCE_DIR}/ci/rooms.txt MPYCONFORM_ARROWS REGEX "^(mpy|harness/[a-z_]+):")
function(mpyconform_check_arrows prefix room)
  set(known)
  foreach(arrow IN LISTS MPYCONFORM_ARROWS)
    string(REGEX MATCH "^([a-z_/]+):(.*)$" _ "${arrow}")
    list(APPEND known ${CMAKE_MATCH_1})
    if(CMAKE_MATCH_1 STREQUAL "${prefix}/${room}" OR (CMAKE_MATCH_1 STREQUAL "mpy" AND prefix STREQUAL "mpy"))
      string(REGEX MATCHALL "[a-z_/]+" allowed "${CMAKE_MATCH_2}")
    endif()
  endforeach()
  foreach(dependency IN LISTS ARGN)
    string(REGEX REPLACE "^mpy::.*$" "mpy" other "${dependency}")
    string(REGEX REPLACE "^harness::(.*)$" "harness/\\1" other "${other}")
    if(other IN_LIST known AND NOT other IN_LIST allowed AND NOT other STREQUAL prefix)
      message(FATAL_ERROR "${prefix}::${room} links ${dependency}, but ci/rooms.txt lets it include only: ${allowed}")
    endif()
  endforeach()
endfunction()

# mpyconform_library(<room> SOURCES … [DEPENDS …] [PRIVATE_DEPENDS …])
# One static library per folder: target <prefix>_<room>, alias <prefix>::<room>, include root = the repository.
function(mpyconform_library prefix room)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  mpyconform_check_arrows(${prefix} ${room} ${ARG_DEPENDS} ${ARG_PRIVATE_DEPENDS})
  set(target ${prefix}_${room})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(${prefix}::${room} ALIAS ${target})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE project_warnings ${ARG_PRIVATE_DEPENDS})
endfunction()

# A room that is headers only.
function(mpyconform_header_library prefix room)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  mpyconform_check_arrows(${prefix} ${room} ${ARG_DEPENDS})
  set(target ${prefix}_${room})
  add_library(${target} INTERFACE)
  add_library(${prefix}::${room} ALIAS ${target})
  target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} INTERFACE ${ARG_DEPENDS})
endfunction()
