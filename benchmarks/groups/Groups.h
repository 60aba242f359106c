#pragma once
#include "../Harness.h"

/// The cases, one function a group; Main.cpp has their order.
namespace bench {

using Cases = std::vector<NamedCase>;

void add_latency_cases(Cases &cases);
void add_call_cases(Cases &cases);
void add_graph_cases(Cases &cases);
void add_elementwise_cases(Cases &cases);
void add_matmul_cases(Cases &cases, Registry &registry);
void add_convolution_cases(Cases &cases);
void add_row_cases(Cases &cases);
void add_gather_cases(Cases &cases);
void add_mlp_cases(Cases &cases);
void add_state_cases(Cases &cases);
void add_kernel_cases(Cases &cases);
void add_control_cases(Cases &cases);
void add_bandwidth_cases(Cases &cases, Registry &registry);

/// `size` values, evenly spread over [low, high), the same in every run.
Buffer uniform(std::int64_t size, std::uint64_t seed, float low, float high);

/// x[rows,inner] @ y[inner,columns], summed in f64.
std::vector<double> exact_matmul(std::span<const double> x, std::span<const float> y, std::int64_t rows, std::int64_t columns,
                                 std::int64_t inner);
std::vector<double> as_doubles(std::span<const float> values);
std::vector<float> as_floats(std::span<const double> values);

} // namespace bench
