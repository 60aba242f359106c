// What doesn't fit the registers is kept on the stack, in memory that begins at a line of the cache: LLVM needs a frame pointer for that. With
// AVX-512 this code keeps sums there.
// RUN: burin-dump %s --stage=asm | FileCheck %s

// CHECK-LABEL: small_windows__entry:
// CHECK: pushq %rbp
// CHECK-NEXT: movq %rsp, %rbp
// CHECK-NOT: vmovups %{{[yz]}}mm{{[0-9]+}}, {{[-0-9]*}}(%rsp)
// CHECK: retq
func.func @small_windows(%x: tensor<8x28x28x1xf32>, %w: tensor<3x3x1x32xf32>) -> tensor<8x28x28x32xf32> {
  %0 = burin.convolution %x, %w {base_dilation = array<i64: 1, 1>, high = array<i64: 1, 1>, low = array<i64: 1, 1>, strides = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>} : (tensor<8x28x28x1xf32>, tensor<3x3x1x32xf32>) -> tensor<8x28x28x32xf32>
  return %0 : tensor<8x28x28x32xf32>
}
