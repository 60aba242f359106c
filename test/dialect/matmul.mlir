// RUN: burin-opt %s | burin-opt | FileCheck %s

// CHECK-LABEL: func @batches_broadcast
func.func @batches_broadcast(%x: tensor<5x1x2x3xf32>, %y: tensor<4x3x7xf32>) -> tensor<5x4x2x7xf32> {
  // CHECK: burin.matmul %{{.*}}, %{{.*}} : (tensor<5x1x2x3xf32>, tensor<4x3x7xf32>) -> tensor<5x4x2x7xf32>
  %0 = burin.matmul %x, %y : (tensor<5x1x2x3xf32>, tensor<4x3x7xf32>) -> tensor<5x4x2x7xf32>
  return %0 : tensor<5x4x2x7xf32>
}

// CHECK-LABEL: func @the_inner_extent_may_be_0
func.func @the_inner_extent_may_be_0(%x: tensor<2x0xi32>, %y: tensor<0x7xi32>) -> tensor<2x7xi32> {
  // CHECK: burin.matmul %{{.*}}, %{{.*}} : (tensor<2x0xi32>, tensor<0x7xi32>) -> tensor<2x7xi32>
  %0 = burin.matmul %x, %y : (tensor<2x0xi32>, tensor<0x7xi32>) -> tensor<2x7xi32>
  return %0 : tensor<2x7xi32>
}
