// RUN: burin-opt %s --burin-hoist-invariants | FileCheck %s

// CHECK-LABEL: func @what_is_the_same_in_each_trip_is_computed_before
func.func @what_is_the_same_in_each_trip_is_computed_before(%n: tensor<i64>, %x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[E:.*]] = burin.exp %{{.*}}
  // CHECK: burin.for
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<4xf32>) -> tensor<4xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<4xf32>):
    %1 = burin.exp %y : (tensor<4xf32>) -> tensor<4xf32>
    // CHECK: burin.add %{{.*}}, %[[E]]
    %2 = burin.add %s, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    burin.yield %2 : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @out_of_nested_loops_and_tests
func.func @out_of_nested_loops_and_tests(%n: tensor<i64>, %x: tensor<f32>) -> tensor<f32> {
  // CHECK: %[[E:.*]] = burin.exp %{{.*}}
  // CHECK: burin.for
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<f32>):
    // CHECK: burin.while
    %1 = burin.while %s : tensor<f32> -> tensor<f32> test {
    ^bb0(%t: tensor<f32>):
      %limit = burin.exp %x : (tensor<f32>) -> tensor<f32>
      // CHECK: burin.less %{{.*}}, %[[E]]
      %c = burin.less %t, %limit : (tensor<f32>, tensor<f32>) -> tensor<i1>
      burin.yield %c : tensor<i1>
    } do {
    ^bb0(%t: tensor<f32>):
      %2 = burin.add %t, %x : (tensor<f32>, tensor<f32>) -> tensor<f32>
      burin.yield %2 : tensor<f32>
    }
    burin.yield %1 : tensor<f32>
  }
  return %0 : tensor<f32>
}

// CHECK-LABEL: func @what_costs_memory_alone_stays
func.func @what_costs_memory_alone_stays(%n: tensor<i64>, %x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: burin.for
  // CHECK: burin.iota
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<4xf32>) -> tensor<4xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<4xf32>):
    %1 = burin.iota {axis = 0 : i64, dtype = f32, shape = array<i64: 4>} : () -> tensor<4xf32>
    %2 = burin.add %s, %1 : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
    burin.yield %2 : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}
