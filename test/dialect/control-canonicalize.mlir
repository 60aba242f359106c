// RUN: burin-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @a_constant_condition_leaves_the_branch
// CHECK-SAME: (%[[X:.*]]: tensor<f32>)
func.func @a_constant_condition_leaves_the_branch(%x: tensor<f32>) -> tensor<f32> {
  %c = burin.constant dense<false> : tensor<i1>
  // CHECK-NOT: burin.if
  // CHECK: %[[Y:.*]] = burin.exp %[[X]]
  %0 = burin.if %c : (tensor<i1>) -> tensor<f32> then {
    burin.yield %x : tensor<f32>
  } else {
    %1 = burin.exp %x : (tensor<f32>) -> tensor<f32>
    burin.yield %1 : tensor<f32>
  }
  // CHECK: return %[[Y]]
  return %0 : tensor<f32>
}

// CHECK-LABEL: func @results_that_nobody_needs_or_are_the_same_go
// CHECK-SAME: (%[[C:.*]]: tensor<i1>, %[[X:.*]]: tensor<f32>)
func.func @results_that_nobody_needs_or_are_the_same_go(%c: tensor<i1>, %x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK: %[[R:.*]] = burin.if %[[C]] : (tensor<i1>) -> tensor<f32>
  // CHECK-NOT: burin.exp
  %0:3 = burin.if %c : (tensor<i1>) -> (tensor<f32>, tensor<f32>, tensor<f32>) then {
    %1 = burin.exp %x : (tensor<f32>) -> tensor<f32>
    %2 = burin.square %x : (tensor<f32>) -> tensor<f32>
    burin.yield %1, %2, %x : tensor<f32>, tensor<f32>, tensor<f32>
  } else {
    burin.yield %x, %x, %x : tensor<f32>, tensor<f32>, tensor<f32>
  }
  // CHECK: return %[[R]], %[[X]]
  return %0#1, %0#2 : tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func @state_that_nobody_needs_or_never_changes_goes
// CHECK-SAME: (%[[N:.*]]: tensor<i64>, %[[X:.*]]: tensor<f32>, %[[Y:.*]]: tensor<f32>)
func.func @state_that_nobody_needs_or_never_changes_goes(%n: tensor<i64>, %x: tensor<f32>, %y: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
  // CHECK: %[[R:.*]] = burin.for %[[N]] times, %[[X]] : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  // CHECK-NEXT: ^bb0(%{{.*}}: tensor<i64>, %[[S:.*]]: tensor<f32>):
  // CHECK-NEXT: %[[NEXT:.*]] = burin.add %[[S]], %[[Y]]
  // CHECK-NEXT: burin.yield %[[NEXT]] : tensor<f32>
  %0:3 = burin.for %n times, %x, %x, %y : (tensor<i64>, tensor<f32>, tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>, tensor<f32>) do {
  ^bb0(%i: tensor<i64>, %s: tensor<f32>, %dead: tensor<f32>, %same: tensor<f32>):
    %1 = burin.add %s, %same : (tensor<f32>, tensor<f32>) -> tensor<f32>
    %2 = burin.exp %dead : (tensor<f32>) -> tensor<f32>
    burin.yield %1, %2, %same : tensor<f32>, tensor<f32>, tensor<f32>
  }
  // CHECK: return %[[R]], %[[Y]]
  return %0#0, %0#2 : tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func @what_the_test_needs_stays
func.func @what_the_test_needs_stays(%n: tensor<i64>, %x: tensor<f32>) -> tensor<f32> {
  // CHECK: burin.while %{{.*}}, %{{.*}} : tensor<i64>, tensor<f32>
  %0:2 = burin.while %n, %x : tensor<i64>, tensor<f32> -> tensor<i64>, tensor<f32> test {
  ^bb0(%i: tensor<i64>, %s: tensor<f32>):
    %c = burin.less %i, %n : (tensor<i64>, tensor<i64>) -> tensor<i1>
    burin.yield %c : tensor<i1>
  } do {
  ^bb0(%i: tensor<i64>, %s: tensor<f32>):
    %1 = burin.add %i, %i : (tensor<i64>, tensor<i64>) -> tensor<i64>
    %2 = burin.exp %s : (tensor<f32>) -> tensor<f32>
    burin.yield %1, %2 : tensor<i64>, tensor<f32>
  }
  return %0#1 : tensor<f32>
}

// CHECK-LABEL: func @what_a_print_needs_stays
func.func @what_a_print_needs_stays(%n: tensor<i64>, %x: tensor<f32>) {
  // CHECK: burin.for
  // CHECK: burin.exp
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<f32>):
    burin.print "{0}", %s {site = 0 : i64} : tensor<f32>
    %1 = burin.exp %s : (tensor<f32>) -> tensor<f32>
    burin.yield %1 : tensor<f32>
  }
  return
}

// CHECK-LABEL: func @a_test_that_is_false_leaves_the_initial_state
// CHECK-SAME: (%[[X:.*]]: tensor<f32>)
func.func @a_test_that_is_false_leaves_the_initial_state(%x: tensor<f32>) -> tensor<f32> {
  %c = burin.constant dense<false> : tensor<i1>
  // CHECK-NOT: burin.while
  %0 = burin.while %x : tensor<f32> -> tensor<f32> test {
  ^bb0(%s: tensor<f32>):
    burin.yield %c : tensor<i1>
  } do {
  ^bb0(%s: tensor<f32>):
    %1 = burin.exp %s : (tensor<f32>) -> tensor<f32>
    burin.yield %1 : tensor<f32>
  }
  // CHECK: return %[[X]]
  return %0 : tensor<f32>
}

// CHECK-LABEL: func @few_trips_are_unrolled
// CHECK-SAME: (%[[X:.*]]: tensor<f32>)
func.func @few_trips_are_unrolled(%x: tensor<f32>) -> tensor<f32> {
  %n = burin.constant dense<2> : tensor<i64>
  // CHECK-NOT: burin.for
  // CHECK: %[[A:.*]] = burin.exp %[[X]]
  // CHECK: %[[B:.*]] = burin.exp %[[A]]
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<f32>):
    %1 = burin.exp %s : (tensor<f32>) -> tensor<f32>
    burin.yield %1 : tensor<f32>
  }
  // CHECK: return %[[B]]
  return %0 : tensor<f32>
}

// CHECK-LABEL: func @many_trips_are_not
func.func @many_trips_are_not(%x: tensor<f32>) -> tensor<f32> {
  %n = burin.constant dense<9> : tensor<i64>
  // CHECK: burin.for
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<f32>):
    %1 = burin.exp %s : (tensor<f32>) -> tensor<f32>
    burin.yield %1 : tensor<f32>
  }
  return %0 : tensor<f32>
}

// CHECK-LABEL: func @no_trip_leaves_the_initial_state
// CHECK-SAME: (%[[X:.*]]: tensor<f32>)
func.func @no_trip_leaves_the_initial_state(%x: tensor<f32>) -> tensor<f32> {
  %n = burin.constant dense<-3> : tensor<i64>
  // CHECK-NOT: burin.for
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<f32>):
    %1 = burin.exp %s : (tensor<f32>) -> tensor<f32>
    burin.yield %1 : tensor<f32>
  }
  // CHECK: return %[[X]]
  return %0 : tensor<f32>
}
