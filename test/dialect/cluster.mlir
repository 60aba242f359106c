// RUN: burin-opt %s | burin-opt | FileCheck %s

// CHECK-LABEL: func @a_cluster_yields_its_results
// CHECK-SAME: (%[[X:.*]]: tensor<4xf32>)
func.func @a_cluster_yields_its_results(%x: tensor<4xf32>) -> (tensor<4xf32>, tensor<f32>) {
  // CHECK: %[[C:.*]]:2 = burin.cluster "row" outer 0 -> tensor<4xf32>, tensor<f32> {
  // CHECK: burin.yield %{{.*}}, %{{.*}} : tensor<4xf32>, tensor<f32>
  %0:2 = burin.cluster "row" outer 0 -> tensor<4xf32>, tensor<f32> {
    %1 = burin.exp %x : (tensor<4xf32>) -> tensor<4xf32>
    %2 = burin.reduce_sum %1 axes [0] {keep_dims = false} : (tensor<4xf32>) -> tensor<f32>
    burin.yield %1, %2 : tensor<4xf32>, tensor<f32>
  }
  // CHECK: return %[[C]]#0, %[[C]]#1
  return %0#0, %0#1 : tensor<4xf32>, tensor<f32>
}

// CHECK-LABEL: func @parallel_names_a_task
func.func @parallel_names_a_task(%count: index, %x: !llvm.ptr, %factor: f32) {
  // CHECK: burin.parallel @task count %{{.*}} with %{{.*}}, %{{.*}} : index, !llvm.ptr, f32
  burin.parallel @task count %count with %x, %factor : index, !llvm.ptr, f32
  // CHECK: burin.parallel @task count %{{.*}} : index
  burin.parallel @task count %count : index
  return
}
