# What an installed Burin consists of: the library, the public headers, the tools, and what find_package(burin) reads. The
# target is burin::burin. LLVM is a matter of the library alone: who uses it needs no LLVM to compile or to link.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(BURIN_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/burin)
set(BURIN_TOOLS burin-opt)
if(TARGET burin-dump)
  list(APPEND BURIN_TOOLS burin-dump)
endif()

# libLLVM and libMLIR need not be on the loader's path: they are found where they were linked.
set_target_properties(burin PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
file(RELATIVE_PATH BURIN_LIB_FROM_BIN /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
set_target_properties(${BURIN_TOOLS} PROPERTIES INSTALL_RPATH "$ORIGIN/${BURIN_LIB_FROM_BIN}" INSTALL_RPATH_USE_LINK_PATH ON)

install(TARGETS burin EXPORT burinTargets COMPONENT burin)
install(TARGETS ${BURIN_TOOLS} COMPONENT burin)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/burin DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT burin)
install(EXPORT burinTargets NAMESPACE burin:: DESTINATION ${BURIN_PACKAGE_DIR} COMPONENT burin)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/burinConfig.cmake.in ${PROJECT_BINARY_DIR}/burinConfig.cmake
  INSTALL_DESTINATION ${BURIN_PACKAGE_DIR})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/burinConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/burinConfig.cmake ${PROJECT_BINARY_DIR}/burinConfigVersion.cmake
  DESTINATION ${BURIN_PACKAGE_DIR} COMPONENT burin)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT burin)
