// RUN: burin-opt %s --burin-simplify | FileCheck %s

// CHECK-LABEL: func @elementwise_ops_broadcast_themselves
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>, %[[Y:.*]]: tensor<3x4xf32>)
func.func @elementwise_ops_broadcast_themselves(%x: tensor<4xf32>, %y: tensor<3x4xf32>) -> tensor<3x4xf32> {
  %0 = burin.broadcast_to %x {shape = array<i64: 3, 4>} : (tensor<4xf32>) -> tensor<3x4xf32>
  // CHECK: burin.add %[[X]], %[[Y]] : (tensor<4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  %1 = burin.add %0, %y : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  return %1 : tensor<3x4xf32>
}

// CHECK-LABEL: func @a_broadcast_that_gives_the_result_its_shape_stays
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @a_broadcast_that_gives_the_result_its_shape_stays(%x: tensor<4xf32>) -> tensor<3x4xf32> {
  // CHECK: %[[WIDE:.*]] = burin.broadcast_to %[[X]]
  %0 = burin.broadcast_to %x {shape = array<i64: 3, 4>} : (tensor<4xf32>) -> tensor<3x4xf32>
  // CHECK: burin.exp %[[WIDE]]
  %1 = burin.exp %0 : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return %1 : tensor<3x4xf32>
}

// CHECK-LABEL: func @one_of_two_equal_broadcasts_stays
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @one_of_two_equal_broadcasts_stays(%x: tensor<4xf32>) -> tensor<3x4xf32> {
  // CHECK: %[[WIDE:.*]] = burin.broadcast_to %[[X]]
  %0 = burin.broadcast_to %x {shape = array<i64: 3, 4>} : (tensor<4xf32>) -> tensor<3x4xf32>
  // CHECK: burin.multiply %[[X]], %[[WIDE]]
  %1 = burin.multiply %0, %0 : (tensor<3x4xf32>, tensor<3x4xf32>) -> tensor<3x4xf32>
  return %1 : tensor<3x4xf32>
}

// CHECK-LABEL: func @axes_that_are_no_neighbours_are_reduced_one_after_the_other
// CHECK-SAME: (%[[X:.*]]: tensor<2x3x4xf32>)
func.func @axes_that_are_no_neighbours_are_reduced_one_after_the_other(%x: tensor<2x3x4xf32>) -> tensor<3xf32> {
  // CHECK: %[[INNER:.*]] = burin.reduce_sum %[[X]] axes [2] {keep_dims = false} : (tensor<2x3x4xf32>) -> tensor<2x3xf32>
  // CHECK: burin.reduce_sum %[[INNER]] axes [0] {keep_dims = false} : (tensor<2x3xf32>) -> tensor<3xf32>
  %0 = burin.reduce_sum %x axes [0, 2] {keep_dims = false} : (tensor<2x3x4xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func @kept_dimensions_are_kept_by_each_part
// CHECK-SAME: (%[[X:.*]]: tensor<2x3x4xf32>)
func.func @kept_dimensions_are_kept_by_each_part(%x: tensor<2x3x4xf32>) -> tensor<1x3x1xf32> {
  // CHECK: %[[INNER:.*]] = burin.reduce_max %[[X]] axes [2] {keep_dims = true} : (tensor<2x3x4xf32>) -> tensor<2x3x1xf32>
  // CHECK: burin.reduce_max %[[INNER]] axes [0] {keep_dims = true} : (tensor<2x3x1xf32>) -> tensor<1x3x1xf32>
  %0 = burin.reduce_max %x axes [0, 2] {keep_dims = true} : (tensor<2x3x4xf32>) -> tensor<1x3x1xf32>
  return %0 : tensor<1x3x1xf32>
}

// CHECK-LABEL: func @neighbours_are_reduced_at_once
func.func @neighbours_are_reduced_at_once(%x: tensor<2x3x4xf32>) -> tensor<2xf32> {
  // CHECK-COUNT-1: burin.reduce_sum
  // CHECK-NOT: burin.reduce_sum
  %0 = burin.reduce_sum %x axes [2, 1] {keep_dims = false} : (tensor<2x3x4xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @three_axes_apart_are_three_reductions
func.func @three_axes_apart_are_three_reductions(%x: tensor<2x3x4x5x6xf32>) -> tensor<3x5xf32> {
  // CHECK: burin.reduce_sum %{{.*}} axes [4]
  // CHECK: burin.reduce_sum %{{.*}} axes [2]
  // CHECK: burin.reduce_sum %{{.*}} axes [0]
  %0 = burin.reduce_sum %x axes [0, 2, 4] {keep_dims = false} : (tensor<2x3x4x5x6xf32>) -> tensor<3x5xf32>
  return %0 : tensor<3x5xf32>
}

// CHECK-LABEL: func @N3_halves_are_summed_in_f32
func.func @N3_halves_are_summed_in_f32(%x: tensor<4x8xbf16>) -> tensor<4xbf16> {
  // CHECK: %[[WIDE:.*]] = burin.cast %{{.*}} {dtype = f32}
  // CHECK: %[[SUM:.*]] = burin.reduce_sum %[[WIDE]] axes [1] {{.*}} -> tensor<4xf32>
  // CHECK: burin.cast %[[SUM]] {dtype = bf16}
  %0 = burin.reduce_sum %x axes [1] {keep_dims = false} : (tensor<4x8xbf16>) -> tensor<4xbf16>
  return %0 : tensor<4xbf16>
}

// CHECK-LABEL: func @N3_a_sum_of_complex_numbers_is_that_of_their_parts
func.func @N3_a_sum_of_complex_numbers_is_that_of_their_parts(%x: tensor<8xcomplex<f32>>) -> tensor<complex<f32>> {
  // CHECK-DAG: %[[RE:.*]] = burin.real
  // CHECK-DAG: %[[IM:.*]] = burin.imag
  // CHECK-DAG: %[[A:.*]] = burin.reduce_sum %[[RE]]
  // CHECK-DAG: %[[B:.*]] = burin.reduce_sum %[[IM]]
  // CHECK: burin.complex %[[A]], %[[B]]
  %0 = burin.reduce_sum %x axes [0] {keep_dims = false} : (tensor<8xcomplex<f32>>) -> tensor<complex<f32>>
  return %0 : tensor<complex<f32>>
}

// CHECK-LABEL: func @a_complex_matrix_product_is_four_real_ones
func.func @a_complex_matrix_product_is_four_real_ones(%x: tensor<2x3xcomplex<f64>>, %y: tensor<3x2xcomplex<f64>>) -> tensor<2x2xcomplex<f64>> {
  // CHECK-COUNT-4: burin.matmul %{{.*}} : (tensor<2x3xf64>, tensor<3x2xf64>) -> tensor<2x2xf64>
  // CHECK: burin.complex
  %0 = burin.matmul %x, %y : (tensor<2x3xcomplex<f64>>, tensor<3x2xcomplex<f64>>) -> tensor<2x2xcomplex<f64>>
  return %0 : tensor<2x2xcomplex<f64>>
}

// CHECK-LABEL: func @a_product_of_nothing_is_1
func.func @a_product_of_nothing_is_1(%x: tensor<2x0xf32>) -> tensor<2xf32> {
  // CHECK: burin.constant dense<1.000000e+00> : tensor<2xf32>
  %0 = burin.reduce_prod %x axes [1] {keep_dims = false} : (tensor<2x0xf32>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @stop_gradient_costs_nothing
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @stop_gradient_costs_nothing(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = burin.stop_gradient %x : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<4xf32>
}
