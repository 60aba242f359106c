// A row times a matrix beyond the caches reads four rows of that at once, from end to end; partial sums are in scratch.
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=256" --cse | FileCheck %s --check-prefixes=CHECK,V256
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=512" --cse | FileCheck %s --check-prefixes=CHECK,V512

// CHECK-LABEL: func @a_row
func.func @a_row(%x: tensor<1x1024xf32>, %w: tensor<1024x256xf32>) -> tensor<1x256xf32> {
  // CHECK: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c4
  // V256: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c32
  // V512: scf.for %{{.*}} = %{{.*}} to %{{.*}} step %c64
  // CHECK-COUNT-16: vector.fma
  // CHECK-NOT: vector.fma
  // CHECK: return
  %0 = burin.matmul %x, %w : (tensor<1x1024xf32>, tensor<1024x256xf32>) -> tensor<1x256xf32>
  return %0 : tensor<1x256xf32>
}

// Tasks that follow each other read rhs together: their columns are in one loop.
// CHECK-LABEL: func @two_tasks(
// CHECK: burin.parallel
// CHECK-LABEL: func private @two_tasks_task0(
// CHECK: %[[ALL:.*]] = arith.minsi %{{.*}}, %c1024
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[ALL]] step %c1024
func.func @two_tasks(%x: tensor<1x4096xf32>, %w: tensor<4096x1024xf32>) -> tensor<1x1024xf32> {
  %0 = burin.matmul %x, %w : (tensor<1x4096xf32>, tensor<4096x1024xf32>) -> tensor<1x1024xf32>
  return %0 : tensor<1x1024xf32>
}

// What is left of k is code of its own.
// CHECK-LABEL: func @a_rest_of_k
func.func @a_rest_of_k(%x: tensor<1x1026xf32>, %w: tensor<1026x256xf32>) -> tensor<1x256xf32> {
  // CHECK: scf.for %{{.*}} = %{{.*}} to %c1024 step %c4
  // CHECK-COUNT-24: vector.fma
  // CHECK-NOT: vector.fma
  // CHECK: return
  %0 = burin.matmul %x, %w : (tensor<1x1026xf32>, tensor<1026x256xf32>) -> tensor<1x256xf32>
  return %0 : tensor<1x256xf32>
}

// Four rows only where panels of columns are narrow and would conflict in the first-level cache; they read two rows at once.
// CHECK-LABEL: func @rows_a_page_apart
func.func @rows_a_page_apart(%x: tensor<4x256xf32>, %w: tensor<256x1024xf32>) -> tensor<4x1024xf32> {
  // V512-NOT: step %c2{{ }}
  // V256: scf.for %{{.*}} = %{{.*}} to %c256 step %c2
  // V256-COUNT-8: vector.fma
  // V256-NOT: vector.fma
  // CHECK: return
  %0 = burin.matmul %x, %w : (tensor<4x256xf32>, tensor<256x1024xf32>) -> tensor<4x1024xf32>
  return %0 : tensor<4x1024xf32>
}

// CHECK-LABEL: func @rows_not_a_page_apart
func.func @rows_not_a_page_apart(%x: tensor<4x256xf32>, %w: tensor<256x1000xf32>) -> tensor<4x1000xf32> {
  // CHECK-NOT: step %c2{{ }}
  // CHECK: return
  %0 = burin.matmul %x, %w : (tensor<4x256xf32>, tensor<256x1000xf32>) -> tensor<4x1000xf32>
  return %0 : tensor<4x1000xf32>
}
