// RUN: burin-opt %s --burin-pack-entry | FileCheck %s

// CHECK: llvm.func @burin_rt_parallel(!llvm.ptr, !llvm.ptr, i64)

// The function keeps its name and is inlined into its entry, which loads all arguments. What a task captures is stored on
// the stack.
// CHECK-LABEL: llvm.func internal @f
// CHECK-SAME: always_inline
// CHECK: %[[PACKED:.*]] = llvm.alloca %{{.*}} x !llvm.struct<(ptr, i64)>
// CHECK: llvm.store %{{.*}} : !llvm.ptr, !llvm.ptr
// CHECK: llvm.store %{{.*}} : i64, !llvm.ptr
// CHECK: %[[TASK:.*]] = llvm.mlir.addressof @f_task0__entry
// CHECK: llvm.call @burin_rt_parallel(%[[TASK]], %[[PACKED]], %[[COUNT:.*]])
// CHECK-LABEL: llvm.func @f__entry
// CHECK-SAME: (%[[ARRAY:.*]]: !llvm.ptr)
// CHECK: %[[SLOT0:.*]] = llvm.getelementptr %[[ARRAY]][0]
// CHECK: %[[X:.*]] = llvm.load %[[SLOT0]] : !llvm.ptr -> !llvm.ptr
// CHECK: %[[SLOT1:.*]] = llvm.getelementptr %[[ARRAY]][1]
// CHECK: %[[EXTENT:.*]] = llvm.load %[[SLOT1]] : !llvm.ptr -> i64
// CHECK: %[[SLOT2:.*]] = llvm.getelementptr %[[ARRAY]][2]
// CHECK: %[[CONTEXT:.*]] = llvm.load %[[SLOT2]]
// CHECK: llvm.call @f(%[[X]], %[[EXTENT]], %[[CONTEXT]])
llvm.func @f(%x: !llvm.ptr, %extent: i64, %context: !llvm.ptr) attributes {burin.inputs = 1 : i64} {
  %count = llvm.mlir.constant(3 : i64) : i64
  burin.parallel @f_task0 count %count with %x, %extent : i64, !llvm.ptr, i64
  llvm.return
}

// A task's entry loads the captures and hands its range on.
// CHECK-LABEL: llvm.func internal @f_task0
// CHECK-LABEL: llvm.func internal @f_task0__entry
// CHECK-SAME: (%[[PACKED:.*]]: !llvm.ptr, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64)
// CHECK: %[[X:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK: %[[EXTENT:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i64
// CHECK: llvm.call @f_task0(%[[X]], %[[EXTENT]], %[[BEGIN]], %[[END]])
llvm.func @f_task0(%x: !llvm.ptr, %extent: i64, %begin: i64, %end: i64) attributes {burin.task} {
  llvm.return
}

// CHECK-NOT: @helper__entry
llvm.func @helper(%x: !llvm.ptr) {
  llvm.return
}
