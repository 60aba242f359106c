// RUN: burin-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @S2_assigning_another_shape(%w: !burin.variable<tensor<4xf32>>, %x: tensor<5xf32>) {
  // expected-error @+1 {{expected a value of the variable's type f32[4], found f32[5]}}
  burin.assign %w, %x : !burin.variable<tensor<4xf32>>, tensor<5xf32>
  return
}

// -----

func.func @S2_assigning_another_element_type(%w: !burin.variable<tensor<4xf32>>, %x: tensor<4xf64>) {
  // expected-error @+1 {{expected a value of the variable's type f32[4], found f64[4]}}
  burin.assign %w, %x : !burin.variable<tensor<4xf32>>, tensor<4xf64>
  return
}

// -----

func.func @reading_a_tensor(%x: tensor<4xf32>) {
  // expected-error @+1 {{operand #0 must be A reference to a mutable tensor that lives outside of the function}}
  %0 = "burin.read"(%x) : (tensor<4xf32>) -> tensor<4xf32>
  return
}
