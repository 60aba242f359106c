// RUN: burin-opt %s --burin-form-clusters | FileCheck %s

// CHECK-LABEL: func @a_chain_is_one_cluster
// CHECK-SAME: (%[[X:.*]]: tensor<8xf32>, %[[Y:.*]]: tensor<f32>)
func.func @a_chain_is_one_cluster(%x: tensor<8xf32>, %y: tensor<f32>) -> tensor<8xf32> {
  // CHECK: %[[C:.*]] = burin.cluster "elementwise" outer 0 -> tensor<8xf32> {
  // CHECK-NEXT: %[[P:.*]] = burin.multiply %[[X]], %[[Y]]
  // CHECK-NEXT: %[[E:.*]] = burin.exp %[[P]]
  // CHECK-NEXT: burin.yield %[[E]]
  %0 = burin.multiply %x, %y : (tensor<8xf32>, tensor<f32>) -> tensor<8xf32>
  %1 = burin.exp %0 : (tensor<8xf32>) -> tensor<8xf32>
  // CHECK: return %[[C]]
  return %1 : tensor<8xf32>
}

// CHECK-LABEL: func @a_value_that_others_want_is_yielded_too
func.func @a_value_that_others_want_is_yielded_too(%x: tensor<8xf32>) -> (tensor<8xf32>, tensor<8xf32>) {
  // CHECK: %[[C:.*]]:2 = burin.cluster
  // CHECK: %[[N:.*]] = burin.negative
  // CHECK: %[[E:.*]] = burin.exp %[[N]]
  // CHECK: burin.yield %[[N]], %[[E]]
  %0 = burin.negative %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = burin.exp %0 : (tensor<8xf32>) -> tensor<8xf32>
  // CHECK: return %[[C]]#0, %[[C]]#1
  return %0, %1 : tensor<8xf32>, tensor<8xf32>
}

// CHECK-LABEL: func @ops_of_other_shapes_are_clusters_of_their_own
func.func @ops_of_other_shapes_are_clusters_of_their_own(%x: tensor<8xf32>, %y: tensor<3x8xf32>) -> tensor<3x8xf32> {
  // CHECK: %[[C:.*]] = burin.cluster "elementwise" outer 0 -> tensor<8xf32>
  // CHECK: burin.cluster "elementwise" outer 0 -> tensor<3x8xf32>
  // CHECK-NEXT: burin.add %[[C]],
  %0 = burin.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = burin.add %0, %y : (tensor<8xf32>, tensor<3x8xf32>) -> tensor<3x8xf32>
  return %1 : tensor<3x8xf32>
}

