// RUN: burin-opt %s --burin-pack-entry | FileCheck %s

// CHECK: llvm.func @burin_rt_parallel(!llvm.ptr, !llvm.ptr, i64)

// The function keeps its name and is inlined into its entry, which loads all arguments but the pointer to them.
// CHECK-LABEL: llvm.func internal @f
// CHECK-SAME: always_inline
// CHECK: %[[TASK:.*]] = llvm.mlir.addressof @f_task0__entry
// CHECK: %[[COUNT:.*]] = llvm.mlir.constant(3 : i64)
// CHECK: llvm.call @burin_rt_parallel(%[[TASK]], %{{.*}}, %[[COUNT]])
// CHECK-LABEL: llvm.func @f__entry
// CHECK-SAME: (%[[ARRAY:.*]]: !llvm.ptr)
// CHECK: %[[SLOT0:.*]] = llvm.getelementptr %[[ARRAY]][0]
// CHECK: %[[X:.*]] = llvm.load %[[SLOT0]]
// CHECK: %[[SLOT1:.*]] = llvm.getelementptr %[[ARRAY]][1]
// CHECK: %[[CONTEXT:.*]] = llvm.load %[[SLOT1]]
// CHECK: llvm.call @f(%[[X]], %[[CONTEXT]], %[[ARRAY]])
llvm.func @f(%x: !llvm.ptr, %context: !llvm.ptr, %arguments: !llvm.ptr) attributes {burin.inputs = 1 : i64} {
  burin.parallel @f_task0 count 3 with %arguments : !llvm.ptr
  llvm.return
}

// A task's entry hands its range on.
// CHECK-LABEL: llvm.func internal @f_task0
// CHECK-LABEL: llvm.func internal @f_task0__entry
// CHECK-SAME: (%[[ARRAY:.*]]: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64)
// CHECK: llvm.call @f_task0(%{{.*}}, %{{.*}}, %[[ARRAY]], %[[BEGIN]], %[[END]])
llvm.func @f_task0(%x: !llvm.ptr, %context: !llvm.ptr, %arguments: !llvm.ptr, %begin: i64, %end: i64) attributes {burin.task} {
  llvm.return
}

// CHECK-NOT: @helper__entry
llvm.func @helper(%x: !llvm.ptr) {
  llvm.return
}
