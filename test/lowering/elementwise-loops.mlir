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
  // LOOPS-NOT: scf.while
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

// State that repeats decides on all trips to come: after sixteen trips the code looks.
// CHECK-LABEL: func @a_state_that_may_repeat
// LOOPS-LABEL: func @a_state_that_may_repeat
func.func @a_state_that_may_repeat(%n: tensor<i64>, %x: tensor<1000xf32>, %y: tensor<1xf32>) -> (tensor<1000xf32>, tensor<1000xf32>) {
  // CHECK: scf.for
  // CHECK: } {burin.may_repeat}
  // LOOPS: scf.while ({{.*}}) : (index, vector<32xf32>, vector<32xf32>)
  // LOOPS: arith.cmpi sgt
  // LOOPS: %[[NOW:.*]] = arith.minsi %{{.*}}, %c16
  // LOOPS: scf.for %{{.*}} = %c0 to %[[NOW]] step %c1 iter_args({{.*}}) -> (vector<32xf32>, vector<32xf32>)
  // LOOPS: arith.remui %{{.*}}, %c16
  // LOOPS: arith.bitcast {{.*}} : vector<32xf32> to vector<32xi32>
  // LOOPS: arith.cmpi ne
  // LOOPS: vector.reduction <or>
  // LOOPS: %[[CHANGED:.*]] = scf.if
  // LOOPS: arith.select %[[CHANGED]]
  // In the last lanes of a row that don't exist anything may happen.
  // LOOPS: arith.cmpi ne
  // LOOPS-NEXT: arith.andi
  // LOOPS-NEXT: vector.reduction <or>
  %0:2 = burin.for %n times, %x, %x : (tensor<i64>, tensor<1000xf32>, tensor<1000xf32>) -> (tensor<1000xf32>, tensor<1000xf32>) do {
  ^bb0(%i: tensor<i64>, %s: tensor<1000xf32>, %t: tensor<1000xf32>):
    %1 = burin.multiply %s, %t : (tensor<1000xf32>, tensor<1000xf32>) -> tensor<1000xf32>
    %2 = burin.add %1, %y : (tensor<1000xf32>, tensor<1xf32>) -> tensor<1000xf32>
    %3 = burin.subtract %t, %s : (tensor<1000xf32>, tensor<1000xf32>) -> tensor<1000xf32>
    %4 = burin.maximum %3, %2 : (tensor<1000xf32>, tensor<1000xf32>) -> tensor<1000xf32>
    burin.yield %2, %4 : tensor<1000xf32>, tensor<1000xf32>
  }
  return %0#0, %0#1 : tensor<1000xf32>, tensor<1000xf32>
}

// A trip that knows its number may do anything next.
// CHECK-LABEL: func @trips_that_know_their_number
// CHECK: scf.for
// CHECK-NOT: burin.may_repeat
// CHECK: return
func.func @trips_that_know_their_number(%n: tensor<i64>, %x: tensor<64xi64>) -> tensor<64xi64> {
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<64xi64>) -> tensor<64xi64> do {
  ^bb0(%i: tensor<i64>, %s: tensor<64xi64>):
    %1 = burin.multiply %s, %s : (tensor<64xi64>, tensor<64xi64>) -> tensor<64xi64>
    %2 = burin.add %1, %i : (tensor<64xi64>, tensor<i64>) -> tensor<64xi64>
    %3 = burin.subtract %2, %s : (tensor<64xi64>, tensor<64xi64>) -> tensor<64xi64>
    %4 = burin.maximum %3, %2 : (tensor<64xi64>, tensor<64xi64>) -> tensor<64xi64>
    burin.yield %4 : tensor<64xi64>
  }
  return %0 : tensor<64xi64>
}

// Nor does it pay for a few trips.
// CHECK-LABEL: func @few_trips
// CHECK: scf.for
// CHECK-NOT: burin.may_repeat
// CHECK: return
func.func @few_trips(%x: tensor<64xi64>) -> tensor<64xi64> {
  %n = burin.constant dense<63> : tensor<i64>
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<64xi64>) -> tensor<64xi64> do {
  ^bb0(%i: tensor<i64>, %s: tensor<64xi64>):
    %1 = burin.multiply %s, %s : (tensor<64xi64>, tensor<64xi64>) -> tensor<64xi64>
    %2 = burin.add %1, %s : (tensor<64xi64>, tensor<64xi64>) -> tensor<64xi64>
    %3 = burin.subtract %2, %s : (tensor<64xi64>, tensor<64xi64>) -> tensor<64xi64>
    %4 = burin.maximum %3, %2 : (tensor<64xi64>, tensor<64xi64>) -> tensor<64xi64>
    burin.yield %4 : tensor<64xi64>
  }
  return %0 : tensor<64xi64>
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
