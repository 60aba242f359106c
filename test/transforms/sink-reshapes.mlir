// RUN: burin-opt %s --burin-sink-reshapes | FileCheck %s
// RUN: burin-opt %s --burin-sink-reshapes --burin-form-clusters | FileCheck %s --check-prefix=CLUSTER

// CHECK-LABEL: func @what_follows_a_product_with_a_vector_joins_it
// CHECK-SAME: (%[[V:.*]]: tensor<1x32xf32>, %[[W:.*]]: tensor<32x64xf32>, %[[B:.*]]: tensor<64xf32>, %[[S:.*]]: tensor<f32>)
// CLUSTER-LABEL: func @what_follows_a_product_with_a_vector_joins_it
func.func @what_follows_a_product_with_a_vector_joins_it(%v: tensor<1x32xf32>, %w: tensor<32x64xf32>, %b: tensor<64xf32>,
                                                         %s: tensor<f32>) -> tensor<64xf32> {
  // CHECK: %[[ROW:.*]] = burin.reshape %[[B]] {shape = array<i64: 1, 64>}
  // CHECK: %[[P:.*]] = burin.matmul %[[V]], %[[W]]
  // CHECK: %[[SUM:.*]] = burin.add %[[P]], %[[ROW]]
  // CHECK: %[[SCALED:.*]] = burin.multiply %[[SUM]], %[[S]] : (tensor<1x64xf32>, tensor<f32>) -> tensor<1x64xf32>
  // CHECK: %[[R:.*]] = burin.reshape %[[SCALED]] {shape = array<i64: 64>}
  // CHECK: return %[[R]]
  // CLUSTER: burin.cluster "matmul"
  // CLUSTER: burin.add
  // CLUSTER: burin.multiply
  // CLUSTER-NOT: burin.cluster
  // CLUSTER: return
  %0 = burin.matmul %v, %w : (tensor<1x32xf32>, tensor<32x64xf32>) -> tensor<1x64xf32>
  %1 = burin.reshape %0 {shape = array<i64: 64>} : (tensor<1x64xf32>) -> tensor<64xf32>
  %2 = burin.add %1, %b : (tensor<64xf32>, tensor<64xf32>) -> tensor<64xf32>
  %3 = burin.multiply %2, %s : (tensor<64xf32>, tensor<f32>) -> tensor<64xf32>
  return %3 : tensor<64xf32>
}

// A product that something else reads as well has memory in any case; a reshape that regroups elements is none of ours.
// CHECK-LABEL: func @other_reshapes_stay
func.func @other_reshapes_stay(%v: tensor<2x32xf32>, %w: tensor<32x64xf32>, %b: tensor<128xf32>) -> (tensor<128xf32>, tensor<64x2xf32>) {
  // CHECK: %[[P:.*]] = burin.matmul
  // CHECK: burin.reshape %[[P]] {shape = array<i64: 128>}
  // CHECK: burin.add %{{.*}}, %{{.*}} : (tensor<128xf32>, tensor<128xf32>) -> tensor<128xf32>
  %0 = burin.matmul %v, %w : (tensor<2x32xf32>, tensor<32x64xf32>) -> tensor<2x64xf32>
  %1 = burin.reshape %0 {shape = array<i64: 128>} : (tensor<2x64xf32>) -> tensor<128xf32>
  %2 = burin.add %1, %b : (tensor<128xf32>, tensor<128xf32>) -> tensor<128xf32>
  %3 = burin.transpose %0 {permutation = array<i64: 1, 0>} : (tensor<2x64xf32>) -> tensor<64x2xf32>
  return %2, %3 : tensor<128xf32>, tensor<64x2xf32>
}

// CHECK-LABEL: func @a_number_stays_a_number
func.func @a_number_stays_a_number(%v: tensor<1x32xf32>, %w: tensor<32x1xf32>) -> tensor<f64> {
  // CHECK: burin.reshape %{{.*}} : (tensor<1x1xf32>) -> tensor<f32>
  // CHECK: burin.cast %{{.*}} {dtype = f64} : (tensor<f32>) -> tensor<f64>
  %0 = burin.matmul %v, %w : (tensor<1x32xf32>, tensor<32x1xf32>) -> tensor<1x1xf32>
  %1 = burin.reshape %0 {shape = array<i64>} : (tensor<1x1xf32>) -> tensor<f32>
  %2 = burin.cast %1 {dtype = f64} : (tensor<f32>) -> tensor<f64>
  return %2 : tensor<f64>
}
