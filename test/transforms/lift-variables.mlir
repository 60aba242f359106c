// RUN: burin-opt %s --burin-lift-variables | FileCheck %s

// CHECK-LABEL: func @an_update_becomes_a_result
// CHECK-SAME: (%[[W:.*]]: tensor<4xf32> {burin.variable = "w"}) -> tensor<4xf32> attributes {burin.updates = array<i64: 0>}
func.func @an_update_becomes_a_result(%w: !burin.variable<tensor<4xf32>> {burin.variable = "w"}) {
  // CHECK-NOT: burin.read
  %0 = burin.read %w : (!burin.variable<tensor<4xf32>>) -> tensor<4xf32>
  // CHECK: %[[NEW:.*]] = burin.square %[[W]]
  %1 = burin.square %0 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK-NOT: burin.assign
  burin.assign %w, %1 : !burin.variable<tensor<4xf32>>, tensor<4xf32>
  // CHECK: return %[[NEW]]
  return
}

// CHECK-LABEL: func @a_variable_that_is_only_read_gives_no_result
// CHECK-SAME: (%[[W:.*]]: tensor<f32> {burin.variable = "w"}) -> tensor<f32> attributes {burin.updates = array<i64>}
func.func @a_variable_that_is_only_read_gives_no_result(%w: !burin.variable<tensor<f32>> {burin.variable = "w"}) -> tensor<f32> {
  %0 = burin.read %w : (!burin.variable<tensor<f32>>) -> tensor<f32>
  // CHECK: return %[[W]]
  return %0 : tensor<f32>
}

// CHECK-LABEL: func @E3_a_read_sees_the_assignment_before_it
// CHECK-SAME: (%[[X:.*]]: tensor<f32>, %[[W:.*]]: tensor<f32> {burin.variable = "w"}) -> (tensor<f32>, tensor<f32>, tensor<f32>)
func.func @E3_a_read_sees_the_assignment_before_it(%x: tensor<f32>, %w: !burin.variable<tensor<f32>> {burin.variable = "w"}) -> (tensor<f32>, tensor<f32>) {
  %0 = burin.read %w : (!burin.variable<tensor<f32>>) -> tensor<f32>
  burin.assign %w, %x : !burin.variable<tensor<f32>>, tensor<f32>
  %1 = burin.read %w : (!burin.variable<tensor<f32>>) -> tensor<f32>
  // CHECK: return %[[W]], %[[X]], %[[X]]
  return %0, %1 : tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func @the_last_of_several_assignments_counts
// CHECK-SAME: (%[[X:.*]]: tensor<f32>, %[[Y:.*]]: tensor<f32>, %{{.*}}: tensor<f32> {burin.variable = "w"}) -> tensor<f32> attributes {burin.updates = array<i64: 2>}
func.func @the_last_of_several_assignments_counts(%x: tensor<f32>, %y: tensor<f32>, %w: !burin.variable<tensor<f32>> {burin.variable = "w"}) {
  burin.assign %w, %x : !burin.variable<tensor<f32>>, tensor<f32>
  burin.assign %w, %y : !burin.variable<tensor<f32>>, tensor<f32>
  // CHECK: return %[[Y]]
  return
}

// CHECK-LABEL: func @updates_come_in_the_order_of_the_arguments
// CHECK-SAME: (%[[V:.*]]: tensor<2xf32> {burin.variable = "v"}, %[[W:.*]]: tensor<2xf32> {burin.variable = "w"})
// CHECK-SAME: burin.updates = array<i64: 0, 1>
func.func @updates_come_in_the_order_of_the_arguments(%v: !burin.variable<tensor<2xf32>> {burin.variable = "v"},
                                                      %w: !burin.variable<tensor<2xf32>> {burin.variable = "w"}) {
  %0 = burin.read %v : (!burin.variable<tensor<2xf32>>) -> tensor<2xf32>
  %1 = burin.read %w : (!burin.variable<tensor<2xf32>>) -> tensor<2xf32>
  burin.assign %w, %0 : !burin.variable<tensor<2xf32>>, tensor<2xf32>
  burin.assign %v, %1 : !burin.variable<tensor<2xf32>>, tensor<2xf32>
  // CHECK: return %[[W]], %[[V]]
  return
}

// CHECK-LABEL: func @a_function_without_variables_stays
// CHECK-NOT: burin.updates
func.func @a_function_without_variables_stays(%x: tensor<f32>) -> tensor<f32> {
  return %x : tensor<f32>
}

// CHECK-LABEL: func @E5_what_may_fail_knows_what_variables_hold
// CHECK-SAME: (%[[X:.*]]: tensor<f32>, %[[V:.*]]: tensor<f32> {burin.variable = "v"}, %{{.*}}: tensor<f32> {burin.variable = "w"}, %[[C:.*]]: tensor<i1>)
func.func @E5_what_may_fail_knows_what_variables_hold(%x: tensor<f32>, %v: !burin.variable<tensor<f32>> {burin.variable = "v"},
                                                      %w: !burin.variable<tensor<f32>> {burin.variable = "w"}, %c: tensor<i1>) {
  // CHECK: burin.check "before", %[[C]] {site = 0 : i64} : tensor<i1> state %[[V]] : tensor<f32>
  burin.check "before", %c {site = 0 : i64} : tensor<i1>
  burin.assign %v, %x : !burin.variable<tensor<f32>>, tensor<f32>
  // CHECK: burin.check "after", %[[C]] {site = 1 : i64} : tensor<i1> state %[[X]] : tensor<f32>
  burin.check "after", %c {site = 1 : i64} : tensor<i1>
  // CHECK: burin.print "to a file" {may_fail, site = 2 : i64} state %[[X]] : tensor<f32>
  burin.print "to a file" {may_fail, site = 2 : i64}
  // CHECK: burin.print "to stderr" {site = 3 : i64}{{$}}
  burin.print "to stderr" {site = 3 : i64}
  %0 = burin.read %w : (!burin.variable<tensor<f32>>) -> tensor<f32>
  return
}
