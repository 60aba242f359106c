// Each error is followed by MLIR's own "failed to infer returned types".
// RUN: burin-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @an_axis_past_the_end(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{axis 2 is out of range for f32[2,3]}}
  %0 = burin.reduce_sum %x axes [2] {keep_dims = false} : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @an_axis_of_a_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{axis 0 is out of range for f32[]}}
  %0 = burin.argmax %x {axis = 0 : i64, keep_dims = false} : (tensor<f32>) -> tensor<i64>
  return
}

// -----

func.func @an_axis_twice(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{axis 1 is listed twice for f32[2,3]}}
  %0 = burin.reduce_max %x axes [1, 1] {keep_dims = false} : (tensor<2x3xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @the_greatest_of_nothing(%x: tensor<2x0xf32>) {
  // expected-error @+1 {{axis 1 of f32[2,0] is empty: it has no such element}}
  %0 = burin.reduce_max %x axes [1] {keep_dims = false} : (tensor<2x0xf32>) -> tensor<2xf32>
  return
}

// -----

func.func @the_position_of_the_least_of_nothing(%x: tensor<0x2xi32>) {
  // expected-error @+1 {{axis 0 of i32[0,2] is empty: it has no such element}}
  %0 = burin.argmin %x {axis = 0 : i64, keep_dims = false} : (tensor<0x2xi32>) -> tensor<2xi64>
  return
}

// -----

func.func @a_sum_of_booleans(%x: tensor<2xi1>) {
  // expected-error @+1 {{expected an integer, floating or complex element type, found bool[2]; cast it first}}
  %0 = burin.reduce_sum %x axes [0] {keep_dims = false} : (tensor<2xi1>) -> tensor<i1>
  return
}

// -----

func.func @logic_on_numbers(%x: tensor<2xi32>) {
  // expected-error @+1 {{expected bool, found i32[2]}}
  %0 = burin.reduce_any %x axes [0] {keep_dims = false} : (tensor<2xi32>) -> tensor<i32>
  return
}

// -----

func.func @a_product_of_complex_numbers(%x: tensor<2xcomplex<f32>>) {
  // expected-error @+1 {{expected an integer or floating element type, found c64[2]}}
  %0 = burin.reduce_prod %x axes [0] {keep_dims = false} : (tensor<2xcomplex<f32>>) -> tensor<complex<f32>>
  return
}
