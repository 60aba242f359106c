// Each error is followed by MLIR's own "failed to infer returned types".
// RUN: burin-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @inner_extents_that_differ(%x: tensor<4x3xf32>, %y: tensor<5x2xf32>) {
  // expected-error @+1 {{inner extents differ: lhs f32[4,3] has 3, rhs f32[5,2] has 5}}
  %0 = burin.matmul %x, %y : (tensor<4x3xf32>, tensor<5x2xf32>) -> tensor<4x2xf32>
  return
}

// -----

func.func @a_vector(%x: tensor<3xf32>, %y: tensor<3x2xf32>) {
  // expected-error @+1 {{expected at least two dimensions: lhs f32[3], rhs f32[3,2]}}
  %0 = burin.matmul %x, %y : (tensor<3xf32>, tensor<3x2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @batches_that_differ(%x: tensor<2x4x3xf32>, %y: tensor<5x3x2xf32>) {
  // expected-error @+1 {{batch dimensions don't broadcast: lhs f32[2,4,3], rhs f32[5,3,2]}}
  %0 = burin.matmul %x, %y : (tensor<2x4x3xf32>, tensor<5x3x2xf32>) -> tensor<2x4x2xf32>
  return
}

// -----

func.func @element_types_that_differ(%x: tensor<4x3xf32>, %y: tensor<3x2xf64>) {
  // expected-error @+1 {{element types differ: lhs f32[4,3], rhs f64[3,2]}}
  %0 = burin.matmul %x, %y : (tensor<4x3xf32>, tensor<3x2xf64>) -> tensor<4x2xf32>
  return
}

// -----

func.func @booleans(%x: tensor<4x4xi1>) {
  // expected-error @+1 {{expected an integer, floating or complex element type, found bool[4,4]; cast it first}}
  %0 = burin.matmul %x, %x : (tensor<4x4xi1>, tensor<4x4xi1>) -> tensor<4x4xi1>
  return
}
