// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=512" --cse | FileCheck %s --check-prefixes=CHECK,V512
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=256" --cse | FileCheck %s --check-prefixes=CHECK,V256
// RUN: burin-opt %s --burin-stage-buffers --burin-to-loops="vector-bits=512 parallel=false" | FileCheck %s --check-prefix=SERIAL

// CHECK-LABEL: func @a_rest_shorter_than_a_vector_is_masked
func.func @a_rest_shorter_than_a_vector_is_masked(%x: tensor<35xf64>) -> tensor<35xf64> {
  // V512: scf.for
  // V512: vector.store {{.*}} vector<8xf64>
  // V512: arith.constant dense<[true, true, true, false, false, false, false, false]> : vector<8xi1>
  // V512: vector.maskedload
  // V512: vector.maskedstore
  // V256: vector.store {{.*}} vector<4xf64>
  // V256: arith.constant dense<[true, true, true, false]> : vector<4xi1>
  // V256: vector.maskedstore
  // CHECK-NOT: memref.store
  %0 = burin.log %x : (tensor<35xf64>) -> tensor<35xf64>
  return %0 : tensor<35xf64>
}

// CHECK-LABEL: func @a_multiple_of_the_step_needs_no_mask
func.func @a_multiple_of_the_step_needs_no_mask(%x: tensor<64xf32>) -> tensor<64xf32> {
  // CHECK: vector.load
  // CHECK-NOT: vector.masked
  %0 = burin.negative %x : (tensor<64xf32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}

// CHECK-LABEL: func @a_short_row_gets_a_short_vector
func.func @a_short_row_gets_a_short_vector(%x: tensor<3xf32>) -> tensor<3xf32> {
  // CHECK: vector.maskedload {{.*}} into vector<4xf32>
  %0 = burin.negative %x : (tensor<3xf32>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}

// CHECK-LABEL: func @one_element_is_a_scalar
func.func @one_element_is_a_scalar(%x: tensor<1x1xf32>) -> tensor<1x1xf32> {
  // CHECK-NOT: vector
  // CHECK-NOT: scf.for
  // CHECK: memref.load
  // CHECK: memref.store
  %0 = burin.exp %x : (tensor<1x1xf32>) -> tensor<1x1xf32>
  return %0 : tensor<1x1xf32>
}

// CHECK-LABEL: func @rank_0_is_a_scalar
func.func @rank_0_is_a_scalar(%x: tensor<f32>) -> tensor<f32> {
  // CHECK-NOT: scf.for
  // CHECK: memref.store
  %0 = burin.exp %x : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// CHECK-LABEL: func @nothing_has_no_loop
func.func @nothing_has_no_loop(%x: tensor<4x0xf32>) -> tensor<4x0xf32> {
  // CHECK-NOT: scf.for
  // CHECK-NOT: load
  // CHECK: return
  %0 = burin.exp %x : (tensor<4x0xf32>) -> tensor<4x0xf32>
  return %0 : tensor<4x0xf32>
}

// CHECK-LABEL: func @dimensions_that_are_walked_as_one_are_one_loop
func.func @dimensions_that_are_walked_as_one_are_one_loop(%x: tensor<8x4x16xf32>) -> tensor<8x4x16xf32> {
  // CHECK-COUNT-1: scf.for
  // CHECK-NOT: scf.for
  %0 = burin.square %x : (tensor<8x4x16xf32>) -> tensor<8x4x16xf32>
  return %0 : tensor<8x4x16xf32>
}

// CHECK-LABEL: func @a_broadcast_keeps_its_loop
func.func @a_broadcast_keeps_its_loop(%x: tensor<8x4x128xf32>, %y: tensor<128xf32>) -> tensor<8x4x128xf32> {
  // CHECK: scf.for
  // CHECK: scf.for
  // CHECK-NOT: scf.for
  %0 = burin.add %x, %y : (tensor<8x4x128xf32>, tensor<128xf32>) -> tensor<8x4x128xf32>
  return %0 : tensor<8x4x128xf32>
}

// CHECK-LABEL: func @a_value_for_each_row_is_loaded_once_and_spread
func.func @a_value_for_each_row_is_loaded_once_and_spread(%x: tensor<8x64xf32>, %y: tensor<8x1xf32>) -> tensor<8x64xf32> {
  // CHECK: %[[ONE:.*]] = memref.load {{.*}} : memref<{{8|8x1}}xf32>
  // CHECK: vector.broadcast %[[ONE]]
  %0 = burin.multiply %x, %y : (tensor<8x64xf32>, tensor<8x1xf32>) -> tensor<8x64xf32>
  return %0 : tensor<8x64xf32>
}

// CHECK-LABEL: func @a_row_is_summed_in_lanes_that_are_combined_at_its_end
func.func @a_row_is_summed_in_lanes_that_are_combined_at_its_end(%x: tensor<4x64xf32>) -> tensor<4xf32> {
  // CHECK: scf.for {{.*}} iter_args
  // CHECK: arith.addf
  // CHECK: vector.shuffle
  // CHECK: vector.extract
  // CHECK: memref.store
  %0 = burin.reduce_sum %x axes [1] {keep_dims = false} : (tensor<4x64xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @columns_are_summed_in_vectors_along_the_row
func.func @columns_are_summed_in_vectors_along_the_row(%x: tensor<4x64xf32>) -> tensor<64xf32> {
  // CHECK: %[[SUM:.*]] = scf.for {{.*}} iter_args
  // CHECK: vector.load
  // CHECK: arith.addf
  // CHECK-NOT: vector.shuffle
  // CHECK: vector.store
  %0 = burin.reduce_sum %x axes [0] {keep_dims = false} : (tensor<4x64xf32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}

// The masked lanes of a rest hold the identity, not what was loaded.
// CHECK-LABEL: func @the_rest_of_a_row_counts_for_nothing
func.func @the_rest_of_a_row_counts_for_nothing(%x: tensor<4x17xf32>) -> tensor<4xf32> {
  // CHECK: %[[ROW:.*]] = vector.maskedload
  // CHECK: %[[E:.*]] = math.exp %[[ROW]]
  // CHECK: arith.select %{{.*}}, %[[E]], %{{.*}}
  %0 = burin.exp %x : (tensor<4x17xf32>) -> tensor<4x17xf32>
  %1 = burin.reduce_sum %0 axes [1] {keep_dims = false} : (tensor<4x17xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: func @taken_elements_are_gathered
func.func @taken_elements_are_gathered(%x: tensor<100xf32>, %i: tensor<64xi32>) -> tensor<64xf32> {
  // CHECK: vector.gather
  %0 = burin.gather %x at %i {dims = array<i64: -1>, index_dims = array<i64: 0>} : (tensor<100xf32>, tensor<64xi32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}

// CHECK-LABEL: func @taken_rows_are_loaded_whole
func.func @taken_rows_are_loaded_whole(%x: tensor<100x64xf32>, %i: tensor<5xi32>) -> tensor<5x64xf32> {
  // CHECK-NOT: vector.gather
  // CHECK: vector.load
  %0 = burin.gather %x at %i {dims = array<i64: -1, 1>, index_dims = array<i64: 0>} : (tensor<100x64xf32>, tensor<5xi32>) -> tensor<5x64xf32>
  return %0 : tensor<5x64xf32>
}

// CHECK-LABEL: func @prints_call_the_runtime
// CHECK-SAME: %[[CONTEXT:[^:]*]]: !llvm.ptr)
func.func @prints_call_the_runtime(%x: tensor<4xf32>) {
  // CHECK: llvm.store
  // CHECK: %[[SITE:.*]] = llvm.mlir.constant(7 : i64)
  // CHECK: llvm.call @burin_rt_effect(%[[CONTEXT]], %[[SITE]], %{{.*}}, %{{.*}})
  burin.print "{}", %x {site = 7 : i64} : tensor<4xf32>
  return
}

// CHECK-LABEL: func @large_work_is_cut_into_tasks
// CHECK-SAME: (%[[X:[^:]*]]: memref<1000003xf32>, %[[Y:[^:]*]]: memref<1000003xf32> {llvm.noalias}
// SERIAL-LABEL: func @large_work_is_cut_into_tasks
func.func @large_work_is_cut_into_tasks(%x: tensor<1000003xf32>) -> tensor<1000003xf32> {
  // CHECK: burin.parallel @large_work_is_cut_into_tasks_task0 count %{{.*}} with %[[X]], %[[Y]]
  // CHECK-LABEL: func private @large_work_is_cut_into_tasks_task0
  // CHECK-SAME: memref<1000003xf32> {llvm.noalias}, %[[BEGIN:[^:]*]]: index, %[[END:[^:]*]]: index) attributes {burin.task}
  // CHECK: arith.muli %[[BEGIN]]
  // CHECK: arith.minsi
  // SERIAL-NOT: burin.parallel
  %0 = burin.exp %x : (tensor<1000003xf32>) -> tensor<1000003xf32>
  return %0 : tensor<1000003xf32>
}

// CHECK-LABEL: func @rows_are_cut_into_tasks_that_have_the_stack_to_themselves
func.func @rows_are_cut_into_tasks_that_have_the_stack_to_themselves(%x: tensor<4096x512xf32>) -> tensor<4096xf32> {
  // CHECK-NOT: memref.alloca()
  // CHECK: burin.parallel
  // CHECK-LABEL: func private @rows_are_cut_into_tasks_that_have_the_stack_to_themselves_task0
  // CHECK: memref.alloca() {{.*}} : memref<512xf32>
  %0 = burin.exp %x : (tensor<4096x512xf32>) -> tensor<4096x512xf32>
  %1 = burin.reduce_max %0 axes [1] {keep_dims = true} : (tensor<4096x512xf32>) -> tensor<4096x1xf32>
  %2 = burin.divide %0, %1 : (tensor<4096x512xf32>, tensor<4096x1xf32>) -> tensor<4096x512xf32>
  %3 = burin.reduce_sum %2 axes [1] {keep_dims = false} : (tensor<4096x512xf32>) -> tensor<4096xf32>
  return %3 : tensor<4096xf32>
}

// The broadcast keeps the two dimensions behind the reduction apart: it moves between them, and columns are summed in vectors.
// CHECK-LABEL: func @N3_a_reduction_moves_before_the_last_loop
func.func @N3_a_reduction_moves_before_the_last_loop(%x: tensor<9x4x64xf32>, %y: tensor<4x1xf32>) -> tensor<4x64xf32> {
  // CHECK: scf.for
  // CHECK: scf.for
  // CHECK: scf.for {{.*}} iter_args({{.*}}) -> (vector<
  // CHECK-NOT: scf.for
  %0 = burin.multiply %x, %y : (tensor<9x4x64xf32>, tensor<4x1xf32>) -> tensor<9x4x64xf32>
  %1 = burin.reduce_sum %0 axes [0] {keep_dims = false} : (tensor<9x4x64xf32>) -> tensor<4x64xf32>
  return %1 : tensor<4x64xf32>
}

// CHECK-LABEL: func @loops_over_complex_numbers_are_scalar
func.func @loops_over_complex_numbers_are_scalar(%x: tensor<100xcomplex<f32>>) -> tensor<100xcomplex<f32>> {
  // CHECK: scf.for
  // CHECK: memref.load %{{.*}} : memref<100xcomplex<f32>>
  // CHECK-NOT: vector
  // CHECK: memref.store
  %0 = burin.negative %x : (tensor<100xcomplex<f32>>) -> tensor<100xcomplex<f32>>
  return %0 : tensor<100xcomplex<f32>>
}

// Long bodies leave memory the time to bring the next row meanwhile. Here the maxima are found first, and find it.
// CHECK-LABEL: func private @rows_are_asked_for_ahead_task0
// CHECK: %[[ROW:.*]] = arith.constant 1024 : index
// CHECK: arith.maximumf
// CHECK-NOT: memref.prefetch
// CHECK: math.exp
// CHECK: %[[NEXT:.*]] = arith.addi %{{.*}}, %[[ROW]] : index
// CHECK-NEXT: memref.prefetch %{{.*}}[%[[NEXT]]], read, locality<3>, data
func.func @rows_are_asked_for_ahead(%x: tensor<4096x1024xf32>) -> tensor<4096x1024xf32> {
  %0 = burin.reduce_max %x axes [1] {keep_dims = true} : (tensor<4096x1024xf32>) -> tensor<4096x1xf32>
  %1 = burin.subtract %x, %0 : (tensor<4096x1024xf32>, tensor<4096x1xf32>) -> tensor<4096x1024xf32>
  %2 = burin.exp %1 : (tensor<4096x1024xf32>) -> tensor<4096x1024xf32>
  %3 = burin.reduce_sum %2 axes [1] {keep_dims = true} : (tensor<4096x1024xf32>) -> tensor<4096x1xf32>
  %4 = burin.divide %2, %3 : (tensor<4096x1024xf32>, tensor<4096x1xf32>) -> tensor<4096x1024xf32>
  return %4 : tensor<4096x1024xf32>
}

// What the second-level cache holds is there already, and short bodies wait for memory as it is.
// CHECK-LABEL: func private @small_and_short_ones_are_not
// CHECK-NOT: memref.prefetch
func.func @small_and_short_ones_are_not(%x: tensor<10000xf32>, %y: tensor<10000000xf32>) -> (tensor<10000xf32>, tensor<10000000xf32>) {
  %0 = burin.tanh %x : (tensor<10000xf32>) -> tensor<10000xf32>
  %1 = burin.exp %0 : (tensor<10000xf32>) -> tensor<10000xf32>
  %2 = burin.negative %y : (tensor<10000000xf32>) -> tensor<10000000xf32>
  return %1, %2 : tensor<10000xf32>, tensor<10000000xf32>
}

// Several registers at once, but for the rest; the key is read before the loop.
// CHECK-LABEL: func private @random_numbers_in_bulk_have_wide_vectors_task0
// CHECK: memref.load
// CHECK: memref.load
// CHECK: scf.for
// CHECK-NOT: memref.load
// V512: burin.philox {{.*}} -> vector<64xi32>
// V256: burin.philox {{.*}} -> vector<32xi32>
// CHECK: scf.for
// V512: burin.philox {{.*}} -> vector<16xi32>
// V256: burin.philox {{.*}} -> vector<8xi32>
// CHECK: vector.maskedstore
func.func @random_numbers_in_bulk_have_wide_vectors(%key: tensor<2xui64>) -> tensor<1000003xf32> {
  %0 = burin.random_uniform %key {dtype = f32, high = 1.0 : f64, low = 0.0 : f64, shape = array<i64: 1000003>} : (tensor<2xui64>) -> tensor<1000003xf32>
  return %0 : tensor<1000003xf32>
}

// CHECK-LABEL: func @a_few_random_numbers_are_not_worth_them
func.func @a_few_random_numbers_are_not_worth_them(%key: tensor<2xui64>) -> tensor<4096xf32> {
  // V512: burin.philox {{.*}} -> vector<16xi32>
  // V256: burin.philox {{.*}} -> vector<8xi32>
  %0 = burin.random_uniform %key {dtype = f32, high = 1.0 : f64, low = 0.0 : f64, shape = array<i64: 4096>} : (tensor<2xui64>) -> tensor<4096xf32>
  return %0 : tensor<4096xf32>
}
