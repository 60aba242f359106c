// A function that keeps its own code (burin.shared) gets operands, results, a part of its caller's arena, and the call's context.
// RUN: burin-opt %s --burin-stage-buffers | FileCheck %s --check-prefix=BUFFERS
// RUN: burin-opt %s --burin-stage-llvm | FileCheck %s --check-prefix=LLVM

// BUFFERS-LABEL: func.func @calls(
// BUFFERS-SAME: %[[X:[a-z0-9]+]]: memref<8x8xf32>, %[[RESULT:[a-z0-9]+]]: memref<8x8xf32> {llvm.noalias}, %[[SAME:[a-z0-9]+]]: memref<8x8xf32>
// BUFFERS-SAME: %[[ARENA:[a-z0-9]+]]: memref<{{[0-9]+}}xi8>{{.*}}, %[[CONTEXT:[a-z0-9]+]]: !llvm.ptr
// BUFFERS: call @steps(%[[X]], %[[FIRST:[a-z0-9_]+]], %[[PASSED:[a-z0-9_]+]], %{{[a-z0-9_]+}}, %[[CONTEXT]])
// What the callee was given and gives back is copied.
// BUFFERS: memref.copy %[[X]], %[[PASSED]]
// BUFFERS: call @steps(%[[FIRST]], %[[SECOND:[a-z0-9_]+]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %[[CONTEXT]])
// BUFFERS: call @steps(%[[SECOND]], %[[THIRD:[a-z0-9_]+]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %[[CONTEXT]])
// BUFFERS: call @steps(%[[THIRD]], %[[RESULT]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %[[CONTEXT]])
// LLVM: llvm.func @calls__entry(
// LLVM: llvm.func internal @steps(
// LLVM-NOT: @steps__entry
func.func @calls(%x: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %0:2 = call @steps(%x) : (tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>)
  %1:2 = call @steps(%0#0) : (tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>)
  %2:2 = call @steps(%1#0) : (tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>)
  %3:2 = call @steps(%2#0) : (tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>)
  return %3#0, %0#1 : tensor<8x8xf32>, tensor<8x8xf32>
}
func.func private @steps(%x: tensor<8x8xf32>) -> (tensor<8x8xf32>, tensor<8x8xf32>) {
  %0 = burin.matmul %x, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = burin.matmul %0, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %2 = burin.matmul %1, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %3 = burin.matmul %2, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %4 = burin.matmul %3, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %5 = burin.matmul %4, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  return %5, %x : tensor<8x8xf32>, tensor<8x8xf32>
}
