// RUN: burin-opt %s --burin-form-clusters --burin-to-linalg --burin-place-buffers | FileCheck %s

// Scalar state is one place on the stack; each trip reads all that is next before it writes any.
// CHECK-LABEL: func @a_scalar_loop
func.func @a_scalar_loop(%n: tensor<i64>, %x: tensor<f32>) -> tensor<f32> {
  // CHECK: memref.alloca() : memref<f32>
  // CHECK: scf.for
  // CHECK: burin.cluster "elementwise"
  // CHECK: linalg.generic {{.*}} ins(%[[S:[^ ]*]] : memref<f32>)
  // CHECK: %[[NEXT:.*]] = memref.load
  // CHECK: memref.store %[[NEXT]], %[[S]][] : memref<f32>
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<f32>):
    %1 = burin.exp %s : (tensor<f32>) -> tensor<f32>
    burin.yield %1 : tensor<f32>
  }
  return %0 : tensor<f32>
}

// What reads other elements than it writes has two places, which change sides after each trip.
// CHECK-LABEL: func @state_that_changes_places
func.func @state_that_changes_places(%n: tensor<i64>, %a: tensor<4x4xf32>, %x: tensor<4x4xf32>) -> tensor<4x4xf32> {
  // CHECK: %[[R:.*]]:2 = scf.for {{.*}} iter_args(%[[NOW:.*]] = %{{.*}}, %[[NEXT:.*]] = %{{.*}}) -> (index, index) {
  // CHECK-DAG: memref.view %{{.*}}[%[[NOW]]][]
  // CHECK-DAG: memref.view %{{.*}}[%[[NEXT]]][]
  // CHECK: burin.cluster "matmul"
  // CHECK-NOT: memref.copy
  // CHECK: scf.yield %[[NEXT]], %[[NOW]] : index, index
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<4x4xf32>) -> tensor<4x4xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<4x4xf32>):
    %1 = burin.matmul %a, %s : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
    burin.yield %1 : tensor<4x4xf32>
  }
  return %0 : tensor<4x4xf32>
}

// What writes where it reads stays where it is: here in the caller's memory.
// CHECK-LABEL: func @state_that_stays
// CHECK-SAME: (%{{.*}}: memref<i64>, %[[X:.*]]: memref<4xf32>, %[[RESULT:.*]]: memref<4xf32> {{.*}}, %{{.*}}: memref<0xi8>
func.func @state_that_stays(%n: tensor<i64>, %x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: memref.copy %[[X]], %[[RESULT]]
  // CHECK: scf.for
  // CHECK: linalg.generic {{.*}} ins(%[[RESULT]] : memref<4xf32>) outs({{.*}} : memref<f32>)
  // CHECK: linalg.generic {{.*}} ins(%[[RESULT]], {{.*}}) outs(%[[RESULT]] : memref<4xf32>)
  // CHECK-NOT: memref.copy
  // CHECK: return
  %0 = burin.for %n times, %x : (tensor<i64>, tensor<4xf32>) -> tensor<4xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<4xf32>):
    %1 = burin.reduce_sum %s axes [0] {keep_dims = false} : (tensor<4xf32>) -> tensor<f32>
    %2 = burin.multiply %s, %1 : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
    burin.yield %2 : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}

// A stack of rows is filled in the caller's memory, row by row.
// CHECK-LABEL: func @rows_are_stacked_in_place
// CHECK-SAME: (%{{.*}}: memref<9x4xf32>, %[[RESULT:.*]]: memref<9x4xf32>
func.func @rows_are_stacked_in_place(%x: tensor<9x4xf32>) -> tensor<9x4xf32> {
  %n = burin.constant dense<9> : tensor<i64>
  %empty = burin.uninitialized {dtype = f32, shape = array<i64: 9, 4>} : () -> tensor<9x4xf32>
  // CHECK-NOT: memref.copy
  // CHECK: scf.for
  // CHECK: memref.copy %{{.*}}, %{{.*}} : memref<4xf32, strided<[1], offset: ?>> to memref<4xf32>
  // CHECK: %[[ROW:.*]] = memref.reinterpret_cast %[[RESULT]]
  // CHECK: memref.copy %{{.*}}, %[[ROW]] : memref<4xf32> to memref<4xf32, strided<[1], offset: ?>>
  // CHECK-NOT: memref.copy
  // CHECK: return
  %0 = burin.for %n times, %empty : (tensor<i64>, tensor<9x4xf32>) -> tensor<9x4xf32> do {
  ^bb0(%i: tensor<i64>, %s: tensor<9x4xf32>):
    %1 = burin.get_row %x, %i : (tensor<9x4xf32>, tensor<i64>) -> tensor<4xf32>
    %2 = burin.exp %1 : (tensor<4xf32>) -> tensor<4xf32>
    %3 = burin.set_row %s, %i, %2 : (tensor<9x4xf32>, tensor<i64>, tensor<4xf32>) -> tensor<9x4xf32>
    burin.yield %3 : tensor<9x4xf32>
  }
  return %0 : tensor<9x4xf32>
}

// Both branches make the result where the caller wants it.
// CHECK-LABEL: func @branches
// CHECK-SAME: (%[[C:.*]]: memref<i8>, %[[X:.*]]: memref<4xf32>, %[[RESULT:.*]]: memref<4xf32>
func.func @branches(%c: tensor<i1>, %x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: scf.if
  // CHECK: linalg.generic {{.*}} outs(%[[RESULT]] : memref<4xf32>)
  // CHECK: } else {
  // CHECK: memref.copy %[[X]], %[[RESULT]]
  %0 = burin.if %c : (tensor<i1>) -> tensor<4xf32> then {
    %1 = burin.exp %x : (tensor<4xf32>) -> tensor<4xf32>
    burin.yield %1 : tensor<4xf32>
  } else {
    burin.yield %x : tensor<4xf32>
  }
  return %0 : tensor<4xf32>
}
