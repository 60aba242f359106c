// RUN: burin-opt %s | burin-opt | FileCheck %s
// RUN: burin-opt %s --cse --canonicalize | FileCheck %s --check-prefix=KEPT

// CHECK-LABEL: func @a_variable_is_read_and_assigned
// CHECK-SAME: (%[[W:.*]]: !burin.variable<tensor<4xf32>> {burin.variable = "w"})
func.func @a_variable_is_read_and_assigned(%w: !burin.variable<tensor<4xf32>> {burin.variable = "w"}) {
  // CHECK: %[[OLD:.*]] = burin.read %[[W]] : (!burin.variable<tensor<4xf32>>) -> tensor<4xf32>
  %0 = burin.read %w : (!burin.variable<tensor<4xf32>>) -> tensor<4xf32>
  // CHECK: burin.assign %[[W]], %[[OLD]] : !burin.variable<tensor<4xf32>>, tensor<4xf32>
  burin.assign %w, %0 : !burin.variable<tensor<4xf32>>, tensor<4xf32>
  return
}

// CHECK-LABEL: func @print_takes_any_number_of_tensors
func.func @print_takes_any_number_of_tensors(%x: tensor<4xf32>) {
  // CHECK: burin.print "hello" {site = 0 : i64}
  burin.print "hello" {site = 0 : i64}
  // CHECK: burin.print "{} {}", %{{.*}}, %{{.*}} {site = 1 : i64} : tensor<4xf32>, tensor<4xf32>
  burin.print "{} {}", %x, %x {site = 1 : i64} : tensor<4xf32>, tensor<4xf32>
  return
}

// KEPT-LABEL: func @E2_equal_prints_both_stay
func.func @E2_equal_prints_both_stay(%x: tensor<4xf32>) {
  // KEPT-COUNT-2: burin.print "{}"
  burin.print "{}", %x {site = 0 : i64} : tensor<4xf32>
  burin.print "{}", %x {site = 0 : i64} : tensor<4xf32>
  return
}

// KEPT-LABEL: func @E3_reads_around_an_assignment_differ
// KEPT-SAME: (%[[W:.*]]: !burin.variable<tensor<f32>>, %[[X:.*]]: tensor<f32>)
func.func @E3_reads_around_an_assignment_differ(%w: !burin.variable<tensor<f32>>, %x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  // KEPT: %[[BEFORE:.*]] = burin.read %[[W]]
  %0 = burin.read %w : (!burin.variable<tensor<f32>>) -> tensor<f32>
  // KEPT: burin.assign %[[W]], %[[X]]
  burin.assign %w, %x : !burin.variable<tensor<f32>>, tensor<f32>
  // KEPT: %[[AFTER:.*]] = burin.read %[[W]]
  %1 = burin.read %w : (!burin.variable<tensor<f32>>) -> tensor<f32>
  // KEPT: return %[[BEFORE]], %[[AFTER]]
  return %0, %1 : tensor<f32>, tensor<f32>
}

// KEPT-LABEL: func @E4_an_unused_read_goes
func.func @E4_an_unused_read_goes(%w: !burin.variable<tensor<f32>>) {
  // KEPT-NOT: burin.read
  %0 = burin.read %w : (!burin.variable<tensor<f32>>) -> tensor<f32>
  return
}
