// RUN: burin-opt %s --burin-expand-math=vector-bits=512 | FileCheck %s --check-prefixes=CHECK,AVX512
// RUN: burin-opt %s --burin-expand-math=vector-bits=256 | FileCheck %s --check-prefixes=CHECK,AVX2

// What the expansions compute is measured by test/numerics: here is what they are made of.

// A table is made once in a module.
// CHECK: memref.global "private" constant @burin_two_over_pi : memref<21xi64>
// CHECK-NOT: memref.global

// The integer part comes from one fma, the reduction from two; the polynomial has six.
// CHECK-LABEL: func @exp_of_a_register
func.func @exp_of_a_register(%x: vector<16xf32>) -> vector<16xf32> {
  // CHECK-NOT: math.exp
  // CHECK-COUNT-9: math.fma
  // CHECK-NOT: math.fma
  // AVX512: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"
  // AVX2-NOT: llvm.call_intrinsic
  // AVX2: arith.shrui
  // AVX2: arith.mulf
  // AVX2: arith.mulf
  %y = math.exp %x : vector<16xf32>
  return %y : vector<16xf32>
}

// CHECK-LABEL: func @half_a_register_uses_the_256_bit_instruction
func.func @half_a_register_uses_the_256_bit_instruction(%x: vector<4xf64>) -> vector<4xf64> {
  // AVX512: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.pd.256"
  // AVX2-NOT: llvm.call_intrinsic
  %y = math.exp %x : vector<4xf64>
  return %y : vector<4xf64>
}

// CHECK-LABEL: func @two_registers_call_the_instruction_twice
func.func @two_registers_call_the_instruction_twice(%x: vector<32xf32>) -> vector<32xf32> {
  // AVX512-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"
  // AVX512: vector.shuffle
  // AVX2-NOT: llvm.call_intrinsic
  %y = math.exp %x : vector<32xf32>
  return %y : vector<32xf32>
}

// CHECK-LABEL: func @scalars_and_odd_lengths_have_no_instruction
func.func @scalars_and_odd_lengths_have_no_instruction(%x: f32, %v: vector<5xf32>) -> (f32, vector<5xf32>) {
  // CHECK-NOT: llvm.call_intrinsic
  // CHECK-NOT: math.exp
  // CHECK: return
  %y = math.exp %x : f32
  %w = math.exp %v : vector<5xf32>
  return %y, %w : f32, vector<5xf32>
}

// A NaN takes the false arm of both comparisons, which is x.
// CHECK-LABEL: func @clamp_keeps_nan
// CHECK-SAME: %[[X:.*]]: f32
func.func @clamp_keeps_nan(%x: f32) -> f32 {
  // CHECK-DAG: %[[LOW:.*]] = arith.constant -1.040000e+02 : f32
  // CHECK-DAG: %[[HIGH:.*]] = arith.constant 1.040000e+02 : f32
  // CHECK: %[[ABOVE:.*]] = arith.cmpf olt, %[[HIGH]], %[[X]]
  // CHECK: %[[CAPPED:.*]] = arith.select %[[ABOVE]], %[[HIGH]], %[[X]]
  // CHECK: %[[BELOW:.*]] = arith.cmpf ogt, %[[LOW]], %[[CAPPED]]
  // CHECK: arith.select %[[BELOW]], %[[LOW]], %[[CAPPED]]
  %y = math.exp %x : f32
  return %y : f32
}

// CHECK-LABEL: func @log_takes_the_number_apart
func.func @log_takes_the_number_apart(%x: vector<8xf64>) -> vector<8xf64> {
  // CHECK-NOT: math.log
  // AVX512-DAG: llvm.call_intrinsic "llvm.x86.avx512.mask.getmant.pd.512"
  // AVX512-DAG: llvm.call_intrinsic "llvm.x86.avx512.mask.getexp.pd.512"
  // AVX2-NOT: llvm.call_intrinsic
  // AVX2: arith.select
  %y = math.log %x : vector<8xf64>
  return %y : vector<8xf64>
}

// CHECK-LABEL: func @f32_log_does_not_divide
func.func @f32_log_does_not_divide(%x: f32) -> f32 {
  // CHECK-NOT: arith.divf
  // CHECK: return
  %y = math.log %x : f32
  return %y : f32
}

// CHECK-LABEL: func @tanh_divides_once
func.func @tanh_divides_once(%x: vector<16xf32>) -> vector<16xf32> {
  // CHECK-NOT: math.tanh
  // CHECK: arith.divf
  // CHECK-NOT: arith.divf
  // CHECK: return
  %y = math.tanh %x : vector<16xf32>
  return %y : vector<16xf32>
}

// CHECK-LABEL: func @rsqrt_is_a_quotient
// CHECK-SAME: %[[X:.*]]: f64
func.func @rsqrt_is_a_quotient(%x: f64) -> f64 {
  // CHECK: %[[ROOT:.*]] = math.sqrt %[[X]] : f64
  // CHECK: arith.divf %{{.*}}, %[[ROOT]] : f64
  %y = math.rsqrt %x : f64
  return %y : f64
}

// CHECK-LABEL: func @half_precision_is_computed_in_f32
func.func @half_precision_is_computed_in_f32(%x: vector<16xf16>, %b: bf16) -> (vector<16xf16>, bf16) {
  // CHECK: arith.extf %{{.*}} : vector<16xf16> to vector<16xf32>
  // CHECK: arith.truncf %{{.*}} : vector<16xf32> to vector<16xf16>
  // CHECK: arith.extf %{{.*}} : bf16 to f32
  // CHECK: arith.truncf %{{.*}} : f32 to bf16
  %y = math.exp %x : vector<16xf16>
  %c = math.tanh %b : bf16
  return %y, %c : vector<16xf16>, bf16
}

