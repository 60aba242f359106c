// RUN: burin-opt %s | burin-opt | FileCheck %s
// RUN: burin-opt %s --canonicalize | FileCheck %s --check-prefix=FOLD

// CHECK-LABEL: func @concat_adds_extents_up
func.func @concat_adds_extents_up(%x: tensor<2x3xf32>, %y: tensor<2x0xf32>) -> tensor<2x6xf32> {
  // CHECK: burin.concat %{{.*}}, %{{.*}}, %{{.*}} {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x0xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  %0 = burin.concat %x, %y, %x {axis = 1 : i64} : (tensor<2x3xf32>, tensor<2x0xf32>, tensor<2x3xf32>) -> tensor<2x6xf32>
  return %0 : tensor<2x6xf32>
}

// FOLD-LABEL: func @concat_of_one_is_nothing
// FOLD-SAME: (%[[X:.*]]: tensor<2x3xf32>)
func.func @concat_of_one_is_nothing(%x: tensor<2x3xf32>) -> tensor<2x3xf32> {
  // FOLD-NEXT: return %[[X]]
  %0 = burin.concat %x {axis = 1 : i64} : (tensor<2x3xf32>) -> tensor<2x3xf32>
  return %0 : tensor<2x3xf32>
}

// CHECK-LABEL: func @take_puts_the_shape_of_the_indices_in_place_of_the_axis
func.func @take_puts_the_shape_of_the_indices_in_place_of_the_axis(%x: tensor<2x3x4xf32>, %i: tensor<5x6xui8>) -> tensor<2x5x6x4xf32> {
  // CHECK: burin.gather %{{.*}} at %{{.*}} {dims = array<i64: 0, -1, 3>, index_dims = array<i64: 1, 2>} : (tensor<2x3x4xf32>, tensor<5x6xui8>) -> tensor<2x5x6x4xf32>
  %0 = burin.gather %x at %i {dims = array<i64: 0, -1, 3>, index_dims = array<i64: 1, 2>} : (tensor<2x3x4xf32>, tensor<5x6xui8>) -> tensor<2x5x6x4xf32>
  return %0 : tensor<2x5x6x4xf32>
}

// CHECK-LABEL: func @take_with_one_index_drops_the_axis
func.func @take_with_one_index_drops_the_axis(%x: tensor<2x3xf32>, %i: tensor<i64>) -> tensor<3xf32> {
  // CHECK: burin.gather %{{.*}} at %{{.*}} {dims = array<i64: -1, 0>, index_dims = array<i64>} : (tensor<2x3xf32>, tensor<i64>) -> tensor<3xf32>
  %0 = burin.gather %x at %i {dims = array<i64: -1, 0>, index_dims = array<i64>} : (tensor<2x3xf32>, tensor<i64>) -> tensor<3xf32>
  return %0 : tensor<3xf32>
}