// CHECK-LABEL: func @softmax_is_one_row_cluster
func.func @softmax_is_one_row_cluster(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: burin.cluster "row" outer 1 -> tensor<4x8xf32> {
  // CHECK-NEXT: burin.reduce_max
  // CHECK-NEXT: burin.subtract
  // CHECK-NEXT: burin.exp
  // CHECK-NEXT: burin.reduce_sum
  // CHECK-NEXT: burin.divide
  // CHECK-NEXT: burin.yield
  %0 = burin.reduce_max %x axes [1] {keep_dims = true} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %1 = burin.subtract %x, %0 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %2 = burin.exp %1 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = burin.reduce_sum %2 axes [1] {keep_dims = true} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %4 = burin.divide %2, %3 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %4 : tensor<4x8xf32>
}

// Without kept dimensions, a row's sum broadcasts along another axis.
// CHECK-LABEL: func @a_sum_that_broadcasts_along_columns_leaves_the_row
func.func @a_sum_that_broadcasts_along_columns_leaves_the_row(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  // CHECK: %[[SUM:.*]] = burin.cluster "row" outer 1 -> tensor<8xf32>
  // CHECK: burin.cluster "elementwise"
  // CHECK-NEXT: burin.divide %{{.*}}, %[[SUM]]
  %0 = burin.reduce_sum %x axes [1] {keep_dims = false} : (tensor<8x8xf32>) -> tensor<8xf32>
  %1 = burin.divide %x, %0 : (tensor<8x8xf32>, tensor<8xf32>) -> tensor<8x8xf32>
  return %1 : tensor<8x8xf32>
}

// All of the tensor must be summed before the first element can be divided.
// CHECK-LABEL: func @consumers_of_a_full_reduction_are_a_cluster_of_their_own
func.func @consumers_of_a_full_reduction_are_a_cluster_of_their_own(%x: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK: burin.cluster "row" outer 0 -> tensor<1xf32>
  // CHECK: burin.cluster "elementwise" outer 0 -> tensor<8xf32>
  %0 = burin.reduce_sum %x axes [0] {keep_dims = true} : (tensor<8xf32>) -> tensor<1xf32>
  %1 = burin.divide %x, %0 : (tensor<8xf32>, tensor<1xf32>) -> tensor<8xf32>
  return %1 : tensor<8xf32>
}

// CHECK-LABEL: func @producers_join_a_column_reduction
func.func @producers_join_a_column_reduction(%x: tensor<4x8xf32>) -> tensor<8xf32> {
  // CHECK: burin.cluster "row" outer 0 -> tensor<8xf32> {
  // CHECK-NEXT: burin.square
  // CHECK-NEXT: burin.reduce_sum %{{.*}} axes [0]
  %0 = burin.square %x : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %1 = burin.reduce_sum %0 axes [0] {keep_dims = false} : (tensor<4x8xf32>) -> tensor<8xf32>
  return %1 : tensor<8xf32>
}

// CHECK-LABEL: func @a_matmul_takes_its_epilogue_in
func.func @a_matmul_takes_its_epilogue_in(%x: tensor<4x8xf32>, %w: tensor<8x2xf32>, %b: tensor<2xf32>) -> tensor<4x2xf32> {
  // CHECK: burin.cluster "matmul" outer 0 -> tensor<4x2xf32> {
  // CHECK-NEXT: burin.matmul
  // CHECK-NEXT: burin.add
  // CHECK-NEXT: burin.relu
  // CHECK-NEXT: burin.yield
  %0 = burin.matmul %x, %w : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  %1 = burin.add %0, %b : (tensor<4x2xf32>, tensor<2xf32>) -> tensor<4x2xf32>
  %2 = burin.relu %1 : (tensor<4x2xf32>) -> tensor<4x2xf32>
  return %2 : tensor<4x2xf32>
}

// CHECK-LABEL: func @a_transposed_lhs_is_folded_into_the_matmul
// CHECK-SAME: (%[[X:.*]]: tensor<8x4xf32>, %[[W:.*]]: tensor<8x2xf32>)
func.func @a_transposed_lhs_is_folded_into_the_matmul(%x: tensor<8x4xf32>, %w: tensor<8x2xf32>) -> tensor<4x2xf32> {
  // CHECK-NOT: burin.cluster "elementwise"
  // CHECK: burin.cluster "matmul"
  // CHECK-NEXT: %[[T:.*]] = burin.transpose %[[X]]
  // CHECK-NEXT: burin.matmul %[[T]], %[[W]]
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<8x4xf32>) -> tensor<4x8xf32>
  %1 = burin.matmul %0, %w : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}

// CHECK-LABEL: func @a_transpose_that_others_want_is_made_as_well
func.func @a_transpose_that_others_want_is_made_as_well(%x: tensor<8x4xf32>, %w: tensor<8x2xf32>) -> (tensor<4x2xf32>, tensor<4x8xf32>) {
  // CHECK: burin.cluster "elementwise"
  // CHECK-NEXT: burin.transpose
  // CHECK: burin.cluster "matmul"
  // CHECK-NEXT: burin.transpose
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<8x4xf32>) -> tensor<4x8xf32>
  %1 = burin.matmul %0, %w : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  return %1, %0 : tensor<4x2xf32>, tensor<4x8xf32>
}

// CHECK-LABEL: func @concat_and_reshape_stand_alone
func.func @concat_and_reshape_stand_alone(%x: tensor<4x8xf32>) -> tensor<64xf32> {
  // CHECK-DAG: burin.cluster "concat" outer 0 -> tensor<8x8xf32>
  // CHECK-DAG: burin.reshape %{{.*}} {shape = array<i64: 64>}
  %0 = burin.concat %x, %x {axis = 0 : i64} : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<8x8xf32>
  %1 = burin.reshape %0 {shape = array<i64: 64>} : (tensor<8x8xf32>) -> tensor<64xf32>
  return %1 : tensor<64xf32>
}

// Much that lies transposed is copied before it is reduced; what stays in the first-level cache isn't.
// CHECK-LABEL: func @reduced_transposes
func.func @reduced_transposes(%x: tensor<128x128xf32>, %y: tensor<16x128xf32>) -> (tensor<128xf32>, tensor<128xf32>) {
  // CHECK: burin.cluster "elementwise" outer 0 -> tensor<128x128xf32>
  // CHECK-NEXT: burin.transpose
  // CHECK: burin.cluster "row" outer 1 -> tensor<128xf32>
  // CHECK-NEXT: burin.reduce_sum
  // CHECK: burin.cluster "row" outer 1 -> tensor<128xf32>
  // CHECK-NEXT: burin.transpose
  // CHECK-NEXT: burin.reduce_sum
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<128x128xf32>) -> tensor<128x128xf32>
  %1 = burin.reduce_sum %0 axes [1] {keep_dims = false} : (tensor<128x128xf32>) -> tensor<128xf32>
  %2 = burin.transpose %y {permutation = array<i64: 1, 0>} : (tensor<16x128xf32>) -> tensor<128x16xf32>
  %3 = burin.reduce_sum %2 axes [1] {keep_dims = false} : (tensor<128x16xf32>) -> tensor<128xf32>
  return %1, %3 : tensor<128xf32>, tensor<128xf32>
}

