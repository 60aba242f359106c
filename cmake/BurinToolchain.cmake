# ccache and a fast linker where present, our warnings, and the sanitizers of BURIN_SANITIZE.
find_program(BURIN_CCACHE ccache)
if(BURIN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers are found again only if ccache may ignore their times.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${BURIN_CCACHE})
endif()

find_program(BURIN_MOLD mold)
find_program(BURIN_LLD NAMES ld.lld-22 ld.lld)
if(BURIN_MOLD)
  add_link_options(-fuse-ld=mold)
elseif(BURIN_LLD AND CMAKE_CXX_COMPILER_ID MATCHES Clang)
  add_link_options(-fuse-ld=lld)
endif()

add_library(burin_warnings INTERFACE)
target_compile_options(burin_warnings INTERFACE -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees copies that overlap or never end in `"text" + std::string()`: its bug 105651.
  target_compile_options(burin_warnings INTERFACE -Wno-restrict -Wno-stringop-overflow)
endif()

if(BURIN_SANITIZE)
  add_compile_options(-fsanitize=${BURIN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(BURIN_SANITIZE MATCHES undefined)
    add_compile_options(-fno-sanitize=vptr) # LLVM's own classes are built without type checks
  endif()
  add_link_options(-fsanitize=${BURIN_SANITIZE})
endif()
