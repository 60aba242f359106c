// RUN: burin-opt %s --burin-form-clusters --burin-to-linalg --burin-place-buffers | FileCheck %s

// The state is copied to the result once, before the loop; each trip writes only what it changes.
// CHECK-LABEL: func @an_update_of_a_part
// CHECK-SAME: memref<1000xf32>, %[[RESULT:[^ ]*]]: memref<1000xf32>
func.func @an_update_of_a_part(%n: tensor<i64>, %x: tensor<1000xf32>) -> tensor<1000xf32> {
  // CHECK: memref.copy %{{.*}}, %[[RESULT]]
  // CHECK: scf.for
  // CHECK-NOT: memref.copy
  // CHECK: burin.update %[[RESULT]]
  // CHECK-NOT: memref.copy
  // CHECK: return
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<1000xf32>) -> tensor<1000xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<1000xf32>):
    %1 = burin.gather %s at %i {dims = array<i64: -1>, index_dims = array<i64>} : (tensor<1000xf32>, tensor<i64>) -> tensor<f32>
    %2 = burin.exp %1 : (tensor<f32>) -> tensor<f32>
    %3 = burin.scatter %s with %2 at %i {dims = array<i64: -1>, index_dims = array<i64>, combiner = "set"} : (tensor<1000xf32>, tensor<f32>, tensor<i64>) -> tensor<1000xf32>
    burin.yield %3 : tensor<1000xf32>
  }
  return %0 : tensor<1000xf32>
}

// An update that only some trips make costs the others nothing.
// CHECK-LABEL: func @an_update_in_a_branch
// CHECK-SAME: memref<1000xf32>, %[[RESULT:[^ ]*]]: memref<1000xf32>
func.func @an_update_in_a_branch(%n: tensor<i64>, %c: tensor<i1>, %x: tensor<1000xf32>) -> tensor<1000xf32> {
  // CHECK: memref.copy %{{.*}}, %[[RESULT]]
  // CHECK: scf.for
  // CHECK: scf.if
  // CHECK-NOT: memref.copy
  // CHECK: burin.update %[[RESULT]]
  // CHECK-NOT: memref.copy
  // CHECK: return
  %one = burin.constant dense<1.0> : tensor<f32>
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<1000xf32>) -> tensor<1000xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<1000xf32>):
    %1 = burin.if %c : (tensor<i1>) -> tensor<1000xf32> then {
      %2 = burin.scatter %s with %one at %i {dims = array<i64: -1>, index_dims = array<i64>, combiner = "set"} : (tensor<1000xf32>, tensor<f32>, tensor<i64>) -> tensor<1000xf32>
      burin.yield %2 : tensor<1000xf32>
    } else {
      burin.yield %s : tensor<1000xf32>
    }
    burin.yield %1 : tensor<1000xf32>
  }
  return %0 : tensor<1000xf32>
}

// Nor does a loop within the loop copy what it updates.
// CHECK-LABEL: func @an_update_in_a_loop_within
// CHECK-SAME: memref<1000xf32>, %[[RESULT:[^ ]*]]: memref<1000xf32>
func.func @an_update_in_a_loop_within(%n: tensor<i64>, %x: tensor<1000xf32>) -> tensor<1000xf32> {
  // CHECK: memref.copy %{{.*}}, %[[RESULT]]
  // CHECK: scf.for
  // CHECK-NOT: memref.copy
  // CHECK: scf.for
  // CHECK: burin.update %[[RESULT]]
  // CHECK-NOT: memref.copy
  // CHECK: return
  %one = burin.constant dense<1.0> : tensor<f32>
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<1000xf32>) -> tensor<1000xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<1000xf32>):
    %1 = burin.for %i times, %s : (tensor<i64>, tensor<1000xf32>) -> tensor<1000xf32> do {
    ^bb0(%j: tensor<i64>, %t: tensor<1000xf32>):
      %2 = burin.scatter %t with %one at %j {dims = array<i64: -1>, index_dims = array<i64>, combiner = "set"} : (tensor<1000xf32>, tensor<f32>, tensor<i64>) -> tensor<1000xf32>
      burin.yield %2 : tensor<1000xf32>
    }
    burin.yield %1 : tensor<1000xf32>
  }
  return %0 : tensor<1000xf32>
}

// What is read after the update is copied first.
// CHECK-LABEL: func @an_old_value_that_is_read_later
func.func @an_old_value_that_is_read_later(%n: tensor<i64>, %x: tensor<1000xf32>) -> tensor<1000xf32> {
  // CHECK: scf.for
  // CHECK: memref.copy
  // CHECK: burin.update
  %one = burin.constant dense<1.0> : tensor<f32>
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<1000xf32>) -> tensor<1000xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<1000xf32>):
    %1 = burin.scatter %s with %one at %i {dims = array<i64: -1>, index_dims = array<i64>, combiner = "set"} : (tensor<1000xf32>, tensor<f32>, tensor<i64>) -> tensor<1000xf32>
    %2 = burin.reduce_sum %s axes [0] {keep_dims = true} : (tensor<1000xf32>) -> tensor<1xf32>
    %3 = burin.multiply %1, %2 : (tensor<1000xf32>, tensor<1xf32>) -> tensor<1000xf32>
    burin.yield %3 : tensor<1000xf32>
  }
  return %0 : tensor<1000xf32>
}
