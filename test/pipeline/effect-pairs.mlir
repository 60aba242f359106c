// Each pair of effects stays in program order through every pass that could move one: those of `optimized` (canonicalize, CSE,
// which drops what it takes to be dead or known), forming clusters, and placing buffers. A pure op between them moves freely.
// RUN: burin-opt %s --canonicalize --cse --burin-simplify --burin-form-clusters | FileCheck %s
// RUN: burin-opt %s --burin-stage-vector | FileCheck %s --check-prefix=CODE

// CHECK-LABEL: func @E2_print_print
func.func @E2_print_print(%x: tensor<4xf32>) {
  // CHECK: print "1"
  // CHECK: print "2"
  burin.print "1", %x {site = 0 : i64} : tensor<4xf32>
  %0 = burin.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  burin.print "2", %0 {site = 1 : i64} : tensor<4xf32>
  return
}

// CHECK-LABEL: func @E2_print_read_assign
func.func @E2_print_read_assign(%x: tensor<f32>, %v: !burin.variable<tensor<f32>> {burin.variable = "v"}) {
  // CHECK: print "1"
  // CHECK: %[[OLD:.*]] = burin.read
  // CHECK: burin.assign
  // CHECK: print "2", %[[OLD]]
  burin.print "1" {site = 0 : i64}
  %0 = burin.read %v : (!burin.variable<tensor<f32>>) -> tensor<f32>
  burin.assign %v, %x : !burin.variable<tensor<f32>>, tensor<f32>
  burin.print "2", %0 {site = 1 : i64} : tensor<f32>
  return
}

