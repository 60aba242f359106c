// RUN: burin-opt %s --burin-insert-checks | FileCheck %s

// CHECK-LABEL: func @indices_are_checked_before_the_op
func.func @indices_are_checked_before_the_op(%x: tensor<3x2xf32>, %i: tensor<4xi64>) -> tensor<4x2xf32> {
  // CHECK: burin.check_indices %{{.*}} extent 3 limit 3 {is_unsigned = false, message = "gather: index {} is out of range for axis 0 of f32[3,2] with extent 3{{.*}}"} : tensor<4xi64>
  // CHECK-NEXT: burin.gather
  %0 = burin.gather %x at %i {dims = array<i64: -1, 1>, index_dims = array<i64: 0>} : (tensor<3x2xf32>, tensor<4xi64>) -> tensor<4x2xf32>
  return %0 : tensor<4x2xf32>
}

// CHECK-LABEL: func @E4_what_nobody_uses_is_not_checked
func.func @E4_what_nobody_uses_is_not_checked(%x: tensor<3xf32>, %i: tensor<4xi64>) {
  // CHECK-NOT: burin.check_indices
  %0 = burin.gather %x at %i {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<3xf32>, tensor<4xi64>) -> tensor<4xf32>
  %1 = burin.gather %0 at %i {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<4xf32>, tensor<4xi64>) -> tensor<4xf32>
  return
}

// CHECK-LABEL: func @known_indices_are_checked_now
func.func @known_indices_are_checked_now(%x: tensor<3xf32>) -> tensor<2xf32> {
  // CHECK-NOT: burin.check_indices
  %i = burin.constant dense<[-3, 2]> : tensor<2xi64>
  %0 = burin.gather %x at %i {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<3xf32>, tensor<2xi64>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}

// CHECK-LABEL: func @known_indices_out_of_range_fail_when_it_runs
func.func @known_indices_out_of_range_fail_when_it_runs(%x: tensor<3xf32>) -> tensor<2xf32> {
  // CHECK: burin.check_indices
  %i = burin.constant dense<[0, 3]> : tensor<2xui8>
  %0 = burin.gather %x at %i {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<3xf32>, tensor<2xui8>) -> tensor<2xf32>
  return %0 : tensor<2xf32>
}
