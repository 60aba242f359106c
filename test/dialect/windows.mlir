// RUN: burin-opt %s | burin-opt | FileCheck %s

// CHECK-LABEL: func.func @strides_padding_and_dilations
func.func @strides_padding_and_dilations(%x: tensor<1x9x8x4xf32>, %f: tensor<3x2x4x16xf32>) -> tensor<1x5x4x16xf32> {
  // CHECK: burin.convolution %{{.*}}, %{{.*}} {base_dilation = array<i64: 1, 1>, high = array<i64: 1, 0>, low = array<i64: 1, 1>, strides = array<i64: 2, 2>, window_dilation = array<i64: 1, 2>}
  %0 = burin.convolution %x, %f {strides = array<i64: 2, 2>, low = array<i64: 1, 1>, high = array<i64: 1, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 2>}
    : (tensor<1x9x8x4xf32>, tensor<3x2x4x16xf32>) -> tensor<1x5x4x16xf32>
  return %0 : tensor<1x5x4x16xf32>
}

// CHECK-LABEL: func.func @groups_and_base_dilation
func.func @groups_and_base_dilation(%x: tensor<2x5x6xi8>, %f: tensor<3x2x9xi8>) -> tensor<2x7x9xi8> {
  // CHECK: burin.convolution
  // CHECK-SAME: groups = 3
  %0 = burin.convolution %x, %f {strides = array<i64: 1>, low = array<i64: 0>, high = array<i64: 0>, base_dilation = array<i64: 2>, window_dilation = array<i64: 1>, groups = 3}
    : (tensor<2x5x6xi8>, tensor<3x2x9xi8>) -> tensor<2x7x9xi8>
  return %0 : tensor<2x7x9xi8>
}

// CHECK-LABEL: func.func @pools
func.func @pools(%x: tensor<2x6x6x3xf32>) -> (tensor<2x3x3x3xf32>, tensor<2x5x2x3xf32>) {
  // CHECK: burin.max_pool %{{.*}} window [2, 2]
  %0 = burin.max_pool %x window [2, 2] {strides = array<i64: 2, 2>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<2x6x6x3xf32>) -> tensor<2x3x3x3xf32>
  // CHECK: burin.sum_pool %{{.*}} window [2, 3]
  %1 = burin.sum_pool %x window [2, 3] {strides = array<i64: 1, 2>, low = array<i64: 0, -1>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<2x6x6x3xf32>) -> tensor<2x5x2x3xf32>
  return %0, %1 : tensor<2x3x3x3xf32>, tensor<2x5x2x3xf32>
}
