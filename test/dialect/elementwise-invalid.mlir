// Each error is followed by MLIR's own "failed to infer returned types".
// RUN: burin-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @shapes_that_differ(%x: tensor<4xf32>, %y: tensor<3xf32>) {
  // expected-error @+1 {{shapes don't broadcast: lhs f32[4], rhs f32[3]}}
  %0 = burin.add %x, %y : (tensor<4xf32>, tensor<3xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @element_types_that_differ(%x: tensor<4xf32>, %y: tensor<4xf64>) {
  // expected-error @+1 {{element types differ: lhs f32[4], rhs f64[4]}}
  %0 = burin.add %x, %y : (tensor<4xf32>, tensor<4xf64>) -> tensor<4xf32>
  return
}

// -----

func.func @arithmetic_on_booleans(%x: tensor<4xi1>) {
  // expected-error @+1 {{expected an integer, floating or complex element type, found bool[4]; cast it first}}
  %0 = burin.add %x, %x : (tensor<4xi1>, tensor<4xi1>) -> tensor<4xi1>
  return
}

// -----

func.func @exp_of_integers(%x: tensor<2x3xui8>) {
  // expected-error @+1 {{expected a floating or complex element type, found u8[2,3]; cast it first}}
  %0 = burin.exp %x : (tensor<2x3xui8>) -> tensor<2x3xui8>
  return
}

// -----

func.func @logic_on_numbers(%x: tensor<i32>) {
  // expected-error @+1 {{expected bool, found i32[]}}
  %0 = burin.logical_not %x : (tensor<i32>) -> tensor<i32>
  return
}

// -----

func.func @the_order_of_complex_numbers(%x: tensor<4xcomplex<f32>>) {
  // expected-error @+1 {{expected an integer or floating element type, found c64[4]}}
  %0 = burin.less %x, %x : (tensor<4xcomplex<f32>>, tensor<4xcomplex<f32>>) -> tensor<4xi1>
  return
}

// -----

func.func @a_condition_that_does_not_broadcast(%c: tensor<2xi1>, %x: tensor<4xf32>) {
  // expected-error @+1 {{shapes don't broadcast: bool[2], f32[4], f32[4]}}
  %0 = burin.where %c, %x, %x : (tensor<2xi1>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @a_condition_that_is_not_boolean(%c: tensor<4xi32>, %x: tensor<4xf32>) {
  // expected-error @+1 {{operand #0 must be ranked tensor of 1-bit signless integer values, but got 'tensor<4xi32>'}}
  %0 = burin.where %c, %x, %x : (tensor<4xi32>, tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  return
}

// -----

func.func @a_result_of_another_shape(%x: tensor<4xf32>) {
  // expected-error @+1 {{'burin.add' op inferred type(s) 'tensor<4xf32>' are incompatible with return type(s) of operation 'tensor<5xf32>'}}
  %0 = burin.add %x, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<5xf32>
  return
}

// -----

func.func @a_cast_to_another_type_than_its_result(%x: tensor<4xf32>) {
  // expected-error @+1 {{inferred type(s) 'tensor<4xi8>' are incompatible with return type(s) of operation 'tensor<4xi32>'}}
  %0 = burin.cast %x {dtype = i8} : (tensor<4xf32>) -> tensor<4xi32>
  return
}

// -----

func.func @tangents_of_integers(%x: tensor<2xi32>) {
  // expected-error @+1 {{expected a floating element type, found i32[2]; cast it first}}
  %0 = burin.tan %x : (tensor<2xi32>) -> tensor<2xi32>
  return
}

// -----

func.func @rounding_booleans(%x: tensor<2xi1>) {
  // expected-error @+1 {{expected an integer or floating element type, found bool[2]}}
  %0 = burin.floor %x : (tensor<2xi1>) -> tensor<2xi1>
  return
}

// -----

func.func @bits_of_floats(%x: tensor<2xf32>) {
  // expected-error @+1 {{expected a boolean or integer element type, found f32[2]}}
  %0 = burin.bitwise_and %x, %x : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @shifted_booleans(%x: tensor<2xi1>) {
  // expected-error @+1 {{expected an integer element type, found bool[2]}}
  %0 = burin.bitwise_left_shift %x, %x : (tensor<2xi1>, tensor<2xi1>) -> tensor<2xi1>
  return
}

// -----

func.func @parts_that_no_complex_number_has(%x: tensor<2xf16>) {
  // expected-error @+1 {{expected f32 or f64, found f16[2]}}
  %0 = burin.complex %x, %x : (tensor<2xf16>, tensor<2xf16>) -> tensor<2xcomplex<f32>>
  return
}

// -----

func.func @a_complex_number_as_a_real_one(%x: tensor<2xcomplex<f32>>) {
  // expected-error @+1 {{c64 doesn't convert to f32: take its real part, imaginary part or absolute value}}
  %0 = burin.cast %x {dtype = f32} : (tensor<2xcomplex<f32>>) -> tensor<2xf32>
  return
}

// -----

func.func @bits_of_another_width(%x: tensor<2xf32>) {
  // expected-error @+1 {{element types of one width have the same bits, f32 and u16 don't}}
  %0 = burin.bitcast %x {dtype = ui16} : (tensor<2xf32>) -> tensor<2xui16>
  return
}
