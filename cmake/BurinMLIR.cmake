# MLIR 22 as Debian packages it. "22" alone is rejected by its version file: it wants the minor number.
find_package(MLIR 22.1 REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen) # before AddMLIR: defines tablegen()
include(AddLLVM)
include(AddMLIR)

# What a layer that uses MLIR needs. The shared libraries alone: a static archive beside them would bring a second copy.
add_library(burin_mlir INTERFACE)
separate_arguments(burin_llvm_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_options(burin_mlir INTERFACE ${burin_llvm_definitions})
target_include_directories(burin_mlir SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
target_link_libraries(burin_mlir INTERFACE MLIR LLVM)
