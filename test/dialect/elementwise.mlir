// RUN: burin-opt %s | burin-opt | FileCheck %s

// CHECK-LABEL: func @operands_broadcast
// CHECK-SAME: (%[[X:.*]]: tensor<4x1x8xf32>, %[[Y:.*]]: tensor<3x1xf32>)
func.func @operands_broadcast(%x: tensor<4x1x8xf32>, %y: tensor<3x1xf32>) -> tensor<4x3x8xf32> {
  // CHECK: burin.add %[[X]], %[[Y]] : (tensor<4x1x8xf32>, tensor<3x1xf32>) -> tensor<4x3x8xf32>
  %0 = burin.add %x, %y : (tensor<4x1x8xf32>, tensor<3x1xf32>) -> tensor<4x3x8xf32>
  return %0 : tensor<4x3x8xf32>
}

// CHECK-LABEL: func @rank_0_is_a_tensor_of_one
func.func @rank_0_is_a_tensor_of_one(%x: tensor<f64>) -> tensor<f64> {
  // CHECK: burin.tanh %{{.*}} : (tensor<f64>) -> tensor<f64>
  %0 = burin.tanh %x : (tensor<f64>) -> tensor<f64>
  return %0 : tensor<f64>
}

// CHECK-LABEL: func @extents_of_0_and_1_broadcast_to_0
func.func @extents_of_0_and_1_broadcast_to_0(%x: tensor<0x3xi32>, %y: tensor<1x1xi32>) -> tensor<0x3xi32> {
  // CHECK: burin.multiply %{{.*}}, %{{.*}} : (tensor<0x3xi32>, tensor<1x1xi32>) -> tensor<0x3xi32>
  %0 = burin.multiply %x, %y : (tensor<0x3xi32>, tensor<1x1xi32>) -> tensor<0x3xi32>
  return %0 : tensor<0x3xi32>
}

// CHECK-LABEL: func @unsigned_types_are_spelled_out
func.func @unsigned_types_are_spelled_out(%x: tensor<4xui8>) -> tensor<4xui8> {
  // CHECK: burin.maximum %{{.*}}, %{{.*}} : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  %0 = burin.maximum %x, %x : (tensor<4xui8>, tensor<4xui8>) -> tensor<4xui8>
  return %0 : tensor<4xui8>
}

// CHECK-LABEL: func @comparisons_give_booleans
func.func @comparisons_give_booleans(%x: tensor<4xf32>, %y: tensor<4xf32>) -> tensor<4xi1> {
  // CHECK: burin.less_equal %{{.*}}, %{{.*}} : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  %0 = burin.less_equal %x, %y : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
  return %0 : tensor<4xi1>
}

// CHECK-LABEL: func @booleans_compare_for_equality
func.func @booleans_compare_for_equality(%x: tensor<4xi1>, %y: tensor<i1>) -> tensor<4xi1> {
  // CHECK: burin.not_equal %{{.*}}, %{{.*}} : (tensor<4xi1>, tensor<i1>) -> tensor<4xi1>
  %0 = burin.not_equal %x, %y : (tensor<4xi1>, tensor<i1>) -> tensor<4xi1>
  return %0 : tensor<4xi1>
}

// CHECK-LABEL: func @where_has_a_condition_of_its_own_type_and_shape
func.func @where_has_a_condition_of_its_own_type_and_shape(%c: tensor<3x1xi1>, %x: tensor<4xf64>, %y: tensor<f64>) -> tensor<3x4xf64> {
  // CHECK: burin.where %{{.*}}, %{{.*}}, %{{.*}} : (tensor<3x1xi1>, tensor<4xf64>, tensor<f64>) -> tensor<3x4xf64>
  %0 = burin.where %c, %x, %y : (tensor<3x1xi1>, tensor<4xf64>, tensor<f64>) -> tensor<3x4xf64>
  return %0 : tensor<3x4xf64>
}

// CHECK-LABEL: func @casts_name_their_type
func.func @casts_name_their_type(%x: tensor<4xf32>) -> tensor<4xui16> {
  // CHECK: burin.cast %{{.*}} {dtype = ui16} : (tensor<4xf32>) -> tensor<4xui16>
  %0 = burin.cast %x {dtype = ui16} : (tensor<4xf32>) -> tensor<4xui16>
  return %0 : tensor<4xui16>
}

// CHECK-LABEL: func @parameters_are_attributes
func.func @parameters_are_attributes(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xui32>) {
  // CHECK: burin.polygamma %{{.*}} {order = 2 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  %0 = burin.polygamma %x {order = 2 : i64} : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK: burin.bitcast %{{.*}} {dtype = ui32} : (tensor<4xf32>) -> tensor<4xui32>
  %1 = burin.bitcast %x {dtype = ui32} : (tensor<4xf32>) -> tensor<4xui32>
  return %0, %1 : tensor<4xf32>, tensor<4xui32>
}

// CHECK-LABEL: func @three_operands_broadcast
func.func @three_operands_broadcast(%x: tensor<4x1xi8>, %y: tensor<3xi8>, %z: tensor<i8>) -> tensor<4x3xi8> {
  // CHECK: burin.fma %{{.*}}, %{{.*}}, %{{.*}} : (tensor<4x1xi8>, tensor<3xi8>, tensor<i8>) -> tensor<4x3xi8>
  %0 = burin.fma %x, %y, %z : (tensor<4x1xi8>, tensor<3xi8>, tensor<i8>) -> tensor<4x3xi8>
  return %0 : tensor<4x3xi8>
}

// CHECK-LABEL: func @complex_numbers_are_made_of_parts
func.func @complex_numbers_are_made_of_parts(%x: tensor<4xf64>, %y: tensor<f64>) -> tensor<4xf64> {
  // CHECK: burin.complex %{{.*}}, %{{.*}} : (tensor<4xf64>, tensor<f64>) -> tensor<4xcomplex<f64>>
  %0 = burin.complex %x, %y : (tensor<4xf64>, tensor<f64>) -> tensor<4xcomplex<f64>>
  // CHECK: burin.abs %{{.*}} : (tensor<4xcomplex<f64>>) -> tensor<4xf64>
  %1 = burin.abs %0 : (tensor<4xcomplex<f64>>) -> tensor<4xf64>
  return %1 : tensor<4xf64>
}
