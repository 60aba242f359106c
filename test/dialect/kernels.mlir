// RUN: burin-opt %s | burin-opt | FileCheck %s

// CHECK-LABEL: func.func @scans
func.func @scans(%x: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<3x5xf32>) {
  // CHECK: burin.cumulative_sum %{{.*}} {axis = 0 : i64, exclusive = true, include_initial = false, reverse = false} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  %0 = burin.cumulative_sum %x {axis = 0 : i64, reverse = false, exclusive = true, include_initial = false} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  // CHECK: burin.cumulative_max
  // CHECK-SAME: -> tensor<3x5xf32>
  %1 = burin.cumulative_max %x {axis = 1 : i64, reverse = true, exclusive = false, include_initial = true} : (tensor<3x4xf32>) -> tensor<3x5xf32>
  return %0, %1 : tensor<3x4xf32>, tensor<3x5xf32>
}

// CHECK-LABEL: func.func @sorting
func.func @sorting(%x: tensor<3x4xf32>, %s: tensor<4xf32>) -> (tensor<3x4xi64>, tensor<3x2xf32>, tensor<3x2xi64>, tensor<3x4xi64>) {
  // CHECK: burin.argsort %{{.*}} {axis = 1 : i64, descending = false} : (tensor<3x4xf32>) -> tensor<3x4xi64>
  %0 = burin.argsort %x {axis = 1 : i64, descending = false} : (tensor<3x4xf32>) -> tensor<3x4xi64>
  // CHECK: burin.top_k %{{.*}} {axis = 1 : i64, k = 2 : i64, smallest = false} : (tensor<3x4xf32>) -> (tensor<3x2xf32>, tensor<3x2xi64>)
  %1:2 = burin.top_k %x {axis = 1 : i64, k = 2 : i64, smallest = false} : (tensor<3x4xf32>) -> (tensor<3x2xf32>, tensor<3x2xi64>)
  // CHECK: burin.searchsorted %{{.*}}, %{{.*}} {right = true} : (tensor<4xf32>, tensor<3x4xf32>) -> tensor<3x4xi64>
  %2 = burin.searchsorted %s, %x {right = true} : (tensor<4xf32>, tensor<3x4xf32>) -> tensor<3x4xi64>
  return %0, %1#0, %1#1, %2 : tensor<3x4xi64>, tensor<3x2xf32>, tensor<3x2xi64>, tensor<3x4xi64>
}

// CHECK-LABEL: func.func @segments
func.func @segments(%data: tensor<5x3xf32>, %numbers: tensor<5xui8>) -> tensor<2x3xf32> {
  // CHECK: burin.segment_sum %{{.*}}, %{{.*}} {count = 2 : i64} : (tensor<5x3xf32>, tensor<5xui8>) -> tensor<2x3xf32>
  %0 = burin.segment_sum %data, %numbers {count = 2 : i64} : (tensor<5x3xf32>, tensor<5xui8>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}
