// What lies transposed is loaded along its own rows and turned in squares; a block of rows is in memory on the stack.
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=256" --cse | FileCheck %s

// CHECK-LABEL: func @turned(
// Sixteen rows fill a cache line, and before them there is room for a square.
// CHECK: %[[BLOCK:.*]] = memref.alloca() {alignment = 64 : i64} : memref<192xf32>
// CHECK: scf.for {{.*}} step %c16
// CHECK: scf.for {{.*}} step %c8
// CHECK: scf.for
// CHECK-COUNT-8: vector.load %{{.*}} : memref<40960xf32>, vector<8xf32>
// CHECK-COUNT-24: vector.shuffle
// CHECK-COUNT-8: vector.store %{{.*}}, %[[BLOCK]]
// CHECK: scf.for
// CHECK: vector.load %[[BLOCK]]
// CHECK: arith.mulf
// CHECK: vector.store %{{.*}} : memref<40960xf32>
// CHECK-NOT: vector.gather
// CHECK: return
func.func @turned(%x: tensor<160x256xf32>) -> tensor<256x160xf32> {
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<160x256xf32>) -> tensor<256x160xf32>
  %1 = burin.multiply %0, %0 : (tensor<256x160xf32>, tensor<256x160xf32>) -> tensor<256x160xf32>
  return %1 : tensor<256x160xf32>
}

// Narrow elements are turned in vectors of 128 bits, which the processor can put into each other.
// CHECK-LABEL: func @narrow(
// CHECK-COUNT-16: vector.load %{{.*}} : memref<40960xi8>, vector<16xi8>
// CHECK: vector.shuffle %{{.*}}, %{{.*}} [0, 16, 1, 17, 2, 18,
// CHECK-NOT: vector.gather
// CHECK: return
func.func @narrow(%x: tensor<160x256xi8>) -> tensor<256x160xi8> {
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<160x256xi8>) -> tensor<256x160xi8>
  return %0 : tensor<256x160xi8>
}

// Where extents aren't multiples, the last square starts early, and beyond the last lane its row is repeated.
// CHECK-LABEL: func @rests(
// CHECK: %[[T:.*]] = arith.minsi %{{.*}}, %c255 : index
// CHECK: vector.maskedstore
// CHECK-NOT: vector.gather
// CHECK: return
func.func @rests(%x: tensor<161x263xf32>) -> tensor<263x161xf32> {
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<161x263xf32>) -> tensor<263x161xf32>
  return %0 : tensor<263x161xf32>
}

// Few elements stay in the first-level cache; few rows don't make a square.
// CHECK-LABEL: func @few_elements(
// CHECK-NOT: vector.shuffle
// CHECK: vector.gather
// CHECK: return
func.func @few_elements(%x: tensor<32x64xf32>) -> tensor<64x32xf32> {
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<32x64xf32>) -> tensor<64x32xf32>
  return %0 : tensor<64x32xf32>
}

// CHECK-LABEL: func @few_rows(
// CHECK-NOT: vector.shuffle
// CHECK: vector.gather
// CHECK: return
func.func @few_rows(%x: tensor<8000x3xf32>) -> tensor<3x8000xf32> {
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<8000x3xf32>) -> tensor<3x8000xf32>
  return %0 : tensor<3x8000xf32>
}

// Tasks begin with a block.
// CHECK-LABEL: func @tasks(
// CHECK: burin.parallel
// CHECK-LABEL: func private @tasks_task0(
// CHECK: scf.for {{.*}} step %c16
func.func @tasks(%x: tensor<1000x1000xf32>) -> tensor<1000x1000xf32> {
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<1000x1000xf32>) -> tensor<1000x1000xf32>
  return %0 : tensor<1000x1000xf32>
}
