// A small window of one channel is code without a loop. With 16 registers its tile is low: a taller one would keep in memory what
// neighbouring rows share. With 32 registers it has as many sums as fit.
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=256" --cse | FileCheck %s --check-prefixes=CHECK,V256
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=512" --cse | FileCheck %s --check-prefixes=CHECK,V512

// CHECK-LABEL: func.func @one_channel(
func.func @one_channel(%x: tensor<8x28x28x1xf32>, %w: tensor<3x3x1x32xf32>) -> tensor<8x28x28x32xf32> {
  // Two rows, four vectors, nine elements of the window.
  // V256: step %c2{{ }}
  // V256-COUNT-72: vector.fma
  // V256-NOT: vector.fma
  // V512: step %c14{{ }}
  // V512-COUNT-252: vector.fma
  // V512-NOT: vector.fma
  // CHECK: return
  %0 = burin.convolution %x, %w {base_dilation = array<i64: 1, 1>, high = array<i64: 1, 1>, low = array<i64: 1, 1>, strides = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>} : (tensor<8x28x28x1xf32>, tensor<3x3x1x32xf32>) -> tensor<8x28x28x32xf32>
  return %0 : tensor<8x28x28x32xf32>
}

// The steps over many channels are a loop.
// CHECK-LABEL: func private @many_channels_task
func.func @many_channels(%x: tensor<1x56x56x64xf32>, %w: tensor<3x3x64x64xf32>) -> tensor<1x56x56x64xf32> {
  // V256: scf.for %{{.*}} = %{{.*}} to %c192 step %{{.*}} iter_args(
  // V256-COUNT-12: vector.fma
  // V256-NEXT: scf.yield
  // CHECK: return
  %0 = burin.convolution %x, %w {base_dilation = array<i64: 1, 1>, high = array<i64: 1, 1>, low = array<i64: 1, 1>, strides = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>} : (tensor<1x56x56x64xf32>, tensor<3x3x64x64xf32>) -> tensor<1x56x56x64xf32>
  return %0 : tensor<1x56x56x64xf32>
}
