// RUN: burin-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @key_of_another_type(%key: tensor<2xui32>) -> tensor<4xf32> {
  // expected-error @+1 {{expected a key u64[2], found u32[2]}}
  %0 = burin.random_normal %key {dtype = f32, mean = 0.0 : f64, shape = array<i64: 4>, stddev = 1.0 : f64} : (tensor<2xui32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

func.func @uniform_integers(%key: tensor<2xui64>) -> tensor<4xi32> {
  // expected-error @+1 {{expected a floating element type, found i32[4]}}
  %0 = burin.random_uniform %key {dtype = i32, high = 1.0 : f64, low = 0.0 : f64, shape = array<i64: 4>} : (tensor<2xui64>) -> tensor<4xi32>
  return %0 : tensor<4xi32>
}

// -----

func.func @negative_extent(%key: tensor<2xui64>) {
  // expected-error @+1 {{extent -4}}
  %0 = burin.random_bits %key {dtype = ui32, shape = array<i64: -4>} : (tensor<2xui64>) -> tensor<4xui32>
  return
}
