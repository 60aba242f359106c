// RUN: burin-opt %s --pass-pipeline='builtin.module(burin-split-function{part-ops=6})' | FileCheck %s
// RUN: burin-opt %s --pass-pipeline='builtin.module(burin-split-function{part-ops=6},burin-to-llvm,burin-pack-entry)' | FileCheck %s --check-prefix=ENTRY

// A part takes the arguments that it uses; constants and views are made again in each.
// CHECK:      func.func private @f_part0(%[[X:.*]]: memref<4xf32>, %[[Y:.*]]: memref<4xf32>) attributes {burin.part = array<i64: 0, 1>} {
// CHECK:        %[[ZERO:.*]] = arith.constant 0 : index
// CHECK:        memref.load %[[X]][%[[ZERO]]]
// CHECK:        memref.store %{{.*}}, %[[Y]][%[[ZERO]]]
// CHECK:      func.func private @f_part1(%[[Y:.*]]: memref<4xf32>, %[[Z:.*]]: memref<4xf32> {llvm.noalias}) attributes {burin.part = array<i64: 1, 2>} {
// CHECK-NEXT:   %[[ZERO:.*]] = arith.constant 0 : index
// CHECK:        memref.load %[[Y]][%[[ZERO]]]
// CHECK:      func.func @f(
// CHECK-SAME:   burin.parts = 2
// CHECK-NEXT:   return

// The entry calls the parts until one has failed.
// ENTRY:      llvm.func @f__entry(%[[ARGS:.*]]: !llvm.ptr) {
// ENTRY:        llvm.call @f_part0__entry(%[[ARGS]])
// ENTRY:        llvm.cond_br %{{.*}}, ^[[END:.*]], ^[[NEXT:.*]]
// ENTRY:      ^[[NEXT]]:
// ENTRY:        llvm.call @f_part1__entry(%[[ARGS]])
// ENTRY:      ^[[END]]:
// ENTRY-NEXT:   llvm.return
func.func @f(%x: memref<4xf32>, %y: memref<4xf32>, %z: memref<4xf32> {llvm.noalias}, %context: !llvm.ptr) attributes {burin.inputs = 1 : i64} {
  %zero = arith.constant 0 : index
  %0 = memref.load %x[%zero] : memref<4xf32>
  %1 = arith.addf %0, %0 : f32
  %2 = arith.addf %1, %1 : f32
  %3 = arith.addf %2, %2 : f32
  %4 = arith.addf %3, %3 : f32
  memref.store %4, %y[%zero] : memref<4xf32>
  %5 = memref.load %y[%zero] : memref<4xf32>
  %6 = arith.addf %5, %5 : f32
  %7 = arith.addf %6, %6 : f32
  %8 = arith.addf %7, %7 : f32
  %9 = arith.addf %8, %8 : f32
  memref.store %9, %z[%zero] : memref<4xf32>
  return
}
