#include "runtime/kernels/Symbols.h"

namespace burin::runtime {

std::span<const KernelSymbol> kernel_symbols() noexcept {
  static constexpr KernelSymbol symbols[] = {
      {"burin_rt_kernel_cumulative_sum", burin_rt_kernel_cumulative_sum},
      {"burin_rt_kernel_cumulative_prod", burin_rt_kernel_cumulative_prod},
      {"burin_rt_kernel_cumulative_max", burin_rt_kernel_cumulative_max},
      {"burin_rt_kernel_sort", burin_rt_kernel_sort},
      {"burin_rt_kernel_argsort", burin_rt_kernel_argsort},
      {"burin_rt_kernel_top_k", burin_rt_kernel_top_k},
      {"burin_rt_kernel_searchsorted", burin_rt_kernel_searchsorted},
      {"burin_rt_kernel_segment_sum", burin_rt_kernel_segment_sum},
      {"burin_rt_kernel_segment_max", burin_rt_kernel_segment_max},
  };
  return symbols;
}

} // namespace burin::runtime
