// RUN: burin-opt %s -burin-control-to-blocks | FileCheck %s

// CHECK-LABEL: func.func @ops_in_a_row_and_within_each_other(
// CHECK-SAME: %[[N:.*]]: index, %[[C:.*]]: i1, %[[M:.*]]: memref<4xf32>
func.func @ops_in_a_row_and_within_each_other(%n: index, %c: i1, %m: memref<4xf32>) -> f32 {
  // CHECK-NOT: scf.
  // CHECK: cf.br ^[[HEAD:bb[0-9]+]](
  // CHECK: ^[[HEAD]](%[[I:.*]]: index, %{{.*}}: f32):
  // CHECK: %[[MORE:.*]] = arith.cmpi slt, %[[I]], %[[N]]
  // CHECK: cf.cond_br %[[MORE]], ^[[BODY:bb[0-9]+]], ^[[END:bb[0-9]+]]
  // CHECK: ^[[BODY]]:
  // CHECK: cf.cond_br %[[C]], ^
  // CHECK: cf.br ^[[HEAD]](
  // CHECK: ^[[END]]:
  // CHECK: cf.cond_br %[[C]], ^[[STORE:bb[0-9]+]], ^[[LAST:bb[0-9]+]]
  // CHECK: ^[[STORE]]:
  // CHECK: memref.store
  // CHECK: cf.br ^[[LAST]]
  // CHECK: ^[[LAST]]:
  // CHECK-NEXT: return
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %sum = scf.for %i = %c0 to %n step %c1 iter_args(%s = %zero) -> f32 {
    %next = scf.if %c -> f32 {
      %x = memref.load %m[%i] : memref<4xf32>
      %t = arith.addf %s, %x : f32
      scf.yield %t : f32
    } else {
      scf.yield %s : f32
    }
    scf.yield %next : f32
  }
  scf.if %c {
    memref.store %sum, %m[%c0] : memref<4xf32>
  }
  return %sum : f32
}

// CHECK-LABEL: func.func @a_loop_with_a_test(
func.func @a_loop_with_a_test(%n: index) -> index {
  // CHECK-NOT: scf.
  // CHECK: cf.cond_br
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.while (%i = %c0) : (index) -> index {
    %more = arith.cmpi slt, %i, %n : index
    scf.condition(%more) %i : index
  } do {
  ^bb0(%i: index):
    %next = arith.addi %i, %c1 : index
    scf.yield %next : index
  }
  return %r : index
}
