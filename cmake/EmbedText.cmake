# mpyconform_embed_text(<output variable> <file> <name>): a generated .cc that defines
# `extern const std::string_view harness::<name>` with the file's content. The file stays readable and the program needs
# no data beside it.
function(mpyconform_embed_text output file name)
  set(source ${CMAKE_CURRENT_SOURCE_DIR}/${file})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(READ ${source} MPYCONFORM_TEXT)
  set(MPYCONFORM_NAME ${name})
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${name}.cc)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/embedded_text.cc.in ${generated} @ONLY)
  set(${output} ${generated} PARENT_SCOPE)
endfunction()
