// Each error is followed by MLIR's own "failed to infer returned types".
// RUN: burin-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @iota_of_booleans() {
  // expected-error @+1 {{expected an integer or floating element type, found bool[2]}}
  %0 = burin.iota {axis = 0 : i64, dtype = i1, shape = array<i64: 2>} : () -> tensor<2xi1>
  return
}

// -----

func.func @iota_along_no_axis() {
  // expected-error @+1 {{axis 0 is out of range for i64[]}}
  %0 = burin.iota {axis = 0 : i64, dtype = i64, shape = array<i64>} : () -> tensor<i64>
  return
}
