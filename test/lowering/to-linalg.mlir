// RUN: burin-opt %s --burin-form-clusters --burin-to-linalg | FileCheck %s

// CHECK: #[[ROW:.*]] = affine_map<(d0, d1) -> (d1)>
// CHECK: #[[SCALAR:.*]] = affine_map<(d0, d1) -> ()>

// CHECK-LABEL: func @a_chain_is_one_generic_and_its_broadcasts_are_maps
func.func @a_chain_is_one_generic_and_its_broadcasts_are_maps(%x: tensor<4x8xf32>, %y: tensor<8xf32>, %z: tensor<f32>) -> tensor<4x8xf32> {
  // CHECK: linalg.generic {indexing_maps = [#{{.*}}, #[[ROW]], #[[SCALAR]], #{{.*}}], iterator_types = ["parallel", "parallel"]}
  // CHECK: %[[SUM:.*]] = arith.addf
  // CHECK: %[[PRODUCT:.*]] = arith.mulf %[[SUM]], %{{.*}}
  // CHECK: linalg.yield %[[PRODUCT]]
  // CHECK-NOT: linalg.generic
  %0 = burin.add %x, %y : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %1 = burin.multiply %0, %z : (tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
  return %1 : tensor<4x8xf32>
}

// CHECK-LABEL: func @a_constant_of_one_value_is_a_scalar_of_the_body
func.func @a_constant_of_one_value_is_a_scalar_of_the_body(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: linalg.generic {{.*}} ins(%{{[^,]*}} : tensor<4xf32>)
  // CHECK: %[[TWO:.*]] = arith.constant 2.000000e+00 : f32
  // CHECK: arith.mulf %{{.*}}, %[[TWO]]
  %two = burin.constant dense<2.0> : tensor<f32>
  %0 = burin.multiply %x, %two : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @booleans_are_bytes_in_memory_and_bits_in_the_body
// CHECK-SAME: tensor<4xi8>) -> tensor<4xi8>
func.func @booleans_are_bytes_in_memory_and_bits_in_the_body(%x: tensor<4xi1>) -> tensor<4xi1> {
  // CHECK: ^bb0(%[[BYTE:.*]]: i8, %{{.*}}: i8):
  // CHECK: arith.cmpi ne, %[[BYTE]]
  // CHECK: %[[BIT:.*]] = arith.xori
  // CHECK: %[[WIDE:.*]] = arith.extui %[[BIT]] : i1 to i8
  // CHECK: linalg.yield %[[WIDE]]
  %0 = burin.logical_not %x : (tensor<4xi1>) -> tensor<4xi1>
  return %0 : tensor<4xi1>
}

// CHECK-LABEL: func @unsigned_types_become_signless_and_keep_their_meaning
// CHECK-SAME: (%{{.*}}: tensor<4xi8>) -> tensor<4xf32>
func.func @unsigned_types_become_signless_and_keep_their_meaning(%x: tensor<4xui8>) -> tensor<4xf32> {
  // CHECK: arith.maxui
  %0 = burin.maximum %x, %x : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  // CHECK: arith.uitofp
  %1 = burin.cast %0 {dtype = f32} : (tensor<4xui8>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}

// CHECK-LABEL: func @a_reduction_starts_from_its_identity
func.func @a_reduction_starts_from_its_identity(%x: tensor<4x8xf32>) -> tensor<4xf32> {
  // CHECK: %[[LEAST:.*]] = arith.constant 0xFF800000 : f32
  // CHECK: %[[INIT:.*]] = linalg.fill ins(%[[LEAST]] : f32)
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]} ins(%{{.*}}) outs(%[[INIT]] : tensor<4xf32>)
  // CHECK: arith.maximumf
  %0 = burin.reduce_max %x axes [1] {keep_dims = false} : (tensor<4x8xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @integers_start_from_theirs
func.func @integers_start_from_theirs(%x: tensor<8xi8>, %y: tensor<8xui8>) -> (tensor<i8>, tensor<ui8>) {
  // CHECK: arith.constant 127 : i8
  // CHECK: arith.minsi
  %0 = burin.reduce_min %x axes [0] {keep_dims = false} : (tensor<8xi8>) -> tensor<i8>
  // CHECK: arith.constant -1 : i8
  // CHECK: arith.minui
  %1 = burin.reduce_min %y axes [0] {keep_dims = false} : (tensor<8xui8>) -> tensor<ui8>
  return %0, %1 : tensor<i8>, tensor<ui8>
}

// The exponentials are computed in the pass that sums them and kept for the division.
// CHECK-LABEL: func @softmax_has_three_passes_and_one_exp
func.func @softmax_has_three_passes_and_one_exp(%x: tensor<4x8xf32>) -> tensor<4x8xf32> {
  // CHECK: linalg.generic
  // CHECK: arith.maximumf
  // CHECK: %[[PASS:.*]]:2 = linalg.generic
  // CHECK: arith.subf
  // CHECK: %[[EXP:.*]] = math.exp
  // CHECK: %[[SUM:.*]] = arith.addf
  // CHECK: linalg.yield %[[SUM]], %[[EXP]]
  // CHECK: linalg.generic {{.*}} ins(%[[PASS]]#1, %[[PASS]]#0
  // CHECK-NOT: math.exp
  // CHECK: arith.divf
  %0 = burin.reduce_max %x axes [1] {keep_dims = true} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %1 = burin.subtract %x, %0 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  %2 = burin.exp %1 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = burin.reduce_sum %2 axes [1] {keep_dims = true} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %4 = burin.divide %2, %3 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %4 : tensor<4x8xf32>
}

// CHECK-LABEL: func @what_is_cheap_is_computed_in_each_pass
func.func @what_is_cheap_is_computed_in_each_pass(%x: tensor<4x8xf32>, %y: tensor<8xf32>) -> tensor<4x8xf32> {
  // CHECK: arith.subf
  // CHECK-NEXT: arith.maximumf
  // CHECK-NEXT: linalg.yield %{{[^,]*}} : f32
  // CHECK: arith.subf
  // CHECK-NEXT: arith.mulf
  %0 = burin.subtract %x, %y : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %1 = burin.reduce_max %0 axes [1] {keep_dims = true} : (tensor<4x8xf32>) -> tensor<4x1xf32>
  %2 = burin.multiply %0, %1 : (tensor<4x8xf32>, tensor<4x1xf32>) -> tensor<4x8xf32>
  return %2 : tensor<4x8xf32>
}

// CHECK-LABEL: func @a_transposed_lhs_is_a_map
func.func @a_transposed_lhs_is_a_map(%x: tensor<8x4xf32>, %w: tensor<8x2xf32>) -> tensor<4x2xf32> {
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "parallel", "reduction"]} ins(%arg0, %arg1 : tensor<8x4xf32>, tensor<8x2xf32>)
  // CHECK-NOT: linalg.transpose
  %0 = burin.transpose %x {permutation = array<i64: 1, 0>} : (tensor<8x4xf32>) -> tensor<4x8xf32>
  %1 = burin.matmul %0, %w : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
  return %1 : tensor<4x2xf32>
}

// CHECK-LABEL: func @taken_indices_are_held_within_the_axis
func.func @taken_indices_are_held_within_the_axis(%x: tensor<5x3xf32>, %i: tensor<7xi32>) -> tensor<7x3xf32> {
  // CHECK: %[[ZERO:.*]] = arith.constant 0 : index
  // CHECK: %[[EXTENT:.*]] = arith.constant 5 : index
  // CHECK: arith.addi %{{.*}}, %[[EXTENT]]
  // CHECK: arith.maxsi %{{.*}}, %[[ZERO]]
  // CHECK: arith.minsi
  // CHECK: tensor.extract
  %0 = burin.gather %x at %i {dims = array<i64: -1, 1>, index_dims = array<i64: 0>} : (tensor<5x3xf32>, tensor<7xi32>) -> tensor<7x3xf32>
  return %0 : tensor<7x3xf32>
}

// CHECK-LABEL: func @parts_of_a_concat_go_where_they_belong
func.func @parts_of_a_concat_go_where_they_belong(%x: tensor<2x3xf32>, %y: tensor<2x1xf32>) -> tensor<2x4xf32> {
  // CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0, 0] [2, 3] [1, 1]
  // CHECK: tensor.insert_slice %{{.*}} into %{{.*}}[0, 3] [2, 1] [1, 1]
  %0 = burin.concat %x, %y {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x1xf32>) -> tensor<2x4xf32>
  return %0 : tensor<2x4xf32>
}

// CHECK-LABEL: func @rank_0_is_a_generic_without_loops
func.func @rank_0_is_a_generic_without_loops(%x: tensor<f32>) -> tensor<f32> {
  // CHECK: linalg.generic {{.*}}iterator_types = []}
  %0 = burin.exp %x : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// CHECK-LABEL: func @a_sum_of_indices_takes_its_extent_from_a_stand_in
func.func @a_sum_of_indices_takes_its_extent_from_a_stand_in() -> tensor<i64> {
  // CHECK: %[[EXTENTS:.*]] = tensor.empty() : tensor<5xi8>
  // CHECK: linalg.generic {{.*}} ins(%[[EXTENTS]] : tensor<5xi8>)
  // CHECK: linalg.index 0
  %0 = burin.iota {axis = 0 : i64, dtype = i64, shape = array<i64: 5>} : () -> tensor<5xi64>
  %1 = burin.reduce_sum %0 axes [0] {keep_dims = false} : (tensor<5xi64>) -> tensor<i64>
  return %1 : tensor<i64>
}

// CHECK-LABEL: func @N3_axes_that_a_broadcast_keeps_apart_are_reduced_one_by_one
func.func @N3_axes_that_a_broadcast_keeps_apart_are_reduced_one_by_one(%x: tensor<8x128xf32>, %y: tensor<128xf32>) -> tensor<f32> {
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]} {{.*}} outs(%{{.*}} : tensor<8xf32>)
  // CHECK: linalg.generic {{.*}}iterator_types = ["reduction"]} ins(%{{.*}} : tensor<8xf32>)
  %0 = burin.multiply %x, %y : (tensor<8x128xf32>, tensor<128xf32>) -> tensor<8x128xf32>
  %1 = burin.reduce_sum %0 axes [0, 1] {keep_dims = false} : (tensor<8x128xf32>) -> tensor<f32>
  return %1 : tensor<f32>
}

