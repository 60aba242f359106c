// Each error is followed by MLIR's own "failed to infer returned types".
// RUN: burin-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @a_reshape_to_other_counts(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{element counts differ: f32[2,3] has 6, f32[4] has 4}}
  %0 = burin.reshape %x {shape = array<i64: 4>} : (tensor<2x3xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @a_negative_extent(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{extent -1 is negative}}
  %0 = burin.reshape %x {shape = array<i64: -1, -6>} : (tensor<2x3xf32>) -> tensor<6xf32>
  return
}

// -----

func.func @a_permutation_of_another_rank(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{the permutation has 3 axes, f32[2,3] has 2}}
  %0 = burin.transpose %x {permutation = array<i64: 0, 1, 2>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @a_permutation_with_an_axis_twice(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{axis 0 is listed twice for f32[2,3]}}
  %0 = burin.transpose %x {permutation = array<i64: 0, 0>} : (tensor<2x3xf32>) -> tensor<2x2xf32>
  return
}

// -----

func.func @a_broadcast_of_other_extents_than_1(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{f32[2,3] doesn't broadcast to f32[4,3]}}
  %0 = burin.broadcast_to %x {shape = array<i64: 4, 3>} : (tensor<2x3xf32>) -> tensor<4x3xf32>
  return
}

// -----

func.func @a_broadcast_to_fewer_dimensions(%x: tensor<1x3xf32>) {
  // expected-error @+1 {{f32[1,3] doesn't broadcast to f32[3]}}
  %0 = burin.broadcast_to %x {shape = array<i64: 3>} : (tensor<1x3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @more_elements_than_can_be_counted(%x: tensor<1xf32>) {
  // expected-error @+1 {{the number of elements exceeds 2^63 - 1}}
  %0 = burin.broadcast_to %x {shape = array<i64: 4294967296, 4294967296>} : (tensor<1xf32>) -> tensor<4294967296x4294967296xf32>
  return
}

// -----

func.func @a_slice_past_the_end(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{range 1 to 4 of axis 1 is outside of f32[2,3]}}
  %0 = burin.slice %x {starts = array<i64: 0, 1>, stops = array<i64: 2, 4>, steps = array<i64: 1, 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}

// -----

func.func @a_slice_that_stays_where_it_is(%x: tensor<3xf32>) {
  // expected-error @+1 {{step 0 of axis 0 is out of range}}
  %0 = burin.slice %x {starts = array<i64: 0>, stops = array<i64: 3>, steps = array<i64: 0>} : (tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @a_slice_backwards_from_its_end_on(%x: tensor<3xf32>) {
  // expected-error @+1 {{range 0 to 3 of axis 0 is outside of f32[3]}}
  %0 = burin.slice %x {starts = array<i64: 0>, stops = array<i64: 3>, steps = array<i64: -1>} : (tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @a_slice_of_too_few_dimensions(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{expected 2 starts, stops and steps for f32[2,3], found 1}}
  %0 = burin.slice %x {starts = array<i64: 0>, stops = array<i64: 2>, steps = array<i64: 1>} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return
}
