// Code for any extents: what stands for them in the types appears in no bound and no stride.
// RUN: burin-opt %s -split-input-file -burin-form-clusters -burin-to-linalg -burin-place-buffers --burin-to-loops="vector-bits=512 stand-ins=3,4099" | FileCheck %s

// A row's elements are as many as the call says, the stride between rows, too.
// CHECK-LABEL: func.func @broadcast
// CHECK-SAME: burin.open = array<i64: 1,
// CHECK: %[[NUMBERS:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK-DAG: %[[BEGIN:.*]] = arith.index_cast
// CHECK-NOT: arith.constant 4099 : index
// CHECK-NOT: arith.constant 3 : index
// CHECK: scf.for
// CHECK: scf.for
// CHECK: vector.load
// CHECK: vector.maskedstore
func.func @broadcast(%x: tensor<3x4099xf32>, %y: tensor<1x4099xf32>) -> tensor<3x4099xf32> {
  %0 = burin.add %x, %y : (tensor<3x4099xf32>, tensor<1x4099xf32>) -> tensor<3x4099xf32>
  return %0 : tensor<3x4099xf32>
}

// -----

// Rows of 4099 elements are summed with accumulators that restart: as all from 4097 on are.
// CHECK-LABEL: func.func @rows
// CHECK-SAME: burin.open = array<i64: 1, {{[0-9]+}}, 4097, 9223372036854775807>
func.func @rows(%x: tensor<3x4099xf32>) -> tensor<3xf32> {
  %0 = burin.reduce_sum %x axes [1] {keep_dims = false} : (tensor<3x4099xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// -----

// What is no loop nest isn't for any extents.
// CHECK-LABEL: func.func @product
// CHECK-NOT: burin.open
func.func @product(%x: tensor<3x4099xf32>, %y: tensor<4099x3xf32>) -> tensor<3x3xf32> {
  %0 = burin.matmul %x, %y : (tensor<3x4099xf32>, tensor<4099x3xf32>) -> tensor<3x3xf32>
  return %0 : tensor<3x3xf32>
}
