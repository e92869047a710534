# `cmake --install`: the program, its manual, its completions, its papers.

if(NOT TARGET gatewayctl)
  return()
endif()

install(TARGETS gatewayctl RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 FILES_MATCHING PATTERN "*.1")
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES completions/gatewayctl.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME gatewayctl)
install(FILES completions/gatewayctl.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
# zsh on Debian looks in one folder below /usr and in another below /usr/local.
install(CODE "
  set(folder site-functions)
  if(CMAKE_INSTALL_PREFIX STREQUAL \"/usr\")
    set(folder vendor-completions)
  endif()
  file(INSTALL \"${PROJECT_SOURCE_DIR}/completions/_gatewayctl\" TYPE FILE
    DESTINATION \"\${CMAKE_INSTALL_PREFIX}/share/zsh/\${folder}\")")

# man/ and completions/ are committed; a test compares them with what the program prints.
add_custom_target(regenerate
  COMMAND ${PROJECT_SOURCE_DIR}/cmake/regenerate $<TARGET_FILE:gatewayctl> ${PROJECT_SOURCE_DIR}
  DEPENDS gatewayctl
  COMMENT "Writing man/ and completions/")
