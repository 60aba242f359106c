// Where the first-level cache has twelve ways, a matrix beyond the second-level cache is packed panel by panel and multiplied over all
// of k with a high strip of lhs, which is read where it lies. With eight ways lhs is packed, too, and k is cut.
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=512 l1-bytes=49152" --cse | FileCheck %s --check-prefixes=CHECK,ROOMY
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=512 l1-bytes=32768" --cse | FileCheck %s --check-prefixes=CHECK,SMALL

// CHECK-LABEL: func private @rows_a_page_apart_task0(
// A panel of 64 columns: 1024 rows of 64 floats, and a tile of 6 rows.
// ROOMY: memref.alloca() {{.*}} : memref<65920xf32>
// ROOMY: scf.for %{{.*}} = %c0 to %c1024 step %c1
// ROOMY-COUNT-4: vector.store
// ROOMY: scf.for %{{.*}} step %c6
// ROOMY: scf.for %{{.*}} = %c0 to %c1024 step %c1
// ROOMY-COUNT-24: vector.fma
// ROOMY-NOT: vector.fma
// SMALL: scf.for %{{.*}} = %c0 to %c1024 step %c128
// SMALL: scf.for %{{.*}} step %c13
// SMALL-COUNT-26: vector.fma
// SMALL-NOT: vector.fma
// CHECK: return
func.func @rows_a_page_apart(%x: tensor<1024x1024xf32>, %w: tensor<1024x1024xf32>) -> tensor<1024x1024xf32> {
  %0 = burin.matmul %x, %w : (tensor<1024x1024xf32>, tensor<1024x1024xf32>) -> tensor<1024x1024xf32>
  return %0 : tensor<1024x1024xf32>
}

// Panels deeper than half the second-level cache are cut.
// CHECK-LABEL: func private @deep_task0(
// ROOMY: scf.for %{{.*}} = %c0 to %c4096 step %c2048
// SMALL: scf.for %{{.*}} = %c0 to %c4096 step %c{{256|512}}
func.func @deep(%x: tensor<512x4096xf32>, %w: tensor<4096x512xf32>) -> tensor<512x512xf32> {
  %0 = burin.matmul %x, %w : (tensor<512x4096xf32>, tensor<4096x512xf32>) -> tensor<512x512xf32>
  return %0 : tensor<512x512xf32>
}

// Few rows read rhs where it lies.
// CHECK-LABEL: func private @few_rows_task0(
// ROOMY-NOT: vector.store
// ROOMY: scf.for %{{.*}} = %c0 to %c1000 step %c1
// ROOMY: vector.fma
func.func @few_rows(%x: tensor<100x1000xf32>, %w: tensor<1000x1000xf32>) -> tensor<100x1000xf32> {
  %0 = burin.matmul %x, %w : (tensor<100x1000xf32>, tensor<1000x1000xf32>) -> tensor<100x1000xf32>
  return %0 : tensor<100x1000xf32>
}
