// A file with several functions: each is compiled by itself, at any stage.
// RUN: burin-dump %s --list | FileCheck %s --check-prefix=LIST --match-full-lines
// RUN: burin-dump %s | FileCheck %s --check-prefix=OPTIMIZED
// RUN: burin-dump %s --function square --stage trace | FileCheck %s --check-prefix=TRACE
// RUN: burin-dump %s --function square --stage llvm-opt --vector-bits 128 | FileCheck %s --check-prefix=NARROW
// RUN: burin-dump %s --function count --stage all | FileCheck %s --check-prefix=ALL

// RUN: burin-dump %s --function caller --stage trace | FileCheck %s --check-prefix=CALLER
// RUN: burin-dump %s --function caller | FileCheck %s --check-prefix=INLINED

// LIST: square
// LIST-NEXT: count
// LIST-NEXT: caller
// LIST-NOT: {{.}}

// OPTIMIZED-LABEL: func.func @square(
// OPTIMIZED: burin.square
// OPTIMIZED-LABEL: func.func @count(
// OPTIMIZED-SAME: burin.updates

// TRACE: func.func @square(
// TRACE-NOT: func.func

// NARROW: <4 x float>
// NARROW-NOT: <8 x float>
func.func @square(%x: tensor<64xf32>) -> tensor<64xf32> {
  %0 = burin.square %x : (tensor<64xf32>) -> tensor<64xf32>
  return %0 : tensor<64xf32>
}

// Every stage under a header of its own, in order.
// ALL: // ----- count: trace -----
// ALL: burin.assign
// ALL: // ----- count: optimized -----
// ALL-NOT: burin.assign
// ALL: // ----- count: clusters -----
// ALL: burin.cluster
// ALL: // ----- count: linalg -----
// ALL: linalg.generic
// ALL: // ----- count: buffers -----
// ALL: memref
// ALL: // ----- count: vector -----
// ALL: // ----- count: llvm -----
// ALL: llvm.func
// ALL: // ----- count: llvm-opt -----
// ALL: define void @count__entry(
// ALL: // ----- count: asm -----
// ALL: count__entry:
// ALL: ret
func.func @count(%x: tensor<8xf32>, %n: !burin.variable<tensor<8xf32>> {burin.variable = "n"}) {
  %0 = burin.read %n : (!burin.variable<tensor<8xf32>>) -> tensor<8xf32>
  %1 = burin.add %0, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.assign %n, %1 : !burin.variable<tensor<8xf32>>, tensor<8xf32>
  return
}

// A function comes with what it calls; private ones are listed nowhere.
// CALLER: func.func @caller(
// CALLER: call @callee(
// CALLER: func.func private @callee(
// CALLER-NOT: func.func
// INLINED: func.func @caller(
// INLINED-NEXT: burin.exp
// INLINED-NOT: func.func
func.func @caller(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = call @callee(%x) : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}
func.func private @callee(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = burin.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  return %0 : tensor<8xf32>
}