// CHECK-LABEL: func @E4_what_nobody_wants_goes
func.func @E4_what_nobody_wants_goes(%x: tensor<8xf32>) -> tensor<8xf32> {
  // CHECK-NOT: burin.cluster "row"
  // CHECK-NOT: burin.exp
  // CHECK: burin.cluster
  // CHECK-NEXT: burin.negative
  // CHECK-NEXT: burin.yield
  %0 = burin.negative %x : (tensor<8xf32>) -> tensor<8xf32>
  %1 = burin.reduce_sum %x axes [0] {keep_dims = false} : (tensor<8xf32>) -> tensor<f32>
  %2 = burin.exp %1 : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<8xf32>
}

// CHECK-LABEL: func @E2_prints_keep_their_order
func.func @E2_prints_keep_their_order(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = burin.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  burin.print "first", %0 {site = 0 : i64} : tensor<8xf32>
  burin.print "second" {site = 1 : i64}
  %1 = burin.negative %0 : (tensor<8xf32>) -> tensor<8xf32>
  burin.print "third", %1 {site = 2 : i64} : tensor<8xf32>
  // CHECK: burin.print "first"
  // CHECK: burin.print "second"
  // CHECK: burin.print "third"
  return %1 : tensor<8xf32>
}

// CHECK-LABEL: func @a_returned_constant_is_copied_to_memory_of_its_own
func.func @a_returned_constant_is_copied_to_memory_of_its_own() -> tensor<3xf32> {
  // CHECK: %[[C:.*]] = burin.constant
  %0 = burin.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  // CHECK: %[[COPY:.*]] = burin.cluster "elementwise"
  // CHECK-NEXT: burin.broadcast_to %[[C]]
  // CHECK: return %[[COPY]]
  return %0 : tensor<3xf32>
}

// MLIR has no vectors of complex numbers: loops with these are scalar, and a sum would lose its vectors and its bounded error.
// CHECK-LABEL: func @N3_ops_on_complex_numbers_stay_out_of_reductions
func.func @N3_ops_on_complex_numbers_stay_out_of_reductions(%x: tensor<64xcomplex<f32>>) -> tensor<f32> {
  // CHECK: burin.cluster "elementwise"
  // CHECK-NEXT: burin.real
  // CHECK-NEXT: burin.yield
  // CHECK: burin.cluster "row"
  // CHECK-NEXT: burin.reduce_sum
  %0 = burin.real %x : (tensor<64xcomplex<f32>>) -> tensor<64xf32>
  %1 = burin.reduce_sum %0 axes [0] {keep_dims = false} : (tensor<64xf32>) -> tensor<f32>
  return %1 : tensor<f32>
}

// Updates of a loop's state that have nothing in common: one cluster, which is turned inside out with the loop.
// CHECK-LABEL: func @a_loop_of_elementwise_updates_has_one_cluster
func.func @a_loop_of_elementwise_updates_has_one_cluster(%n: tensor<i64>, %x: tensor<64xf32>) -> tensor<64xf32> {
  // CHECK: burin.for
  // CHECK: burin.cluster "elementwise"
  // CHECK-DAG: burin.exp
  // CHECK-DAG: burin.negative
  // CHECK: burin.yield
  // CHECK-NOT: burin.cluster
  %0:2 = burin.for %n times, %x, %x : (tensor<i64>, tensor<64xf32>, tensor<64xf32>) -> (tensor<64xf32>, tensor<64xf32>) do {
  ^bb0(%i: tensor<i64>, %a: tensor<64xf32>, %b: tensor<64xf32>):
    %1 = burin.exp %a : (tensor<64xf32>) -> tensor<64xf32>
    %2 = burin.negative %b : (tensor<64xf32>) -> tensor<64xf32>
    burin.yield %1, %2 : tensor<64xf32>, tensor<64xf32>
  }
  // CHECK: burin.cluster "elementwise"
  %3 = burin.add %0#0, %0#1 : (tensor<64xf32>, tensor<64xf32>) -> tensor<64xf32>
  return %3 : tensor<64xf32>
}
