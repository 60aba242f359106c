// RUN: burin-opt %s --burin-to-llvm | FileCheck %s

// CHECK-LABEL: llvm.func @buffers_are_bare_pointers
// CHECK-SAME: (%{{[^:]*}}: !llvm.ptr, %{{[^:]*}}: !llvm.ptr {llvm.noalias}, %{{[^:]*}}: !llvm.ptr)
func.func @buffers_are_bare_pointers(%x: memref<4x8xf32>, %y: memref<f32> {llvm.noalias}, %context: !llvm.ptr) {
  // CHECK: llvm.return
  return
}

// CHECK-LABEL: llvm.func @vectors_are_loaded_unaligned
func.func @vectors_are_loaded_unaligned(%x: memref<100xf32>, %i: index) {
  // CHECK: llvm.load %{{.*}} {alignment = 4 : i64} : !llvm.ptr -> vector<16xf32>
  %0 = vector.load %x[%i] : memref<100xf32>, vector<16xf32>
  // CHECK: llvm.store %{{.*}}, %{{.*}} {alignment = 4 : i64} : vector<16xf32>, !llvm.ptr
  vector.store %0, %x[%i] : memref<100xf32>, vector<16xf32>
  return
}

// CHECK-LABEL: llvm.func @masked_vectors_are_intrinsics
func.func @masked_vectors_are_intrinsics(%x: memref<100xf32>, %i: index, %mask: vector<16xi1>, %none: vector<16xf32>) {
  // CHECK: llvm.intr.masked.load
  %0 = vector.maskedload %x[%i], %mask, %none : memref<100xf32>, vector<16xi1>, vector<16xf32> into vector<16xf32>
  // CHECK: llvm.intr.masked.store
  vector.maskedstore %x[%i], %mask, %0 : memref<100xf32>, vector<16xi1>, vector<16xf32>
  return
}

// CHECK-LABEL: llvm.func @a_row_on_the_stack
func.func @a_row_on_the_stack() {
  // CHECK: llvm.alloca %{{.*}} x f32 {alignment = 64 : i64}
  %0 = memref.alloca() {alignment = 64 : i64} : memref<8xf32>
  return
}

// The op stays for burin-pack-entry, on types of the LLVM dialect.
// CHECK-LABEL: llvm.func @tasks_get_buffers_as_bare_pointers
// CHECK-SAME: (%[[X:.*]]: !llvm.ptr, %[[COUNT:.*]]: i64)
func.func @tasks_get_buffers_as_bare_pointers(%x: memref<8xf32>, %count: index) {
  // CHECK-NOT: builtin.unrealized
  // CHECK: burin.parallel @task count %{{.*}} with %{{.*}}, %{{.*}} : i64, !llvm.ptr, i64
  burin.parallel @task count %count with %x, %count : index, memref<8xf32>, index
  return
}
