// A requirement is one branch, which leaves the function.
// RUN: burin-opt %s --burin-lift-variables --burin-form-clusters --burin-to-linalg --burin-place-buffers --burin-to-loops=vector-bits=256 | FileCheck %s

// CHECK-LABEL: func @a_requirement
// CHECK: %[[HOLDS:.*]] = memref.load
// CHECK: %[[FAILS:.*]] = arith.cmpi eq, %[[HOLDS]]
// CHECK-NEXT: scf.if %[[FAILS]] {
// CHECK: llvm.call @burin_rt_fail(
// CHECK: burin.exit_call
// CHECK: scf.for
func.func @a_requirement(%c: tensor<i1>, %x: tensor<64xf32>) -> tensor<64xf32> {
  burin.require %c, "no" : tensor<i1>
  %0 = burin.square %x : (tensor<64xf32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}
