// Results that no cache holds are written past the caches, in whole vectors, and a fence follows.
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=256 parallel=false" | FileCheck %s
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=256" | FileCheck %s --check-prefix=TASKS

// CHECK-LABEL: func @large_result
// TASKS-LABEL: func @large_result
// TASKS: burin.parallel
// TASKS-NOT: llvm.fence
// TASKS-LABEL: func private @large_result_task0
// TASKS: vector.store {{.*}} {alignment = 32 : i64, nontemporal = true}
// TASKS: llvm.fence seq_cst
// TASKS: return
func.func @large_result(%x: tensor<1073741827xf32>) -> tensor<1073741827xf32> {
  // CHECK-COUNT-4: vector.store {{.*}} {alignment = 32 : i64, nontemporal = true} : memref<1073741827xf32>, vector<8xf32>
  // CHECK: vector.maskedstore
  // CHECK: llvm.fence seq_cst
  // CHECK: return
  %0 = burin.add %x, %x : (tensor<1073741827xf32>, tensor<1073741827xf32>) -> tensor<1073741827xf32>
  return %0 : tensor<1073741827xf32>
}

// Rows that begin anywhere would need other stores.
// CHECK-LABEL: func @rows_that_are_not_whole_vectors
// CHECK-NOT: nontemporal
// CHECK-NOT: llvm.fence
// CHECK: return
func.func @rows_that_are_not_whole_vectors(%x: tensor<1048576x1027xf32>, %y: tensor<1027xf32>) -> tensor<1048576x1027xf32> {
  %0 = burin.add %x, %y : (tensor<1048576x1027xf32>, tensor<1027xf32>) -> tensor<1048576x1027xf32>
  return %0 : tensor<1048576x1027xf32>
}

// CHECK-LABEL: func @small_result
// CHECK-NOT: nontemporal
// CHECK-NOT: llvm.fence
// CHECK: return
func.func @small_result(%x: tensor<65536xf32>) -> tensor<65536xf32> {
  %0 = burin.add %x, %x : (tensor<65536xf32>, tensor<65536xf32>) -> tensor<65536xf32>
  return %0 : tensor<65536xf32>
}

// What a variable holds has just been read, and may be written over.
// CHECK-LABEL: func @variable
// CHECK-NOT: nontemporal
// CHECK-NOT: llvm.fence
// CHECK: return
func.func @variable(%x: tensor<1073741824xf32>, %v: !burin.variable<tensor<1073741824xf32>> {burin.variable = "v"}) {
  %0 = burin.read %v : (!burin.variable<tensor<1073741824xf32>>) -> tensor<1073741824xf32>
  %1 = burin.add %0, %x : (tensor<1073741824xf32>, tensor<1073741824xf32>) -> tensor<1073741824xf32>
  burin.assign %v, %1 : !burin.variable<tensor<1073741824xf32>>, tensor<1073741824xf32>
  return
}
