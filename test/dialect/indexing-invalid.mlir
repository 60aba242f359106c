// Each error is followed by MLIR's own "failed to infer returned types".
// RUN: burin-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @concat_beside_other_extents(%x: tensor<2x3xf32>, %y: tensor<4x3xf32>) {
  // expected-error @+1 {{extents beside axis 1 differ: f32[2,3], f32[4,3]}}
  %0 = burin.concat %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<4x3xf32>) -> tensor<2x6xf32>
  return
}

// -----

func.func @concat_of_other_types(%x: tensor<2xf32>, %y: tensor<2xi32>) {
  // expected-error @+1 {{element types differ: f32[2], i32[2]}}
  %0 = burin.concat %x, %y {axis = 0 : i64} : (tensor<2xf32>, tensor<2xi32>) -> tensor<4xf32>
  return
}

// -----

func.func @concat_of_scalars(%x: tensor<f32>) {
  // expected-error @+1 {{axis 0 is out of range for f32[]}}
  %0 = burin.concat %x, %x {axis = 0 : i64} : (tensor<f32>, tensor<f32>) -> tensor<2xf32>
  return
}

// -----

func.func @take_with_floats(%x: tensor<2xf32>) {
  // expected-error @+1 {{expected integer indices, found f32[2]}}
  %0 = burin.gather %x at %x {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @take_from_nothing(%x: tensor<0xf32>, %i: tensor<2xi64>) {
  // expected-error @+1 {{axis 0 of f32[0] is empty: there is nothing to take}}
  %0 = burin.gather %x at %i {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<0xf32>, tensor<2xi64>) -> tensor<2xf32>
  return
}
