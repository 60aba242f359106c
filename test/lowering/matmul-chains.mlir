// Few sums of a product would wait for each other: steps of k go to several sums in turn, which are added in the end.
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=512" --cse | FileCheck %s --check-prefixes=CHECK,V512
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=256" --cse | FileCheck %s --check-prefixes=CHECK,V256

// CHECK-LABEL: func @four_vectors_are_summed_in_two_chains
func.func @four_vectors_are_summed_in_two_chains(%x: tensor<1x64xf32>, %w: tensor<64x64xf32>) -> tensor<1x64xf32> {
  // The sums of one short row are stored from where they are: no tile in memory.
  // CHECK-NOT: memref.alloca
  // V512: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c2 iter_args(
  // V512-COUNT-8: vector.fma
  // V512-COUNT-4: arith.addf
  // Eight vectors are enough as they are.
  // V256: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c1 iter_args(
  // V256-COUNT-8: vector.fma
  // V256-NOT: arith.addf
  // CHECK: return
  %0 = burin.matmul %x, %w : (tensor<1x64xf32>, tensor<64x64xf32>) -> tensor<1x64xf32>
  return %0 : tensor<1x64xf32>
}

// What is left of k goes to the first chain.
// CHECK-LABEL: func @a_rest_of_k_goes_to_the_first_chain
func.func @a_rest_of_k_goes_to_the_first_chain(%x: tensor<1x35xf32>, %w: tensor<35x64xf32>) -> tensor<1x64xf32> {
  // V512: scf.for
  // V512-COUNT-12: vector.fma
  // V512-COUNT-4: arith.addf
  // CHECK: return
  %0 = burin.matmul %x, %w : (tensor<1x35xf32>, tensor<35x64xf32>) -> tensor<1x64xf32>
  return %0 : tensor<1x64xf32>
}
