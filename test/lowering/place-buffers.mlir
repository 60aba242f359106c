// RUN: burin-opt %s --burin-stage-buffers | FileCheck %s
// RUN: burin-opt %s --burin-stage-buffers --cse | FileCheck %s --check-prefix=REUSE

// CHECK: memref.global "private" constant @[[TABLE:.*]] : memref<3xf32> = dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]> {alignment = 64 : i64}

// CHECK-LABEL: func @results_are_written_where_the_caller_wants_them
// CHECK-SAME: (%[[X:.*]]: memref<8xf32>, %[[RESULT:.*]]: memref<8xf32> {llvm.noalias}, %{{.*}}: memref<0xi8> {llvm.noalias}, %{{.*}}: !llvm.ptr)
func.func @results_are_written_where_the_caller_wants_them(%x: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK: linalg.generic {{.*}} ins(%[[X]] : memref<8xf32>) outs(%[[RESULT]] : memref<8xf32>)
  %0 = burin.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// Kinds of placements: 0 written here, 1 an input, 2 a variable's old value, 3 a result; each with a number.
// CHECK-LABEL: func @a_result_that_is_an_input_is_said_to_be_it
// CHECK-SAME: burin.placements = array<i64: 1, 1>
func.func @a_result_that_is_an_input_is_said_to_be_it(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<2x4xf32> {
  // CHECK-NOT: memref.copy
  %0 = burin.reshape %y {shape = array<i64: 2, 4>} : (tensor<8xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: func @a_result_that_is_another_one_is_said_to_be_it
// CHECK-SAME: burin.placements = array<i64: 0, 0, 3, 0>
func.func @a_result_that_is_another_one_is_said_to_be_it(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  // CHECK-COUNT-1: linalg.generic
  // CHECK-NOT: linalg.generic
  %0 = burin.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  return %0, %0 : tensor<8xf32>, tensor<8xf32>
}

// CHECK-LABEL: func @a_result_that_is_a_variable_is_said_to_be_it
// CHECK-SAME: burin.placements = array<i64: 2, 0>
func.func @a_result_that_is_a_variable_is_said_to_be_it(%w: !burin.variable<tensor<8xf32>> {burin.variable = "w"}) -> tensor<8xf32> {
  %0 = burin.read %w : (!burin.variable<tensor<8xf32>>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}

// CHECK-LABEL: func @S5_an_elementwise_update_is_in_place
// CHECK-SAME: burin.in_place = array<i64: 1>
func.func @S5_an_elementwise_update_is_in_place(%g: tensor<8xf32>, %w: !burin.variable<tensor<8xf32>> {burin.variable = "w"}) {
  %0 = burin.read %w : (!burin.variable<tensor<8xf32>>) -> tensor<8xf32>
  %1 = burin.subtract %0, %g : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.assign %w, %1 : !burin.variable<tensor<8xf32>>, tensor<8xf32>
  return
}

// CHECK-LABEL: func @S3_not_if_the_old_value_is_returned
// CHECK-SAME: burin.in_place = array<i64: 0>
func.func @S3_not_if_the_old_value_is_returned(%g: tensor<8xf32>, %w: !burin.variable<tensor<8xf32>> {burin.variable = "w"}) -> tensor<8xf32> {
  %0 = burin.read %w : (!burin.variable<tensor<8xf32>>) -> tensor<8xf32>
  %1 = burin.subtract %0, %g : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.assign %w, %1 : !burin.variable<tensor<8xf32>>, tensor<8xf32>
  return %0 : tensor<8xf32>
}

// CHECK-LABEL: func @S3_not_if_the_old_value_is_read_later
// CHECK-SAME: burin.in_place = array<i64: 0>
func.func @S3_not_if_the_old_value_is_read_later(%g: tensor<8xf32>, %w: !burin.variable<tensor<8xf32>> {burin.variable = "w"}) {
  %0 = burin.read %w : (!burin.variable<tensor<8xf32>>) -> tensor<8xf32>
  %1 = burin.subtract %0, %g : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.assign %w, %1 : !burin.variable<tensor<8xf32>>, tensor<8xf32>
  burin.print "old", %0 {site = 0 : i64} : tensor<8xf32>
  return
}

// CHECK-LABEL: func @not_if_elements_change_their_places
// CHECK-SAME: burin.in_place = array<i64: 0>
func.func @not_if_elements_change_their_places(%w: !burin.variable<tensor<4x4xf32>> {burin.variable = "w"}) {
  %0 = burin.read %w : (!burin.variable<tensor<4x4xf32>>) -> tensor<4x4xf32>
  %1 = burin.transpose %0 {permutation = array<i64: 1, 0>} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  burin.assign %w, %1 : !burin.variable<tensor<4x4xf32>>, tensor<4x4xf32>
  return
}

// CHECK-LABEL: func @not_if_a_product_is_made_of_the_old_value
// CHECK-SAME: burin.in_place = array<i64: 0>
func.func @not_if_a_product_is_made_of_the_old_value(%x: tensor<4x4xf32>, %w: !burin.variable<tensor<4x4xf32>> {burin.variable = "w"}) {
  %0 = burin.read %w : (!burin.variable<tensor<4x4xf32>>) -> tensor<4x4xf32>
  %1 = burin.matmul %0, %x : (tensor<4x4xf32>, tensor<4x4xf32>) -> tensor<4x4xf32>
  burin.assign %w, %1 : !burin.variable<tensor<4x4xf32>>, tensor<4x4xf32>
  return
}

// CHECK-LABEL: func @variables_that_get_the_same_value_get_copies
// CHECK-SAME: (%{{.*}}: memref<8xf32>, %{{.*}}: memref<8xf32>, %{{.*}}: memref<8xf32>, %[[V:.*]]: memref<8xf32>, %[[W:.*]]: memref<8xf32>,
func.func @variables_that_get_the_same_value_get_copies(%x: tensor<8xf32>, %v: !burin.variable<tensor<8xf32>> {burin.variable = "v"},
                                                        %w: !burin.variable<tensor<8xf32>> {burin.variable = "w"}) {
  // CHECK-DAG: memref.copy %[[MADE:.*]], %[[V]]
  // CHECK-DAG: memref.copy %{{.*}}, %[[W]]
  %0 = burin.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  burin.assign %v, %0 : !burin.variable<tensor<8xf32>>, tensor<8xf32>
  burin.assign %w, %0 : !burin.variable<tensor<8xf32>>, tensor<8xf32>
  return
}

// The first value dies where the second is made of it, so the third goes where it was.
// CHECK-LABEL: func @the_arena_is_used_again
// CHECK-SAME: burin.arena = 8192
// REUSE-LABEL: func @the_arena_is_used_again
func.func @the_arena_is_used_again(%x: tensor<1024xf32>, %i: tensor<1024xi32>) -> tensor<1024xf32> {
  // REUSE: %[[FIRST:.*]] = memref.view
  // REUSE: linalg.generic {{.*}} outs(%[[FIRST]] :
  // REUSE: %[[SECOND:.*]] = memref.view
  // REUSE: linalg.generic {{.*}} outs(%[[SECOND]] :
  // REUSE-NOT: memref.view
  // REUSE: linalg.generic {{.*}} outs(%[[FIRST]] :
  %0 = burin.gather %x at %i {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<1024xf32>, tensor<1024xi32>) -> tensor<1024xf32>
  %1 = burin.gather %0 at %i {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<1024xf32>, tensor<1024xi32>) -> tensor<1024xf32>
  %2 = burin.gather %1 at %i {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<1024xf32>, tensor<1024xi32>) -> tensor<1024xf32>
  %3 = burin.gather %2 at %i {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<1024xf32>, tensor<1024xi32>) -> tensor<1024xf32>
  return %3 : tensor<1024xf32>
}

// CHECK-LABEL: func @a_row_that_only_its_cluster_sees_is_on_the_stack
// CHECK-SAME: burin.arena = 0
func.func @a_row_that_only_its_cluster_sees_is_on_the_stack(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  // CHECK: %[[ROW:.*]] = memref.alloca() {alignment = 64 : i64} : memref<8xf32>
  // CHECK: memref.reinterpret_cast %[[ROW]] to offset: [0], sizes: [4, 8], strides: [0, 1] : memref<8xf32> to memref<4x8xf32, strided<[0, 1]>>
  %0 = burin.exp %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = burin.reduce_max %0 axes [1] {keep_dims = true} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %2 = burin.divide %0, %1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %3 = burin.reduce_sum %2 axes [1] {keep_dims = false} : (tensor<4x8xf32>) -> tensor<4xf32>
  return %3 : tensor<4xf32>
}

// CHECK-LABEL: func @a_row_that_is_too_long_for_the_stack_is_in_the_arena
func.func @a_row_that_is_too_long_for_the_stack_is_in_the_arena(%x: tensor<2x10000xf32>) -> tensor<2xf32> {
  // CHECK: memref.view %{{.*}} to memref<2x10000xf32>
  // CHECK-NOT: memref.alloca() {{.*}} : memref<10000xf32>
  %0 = burin.exp %x : (tensor<2x10000xf32>) -> tensor<2x10000xf32>
  %1 = burin.reduce_max %0 axes [1] {keep_dims = true} : (tensor<2x10000xf32>) -> tensor<2x1xf32>
  %2 = burin.divide %0, %1 : (tensor<2x10000xf32>, tensor<2x1xf32>) -> tensor<2x10000xf32>
  %3 = burin.reduce_sum %2 axes [1] {keep_dims = false} : (tensor<2x10000xf32>) -> tensor<2xf32>
  return %3 : tensor<2xf32>
}

// CHECK-LABEL: func @a_product_is_summed_where_its_epilogue_writes
// CHECK-SAME: %[[RESULT:[^ ]*]]: memref<4x2xf32> {llvm.noalias}, %{{.*}}: memref<0xi8>
func.func @a_product_is_summed_where_its_epilogue_writes(%x: tensor<4x8xf32>, %w: tensor<8x2xf32>, %b: tensor<2xf32>) -> tensor<4x2xf32> {
  // CHECK: linalg.generic {{.*}} outs(%[[RESULT]] :
  // CHECK: linalg.generic {{.*}} outs(%[[RESULT]] :
  %0 = burin.matmul %x, %w : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  %1 = burin.add %0, %b : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}

// CHECK-LABEL: func @constants_of_many_values_are_globals
func.func @constants_of_many_values_are_globals(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK: memref.get_global @[[TABLE]]
  %c = burin.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %0 = burin.add %x, %c : (tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// An extent of 0 behind another makes MLIR's strides unknown: such arguments are flat.
// CHECK-LABEL: func @empty_arguments_are_flat
// CHECK-SAME: (%[[X:.*]]: memref<0xf32>, %{{.*}}: memref<0xf32> {llvm.noalias}
func.func @empty_arguments_are_flat(%x: tensor<4x0xf32>) -> tensor<4x0xf32> {
  // CHECK: memref.reinterpret_cast %[[X]] {{.*}} to memref<4x0xf32, strided<[1, 1]>>
  %0 = burin.exp %x : (tensor<4x0xf32>) -> tensor<4x0xf32>
  return %0 : tensor<4x0xf32>
}

// A variable's new value may be where its old one is, and an input may be what a variable holds: they promise nothing.
// CHECK-LABEL: func @results_and_the_arena_alias_nothing
// CHECK-SAME: (%{{[^:]*}}: memref<8xf32>, %{{[^:]*}}: memref<8xf32>, %{{[^:]*}}: memref<8xf32>, %{{[^:]*}}: memref<8xf32> {llvm.noalias}, %{{[^:]*}}: memref<8xf32>, %{{[^:]*}}: memref<0xi8> {llvm.noalias},
func.func @results_and_the_arena_alias_nothing(%x: tensor<8xf32>, %y: tensor<8xf32>, %w: !burin.variable<tensor<8xf32>> {burin.variable = "w"}) -> tensor<8xf32> {
  %0 = burin.read %w : (!burin.variable<tensor<8xf32>>) -> tensor<8xf32>
  %1 = burin.multiply %x, %y : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  %2 = burin.add %0, %1 : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.assign %w, %2 : !burin.variable<tensor<8xf32>>, tensor<8xf32>
  return %1 : tensor<8xf32>
}
