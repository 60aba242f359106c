// RUN: burin-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @a_reduction_over_no_axis_is_nothing
// CHECK-SAME: (%[[X:.*]]: tensor<3xf32>)
func.func @a_reduction_over_no_axis_is_nothing(%x: tensor<3xf32>) -> tensor<3xf32> {
  %0 = burin.reduce_max %x axes [] {keep_dims = true} : (tensor<3xf32>) -> tensor<3xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<3xf32>
}

// A sum over an axis of 1 makes a plus zero of a minus zero, but it is also another shape.
// CHECK-LABEL: func @a_reduction_over_an_axis_of_1_stays
func.func @a_reduction_over_an_axis_of_1_stays(%x: tensor<3x1xf32>) -> tensor<3xf32> {
  // CHECK: burin.reduce_sum
  %0 = burin.reduce_sum %x axes [1] {keep_dims = false} : (tensor<3x1xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
