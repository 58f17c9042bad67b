# Warnings for our own targets, as an INTERFACE target so that nothing leaks into global flags.
add_library(project_warnings INTERFACE)
# Designated initialisers leave out fields on purpose; -Wextra would ask for every one of them.
target_compile_options(project_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wno-missing-field-initializers)
if(MPYCONFORM_WERROR)
  target_compile_options(project_warnings INTERFACE -Werror)
endif()

# mpyconform_library(<room> SOURCES … [DEPENDS …] [PRIVATE_DEPENDS …])
# One static library per folder: target <prefix>_<room>, alias <prefix>::<room>, include root = the repository.
function(mpyconform_library prefix room)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  set(target ${prefix}_${room})
  add_library(${target} STATIC ${ARG_SOURCES})
  add_library(${prefix}::${room} ALIAS ${target})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE project_warnings ${ARG_PRIVATE_DEPENDS})
endfunction()

# A room that is headers only.
function(mpyconform_header_library prefix room)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  set(target ${prefix}_${room})
  add_library(${target} INTERFACE)
  add_library(${prefix}::${room} ALIAS ${target})
  target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${target} INTERFACE ${ARG_DEPENDS})
endfunction()
