# MLIR 22 as Debian packages it. "22" alone is rejected by its version file: it wants the minor number.
find_package(MLIR 22.1 REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen) # before AddMLIR: defines tablegen()
include(AddLLVM)
include(AddMLIR)

# Headers and definitions: what a layer that uses MLIR is compiled with.
add_library(burin_mlir INTERFACE)
separate_arguments(burin_llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_options(burin_mlir INTERFACE ${burin_llvm_definitions})
target_include_directories(burin_mlir SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})

# The shared libraries. Never beside archives in one process: that would be two copies.
add_library(burin_mlir_shared INTERFACE)
target_link_libraries(burin_mlir_shared INTERFACE burin_mlir MLIR LLVM)

# The archives, by their files: as targets they would ask for the shared libLLVM. The linker takes of them what is called, and shows
# none of it to others.
get_property(burin_archive_targets GLOBAL PROPERTY MLIR_ALL_LIBS)
list(APPEND burin_archive_targets ${LLVM_AVAILABLE_LIBS})
list(FILTER burin_archive_targets EXCLUDE REGEX "Test|CAPI|Polly") # Polly's is named, not packaged
set(burin_archives)
foreach(library IN LISTS burin_archive_targets)
  if(TARGET ${library})
    get_target_property(burin_library_type ${library} TYPE)
    if(burin_library_type STREQUAL STATIC_LIBRARY)
      list(APPEND burin_archives $<TARGET_FILE:${library}>)
    endif()
  endif()
endforeach()
add_library(burin_mlir_archives INTERFACE)
target_link_libraries(burin_mlir_archives INTERFACE burin_mlir -Wl,--start-group ${burin_archives} -Wl,--end-group -lz -lzstd ${CMAKE_DL_LIBS})
target_link_options(burin_mlir_archives INTERFACE -Wl,--exclude-libs,ALL -Wl,--gc-sections)
