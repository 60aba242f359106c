// RUN: burin-opt %s | burin-opt | FileCheck %s

// CHECK-LABEL: func @constants
func.func @constants() -> (tensor<2xi1>, tensor<f32>, tensor<0x2xui8>) {
  // CHECK: burin.constant dense<[true, false]> : tensor<2xi1>
  %0 = burin.constant dense<[true, false]> : tensor<2xi1>
  // CHECK: burin.constant dense<0x7F800000> : tensor<f32>
  %1 = burin.constant dense<0x7F800000> : tensor<f32>
  // CHECK: burin.constant dense<> : tensor<0x2xui8>
  %2 = burin.constant dense<> : tensor<0x2xui8>
  return %0, %1, %2 : tensor<2xi1>, tensor<f32>, tensor<0x2xui8>
}

// CHECK-LABEL: func @iota_counts_along_its_axis
func.func @iota_counts_along_its_axis() -> tensor<2x3xf64> {
  // CHECK: burin.iota {axis = 1 : i64, dtype = f64, shape = array<i64: 2, 3>} : () -> tensor<2x3xf64>
  %0 = burin.iota {axis = 1 : i64, dtype = f64, shape = array<i64: 2, 3>} : () -> tensor<2x3xf64>
  return %0 : tensor<2x3xf64>
}
