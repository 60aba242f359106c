// The place of an extremum is the least place of those that have it.
// RUN: burin-opt %s --burin-expand-arg-reductions | FileCheck %s
// RUN: burin-opt %s --burin-stage-clusters | FileCheck %s --check-prefix=CLUSTERS

// CHECK-LABEL: func @argmax
// CLUSTERS-LABEL: func @argmax
func.func @argmax(%x: tensor<4x8xf32>) -> tensor<4xi64> {
  // CHECK-DAG: %[[NOWHERE:.*]] = burin.constant dense<2147483647> : tensor<i32>
  // CHECK-DAG: %[[BEST:.*]] = burin.reduce_max %arg0 axes [1] {keep_dims = true} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  // CHECK-DAG: %[[SAME:.*]] = burin.equal %arg0, %[[BEST]]
  // CHECK-DAG: %[[NAN:.*]] = burin.not_equal %arg0, %arg0
  // CHECK-DAG: %[[HIT:.*]] = burin.logical_or %[[SAME]], %[[NAN]]
  // CHECK-DAG: %[[PLACES:.*]] = burin.iota {axis = 1 : i64, dtype = i32, shape = array<i64: 4, 8>}
  // CHECK-DAG: %[[THERE:.*]] = burin.where %[[HIT]], %[[PLACES]], %[[NOWHERE]]
  // CHECK-DAG: %[[FIRST:.*]] = burin.reduce_min %[[THERE]] axes [1] {keep_dims = false} : (tensor<4x8xi32>) -> tensor<4xi32>
  // CHECK: burin.cast %[[FIRST]] {dtype = i64}
  // Both reductions pass over a row while that is in the cache.
  // CLUSTERS: burin.cluster "row" outer 1 -> tensor<4xi64>
  // CLUSTERS: burin.reduce_max
  // CLUSTERS: burin.reduce_min
  // CLUSTERS: burin.cast
  %0 = burin.argmax %x {axis = 1 : i64, keep_dims = false} : (tensor<4x8xf32>) -> tensor<4xi64>
  return %0 : tensor<4xi64>
}

// CHECK-LABEL: func @argmin_of_integers
// CHECK: burin.reduce_min {{.*}} axes [0] {keep_dims = true} : (tensor<4x8xui8>) -> tensor<1x8xui8>
// CHECK-NOT: burin.not_equal
// CHECK: burin.reduce_min {{.*}} axes [0] {keep_dims = true} : (tensor<4x8xi32>) -> tensor<1x8xi32>
func.func @argmin_of_integers(%x: tensor<4x8xui8>) -> tensor<1x8xi64> {
  %0 = burin.argmin %x {axis = 0 : i64, keep_dims = true} : (tensor<4x8xui8>) -> tensor<1x8xi64>
  return %0 : tensor<1x8xi64>
}

// CHECK-LABEL: func @of_a_long_axis
// CHECK: burin.iota {axis = 0 : i64, dtype = i64, shape = array<i64: 4294967296>}
func.func @of_a_long_axis(%x: tensor<4294967296xi8>) -> tensor<i64> {
  %0 = burin.argmax %x {axis = 0 : i64, keep_dims = false} : (tensor<4294967296xi8>) -> tensor<i64>
  return %0 : tensor<i64>
}
