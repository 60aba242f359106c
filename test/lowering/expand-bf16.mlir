// RUN: burin-opt %s --burin-expand-bf16 | FileCheck %s

// CHECK-LABEL: func @arithmetic_is_in_f32_and_rounded_by_integer_ops
func.func @arithmetic_is_in_f32_and_rounded_by_integer_ops(%x: vector<8xbf16>, %y: vector<8xbf16>) -> vector<8xbf16> {
  // CHECK-COUNT-2: arith.shli {{.*}} : vector<8xi32>
  // CHECK: %[[SUM:.*]] = arith.addf {{.*}} : vector<8xf32>
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[SUM]] : vector<8xf32> to vector<8xi32>
  // CHECK: %[[NAN:.*]] = arith.cmpf uno, %[[SUM]], %[[SUM]]
  // CHECK: arith.select %[[NAN]]
  // CHECK: arith.bitcast {{.*}} : vector<8xi16> to vector<8xbf16>
  // CHECK-NOT: arith.truncf
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

// CHECK-LABEL: func @what_rounds_nothing_stays
func.func @what_rounds_nothing_stays(%x: bf16, %y: bf16) -> bf16 {
  // CHECK-NEXT: arith.cmpf olt, {{.*}} : bf16
  // CHECK-NEXT: arith.negf {{.*}} : bf16
  // CHECK-NEXT: arith.select {{.*}} : bf16
  // CHECK-NEXT: return
  %less = arith.cmpf olt, %x, %y : bf16
  %minus = arith.negf %x : bf16
  %z = arith.select %less, %minus, %y : bf16
  return %z : bf16
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
