// RUN: burin-opt %s | burin-opt | FileCheck %s

// CHECK-LABEL: func @draws
func.func @draws(%key: tensor<2xui64>) -> (tensor<4xui32>, tensor<2x3xf32>, tensor<f64>, tensor<4xbf16>, tensor<0xi8>) {
  // CHECK: burin.random_bits %{{.*}} {dtype = ui32, shape = array<i64: 4>} : (tensor<2xui64>) -> tensor<4xui32>
  %0 = burin.random_bits %key {dtype = ui32, shape = array<i64: 4>} : (tensor<2xui64>) -> tensor<4xui32>
  // CHECK: burin.random_uniform %{{.*}} {dtype = f32, high = 1.000000e+00 : f64, low = 0.000000e+00 : f64, shape = array<i64: 2, 3>}
  %1 = burin.random_uniform %key {dtype = f32, high = 1.0 : f64, low = 0.0 : f64, shape = array<i64: 2, 3>} : (tensor<2xui64>) -> tensor<2x3xf32>
  // CHECK: burin.random_normal
  %2 = burin.random_normal %key {dtype = f64, mean = 0.0 : f64, shape = array<i64>, stddev = 1.0 : f64} : (tensor<2xui64>) -> tensor<f64>
  // CHECK: burin.random_truncated_normal
  %3 = burin.random_truncated_normal %key {dtype = bf16, lower = -2.0 : f64, mean = 0.0 : f64, shape = array<i64: 4>, stddev = 1.0 : f64, upper = 2.0 : f64} : (tensor<2xui64>) -> tensor<4xbf16>
  // CHECK: burin.random_integers
  %4 = burin.random_integers %key {dtype = i8, low = -1 : i64, shape = array<i64: 0>, span = 3 : i64} : (tensor<2xui64>) -> tensor<0xi8>
  return %0, %1, %2, %3, %4 : tensor<4xui32>, tensor<2x3xf32>, tensor<f64>, tensor<4xbf16>, tensor<0xi8>
}
