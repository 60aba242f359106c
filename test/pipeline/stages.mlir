// Each stage by its name: what it is the first to do.
// RUN: burin-opt %s --burin-stage-trace | FileCheck %s --check-prefix=TRACE
// RUN: burin-opt %s --burin-stage-optimized | FileCheck %s --check-prefix=OPTIMIZED
// RUN: burin-opt %s --burin-stage-clusters | FileCheck %s --check-prefix=CLUSTERS
// RUN: burin-opt %s --burin-stage-linalg | FileCheck %s --check-prefix=LINALG
// RUN: burin-opt %s --burin-stage-buffers | FileCheck %s --check-prefix=BUFFERS
// RUN: burin-opt %s --burin-stage-vector | FileCheck %s --check-prefix=VECTOR
// RUN: burin-opt %s --burin-stage-llvm | FileCheck %s --check-prefix=LLVM

// TRACE: burin.read
// TRACE: burin.assign
// OPTIMIZED-NOT: burin.read
// OPTIMIZED-NOT: burin.assign
// OPTIMIZED: return %{{.*}}, %{{.*}} : tensor<4x8xf32>, tensor<8xf32>
// CLUSTERS: burin.cluster
// CLUSTERS-NEXT: burin.
// LINALG-NOT: burin.exp
// LINALG: burin.cluster
// LINALG: linalg.generic {{.*}} ins({{.*}}tensor<
// BUFFERS-NOT: tensor<
// BUFFERS: linalg.generic {{.*}} ins({{.*}}memref<
// VECTOR-NOT: burin.cluster
// VECTOR: scf.for
// VECTOR: math.exp
// LLVM-NOT: math.exp
// LLVM-NOT: scf.for
// LLVM: llvm.func internal @step
// LLVM: llvm.func @step__entry
func.func @step(%x: tensor<4x8xf32>, %w: !burin.variable<tensor<8xf32>> {burin.variable = "w"}) -> tensor<4x8xf32> {
  %0 = burin.read %w : (!burin.variable<tensor<8xf32>>) -> tensor<8xf32>
  %1 = burin.add %x, %0 : (tensor<4x8xf32>, tensor<8xf32>) -> tensor<4x8xf32>
  %2 = burin.exp %1 : (tensor<4x8xf32>) -> tensor<4x8xf32>
  %3 = burin.reduce_sum %2 axes [0] {keep_dims = false} : (tensor<4x8xf32>) -> tensor<8xf32>
  burin.assign %w, %3 : !burin.variable<tensor<8xf32>>, tensor<8xf32>
  return %2 : tensor<4x8xf32>
}
