// RUN: burin-opt %s -burin-inline-calls -split-input-file -verify-diagnostics | FileCheck %s
// RUN: burin-opt %s -burin-inline-calls -split-input-file -verify-diagnostics -mlir-print-debuginfo | FileCheck %s --check-prefix=PLACES

// CHECK-LABEL: func.func @calls_become_what_they_call(
// CHECK-SAME: %[[X:.*]]: tensor<4xf32>
func.func @calls_become_what_they_call(%x: tensor<4xf32>) -> tensor<4xf32> {
  // CHECK: %[[FIRST:.*]] = burin.exp %[[X]]
  // CHECK: %[[SECOND:.*]] = burin.exp %[[FIRST]]
  // CHECK: return %[[SECOND]]
  %0 = call @exp(%x) : (tensor<4xf32>) -> tensor<4xf32>
  %1 = call @exp(%0) : (tensor<4xf32>) -> tensor<4xf32>
  return %1 : tensor<4xf32>
}
// CHECK-NOT: func.func
func.func private @exp(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = burin.exp %x : (tensor<4xf32>) -> tensor<4xf32>
  return %0 : tensor<4xf32>
}

// -----

// Calls within regions, of functions that call others, with variables.
// CHECK-LABEL: func.func @regions_and_chains(
// CHECK-SAME: %[[N:.*]]: tensor<i64>, %[[V:.*]]: !burin.variable<tensor<f32>>
func.func @regions_and_chains(%n: tensor<i64>, %v: !burin.variable<tensor<f32>> {burin.variable = "v"}) {
  // CHECK: burin.for
  // CHECK: %[[READ:.*]] = burin.read %[[V]]
  // CHECK: %[[NEXT:.*]] = burin.exp %[[READ]]
  // CHECK: burin.assign %[[V]], %[[NEXT]]
  burin.for %n times : (tensor<i64>) -> () do {
  ^bb0(%i: tensor<i64>):
    func.call @update(%v) : (!burin.variable<tensor<f32>>) -> ()
    burin.yield
  }
  return
}
func.func private @update(%v: !burin.variable<tensor<f32>> {burin.variable = "v"}) {
  %0 = burin.read %v : (!burin.variable<tensor<f32>>) -> tensor<f32>
  %1 = call @next(%0) : (tensor<f32>) -> tensor<f32>
  burin.assign %v, %1 : !burin.variable<tensor<f32>>, tensor<f32>
  return
}
func.func private @next(%x: tensor<f32>) -> tensor<f32> {
  %0 = burin.exp %x : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

// Each op keeps its line, with the call's; and its name, with the call's in front.
// CHECK-LABEL: func.func @places(
// PLACES-LABEL: func.func @places(
func.func @places(%x: tensor<4xf32>) -> tensor<4xf32> {
  // PLACES: burin.exp {{.*}} loc(#[[FIRST:.*]])
  // PLACES: burin.exp {{.*}} loc(#[[SECOND:.*]])
  %0 = call @g(%x) : (tensor<4xf32>) -> tensor<4xf32> loc("g"("g"("a.cpp":1:2)))
  %1 = call @g(%0) : (tensor<4xf32>) -> tensor<4xf32> loc("g"("g_1"("a.cpp":3:2)))
  return %1 : tensor<4xf32>
}
func.func private @g(%x: tensor<4xf32>) -> tensor<4xf32> {
  %0 = burin.exp %x : (tensor<4xf32>) -> tensor<4xf32> loc("exp"("exp"("b.cpp":7:8)))
  return %0 : tensor<4xf32>
}
// PLACES-DAG: #[[CALLEE:.*]] = loc("b.cpp":7:8)
// PLACES-DAG: #[[FIRST]] = loc("exp"(#[[FIRST_NAME:.*]]))
// PLACES-DAG: #[[FIRST_NAME]] = loc("g/exp"(#[[FIRST_PLACE:.*]]))
// PLACES-DAG: #[[FIRST_PLACE]] = loc(callsite(#[[CALLEE]] at
// PLACES-DAG: #[[SECOND]] = loc("exp"(#[[SECOND_NAME:.*]]))
// PLACES-DAG: #[[SECOND_NAME]] = loc("g_1/exp"(

// -----

func.func @endless(%x: tensor<f32>) -> tensor<f32> {
  %0 = call @itself(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}
func.func private @itself(%x: tensor<f32>) -> tensor<f32> {
  // expected-error @below {{a function that calls itself can't be inlined}}
  %0 = call @itself(%x) : (tensor<f32>) -> tensor<f32>
  return %0 : tensor<f32>
}

// -----

// A function of many loop nests that is called often keeps its own code, if it does nothing but compute.
// CHECK-LABEL: func.func @heavy_callees_are_shared(
func.func @heavy_callees_are_shared(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  // CHECK: %[[A:.*]] = call @heavy(%{{.*}})
  // CHECK: %[[B:.*]] = call @heavy(%[[A]])
  // CHECK: %[[C:.*]] = call @heavy(%[[B]])
  // CHECK: return %[[C]]
  %0 = call @heavy(%x) : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = call @heavy(%0) : (tensor<8x8xf32>) -> tensor<8x8xf32>
  %2 = call @heavy(%1) : (tensor<8x8xf32>) -> tensor<8x8xf32>
  return %2 : tensor<8x8xf32>
}
// CHECK: func.func private @heavy({{.*}}) -> tensor<8x8xf32> attributes {burin.shared}
// CHECK-COUNT-9: burin.matmul
func.func private @heavy(%x: tensor<8x8xf32>) -> tensor<8x8xf32> {
  %0 = burin.matmul %x, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = burin.matmul %0, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %2 = burin.matmul %1, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %3 = burin.matmul %2, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %4 = burin.matmul %3, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %5 = burin.matmul %4, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %6 = burin.matmul %5, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %7 = burin.matmul %6, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %8 = burin.matmul %7, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  return %8 : tensor<8x8xf32>
}

// -----

// One that updates a variable is inlined: effects belong to the function that the user calls.
// CHECK-LABEL: func.func @effects_are_inlined(
func.func @effects_are_inlined(%v: !burin.variable<tensor<8x8xf32>> {burin.variable = "v"}) {
  // CHECK-NOT: call
  // CHECK-COUNT-10: burin.matmul
  // CHECK-NOT: func.func
  call @update(%v) : (!burin.variable<tensor<8x8xf32>>) -> ()
  call @update(%v) : (!burin.variable<tensor<8x8xf32>>) -> ()
  call @update(%v) : (!burin.variable<tensor<8x8xf32>>) -> ()
  call @update(%v) : (!burin.variable<tensor<8x8xf32>>) -> ()
  call @update(%v) : (!burin.variable<tensor<8x8xf32>>) -> ()
  return
}
func.func private @update(%v: !burin.variable<tensor<8x8xf32>> {burin.variable = "v"}) {
  %x = burin.read %v : (!burin.variable<tensor<8x8xf32>>) -> tensor<8x8xf32>
  %0 = burin.matmul %x, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  %1 = burin.matmul %0, %x : (tensor<8x8xf32>, tensor<8x8xf32>) -> tensor<8x8xf32>
  burin.assign %v, %1 : !burin.variable<tensor<8x8xf32>>, tensor<8x8xf32>
  return
}
