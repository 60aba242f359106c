// RUN: burin-opt %s -split-input-file -verify-diagnostics

func.func @a_condition_that_is_no_boolean(%c: tensor<f32>) {
  // expected-error @+1 {{expected a boolean scalar as condition, found f32[]}}
  burin.if %c : (tensor<f32>) -> () then { burin.yield } else { burin.yield }
  return
}

// -----

func.func @a_condition_that_is_no_scalar(%c: tensor<2xi1>) {
  // expected-error @+1 {{expected a boolean scalar as condition, found bool[2]}}
  burin.if %c : (tensor<2xi1>) -> () then { burin.yield } else { burin.yield }
  return
}

// -----

func.func @branches_that_disagree(%c: tensor<i1>, %x: tensor<f32>, %y: tensor<f64>) -> tensor<f32> {
  // expected-error @+1 {{the else region yields 'tensor<f64>', expected 'tensor<f32>'}}
  %0 = burin.if %c : (tensor<i1>) -> tensor<f32> then { burin.yield %x : tensor<f32> } else { burin.yield %y : tensor<f64> }
  return %0 : tensor<f32>
}

// -----

func.func @a_test_that_yields_no_boolean(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @+1 {{the test must yield one boolean scalar}}
  %0 = burin.while %x : tensor<f32> -> tensor<f32> test {
  ^bb0(%s: tensor<f32>):
    burin.yield %s : tensor<f32>
  } do {
  ^bb0(%s: tensor<f32>):
    burin.yield %s : tensor<f32>
  }
  return %0 : tensor<f32>
}

// -----

func.func @a_body_with_other_arguments(%n: tensor<i64>, %x: tensor<f32>) -> tensor<f32> {
  // expected-error @+1 {{the body takes 'tensor<f32>', the state is 'tensor<i64>', 'tensor<f32>'}}
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  ^bb0(%s: tensor<f32>):
    burin.yield %s : tensor<f32>
  }
  return %0 : tensor<f32>
}

// -----

func.func @a_count_that_is_no_integer(%n: tensor<f32>) {
  // expected-error @+1 {{expected an i64 scalar as count, found f32[]}}
  burin.for %n times : (tensor<f32>) -> () do {
  ^bb0(%i: tensor<f32>):
    burin.yield
  }
  return
}

// -----

func.func @a_row_of_another_shape(%x: tensor<3x4xf32>, %i: tensor<i64>, %row: tensor<3xf32>) -> tensor<3x4xf32> {
  // expected-error @+2 {{set_row: expected a row f32[4], found f32[3]}}
  // expected-error @+1 {{failed to infer returned types}}
  %0 = burin.set_row %x, %i, %row : (tensor<3x4xf32>, tensor<i64>, tensor<3xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}
