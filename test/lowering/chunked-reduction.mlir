// A reduction of all elements is cut into chunks by its size alone, so that threads can share it and the bits stay the same.
// RUN: burin-opt %s -split-input-file -burin-form-clusters -burin-to-linalg | FileCheck %s
// RUN: burin-opt %s -split-input-file -burin-form-clusters -burin-to-linalg -burin-place-buffers -burin-to-loops | FileCheck %s --check-prefix=TASKS

// CHECK-LABEL: func.func @large
// CHECK: %[[X:.*]] = burin.reshape %arg0 {{.*}} (tensor<1024x1024xf32>) -> tensor<16x65536xf32>
// CHECK: linalg.generic {{.*}} iterator_types = ["parallel", "reduction"]} ins(%[[X]]
// CHECK: linalg.generic {{.*}} iterator_types = ["reduction"]
// TASKS-LABEL: func.func @large
// TASKS: burin.parallel @large_task0 count
func.func @large(%x: tensor<1024x1024xf32>) -> tensor<f32> {
  %0 = burin.square %x : (tensor<1024x1024xf32>) -> tensor<1024x1024xf32>
  %1 = burin.reduce_sum %0 axes [0, 1] {keep_dims = false} : (tensor<1024x1024xf32>) -> tensor<f32>
  return %1 : tensor<f32>
}

// -----

// What doesn't divide stays whole.
// CHECK-LABEL: func.func @odd
// CHECK-NOT: burin.reshape
// CHECK: iterator_types = ["reduction"]
// TASKS-LABEL: func.func @odd
// TASKS-NOT: burin.parallel
func.func @odd(%x: tensor<1000003xf32>) -> tensor<f32> {
  %0 = burin.reduce_max %x axes [0] {keep_dims = false} : (tensor<1000003xf32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

// A broadcast operand isn't walked through in order.
// CHECK-LABEL: func.func @broadcast
// TASKS-LABEL: func.func @broadcast
// CHECK-NOT: burin.reshape
func.func @broadcast(%x: tensor<1024x1024xf32>, %y: tensor<1024xf32>) -> tensor<f32> {
  %0 = burin.multiply %x, %y : (tensor<1024x1024xf32>, tensor<1024xf32>) -> tensor<1024x1024xf32>
  %1 = burin.reduce_sum %0 axes [0, 1] {keep_dims = false} : (tensor<1024x1024xf32>) -> tensor<f32>
  return %1 : tensor<f32>
}
