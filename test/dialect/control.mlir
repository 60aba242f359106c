// Ops of control flow survive a round trip.
// RUN: burin-opt %s | burin-opt | FileCheck %s

// CHECK-LABEL: func @branches
func.func @branches(%c: tensor<i1>, %x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: burin.if %{{.*}} : (tensor<i1>) -> tensor<4xf32> then {
  // CHECK: burin.yield %{{.*}} : tensor<4xf32>
  // CHECK: } else {
  %0 = burin.if %c : (tensor<i1>) -> tensor<4xf32> then {
    %1 = burin.square %x : (tensor<4xf32>) -> tensor<4xf32>
    burin.yield %1 : tensor<4xf32>
  } else {
    burin.yield %x : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @loops
func.func @loops(%n: tensor<i64>, %x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK: burin.while %{{.*}} : tensor<f32> -> tensor<f32> test {
  // CHECK: } do {
  %0 = burin.while %x : tensor<f32> -> tensor<f32> test {
  ^bb0(%s: tensor<f32>):
    %c = burin.less %s, %x : (tensor<f32>, tensor<f32>) -> tensor<i1>
    burin.yield %c : tensor<i1>
  } do {
  ^bb0(%s: tensor<f32>):
    // CHECK: burin.require %{{.*}}, "too many" : tensor<i1> state %{{.*}} : tensor<f32>
    %c = burin.less %s, %x : (tensor<f32>, tensor<f32>) -> tensor<i1>
    burin.require %c, "too many" : tensor<i1> state %s : tensor<f32>
    burin.yield %s : tensor<f32>
  }
  // CHECK: burin.for %{{.*}} times, %{{.*}} : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  %1 = burin.for %n times, %x : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<f32>):
    burin.yield %s : tensor<f32>
  }
  return %0, %1 : tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func @rows
func.func @rows(%x: tensor<3x4xi1>, %i: tensor<i64>) -> tensor<3x4xi1> {
  // CHECK: burin.get_row %{{.*}}, %{{.*}} : (tensor<3x4xi1>, tensor<i64>) -> tensor<4xi1>
  %0 = burin.get_row %x, %i : (tensor<3x4xi1>, tensor<i64>) -> tensor<4xi1>
  // CHECK: burin.uninitialized {dtype = i1, shape = array<i64: 3, 4>} : () -> tensor<3x4xi1>
  %1 = burin.uninitialized {dtype = i1, shape = array<i64: 3, 4>} : () -> tensor<3x4xi1>
  // CHECK: burin.set_row %{{.*}}, %{{.*}}, %{{.*}} : (tensor<3x4xi1>, tensor<i64>, tensor<4xi1>) -> tensor<3x4xi1>
  %2 = burin.set_row %1, %i, %0 : (tensor<3x4xi1>, tensor<i64>, tensor<4xi1>) -> tensor<3x4xi1>
  return %2 : tensor<3x4xi1>
}
