// RUN: burin-opt %s --pass-pipeline='builtin.module(burin-outline-nests{depth=2 run-ops=6},func.func(cse))' | FileCheck %s
// RUN: burin-opt %s --pass-pipeline='builtin.module(burin-outline-nests{depth=2 run-ops=6},func.func(burin-control-to-blocks),burin-to-llvm,burin-pack-entry)' | FileCheck %s --check-prefix=LLVM

// What is two deep within a loop goes. It takes what it uses from around; a view of a buffer is made again in it.
// CHECK-LABEL: func.func @deep(
// CHECK-SAME:    %[[N:.*]]: index, %{{.*}}: memref<8xf32>, %[[Y:.*]]: memref<8xf32> {llvm.noalias}, %{{.*}}: !llvm.ptr)
// CHECK:         scf.for %[[I:.*]] = %
// CHECK-NEXT:      func.call @deep_nest0(%{{.*}}) : (memref<8xf32>, index, memref<8xf32>, index) -> ()
// CHECK-NOT:       scf.
// CHECK:         return
// CHECK:       func.func private @deep_nest0(%[[X:.*]]: memref<8xf32>, %[[I:.*]]: index, %[[Y:.*]]: memref<8xf32> {llvm.noalias}, %{{.*}}: index) attributes {burin.nest} {
// CHECK-DAG:     arith.constant 0 : index
// CHECK-DAG:     %[[ROW:.*]] = memref.reinterpret_cast %[[X]] to offset: [%[[I]]], sizes: [4], strides: [1]
// CHECK:         scf.for
// CHECK:           scf.for
// CHECK:             memref.load %[[ROW]]
// CHECK:             memref.store %{{.*}}, %[[Y]]
// LLVM:        llvm.func internal @deep_nest0(
func.func @deep(%n: index, %x: memref<8xf32>, %y: memref<8xf32> {llvm.noalias}, %context: !llvm.ptr) attributes {burin.inputs = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    %row = memref.reinterpret_cast %x to offset: [%i], sizes: [4], strides: [1] : memref<8xf32> to memref<4xf32, strided<[1], offset: ?>>
    scf.for %j = %zero to %n step %one {
      scf.for %k = %zero to %n step %one {
        %0 = memref.load %row[%k] : memref<4xf32, strided<[1], offset: ?>>
        memref.store %0, %y[%j] : memref<8xf32>
      }
    }
  }
  return
}

// Memory on the stack goes with the nest that alone uses it, with its views; other memory is handed over, and results are given.
// CHECK-LABEL: func.func @stack(
// CHECK-NEXT:    %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-NEXT:    %[[ONE:.*]] = arith.constant 1 : index
// CHECK-NEXT:    %[[SHARED:.*]] = memref.alloca() : memref<f32>
// CHECK-NEXT:    scf.for
// CHECK:           %[[AT:.*]]:2 = func.call @stack_nest0({{.*}}) : {{.*}} -> (index, index)
// CHECK:           memref.load %[[SHARED]]
// CHECK:           memref.store %{{.*}}, %{{.*}}[%[[AT]]#1]
// CHECK:       func.func private @stack_nest0(%{{.*}}: memref<f32>, %{{.*}}: index) -> (index, index)
// CHECK:         %[[OWN:.*]] = memref.alloca() : memref<f32>
// CHECK:         memref.reinterpret_cast %[[OWN]]
// CHECK:         %[[R:.*]]:2 = scf.for
// CHECK:         return %[[R]]#0, %[[R]]#1
func.func @stack(%n: index, %y: memref<8xf32>, %context: !llvm.ptr) attributes {burin.inputs = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %own = memref.alloca() : memref<f32>
  %view = memref.reinterpret_cast %own to offset: [0], sizes: [1], strides: [1] : memref<f32> to memref<1xf32>
  %shared = memref.alloca() : memref<f32>
  scf.for %i = %zero to %n step %one {
    %at:2 = scf.for %j = %zero to %n step %one iter_args(%a = %zero, %b = %one) -> (index, index) {
      scf.for %k = %zero to %n step %one {
        %0 = memref.load %view[%zero] : memref<1xf32>
        memref.store %0, %own[] : memref<f32>
        memref.store %0, %shared[] : memref<f32>
      }
      scf.yield %b, %a : index, index
    }
    %1 = memref.load %shared[] : memref<f32>
    memref.store %1, %y[%at#0] : memref<8xf32>
    memref.store %1, %y[%at#1] : memref<8xf32>
  }
  return
}

// A nest that may end the call: what calls it ends, too.
// CHECK-LABEL: func.func @fails(
// CHECK:         func.call @fails_nest0(
// CHECK-NEXT:    %[[FAILURE:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK:         %[[FAILED:.*]] = llvm.icmp "ne" %[[FAILURE]]
// CHECK-NEXT:    scf.if %[[FAILED]] {
// CHECK-NEXT:      burin.exit_call
// LLVM-LABEL:  llvm.func internal @fails_nest0({{.*}} -> i64
// LLVM:          %[[NOTHING:.*]] = llvm.mlir.poison : i64
// LLVM-NEXT:     llvm.return %[[NOTHING]] : i64
func.func @fails(%n: index, %c: i1, %y: memref<8xf32>, %context: !llvm.ptr) attributes {burin.inputs = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  %two = arith.constant 2.0 : f32
  scf.for %i = %zero to %n step %one {
    %at = scf.for %j = %zero to %n step %one iter_args(%a = %zero) -> index {
      scf.if %c {
        burin.exit_call
      }
      %next = arith.addi %a, %j : index
      scf.yield %next : index
    }
    memref.store %two, %y[%at] : memref<8xf32>
  }
  return
}

// A long body becomes runs; no value is used across two of them.
// CHECK-LABEL: func.func @long(
// CHECK:         scf.for
// CHECK-NEXT:      func.call @long_nest0(
// CHECK-NEXT:      func.call @long_nest1(
// CHECK-NEXT:    }
func.func @long(%n: index, %x: memref<8xf32>, %context: !llvm.ptr) attributes {burin.inputs = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    %0 = memref.load %x[%i] : memref<8xf32>
    %1 = arith.addf %0, %0 : f32
    %2 = arith.addf %1, %1 : f32
    %3 = arith.addf %2, %2 : f32
    %4 = arith.addf %3, %3 : f32
    %5 = arith.addf %4, %4 : f32
    memref.store %5, %x[%i] : memref<8xf32>
    %6 = memref.load %x[%zero] : memref<8xf32>
    %7 = arith.mulf %6, %6 : f32
    %8 = arith.mulf %7, %7 : f32
    %9 = arith.mulf %8, %8 : f32
    %10 = arith.mulf %9, %9 : f32
    memref.store %10, %x[%zero] : memref<8xf32>
  }
  return
}

// What is no deeper, and no longer, stays as it is.
// CHECK-LABEL: func.func @shallow(
// CHECK-NOT:     call
// CHECK:         return
func.func @shallow(%n: index, %x: memref<8xf32>, %context: !llvm.ptr) attributes {burin.inputs = 1 : i64} {
  %zero = arith.constant 0 : index
  %one = arith.constant 1 : index
  scf.for %i = %zero to %n step %one {
    scf.for %j = %zero to %n step %one {
      %0 = memref.load %x[%i] : memref<8xf32>
      memref.store %0, %x[%j] : memref<8xf32>
    }
  }
  return
}
