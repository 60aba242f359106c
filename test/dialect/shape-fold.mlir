// RUN: burin-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @what_changes_nothing_goes
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>)
func.func @what_changes_nothing_goes(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = burin.reshape %x {shape = array<i64: 2, 3>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %1 = burin.transpose %0 {permutation = array<i64: 0, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %2 = burin.broadcast_to %1 {shape = array<i64: 2, 3>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  %3 = burin.slice %2 {starts = array<i64: 0, 0>, stops = array<i64: 2, 3>, steps = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  // CHECK-NEXT: return %[[X]]
  return %3 : tensor<2x3xf32>
}

// CHECK-LABEL: func @reshapes_of_reshapes_become_one
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>)
func.func @reshapes_of_reshapes_become_one(%x: tensor<2x3xf32>) -> tensor<3x2xf32> {
  %0 = burin.reshape %x {shape = array<i64: 6>} : (tensor<2x3xf32>) -> tensor<6xf32>
  // CHECK: %[[Y:.*]] = burin.reshape %[[X]] {shape = array<i64: 3, 2>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %1 = burin.reshape %0 {shape = array<i64: 3, 2>} : (tensor<6xf32>) -> tensor<3x2xf32>
  // CHECK-NEXT: return %[[Y]]
  return %1 : tensor<3x2xf32>
}

// CHECK-LABEL: func @a_reshape_there_and_back_is_nothing
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>)
func.func @a_reshape_there_and_back_is_nothing(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = burin.reshape %x {shape = array<i64: 6>} : (tensor<2x3xf32>) -> tensor<6xf32>
  %1 = burin.reshape %0 {shape = array<i64: 2, 3>} : (tensor<6xf32>) -> tensor<2x3xf32>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<2x3xf32>
}

// Dimension i of the second is dimension p2[i] of the first, which is dimension p1[p2[i]] of x.
// CHECK-LABEL: func @transposes_of_transposes_compose
// CHECK-SAME: (%[[X:.*]]: tensor<2x3x4xf32>)
func.func @transposes_of_transposes_compose(%x: tensor<2x3x4xf32>) -> tensor<2x4x3xf32> {
  %0 = burin.transpose %x {permutation = array<i64: 1, 2, 0>} : (tensor<2x3x4xf32>) -> tensor<3x4x2xf32>
  // CHECK: %[[Y:.*]] = burin.transpose %[[X]] {permutation = array<i64: 0, 2, 1>} : (tensor<2x3x4xf32>) -> tensor<2x4x3xf32>
  %1 = burin.transpose %0 {permutation = array<i64: 2, 1, 0>} : (tensor<3x4x2xf32>) -> tensor<2x4x3xf32>
  // CHECK-NEXT: return %[[Y]]
  return %1 : tensor<2x4x3xf32>
}

// CHECK-LABEL: func @two_transposes_of_a_matrix_cancel
// CHECK-SAME: (%[[X:.*]]: tensor<2x3xf32>)
func.func @two_transposes_of_a_matrix_cancel(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<2x3xf32>) -> tensor<3x2xf32>
  %1 = burin.transpose %0 {permutation = array<i64: 1, 0>} : (tensor<3x2xf32>) -> tensor<2x3xf32>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<2x3xf32>
}

// CHECK-LABEL: func @constants_of_one_value_take_any_shape
func.func @constants_of_one_value_take_any_shape() -> (tensor<4x3xf32>, tensor<2xf32>) {
  %one = burin.constant dense<1.0> : tensor<f32>
  // CHECK-DAG: %[[A:.*]] = burin.constant dense<1.000000e+00> : tensor<4x3xf32>
  // CHECK-DAG: %[[B:.*]] = burin.constant dense<1.000000e+00> : tensor<2xf32>
  %0 = burin.broadcast_to %one {shape = array<i64: 3, 4>} : (tensor<f32>) -> tensor<3x4xf32>
  %1 = burin.transpose %0 {permutation = array<i64: 1, 0>} : (tensor<3x4xf32>) -> tensor<4x3xf32>
  %2 = burin.slice %1 {starts = array<i64: 0, 1>, stops = array<i64: 2, 2>, steps = array<i64: 1, 1>} : (tensor<4x3xf32>) -> tensor<2x1xf32>
  %3 = burin.reshape %2 {shape = array<i64: 2>} : (tensor<2x1xf32>) -> tensor<2xf32>
  // CHECK: return %[[A]], %[[B]]
  return %1, %3 : tensor<4x3xf32>, tensor<2xf32>
}

// CHECK-LABEL: func @a_constant_of_many_values_is_reshaped_but_not_rearranged
func.func @a_constant_of_many_values_is_reshaped_but_not_rearranged() -> (tensor<4xi32>, tensor<2x2xi32>) {
  %c = burin.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi32>
  // CHECK: burin.constant dense<[1, 2, 3, 4]> : tensor<4xi32>
  %0 = burin.reshape %c {shape = array<i64: 4>} : (tensor<2x2xi32>) -> tensor<4xi32>
  // CHECK: burin.transpose
  %1 = burin.transpose %c {permutation = array<i64: 1, 0>} : (tensor<2x2xi32>) -> tensor<2x2xi32>
  return %0, %1 : tensor<4xi32>, tensor<2x2xi32>
}
