// RUN: burin-opt %s --burin-form-clusters --burin-to-linalg | FileCheck %s
// RUN: burin-opt %s --burin-form-clusters --burin-to-linalg --burin-place-buffers --burin-to-loops=vector-bits=256 | FileCheck %s --check-prefix=LOOPS

// CHECK-LABEL: func @all_trips_of_an_element_at_once
// LOOPS-LABEL: func @all_trips_of_an_element_at_once
func.func @all_trips_of_an_element_at_once(%n: tensor<i64>, %x: tensor<1024xf32>, %y: tensor<1xf32>) -> tensor<1024xf32> {
  // CHECK-NOT: burin.for
  // CHECK: burin.cluster "elementwise"
  // CHECK: linalg.generic
  // CHECK: %[[END:.*]] = scf.for {{.*}} iter_args(%[[S:.*]] = %{{.*}}) -> (f32)
  // CHECK: arith.mulf %[[S]], %[[S]]
  // CHECK: linalg.yield %[[END]]
  // LOOPS: scf.for
  // LOOPS: vector.load {{.*}} vector<32xf32>
  // LOOPS: scf.for {{.*}} iter_args({{.*}}) -> (vector<32xf32>)
  // LOOPS-NOT: vector.load
  // LOOPS: arith.mulf {{.*}} vector<32xf32>
  // LOOPS: vector.store
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<1024xf32>) -> tensor<1024xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<1024xf32>):
    %1 = burin.multiply %s, %s : (tensor<1024xf32>, tensor<1024xf32>) -> tensor<1024xf32>
    %2 = burin.add %1, %y : (tensor<1024xf32>, tensor<1xf32>) -> tensor<1024xf32>
    burin.yield %2 : tensor<1024xf32>
  }
  return %0 : tensor<1024xf32>
}

// A trip that reads other elements than it writes must be done before the next.
// CHECK-LABEL: func @elements_that_depend_on_others
func.func @elements_that_depend_on_others(%n: tensor<i64>, %x: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK: burin.for
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<8xf32>) -> tensor<8xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<8xf32>):
    %1 = burin.reduce_sum %s axes [0] {keep_dims = true} : (tensor<8xf32>) -> tensor<1xf32>
    %2 = burin.subtract %s, %1 : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xf32>
    burin.yield %2 : tensor<8xf32>
  }
  return %0 : tensor<8xf32>
}
