// The same input gives the same text, also when it is run through the passes again: no order of hashes, no addresses.
// RUN: burin-opt %s --burin-stage-linalg > %t.linalg1 && burin-opt %s --burin-stage-linalg > %t.linalg2 && cmp %t.linalg1 %t.linalg2
// RUN: burin-opt %s --burin-stage-buffers > %t.buffers1 && burin-opt %s --burin-stage-buffers > %t.buffers2 && cmp %t.buffers1 %t.buffers2
// RUN: burin-opt %s --burin-stage-vector > %t.vector1 && burin-opt %s --burin-stage-vector > %t.vector2 && cmp %t.vector1 %t.vector2
// RUN: burin-opt %s --burin-stage-llvm > %t.llvm1 && burin-opt %s --burin-stage-llvm > %t.llvm2 && cmp %t.llvm1 %t.llvm2

// Many values that are kept, shared, returned and assigned: where an order of hashes would show.
func.func @f(%x: tensor<16x33xf32>, %y: tensor<33xf32>, %v: !burin.variable<tensor<16x33xf32>> {burin.variable = "v"},
             %w: !burin.variable<tensor<16x33xf32>> {burin.variable = "w"}) -> (tensor<16x33xf32>, tensor<16x1xf32>, tensor<33xf32>) {
  %0 = burin.read %v : (!burin.variable<tensor<16x33xf32>>) -> tensor<16x33xf32>
  %1 = burin.read %w : (!burin.variable<tensor<16x33xf32>>) -> tensor<16x33xf32>
  %2 = burin.add %x, %y : (tensor<16x33xf32>, tensor<33xf32>) -> tensor<16x33xf32>
  %3 = burin.exp %2 : (tensor<16x33xf32>) -> tensor<16x33xf32>
  %4 = burin.tanh %2 : (tensor<16x33xf32>) -> tensor<16x33xf32>
  %5 = burin.multiply %3, %4 : (tensor<16x33xf32>, tensor<16x33xf32>) -> tensor<16x33xf32>
  %6 = burin.reduce_max %5 axes [1] {keep_dims = true} : (tensor<16x33xf32>) -> tensor<16x1xf32>
  %7 = burin.reduce_sum %3 axes [1] {keep_dims = true} : (tensor<16x33xf32>) -> tensor<16x1xf32>
  %8 = burin.divide %3, %7 : (tensor<16x33xf32>, tensor<16x1xf32>) -> tensor<16x33xf32>
  %9 = burin.subtract %4, %6 : (tensor<16x33xf32>, tensor<16x1xf32>) -> tensor<16x33xf32>
  %10 = burin.add %0, %8 : (tensor<16x33xf32>, tensor<16x33xf32>) -> tensor<16x33xf32>
  %11 = burin.add %1, %9 : (tensor<16x33xf32>, tensor<16x33xf32>) -> tensor<16x33xf32>
  %12 = burin.reduce_sum %9 axes [0] {keep_dims = false} : (tensor<16x33xf32>) -> tensor<33xf32>
  burin.assign %w, %11 : !burin.variable<tensor<16x33xf32>>, tensor<16x33xf32>
  burin.assign %v, %10 : !burin.variable<tensor<16x33xf32>>, tensor<16x33xf32>
  return %8, %7, %12 : tensor<16x33xf32>, tensor<16x1xf32>, tensor<33xf32>
}