// CHECK-LABEL: func @all_of_them_vanish
func.func @all_of_them_vanish(%x: vector<8xf32>) -> vector<8xf32> {
  // CHECK-NOT: {{math|burin}}.{{exp|log|tanh|rsqrt|sin|cos|tan|asin|acos|atan|powf|erf|special}}
  // CHECK: return
  %0 = math.exp2 %x : vector<8xf32>
  %1 = math.expm1 %0 : vector<8xf32>
  %2 = math.log %1 : vector<8xf32>
  %3 = math.log2 %2 : vector<8xf32>
  %4 = math.log10 %3 : vector<8xf32>
  %5 = math.log1p %4 : vector<8xf32>
  %6 = math.tanh %5 : vector<8xf32>
  %7 = math.rsqrt %6 : vector<8xf32>
  %8 = math.sin %7 : vector<8xf32>
  %9 = math.cos %8 : vector<8xf32>
  %10 = math.tan %9 : vector<8xf32>
  %11 = math.asin %10 : vector<8xf32>
  %12 = math.acos %11 : vector<8xf32>
  %13 = math.atan %12 : vector<8xf32>
  %14 = math.atan2 %13, %12 : vector<8xf32>
  %15 = math.sinh %14 : vector<8xf32>
  %16 = math.cosh %15 : vector<8xf32>
  %17 = math.asinh %16 : vector<8xf32>
  %18 = math.acosh %17 : vector<8xf32>
  %19 = math.atanh %18 : vector<8xf32>
  %20 = math.powf %19, %18 : vector<8xf32>
  %21 = math.erf %20 : vector<8xf32>
  %22 = math.erfc %21 : vector<8xf32>
  %23 = burin.special_function "hypot" %22, %21 {order = 0 : i64} : vector<8xf32>
  %24 = burin.special_function "logaddexp" %23, %22 {order = 0 : i64} : vector<8xf32>
  %25 = burin.special_function "softplus" %24 {order = 0 : i64} : vector<8xf32>
  %26 = burin.special_function "erfinv" %25 {order = 0 : i64} : vector<8xf32>
  %27 = burin.special_function "lgamma" %26 {order = 0 : i64} : vector<8xf32>
  %28 = burin.special_function "digamma" %27 {order = 0 : i64} : vector<8xf32>
  %29 = burin.special_function "polygamma" %28 {order = 2 : i64} : vector<8xf32>
  return %29 : vector<8xf32>
}

// What only huge arguments need runs only if a lane has one.
// CHECK-LABEL: func @huge_arguments_of_sin_are_reduced_in_a_branch
func.func @huge_arguments_of_sin_are_reduced_in_a_branch(%x: vector<8xf64>) -> vector<8xf64> {
  // CHECK-NOT: vector.gather
  // CHECK: %[[HUGE:.*]] = arith.cmpf oge
  // CHECK: %[[ANY:.*]] = vector.reduction <or>, %[[HUGE]]
  // CHECK: scf.if %[[ANY]] -> (vector<8xf64>, vector<8xf64>, vector<8xf64>) {
  // CHECK-COUNT-5: vector.gather
  // CHECK-COUNT-3: arith.select %[[HUGE]]
  // CHECK: } else {
  // CHECK-NOT: vector.gather
  // CHECK: return
  %y = math.sin %x : vector<8xf64>
  return %y : vector<8xf64>
}

// CHECK-LABEL: func @pow_of_f32_is_computed_in_f64
func.func @pow_of_f32_is_computed_in_f64(%x: f32, %y: f32) -> f32 {
  // CHECK-COUNT-2: arith.extf %{{.*}} : f32 to f64
  // CHECK: arith.truncf %{{.*}} : f64 to f32
  // CHECK-NEXT: return
  %z = math.powf %x, %y : f32
  return %z : f32
}

// CHECK-LABEL: func @others_stay
func.func @others_stay(%x: vector<8xf32>, %t: tensor<8xf32>) -> (vector<8xf32>, tensor<8xf32>) {
  // CHECK: math.cbrt
  // CHECK: math.exp %{{.*}} : tensor<8xf32>
  %y = math.cbrt %x : vector<8xf32>
  %u = math.exp %t : tensor<8xf32>
  return %y, %u : vector<8xf32>, tensor<8xf32>
}

// vrange takes the other operand for a NaN, and knows the sign of zero. Without it, the instructions' second operand wins for zeros of
// both signs, so both orders are taken, and both signs.
// CHECK-LABEL: func @maximum_of_registers
func.func @maximum_of_registers(%x: vector<16xf32>, %y: vector<16xf32>) -> vector<16xf32> {
  // AVX512: llvm.call_intrinsic "llvm.x86.avx512.mask.range.ps.512"
  // AVX2-NOT: llvm.call_intrinsic
  // AVX2-COUNT-2: arith.cmpf ogt
  // AVX2: arith.andi
  // CHECK: arith.cmpf uno
  // CHECK: arith.addf
  // CHECK: arith.select
  // CHECK-NOT: arith.maximumf
  %0 = arith.maximumf %x, %y : vector<16xf32>
  return %0 : vector<16xf32>
}

// CHECK-LABEL: func @minimum_of_scalars
func.func @minimum_of_scalars(%x: f64, %y: f64) -> f64 {
  // CHECK-NOT: llvm.call_intrinsic
  // CHECK-COUNT-2: arith.cmpf olt
  // CHECK: arith.ori
  // CHECK: arith.cmpf uno
  // CHECK-NOT: arith.minimumf
  %0 = arith.minimumf %x, %y : f64
  return %0 : f64
}