// CHECK-LABEL: func @E3_read_assign_read
func.func @E3_read_assign_read(%x: tensor<f32>, %v: !burin.variable<tensor<f32>> {burin.variable = "v"}) -> (tensor<f32>, tensor<f32>) {
  // CHECK: %[[A:.*]] = burin.read
  // CHECK: burin.assign
  // CHECK: %[[B:.*]] = burin.read
  // CHECK: return %[[A]], %[[B]]
  %0 = burin.read %v : (!burin.variable<tensor<f32>>) -> tensor<f32>
  burin.assign %v, %x : !burin.variable<tensor<f32>>, tensor<f32>
  %1 = burin.read %v : (!burin.variable<tensor<f32>>) -> tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func @E3_reads_without_an_assignment_between_them_are_one
func.func @E3_reads_without_an_assignment_between_them_are_one(%v: !burin.variable<tensor<f32>> {burin.variable = "v"}) -> (tensor<f32>, tensor<f32>) {
  // CHECK-COUNT-1: burin.read
  // CHECK-NOT: burin.read
  %0 = burin.read %v : (!burin.variable<tensor<f32>>) -> tensor<f32>
  %1 = burin.read %v : (!burin.variable<tensor<f32>>) -> tensor<f32>
  return %0, %1 : tensor<f32>, tensor<f32>
}

// CHECK-LABEL: func @E2_assign_assign
func.func @E2_assign_assign(%x: tensor<f32>, %v: !burin.variable<tensor<f32>> {burin.variable = "v"}, %w: !burin.variable<tensor<f32>> {burin.variable = "w"}) {
  // CHECK-COUNT-3: burin.assign
  burin.assign %v, %x : !burin.variable<tensor<f32>>, tensor<f32>
  burin.assign %w, %x : !burin.variable<tensor<f32>>, tensor<f32>
  burin.assign %v, %x : !burin.variable<tensor<f32>>, tensor<f32>
  return
}

// CHECK-LABEL: func @E5_check_print
func.func @E5_check_print(%x: tensor<4xf32>, %c: tensor<4xi1>) {
  // CHECK: burin.print "before"
  // CHECK: burin.check "c"
  // CHECK: burin.print "after"
  // CHECK: burin.check "c"
  burin.print "before" {site = 0 : i64}
  burin.check "c", %c {site = 1 : i64} : tensor<4xi1>
  burin.print "after" {site = 2 : i64}
  burin.check "c", %c {site = 3 : i64} : tensor<4xi1>
  return
}

// CHECK-LABEL: func @E5_check_assign
func.func @E5_check_assign(%x: tensor<f32>, %c: tensor<i1>, %v: !burin.variable<tensor<f32>> {burin.variable = "v"}) {
  // CHECK: burin.assign
  // CHECK: burin.check
  // CHECK: burin.assign
  burin.assign %v, %x : !burin.variable<tensor<f32>>, tensor<f32>
  burin.check "c", %c {site = 0 : i64} : tensor<i1>
  burin.assign %v, %x : !burin.variable<tensor<f32>>, tensor<f32>
  return
}

// CHECK-LABEL: func @P5_host_calls_and_all_others
func.func @P5_host_calls_and_all_others(%x: tensor<f32>, %c: tensor<i1>, %v: !burin.variable<tensor<f32>> {burin.variable = "v"}) {
  // CHECK: burin.host_call "a"
  // CHECK: burin.print
  // CHECK: burin.host_call "b"
  // CHECK: burin.check_finite
  // CHECK: burin.host_call "c"
  // CHECK: burin.assign
  // CHECK: burin.host_call "d"
  %0 = burin.host_call "a" (%x) {site = 0 : i64} : (tensor<f32>) -> tensor<f32>
  burin.print "p" {site = 1 : i64}
  %1 = burin.host_call "b" (%x) {site = 2 : i64} : (tensor<f32>) -> tensor<f32>
  burin.check_finite %x {site = 3 : i64} : tensor<f32>
  burin.host_call "c" () {site = 4 : i64} : () -> ()
  burin.assign %v, %x : !burin.variable<tensor<f32>>, tensor<f32>
  burin.host_call "d" () {site = 5 : i64} : () -> ()
  return
}

// What fails stops the code there, with what variables hold then.
// CODE-LABEL: func @E5_check_assign
// CODE-LABEL: func @E5_the_code_stops_at_a_failure
// CODE-SAME: burin.failure_states = array<i64: 0, 1>, {{.*}}burin.in_place = array<i64: 1>
func.func @E5_the_code_stops_at_a_failure(%x: tensor<4xf32>, %c: tensor<4xi1>, %v: !burin.variable<tensor<4xf32>> {burin.variable = "v"}) {
  // CODE: llvm.call @burin_rt_effect
  // CODE: %[[FAILURE:.*]] = llvm.load
  // CODE: %[[FAILED:.*]] = llvm.icmp "ne" %[[FAILURE]]
  // CODE: scf.if %[[FAILED]]
  // CODE: burin.exit_call
  // CODE: arith.addf
  // CODE: llvm.call @burin_rt_effect
  // CODE: burin.exit_call
  burin.check "before", %c {site = 0 : i64} : tensor<4xi1>
  %0 = burin.read %v : (!burin.variable<tensor<4xf32>>) -> tensor<4xf32>
  %1 = burin.add %0, %x : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
  burin.assign %v, %1 : !burin.variable<tensor<4xf32>>, tensor<4xf32>
  burin.check "after", %c {site = 1 : i64} : tensor<4xi1>
  return
}

// A value that is neither the old nor the last one is copied if the op fails, and only then.
// CODE-LABEL: func @E5_a_value_between_two_assignments_is_kept_for_the_failure
// CODE-SAME: burin.failure_states = array<i64: 1>, {{.*}}burin.in_place = array<i64: 0>
func.func @E5_a_value_between_two_assignments_is_kept_for_the_failure(%x: tensor<4xf32>, %c: tensor<4xi1>, %v: !burin.variable<tensor<4xf32>> {burin.variable = "v"}) {
  // CODE-NOT: memref.copy
  // CODE: scf.if
  // CODE-NEXT: memref.copy
  // CODE: burin.exit_call
  %0 = burin.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  burin.assign %v, %0 : !burin.variable<tensor<4xf32>>, tensor<4xf32>
  burin.check "between", %c {site = 0 : i64} : tensor<4xi1>
  %1 = burin.negative %0 : (tensor<4xf32>) -> tensor<4xf32>
  burin.assign %v, %1 : !burin.variable<tensor<4xf32>>, tensor<4xf32>
  return
}
