// A store of one lane is scalar before code is generated: see compiler/jit/ScalarStores.h.
// RUN: burin-dump %s --stage=llvm-opt | FileCheck %s

// CHECK-LABEL: define void @one_more_than_vectors
// CHECK: store <{{8|16}} x i16>
// CHECK-NOT: llvm.masked.store
// CHECK: %[[LAST:.*]] = extractelement <{{8|16}} x i16> %{{.*}}, i64 0
// CHECK: store i16 %[[LAST]], ptr %{{.*}}, align 2
// CHECK: ret void
func.func @one_more_than_vectors(%x: tensor<65xi32>) -> tensor<65xi16> {
  %0 = burin.cast %x {dtype = i16} : (tensor<65xi32>) -> tensor<65xi16>
  return %0 : tensor<65xi16>
}

// CHECK-LABEL: define void @two_more_than_vectors
// CHECK: llvm.masked.store
func.func @two_more_than_vectors(%x: tensor<66xi32>) -> tensor<66xi16> {
  %0 = burin.cast %x {dtype = i16} : (tensor<66xi32>) -> tensor<66xi16>
  return %0 : tensor<66xi16>
}
