// RUN: burin-opt %s --burin-expand-windows | FileCheck %s

// CHECK-LABEL: func.func @padding_becomes_a_larger_operand
func.func @padding_becomes_a_larger_operand(%x: tensor<1x4x5x2xf32>, %f: tensor<3x3x2x8xf32>) -> tensor<1x4x4x8xf32> {
  // CHECK: %[[ZEROS:.*]] = burin.constant dense<0.000000e+00> : tensor<1x6x6x2xf32>
  // CHECK: %[[X:.*]] = burin.update_slice %[[ZEROS]] with %{{.*}} {starts = array<i64: 0, 1, 0, 0>, steps = array<i64: 1, 1, 1, 1>, stops = array<i64: 1, 5, 5, 2>}
  // CHECK: burin.convolution %[[X]], %{{.*}} {base_dilation = array<i64: 1, 1>, high = array<i64: 0, 0>, low = array<i64: 0, 0>
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 1, 0>, high = array<i64: 1, 1>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x4x5x2xf32>, tensor<3x3x2x8xf32>) -> tensor<1x4x4x8xf32>
  return %0 : tensor<1x4x4x8xf32>
}

// CHECK-LABEL: func.func @base_dilation_becomes_steps_and_negative_padding_a_slice
func.func @base_dilation_becomes_steps_and_negative_padding_a_slice(%x: tensor<1x5x1xf32>, %f: tensor<2x1x1xf32>) -> tensor<1x9x1xf32> {
  // CHECK: %[[PART:.*]] = burin.slice %{{.*}} {starts = array<i64: 0, 1, 0>, steps = array<i64: 1, 1, 1>, stops = array<i64: 1, 5, 1>}
  // CHECK: %[[ZEROS:.*]] = burin.constant dense<0.000000e+00> : tensor<1x10x1xf32>
  // CHECK: burin.update_slice %[[ZEROS]] with %[[PART]] {starts = array<i64: 0, 1, 0>, steps = array<i64: 1, 2, 1>, stops = array<i64: 1, 8, 1>}
  %0 = burin.convolution %x, %f {strides = array<i64: 1>, low = array<i64: -1>, high = array<i64: 2>, base_dilation = array<i64: 2>, window_dilation = array<i64: 1>}
    : (tensor<1x5x1xf32>, tensor<2x1x1xf32>) -> tensor<1x9x1xf32>
  return %0 : tensor<1x9x1xf32>
}

// CHECK-LABEL: func.func @padding_never_is_the_greatest
func.func @padding_never_is_the_greatest(%x: tensor<1x4x2xi8>, %y: tensor<1x4x2xui8>) -> (tensor<1x5x2xi8>, tensor<1x5x2xui8>) {
  // CHECK: burin.constant dense<-128> : tensor<1x6x2xi8>
  %0 = burin.max_pool %x window [2] {strides = array<i64: 1>, low = array<i64: 1>, high = array<i64: 1>, base_dilation = array<i64: 1>, window_dilation = array<i64: 1>}
    : (tensor<1x4x2xi8>) -> tensor<1x5x2xi8>
  // CHECK: burin.constant dense<0> : tensor<1x6x2xui8>
  %1 = burin.max_pool %y window [2] {strides = array<i64: 1>, low = array<i64: 1>, high = array<i64: 1>, base_dilation = array<i64: 1>, window_dilation = array<i64: 1>}
    : (tensor<1x4x2xui8>) -> tensor<1x5x2xui8>
  return %0, %1 : tensor<1x5x2xi8>, tensor<1x5x2xui8>
}

// CHECK-LABEL: func.func @a_channel_with_two_filters_is_repeated
func.func @a_channel_with_two_filters_is_repeated(%x: tensor<1x4x3xf32>, %f: tensor<2x1x6xf32>) -> tensor<1x3x6xf32> {
  // CHECK: burin.broadcast_to %{{.*}} {shape = array<i64: 1, 4, 3, 2>}
  // CHECK: burin.convolution
  // CHECK-SAME: groups = 6
  %0 = burin.convolution %x, %f {strides = array<i64: 1>, low = array<i64: 0>, high = array<i64: 0>, base_dilation = array<i64: 1>, window_dilation = array<i64: 1>, groups = 3}
    : (tensor<1x4x3xf32>, tensor<2x1x6xf32>) -> tensor<1x3x6xf32>
  return %0 : tensor<1x3x6xf32>
}