// CHECK-LABEL: func @short_rows_are_reduced_by_columns_first
func.func @short_rows_are_reduced_by_columns_first(%x: tensor<128x8xf32>, %y: tensor<8xf32>) -> tensor<1x1xf32> {
  // CHECK: linalg.generic {{.*}}iterator_types = ["reduction", "parallel"]} {{.*}} outs(%{{.*}} : tensor<1x8xf32>)
  // CHECK: linalg.generic {{.*}}iterator_types = ["parallel", "reduction"]} ins(%{{.*}} : tensor<1x8xf32>)
  %0 = burin.multiply %x, %y : (tensor<128x8xf32>, tensor<8xf32>) -> tensor<128x8xf32>
  %1 = burin.reduce_sum %0 axes [0, 1] {keep_dims = true} : (tensor<128x8xf32>) -> tensor<1x1xf32>
  return %1 : tensor<1x1xf32>
}

// CHECK-LABEL: func @axes_that_nothing_keeps_apart_are_reduced_at_once
func.func @axes_that_nothing_keeps_apart_are_reduced_at_once(%x: tensor<8x128xf32>, %y: tensor<f32>) -> tensor<f32> {
  // CHECK: linalg.generic {{.*}}iterator_types = ["reduction", "reduction"]}
  // CHECK-NOT: linalg.generic
  %0 = burin.multiply %x, %y : (tensor<8x128xf32>, tensor<f32>) -> tensor<8x128xf32>
  %1 = burin.reduce_sum %0 axes [0, 1] {keep_dims = false} : (tensor<8x128xf32>) -> tensor<f32>
  return %1 : tensor<f32>
}

