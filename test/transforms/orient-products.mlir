// RUN: burin-opt %s --burin-orient-products | FileCheck %s

// CHECK-LABEL: func @a_matrix_that_stays_is_transposed_before_the_loop
// CHECK-SAME: (%{{.*}}: tensor<i64>, %[[W:.*]]: tensor<64x32xf32>
func.func @a_matrix_that_stays_is_transposed_before_the_loop(%n: tensor<i64>, %w: tensor<64x32xf32>, %x: tensor<32x1xf32>,
                                                             %y: tensor<64x1xf32>) -> tensor<64x1xf32> {
  // CHECK: %[[T:.*]] = burin.transpose %[[W]] {permutation = array<i64: 1, 0>} : (tensor<64x32xf32>) -> tensor<32x64xf32>
  // CHECK: burin.for
  %0 = burin.for %n times, %y : (tensor<i64>, tensor<64x1xf32>) -> tensor<64x1xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<64x1xf32>):
    %1 = burin.slice %s {starts = array<i64: 0, 0>, steps = array<i64: 1, 1>, stops = array<i64: 32, 1>} : (tensor<64x1xf32>) -> tensor<32x1xf32>
    // CHECK: %[[ROW:.*]] = burin.reshape %{{.*}} : (tensor<32x1xf32>) -> tensor<1x32xf32>
    // CHECK: %[[P:.*]] = burin.matmul %[[ROW]], %[[T]]
    // CHECK: burin.reshape %[[P]] {{.*}} : (tensor<1x64xf32>) -> tensor<64x1xf32>
    %2 = burin.matmul %w, %1 : (tensor<64x32xf32>, tensor<32x1xf32>) -> tensor<64x1xf32>
    burin.yield %2 : tensor<64x1xf32>
  }
  return %0 : tensor<64x1xf32>
}

// CHECK-LABEL: func @a_matrix_that_changes_and_one_outside_of_loops_stay
func.func @a_matrix_that_changes_and_one_outside_of_loops_stay(%n: tensor<i64>, %w: tensor<32x32xf32>, %x: tensor<32x1xf32>) -> tensor<32x1xf32> {
  // CHECK-NOT: burin.transpose
  %0 = burin.for %n times, %w : (tensor<i64>, tensor<32x32xf32>) -> tensor<32x32xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<32x32xf32>):
    %1 = burin.matmul %s, %x : (tensor<32x32xf32>, tensor<32x1xf32>) -> tensor<32x1xf32>
    %2 = burin.add %s, %1 : (tensor<32x32xf32>, tensor<32x1xf32>) -> tensor<32x32xf32>
    burin.yield %2 : tensor<32x32xf32>
  }
  %3 = burin.matmul %0, %x : (tensor<32x32xf32>, tensor<32x1xf32>) -> tensor<32x1xf32>
  return %3 : tensor<32x1xf32>
}
