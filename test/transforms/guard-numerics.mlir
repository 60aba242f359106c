// RUN: burin-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(burin-guard-numerics))' | FileCheck %s
// RUN: burin-opt %s --split-input-file --pass-pipeline='builtin.module(func.func(burin-guard-numerics{guard=1}))' | FileCheck %s --check-prefix=SECOND

// A chain of ops that keep NaN and infinities is looked at once, at its end.
// CHECK-LABEL: func.func @chain(
// CHECK-SAME:    %[[X:.*]]: tensor<8xf32>)
// CHECK-NOT:     check_numerics
// CHECK:         %[[LAST:.*]] = burin.sqrt
// CHECK:         %[[FLAG:.*]] = burin.makes_special %[[LAST]] of %[[X]]
// CHECK-NEXT:    burin.guard_numerics 0 flags %[[FLAG]] : tensor<i1> inputs %[[X]] : tensor<8xf32>
// CHECK-NEXT:    return
func.func @chain(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = burin.multiply %x, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %0, %x, %x {site = 0 : i64} : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
  %1 = burin.add %0, %x : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %1, %0, %x {site = 1 : i64} : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
  %2 = burin.sqrt %1 : (tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %2, %1 {site = 2 : i64} : tensor<8xf32>, tensor<8xf32>
  return %2 : tensor<8xf32>
}

// -----

// What comes in later might hide what was made before: there a chain ends.
// CHECK-LABEL: func.func @second_source(
// CHECK-SAME:    %[[X:.*]]: tensor<8xf32>, %[[Y:.*]]: tensor<8xf32>)
// CHECK:         %[[LOG:.*]] = burin.log %[[X]]
// CHECK:         %[[SUM:.*]] = burin.add %[[LOG]], %[[Y]]
// CHECK-DAG:     burin.makes_special %[[LOG]] of %[[X]] :
// CHECK-DAG:     burin.makes_special %[[SUM]] of %[[LOG]], %[[Y]] :
func.func @second_source(%x: tensor<8xf32>, %y: tensor<8xf32>) -> tensor<8xf32> {
  %0 = burin.log %x : (tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %0, %x {site = 0 : i64} : tensor<8xf32>, tensor<8xf32>
  %1 = burin.add %0, %y : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %1, %0, %y {site = 1 : i64} : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
  return %1 : tensor<8xf32>
}

// -----

// tanh hides an infinity, and makes none; a sum shows that of any term.
// CHECK-LABEL: func.func @hidden(
// CHECK-SAME:    %[[X:.*]]: tensor<8xf32>)
// CHECK:         %[[EXP:.*]] = burin.exp %[[X]]
// CHECK:         %[[SUM:.*]] = burin.reduce_sum
// CHECK-DAG:     burin.makes_special %[[EXP]] of %[[X]] :
// CHECK-DAG:     burin.makes_special %[[SUM]] : (tensor<f32>)
// CHECK:         burin.guard_numerics
func.func @hidden(%x: tensor<8xf32>) -> tensor<f32> {
  %0 = burin.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %0, %x {site = 0 : i64} : tensor<8xf32>, tensor<8xf32>
  %1 = burin.tanh %0 : (tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %1, %0 {site = 1 : i64} : tensor<8xf32>, tensor<8xf32>
  %2 = burin.square %1 : (tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %2, %1 {site = 2 : i64} : tensor<8xf32>, tensor<8xf32>
  %3 = burin.reduce_sum %2 axes [0] {keep_dims = false} : (tensor<8xf32>) -> tensor<f32>
  burin.check_numerics %3, %2 {site = 3 : i64} : tensor<f32>, tensor<8xf32>
  return %3 : tensor<f32>
}

// -----

// An effect ends a guard, and the next one starts from what is there anyway.
// CHECK-LABEL: func.func @effects(
// CHECK-SAME:    %[[X:.*]]: tensor<8xf32>)
// CHECK:         burin.guard_numerics 0
// CHECK-NEXT:    burin.print
// CHECK:         burin.guard_numerics 1 flags %{{.*}} : tensor<i1> inputs %[[X]] : tensor<8xf32>
// SECOND-LABEL: func.func @effects(
// SECOND-SAME:    %[[X:.*]]: tensor<8xf32>) {
// SECOND-NEXT:    %[[EXP:.*]] = burin.exp %[[X]]
// SECOND-NEXT:    %[[LOG:.*]] = burin.log %[[EXP]]
// SECOND-NEXT:    burin.check_finite %[[LOG]], %[[EXP]] {site = 2 : i64}
// SECOND-NEXT:    return
func.func @effects(%x: tensor<8xf32>) -> tensor<8xf32> {
  %0 = burin.exp %x : (tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %0, %x {site = 0 : i64} : tensor<8xf32>, tensor<8xf32>
  burin.print "x", %x {site = 1 : i64} : tensor<8xf32>
  %1 = burin.log %0 : (tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %1, %0 {site = 2 : i64} : tensor<8xf32>, tensor<8xf32>
  return %1 : tensor<8xf32>
}

// -----

// An assignment ends one, too: variables hold something else then.
// CHECK-LABEL: func.func @states(
// CHECK-SAME:    %[[X:.*]]: tensor<f32>, %[[V:.*]]: tensor<f32>)
// CHECK:         %[[EXP:.*]] = burin.exp
// CHECK:         burin.guard_numerics 0 flags %{{.*}} : tensor<i1> inputs %[[X]] : tensor<f32> state %[[V]] : tensor<f32>
// CHECK:         burin.guard_numerics 1 flags %{{.*}} : tensor<i1> inputs %[[X]] : tensor<f32> state %[[EXP]] : tensor<f32>
func.func @states(%x: tensor<f32>, %v: tensor<f32>) -> tensor<f32> {
  %0 = burin.exp %x : (tensor<f32>) -> tensor<f32>
  burin.check_numerics %0, %x {site = 0 : i64} : tensor<f32>, tensor<f32> state %v : tensor<f32>
  %1 = burin.log %0 : (tensor<f32>) -> tensor<f32>
  burin.check_numerics %1, %0 {site = 1 : i64} : tensor<f32>, tensor<f32> state %0 : tensor<f32>
  return %1 : tensor<f32>
}

// -----

// After some chains with sources of their own there is one without.
// CHECK-LABEL: func.func @many_sources(
// CHECK-COUNT-4: burin.makes_special %{{.*}} of
// CHECK-NEXT:    burin.makes_special %{{[0-9]+}} : (tensor<8xf32>)
// CHECK-NEXT:    burin.guard_numerics
func.func @many_sources(%a: tensor<8xf32>, %b: tensor<8xf32>, %c: tensor<8xf32>, %d: tensor<8xf32>, %e: tensor<8xf32>, %f: tensor<8xf32>,
                        %g: tensor<8xf32>, %h: tensor<8xf32>) -> tensor<8xf32> {
  %0 = burin.add %a, %b : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %0, %a, %b {site = 0 : i64} : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
  %1 = burin.add %0, %c : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %1, %0, %c {site = 1 : i64} : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
  %2 = burin.add %1, %d : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %2, %1, %d {site = 2 : i64} : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
  %3 = burin.add %2, %e : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %3, %2, %e {site = 3 : i64} : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
  %4 = burin.add %3, %f : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %4, %3, %f {site = 4 : i64} : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
  %5 = burin.add %4, %g : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %5, %4, %g {site = 5 : i64} : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
  %6 = burin.add %5, %h : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
  burin.check_numerics %6, %5, %h {site = 6 : i64} : tensor<8xf32>, tensor<8xf32>, tensor<8xf32>
  return %6 : tensor<8xf32>
}
