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
// CHECK-LABEL: func @E3_a_branch_gives_what_it_assigns
// CHECK-SAME: (%[[C:.*]]: tensor<i1>, %[[W:.*]]: tensor<f32> {burin.variable = "w"}) -> tensor<f32>
func.func @E3_a_branch_gives_what_it_assigns(%c: tensor<i1>, %w: !burin.variable<tensor<f32>> {burin.variable = "w"}) {
  // CHECK: %[[R:.*]] = burin.if %[[C]] : (tensor<i1>) -> tensor<f32> then {
  // CHECK: %[[NEW:.*]] = burin.square %[[W]]
  // CHECK: burin.yield %[[NEW]] : tensor<f32>
  // CHECK: } else {
  // CHECK: burin.yield %[[W]] : tensor<f32>
  burin.if %c : (tensor<i1>) -> () then {
    %0 = burin.read %w : (!burin.variable<tensor<f32>>) -> tensor<f32>
    %1 = burin.square %0 : (tensor<f32>) -> tensor<f32>
    burin.assign %w, %1 : !burin.variable<tensor<f32>>, tensor<f32>
    burin.yield
  } else {
    burin.yield
  }
  // CHECK: return %[[R]]
  return
}

// CHECK-LABEL: func @E3_a_loop_carries_what_it_assigns
// CHECK-SAME: (%[[N:.*]]: tensor<i64>, %[[W:.*]]: tensor<f32> {burin.variable = "w"}, %[[V:.*]]: tensor<f32> {burin.variable = "v"})
func.func @E3_a_loop_carries_what_it_assigns(%n: tensor<i64>, %w: !burin.variable<tensor<f32>> {burin.variable = "w"},
                                             %v: !burin.variable<tensor<f32>> {burin.variable = "v"}) {
  // CHECK: %[[R:.*]] = burin.for %[[N]] times, %[[W]] : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  // CHECK: ^bb0(%{{.*}}: tensor<i64>, %[[S:.*]]: tensor<f32>):
  // CHECK: %[[NEW:.*]] = burin.add %[[S]], %[[V]]
  // CHECK: burin.yield %[[NEW]] : tensor<f32>
  burin.for %n times : (tensor<i64>) -> () do {
  ^bb0(%i: tensor<i64>):
    %0 = burin.read %w : (!burin.variable<tensor<f32>>) -> tensor<f32>
    %1 = burin.read %v : (!burin.variable<tensor<f32>>) -> tensor<f32>
    %2 = burin.add %0, %1 : (tensor<f32>, tensor<f32>) -> tensor<f32>
    burin.assign %w, %2 : !burin.variable<tensor<f32>>, tensor<f32>
    burin.yield
  }
  // CHECK: return %[[R]]
  return
}

// CHECK-LABEL: func @C4_a_test_that_assigns_runs_before_the_loop_and_at_its_end
// CHECK-SAME: (%[[X:.*]]: tensor<f32>, %[[W:.*]]: tensor<f32> {burin.variable = "w"})
func.func @C4_a_test_that_assigns_runs_before_the_loop_and_at_its_end(%x: tensor<f32>, %w: !burin.variable<tensor<f32>> {burin.variable = "w"}) -> tensor<f32> {
  // CHECK: %[[W1:.*]] = burin.square %[[W]]
  // CHECK: %[[C1:.*]] = burin.less %[[X]], %[[W1]]
  // CHECK: %[[R:.*]]:3 = burin.while %[[X]], %[[C1]], %[[W1]]
  // CHECK: ^bb0(%{{.*}}: tensor<f32>, %[[C:.*]]: tensor<i1>, %{{.*}}: tensor<f32>):
  // CHECK-NEXT: burin.yield %[[C]] : tensor<i1>
  // CHECK: ^bb0(%[[S:.*]]: tensor<f32>, %{{.*}}: tensor<i1>, %[[WS:.*]]: tensor<f32>):
  // CHECK: %[[NEXT:.*]] = burin.exp %[[S]]
  // CHECK: %[[W2:.*]] = burin.square %[[WS]]
  // CHECK: %[[C2:.*]] = burin.less %[[NEXT]], %[[W2]]
  // CHECK: burin.yield %[[NEXT]], %[[C2]], %[[W2]]
  %0 = burin.while %x : tensor<f32> -> tensor<f32> test {
  ^bb0(%s: tensor<f32>):
    %1 = burin.read %w : (!burin.variable<tensor<f32>>) -> tensor<f32>
    %2 = burin.square %1 : (tensor<f32>) -> tensor<f32>
    burin.assign %w, %2 : !burin.variable<tensor<f32>>, tensor<f32>
    %c = burin.less %s, %2 : (tensor<f32>, tensor<f32>) -> tensor<i1>
    burin.yield %c : tensor<i1>
  } do {
  ^bb0(%s: tensor<f32>):
    %3 = burin.exp %s : (tensor<f32>) -> tensor<f32>
    burin.yield %3 : tensor<f32>
  }
  // CHECK: return %[[R]]#0, %[[R]]#2
  return %0 : tensor<f32>
}
