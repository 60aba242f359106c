// An op that a runtime kernel computes, down to its call.
// RUN: burin-opt %s --split-input-file --burin-stage-linalg | FileCheck %s --check-prefix=LINALG
// RUN: burin-opt %s --split-input-file --burin-stage-buffers | FileCheck %s --check-prefix=BUFFERS
// RUN: burin-opt %s --split-input-file --burin-stage-llvm | FileCheck %s --check-prefix=LLVM

// Element types are the user's, where memory types are not. The op joins no cluster.
// LINALG-LABEL: func.func @sort
// BUFFERS-LABEL: func.func @sort
func.func @sort(%x: tensor<2x3xui8>) -> tensor<2x3xui8> {
  // LINALG-NOT: burin.cluster
  // LINALG: burin.call_kernel "burin_rt_kernel_sort"(%{{.*}}) {dtypes = [ui8, ui8], label = "sort", numbers = array<i64: 1, 0>} : (tensor<2x3xi8>) -> tensor<2x3xi8>
  // BUFFERS: burin.call_kernel "burin_rt_kernel_sort"(%arg0) outs(%arg1 : memref<2x3xi8>)
  %0 = burin.sort %x {axis = 1 : i64, descending = false} : (tensor<2x3xui8>) -> tensor<2x3xui8>
  return %0 : tensor<2x3xui8>
}
// LLVM-DAG: llvm.func @burin_rt_kernel_sort(!llvm.ptr, !llvm.ptr)
// LLVM-DAG: llvm.mlir.global internal constant @{{.*}}("sort\00")
// LLVM: llvm.call @burin_rt_kernel_sort(%arg3, %{{.*}}) : (!llvm.ptr, !llvm.ptr) -> ()

// -----

// What lies between two kernels is in the arena; a result that nobody wants gets memory all the same.
// BUFFERS-LABEL: func.func @between
func.func @between(%x: tensor<64xf32>) -> tensor<4xi64> {
  // BUFFERS: %[[SORTED:.*]] = memref.view %arg2[%{{.*}}][] : memref<{{.*}}xi8> to memref<64xf32>
  // BUFFERS: burin.call_kernel "burin_rt_kernel_sort"(%arg0) outs(%[[SORTED]] : memref<64xf32>)
  // BUFFERS: %[[UNUSED:.*]] = memref.view %arg2[%{{.*}}][] : memref<{{.*}}xi8> to memref<4xf32>
  // BUFFERS: burin.call_kernel "burin_rt_kernel_top_k"(%[[SORTED]]) outs(%[[UNUSED]], %arg1 : memref<4xf32>, memref<4xi64>)
  %0 = burin.sort %x {axis = 0 : i64, descending = false} : (tensor<64xf32>) -> tensor<64xf32>
  %1:2 = burin.top_k %0 {axis = 0 : i64, k = 4 : i64, smallest = false} : (tensor<64xf32>) -> (tensor<4xf32>, tensor<4xi64>)
  return %1#1 : tensor<4xi64>
}

// -----

// A kernel may fail: a variable keeps its old value until the call is over.
// BUFFERS-LABEL: func.func @update
// BUFFERS-SAME: burin.in_place = array<i64: 0>
func.func @update(%x: tensor<4xf32>, %v: !burin.variable<tensor<4xf32>> {burin.variable = "v"}) {
  %0 = burin.read %v : (!burin.variable<tensor<4xf32>>) -> tensor<4xf32>
  %1 = burin.sort %x {axis = 0 : i64, descending = false} : (tensor<4xf32>) -> tensor<4xf32>
  %2 = burin.add %0, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  burin.assign %v, %2 : !burin.variable<tensor<4xf32>>, tensor<4xf32>
  return
}