// CHECK-LABEL: func @N6_halves_are_computed_in_f32_and_rounded_once_for_each_op
func.func @N6_halves_are_computed_in_f32_and_rounded_once_for_each_op(%x: tensor<8xf16>) -> tensor<8xf16> {
  // CHECK: %[[WIDE:.*]] = arith.extf %{{.*}} : f16 to f32
  // CHECK: arith.divf %{{.*}} : f32
  // CHECK: %[[ROUNDED:.*]] = arith.truncf %{{.*}} : f32 to f16
  // CHECK: arith.extf %[[ROUNDED]]
  // CHECK: math.exp %{{.*}} : f32
  // CHECK: arith.truncf
  // CHECK-NEXT: linalg.yield
  %0 = burin.sigmoid %x : (tensor<8xf16>) -> tensor<8xf16>
  %1 = burin.exp %0 : (tensor<8xf16>) -> tensor<8xf16>
  return %1 : tensor<8xf16>
}

// CHECK-LABEL: func @logic_is_reduced_on_bytes
func.func @logic_is_reduced_on_bytes(%x: tensor<8xi1>) -> tensor<i1> {
  // CHECK: %[[BIT:.*]] = arith.cmpi ne, %{{.*}} : i8
  // CHECK: %[[BYTE:.*]] = arith.extui %[[BIT]] : i1 to i8
  // CHECK: arith.ori %{{.*}}, %[[BYTE]] : i8
  %0 = burin.reduce_any %x axes [0] {keep_dims = false} : (tensor<8xi1>) -> tensor<i1>
  return %0 : tensor<i1>
}

// CHECK-LABEL: func @complex_numbers_are_computed_by_their_parts
func.func @complex_numbers_are_computed_by_their_parts(%x: tensor<8xcomplex<f32>>) -> tensor<8xcomplex<f32>> {
  // CHECK: complex.re
  // CHECK-COUNT-4: arith.mulf %{{.*}} : f32
  // CHECK: complex.create %{{.*}} : complex<f32>
  %0 = burin.multiply %x, %x : (tensor<8xcomplex<f32>>, tensor<8xcomplex<f32>>) -> tensor<8xcomplex<f32>>
  return %0 : tensor<8xcomplex<f32>>
}
