// RUN: burin-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @axis(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{axis 2 is out of range for f32[3,4]}}
  %0 = burin.sort %x {axis = 2 : i64, descending = false} : (tensor<3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @k(%x: tensor<3x4xf32>) {
  // expected-error @+1 {{k is 5, axis 1 of f32[3,4] has 4}}
  %0:2 = burin.top_k %x {axis = 1 : i64, k = 5 : i64, smallest = false} : (tensor<3x4xf32>) -> (tensor<3x5xf32>, tensor<3x5xi64>)
  return
}

// -----

func.func @rows(%x: tensor<3x4xf32>, %s: tensor<4xi64>) {
  // expected-error @+1 {{data f32[3,4] has 3 rows, segments i64[4] has 4 numbers}}
  %0 = burin.segment_sum %x, %s {count = 5 : i64} : (tensor<3x4xf32>, tensor<4xi64>) -> tensor<5x4xf32>
  return
}
