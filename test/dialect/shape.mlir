// RUN: burin-opt %s | burin-opt | FileCheck %s

// CHECK-LABEL: func @reshape
func.func @reshape(%x: tensor<2x3xf32>) -> (tensor<6xf32>, tensor<1x6x1xf32>) {
  // CHECK: burin.reshape %{{.*}} {shape = array<i64: 6>} : (tensor<2x3xf32>) -> tensor<6xf32>
  %0 = burin.reshape %x {shape = array<i64: 6>} : (tensor<2x3xf32>) -> tensor<6xf32>
  // CHECK: burin.reshape %{{.*}} {shape = array<i64: 1, 6, 1>} : (tensor<2x3xf32>) -> tensor<1x6x1xf32>
  %1 = burin.reshape %x {shape = array<i64: 1, 6, 1>} : (tensor<2x3xf32>) -> tensor<1x6x1xf32>
  return %0, %1 : tensor<6xf32>, tensor<1x6x1xf32>
}

// CHECK-LABEL: func @reshape_to_rank_0
func.func @reshape_to_rank_0(%x: tensor<1x1xf32>) -> tensor<f32> {
  // CHECK: burin.reshape %{{.*}} {shape = array<i64>} : (tensor<1x1xf32>) -> tensor<f32>
  %0 = burin.reshape %x {shape = array<i64>} : (tensor<1x1xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// CHECK-LABEL: func @transpose_takes_dimension_i_from_permutation_i
func.func @transpose_takes_dimension_i_from_permutation_i(%x: tensor<2x3x4xi1>) -> tensor<4x2x3xi1> {
  // CHECK: burin.transpose %{{.*}} {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xi1>) -> tensor<4x2x3xi1>
  %0 = burin.transpose %x {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xi1>) -> tensor<4x2x3xi1>
  return %0 : tensor<4x2x3xi1>
}

// CHECK-LABEL: func @broadcast_to_new_dimensions_and_those_of_1
func.func @broadcast_to_new_dimensions_and_those_of_1(%x: tensor<1x4xf32>) -> tensor<2x3x4xf32> {
  // CHECK: burin.broadcast_to %{{.*}} {shape = array<i64: 2, 3, 4>} : (tensor<1x4xf32>) -> tensor<2x3x4xf32>
  %0 = burin.broadcast_to %x {shape = array<i64: 2, 3, 4>} : (tensor<1x4xf32>) -> tensor<2x3x4xf32>
  return %0 : tensor<2x3x4xf32>
}

// CHECK-LABEL: func @slice_rounds_the_number_of_steps_up
func.func @slice_rounds_the_number_of_steps_up(%x: tensor<10x4xf32>) -> tensor<3x0xf32> {
  // CHECK: burin.slice %{{.*}} {starts = array<i64: 1, 4>, steps = array<i64: 3, 1>, stops = array<i64: 8, 4>} : (tensor<10x4xf32>) -> tensor<3x0xf32>
  %0 = burin.slice %x {starts = array<i64: 1, 4>, stops = array<i64: 8, 4>, steps = array<i64: 3, 1>} : (tensor<10x4xf32>) -> tensor<3x0xf32>
  return %0 : tensor<3x0xf32>
}
