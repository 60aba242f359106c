// RUN: burin-opt %s | burin-opt | FileCheck %s

// CHECK-LABEL: func @reduced_axes_go
func.func @reduced_axes_go(%x: tensor<2x3x4xf32>) -> tensor<3xf32> {
  // CHECK: burin.reduce_sum %{{.*}} axes [0, 2] {keep_dims = false} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  %0 = burin.reduce_sum %x axes [0, 2] {keep_dims = false} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func @or_stay_as_1
func.func @or_stay_as_1(%x: tensor<2x3x4xi64>) -> tensor<1x3x1xi64> {
  // CHECK: burin.reduce_max %{{.*}} axes [0, 2] {keep_dims = true} : (tensor<2x3x4xi64>) -> tensor<1x3x1xi64>
  %0 = burin.reduce_max %x axes [0, 2] {keep_dims = true} : (tensor<2x3x4xi64>) -> tensor<1x3x1xi64>
  return %0 : tensor<1x3x1xi64>
}

// CHECK-LABEL: func @a_sum_may_be_over_nothing
func.func @a_sum_may_be_over_nothing(%x: tensor<3x0xf64>) -> tensor<3xf64> {
  // CHECK: burin.reduce_sum %{{.*}} axes [1] {keep_dims = false} : (tensor<3x0xf64>) -> tensor<3xf64>
  %0 = burin.reduce_sum %x axes [1] {keep_dims = false} : (tensor<3x0xf64>) -> tensor<3xf64>
  return %0 : tensor<3xf64>
}

// CHECK-LABEL: func @a_minimum_may_be_of_nothing_along_an_axis_that_has_elements
func.func @a_minimum_may_be_of_nothing_along_an_axis_that_has_elements(%x: tensor<3x0xf64>) -> tensor<0xf64> {
  // CHECK: burin.reduce_min %{{.*}} axes [0] {keep_dims = false} : (tensor<3x0xf64>) -> tensor<0xf64>
  %0 = burin.reduce_min %x axes [0] {keep_dims = false} : (tensor<3x0xf64>) -> tensor<0xf64>
  return %0 : tensor<0xf64>
}

// CHECK-LABEL: func @positions_are_i64
func.func @positions_are_i64(%x: tensor<2x3xf32>) -> (tensor<2xi64>, tensor<1x3xi64>) {
  // CHECK: burin.argmax %{{.*}} {axis = 1 : i64, keep_dims = false} : (tensor<2x3xf32>) -> tensor<2xi64>
  %0 = burin.argmax %x {axis = 1 : i64, keep_dims = false} : (tensor<2x3xf32>) -> tensor<2xi64>
  // CHECK: burin.argmin %{{.*}} {axis = 0 : i64, keep_dims = true} : (tensor<2x3xf32>) -> tensor<1x3xi64>
  %1 = burin.argmin %x {axis = 0 : i64, keep_dims = true} : (tensor<2x3xf32>) -> tensor<1x3xi64>
  return %0, %1 : tensor<2xi64>, tensor<1x3xi64>
}

// CHECK-LABEL: func @products_and_logic
func.func @products_and_logic(%x: tensor<2x0xi32>, %y: tensor<2x3xi1>) -> (tensor<2xi32>, tensor<i1>, tensor<2x1xi1>) {
  // CHECK: burin.reduce_prod %{{.*}} axes [1] {keep_dims = false} : (tensor<2x0xi32>) -> tensor<2xi32>
  %0 = burin.reduce_prod %x axes [1] {keep_dims = false} : (tensor<2x0xi32>) -> tensor<2xi32>
  // CHECK: burin.reduce_any %{{.*}} axes [0, 1] {keep_dims = false} : (tensor<2x3xi1>) -> tensor<i1>
  %1 = burin.reduce_any %y axes [0, 1] {keep_dims = false} : (tensor<2x3xi1>) -> tensor<i1>
  // CHECK: burin.reduce_all %{{.*}} axes [1] {keep_dims = true} : (tensor<2x3xi1>) -> tensor<2x1xi1>
  %2 = burin.reduce_all %y axes [1] {keep_dims = true} : (tensor<2x3xi1>) -> tensor<2x1xi1>
  return %0, %1, %2 : tensor<2xi32>, tensor<i1>, tensor<2x1xi1>
}
