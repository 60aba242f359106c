// RUN: burin-opt %s --burin-stage-vector | FileCheck %s

// A print reads its value after it was made, and before the memory is used for anything else; prints keep their order.
// CHECK-LABEL: func @E2_prints_between_clusters
func.func @E2_prints_between_clusters(%x: tensor<64xf32>) -> tensor<64xf32> {
  // CHECK: math.exp
  %0 = burin.exp %x : (tensor<64xf32>) -> tensor<64xf32>
  // CHECK: %[[FIRST:.*]] = llvm.mlir.constant(5 : i64)
  // CHECK: llvm.call @burin_rt_effect(%{{.*}}, %[[FIRST]], %{{.*}}, %{{.*}})
  burin.print "{}", %0 {site = 5 : i64} : tensor<64xf32>
  // CHECK: %[[SECOND:.*]] = llvm.mlir.constant(6 : i64)
  // CHECK: llvm.call @burin_rt_effect(%{{.*}}, %[[SECOND]], %{{.*}}, %{{.*}})
  burin.print "again: {}", %0 {site = 6 : i64} : tensor<64xf32>
  %1 = burin.negative %0 : (tensor<64xf32>) -> tensor<64xf32>
  return %1 : tensor<64xf32>
}

// CHECK-LABEL: func @E2_a_print_shows_the_variable_as_it_was_then
// CHECK-SAME: burin.in_place = array<i64: 0>
func.func @E2_a_print_shows_the_variable_as_it_was_then(%x: tensor<64xf32>, %w: !burin.variable<tensor<64xf32>> {burin.variable = "w"}) {
  %0 = burin.read %w : (!burin.variable<tensor<64xf32>>) -> tensor<64xf32>
  %1 = burin.add %0, %x : (tensor<64xf32>, tensor<64xf32>) -> tensor<64xf32>
  burin.assign %w, %1 : !burin.variable<tensor<64xf32>>, tensor<64xf32>
  // CHECK: arith.addf
  // CHECK: llvm.call @burin_rt_effect
  burin.print "before: {}", %0 {site = 0 : i64} : tensor<64xf32>
  return
}
