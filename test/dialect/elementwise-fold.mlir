// RUN: burin-opt %s --canonicalize | FileCheck %s

// CHECK-LABEL: func @subtracting_0_is_nothing
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @subtracting_0_is_nothing(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = burin.constant dense<0.0> : tensor<f32>
  %0 = burin.subtract %x, %zero : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<4xf32>
}

// x - (-0) is x + 0: it makes a plus zero of a minus zero.
// CHECK-LABEL: func @subtracting_minus_0_stays
func.func @subtracting_minus_0_stays(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = burin.constant dense<-0.0> : tensor<f32>
  // CHECK: burin.subtract
  %0 = burin.subtract %x, %zero : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @adding_0_stays
func.func @adding_0_stays(%x: tensor<4xf32>) -> tensor<4xf32> {
  %zero = burin.constant dense<0.0> : tensor<f32>
  // CHECK: burin.add
  %0 = burin.add %x, %zero : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @a_0_that_broadcasts_is_not_nothing
func.func @a_0_that_broadcasts_is_not_nothing(%x: tensor<4xf32>) -> tensor<3x4xf32> {
  %zero = burin.constant dense<0.0> : tensor<3x1xf32>
  // CHECK: burin.subtract
  %0 = burin.subtract %x, %zero : (tensor<4xf32>, tensor<3x1xf32>) -> tensor<3x4xf32>
  return %0 : tensor<3x4xf32>
}

// CHECK-LABEL: func @multiplying_with_1_is_nothing_on_either_side
// CHECK-SAME: (%[[X:.*]]: tensor<4xi32>)
func.func @multiplying_with_1_is_nothing_on_either_side(%x: tensor<4xi32>) -> (tensor<4xi32>, tensor<4xi32>) {
  %one = burin.constant dense<1> : tensor<i32>
  %0 = burin.multiply %x, %one : (tensor<4xi32>, tensor<i32>) -> tensor<4xi32>
  %1 = burin.multiply %one, %x : (tensor<i32>, tensor<4xi32>) -> tensor<4xi32>
  // CHECK-NEXT: return %[[X]], %[[X]]
  return %0, %1 : tensor<4xi32>, tensor<4xi32>
}

// CHECK-LABEL: func @dividing_by_1_is_nothing
// CHECK-SAME: (%[[X:.*]]: tensor<4xf64>)
func.func @dividing_by_1_is_nothing(%x: tensor<4xf64>) -> tensor<4xf64> {
  %one = burin.constant dense<1.0> : tensor<f64>
  %0 = burin.divide %x, %one : (tensor<4xf64>, tensor<f64>) -> tensor<4xf64>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<4xf64>
}

// CHECK-LABEL: func @two_negations_cancel
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>, %[[B:.*]]: tensor<4xi1>)
func.func @two_negations_cancel(%x: tensor<4xf32>, %b: tensor<4xi1>) -> (tensor<4xf32>, tensor<4xi1>) {
  %0 = burin.negative %x : (tensor<4xf32>) -> tensor<4xf32>
  %1 = burin.negative %0 : (tensor<4xf32>) -> tensor<4xf32>
  %2 = burin.logical_not %b : (tensor<4xi1>) -> tensor<4xi1>
  %3 = burin.logical_not %2 : (tensor<4xi1>) -> tensor<4xi1>
  // CHECK-NEXT: return %[[X]], %[[B]]
  return %1, %3 : tensor<4xf32>, tensor<4xi1>
}

// CHECK-LABEL: func @a_cast_to_the_same_type_is_nothing
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @a_cast_to_the_same_type_is_nothing(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = burin.cast %x {dtype = f32} : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @the_power_2_is_a_square_and_the_power_1_nothing
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @the_power_2_is_a_square_and_the_power_1_nothing(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<4xf32>) {
  %two = burin.constant dense<2.0> : tensor<f32>
  %one = burin.constant dense<1.0> : tensor<f32>
  // CHECK-NOT: burin.pow
  // CHECK: %[[SQUARE:.*]] = burin.square %[[X]]
  %0 = burin.pow %x, %two : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  %1 = burin.pow %x, %one : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  // CHECK: return %[[SQUARE]], %[[X]]
  return %0, %1 : tensor<4xf32>, tensor<4xf32>
}

// CHECK-LABEL: func @other_powers_stay
func.func @other_powers_stay(%x: tensor<4xf32>) -> tensor<4xf32> {
  %half = burin.constant dense<0.5> : tensor<f32>
  // CHECK: burin.pow
  %0 = burin.pow %x, %half : (tensor<4xf32>, tensor<f32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// CHECK-LABEL: func @inverting_twice_is_nothing
// CHECK-SAME: (%[[X:.*]]: tensor<4xi8>)
func.func @inverting_twice_is_nothing(%x: tensor<4xi8>) -> tensor<4xi8> {
  %0 = burin.bitwise_invert %x : (tensor<4xi8>) -> tensor<4xi8>
  %1 = burin.bitwise_invert %0 : (tensor<4xi8>) -> tensor<4xi8>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<4xi8>
}

// What differentiates must still see the one, and not the other.
// CHECK-LABEL: func @identity_goes_and_stop_gradient_stays
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @identity_goes_and_stop_gradient_stays(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = burin.identity %x : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK-NEXT: %[[Y:.*]] = burin.stop_gradient %[[X]]
  %1 = burin.stop_gradient %0 : (tensor<4xf32>) -> tensor<4xf32>
  // CHECK-NEXT: return %[[Y]]
  return %1 : tensor<4xf32>
}
