// RUN: burin-opt %s --burin-expand-bf16 | FileCheck %s

// CHECK-LABEL: func @arithmetic_is_in_f32_and_rounded_by_integer_ops
func.func @arithmetic_is_in_f32_and_rounded_by_integer_ops(%x: vector<8xbf16>, %y: vector<8xbf16>) -> vector<8xbf16> {
  // CHECK-COUNT-2: arith.shli {{.*}} : vector<8xi32>
  // CHECK: %[[SUM:.*]] = arith.addf {{.*}} : vector<8xf32>
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[SUM]] : vector<8xf32> to vector<8xi32>
  // CHECK: %[[NAN:.*]] = arith.cmpf uno, %[[SUM]], %[[SUM]]
  // CHECK: arith.select %[[NAN]]
  // CHECK: %[[ROUNDED:.*]] = arith.trunci {{.*}} : vector<8xi32> to vector<8xi16>
  // CHECK-NOT: arith.truncf
  // CHECK: return %[[ROUNDED]] : vector<8xi16>
  %z = arith.addf %x, %y : vector<8xbf16>
  return %z : vector<8xbf16>
}

// CHECK-LABEL: func @each_op_rounds
func.func @each_op_rounds(%x: bf16) -> bf16 {
  // CHECK: arith.mulf {{.*}} : f32
  // CHECK: arith.trunci {{.*}} : i32 to i16
  // CHECK: arith.addf {{.*}} : f32
  // CHECK: arith.trunci {{.*}} : i32 to i16
  %y = arith.mulf %x, %x : bf16
  %z = arith.addf %y, %x : bf16
  return %z : bf16
}

// CHECK-LABEL: func @signs_are_bits
// CHECK-SAME: (%[[X:.*]]: i16, %[[Y:.*]]: i16) -> i16
func.func @signs_are_bits(%x: bf16, %y: bf16) -> bf16 {
  // CHECK-DAG: %[[SIGN:.*]] = arith.constant -32768 : i16
  // CHECK-DAG: %[[MAGNITUDE:.*]] = arith.constant 32767 : i16
  // CHECK: %[[NEGATIVE:.*]] = arith.xori %[[X]], %[[SIGN]]
  // CHECK: %[[ABS:.*]] = arith.andi %[[NEGATIVE]], %{{.*}} : i16
  // CHECK: %[[OTHER:.*]] = arith.andi %[[Y]], %{{.*}} : i16
  // CHECK: %[[RESULT:.*]] = arith.ori %{{.*}}, %[[OTHER]] : i16
  // CHECK-NEXT: return %[[RESULT]] : i16
  %minus = arith.negf %x : bf16
  %abs = math.absf %minus : bf16
  %z = math.copysign %abs, %y : bf16
  return %z : bf16
}

// LLVM never sees a bf16: where the processor lacks it, a masked load alone would round what it got.
// CHECK-LABEL: func @what_moves_moves_integers
// CHECK-SAME: (%[[FROM:.*]]: memref<16xi16>, %[[TO:.*]]: memref<16xi16>, %[[MASK:.*]]: vector<8xi1>)
func.func @what_moves_moves_integers(%from: memref<16xbf16>, %to: memref<16xbf16>, %mask: vector<8xi1>) {
  // CHECK-NOT: bf16
  // CHECK: arith.constant dense<16256> : vector<8xi16>
  // CHECK: vector.maskedload {{.*}} : memref<16xi16>, vector<8xi1>, vector<8xi16> into vector<8xi16>
  // CHECK: arith.select {{.*}} : vector<8xi1>, vector<8xi16>
  // CHECK: vector.store {{.*}} : memref<16xi16>, vector<8xi16>
  %c0 = arith.constant 0 : index
  %one = arith.constant dense<1.0> : vector<8xbf16>
  %x = vector.maskedload %from[%c0], %mask, %one : memref<16xbf16>, vector<8xi1>, vector<8xbf16> into vector<8xbf16>
  %less = arith.cmpf olt, %x, %one : vector<8xbf16>
  %least = arith.select %less, %x, %one : vector<8xi1>, vector<8xbf16>
  vector.store %least, %to[%c0] : memref<16xbf16>, vector<8xbf16>
  return
}

// CHECK-LABEL: func @other_types_stay
func.func @other_types_stay(%x: f32, %y: f16) -> (f32, f16) {
  // CHECK-NEXT: arith.addf {{.*}} : f32
  // CHECK-NEXT: arith.addf {{.*}} : f16
  // CHECK-NEXT: return
  %a = arith.addf %x, %x : f32
  %b = arith.addf %y, %y : f16
  return %a, %b : f32, f16
}
