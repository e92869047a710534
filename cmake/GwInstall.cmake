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

# The service, and its config where there is none yet. What is installed to /usr has its config in
# /etc (FHS 3.0), what is installed elsewhere below its own prefix.
install(FILES packaging/gatewayctl.service DESTINATION lib/systemd/system)
install(CODE "
  set(folder \${CMAKE_INSTALL_PREFIX}/etc)
  if(CMAKE_INSTALL_PREFIX STREQUAL \"/usr\")
    set(folder /etc)
    file(INSTALL \"${PROJECT_SOURCE_DIR}/packaging/logrotate\" TYPE FILE
      DESTINATION /etc/logrotate.d RENAME gatewayctl)
  endif()
  foreach(file kong.yml kong.conf)
    if(NOT EXISTS \"\$ENV{DESTDIR}\${folder}/gatewayctl/\${file}\")
      file(INSTALL \"${PROJECT_SOURCE_DIR}/packaging/\${file}\" TYPE FILE
        DESTINATION \"\${folder}/gatewayctl\")
    endif()
  endforeach()")

# man/ and completions/ are committed; a test compares them with what the program prints.
add_custom_target(regenerate
  COMMAND ${PROJECT_SOURCE_DIR}/cmake/regenerate $<TARGET_FILE:gatewayctl> ${PROJECT_SOURCE_DIR}
  DEPENDS gatewayctl
  COMMENT "Writing man/ and completions/")
