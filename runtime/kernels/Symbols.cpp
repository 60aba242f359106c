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
      {"burin_rt_kernel_cholesky", burin_rt_kernel_cholesky},
      {"burin_rt_kernel_triangular_solve", burin_rt_kernel_triangular_solve},
      {"burin_rt_kernel_solve", burin_rt_kernel_solve},
      {"burin_rt_kernel_inv", burin_rt_kernel_inv},
      {"burin_rt_kernel_det", burin_rt_kernel_det},
      {"burin_rt_kernel_slogdet", burin_rt_kernel_slogdet},
      {"burin_rt_kernel_qr", burin_rt_kernel_qr},
      {"burin_rt_kernel_svd", burin_rt_kernel_svd},
      {"burin_rt_kernel_eigh", burin_rt_kernel_eigh},
      {"burin_rt_kernel_fft", burin_rt_kernel_fft},
      {"burin_rt_kernel_rfft", burin_rt_kernel_rfft},
      {"burin_rt_kernel_irfft", burin_rt_kernel_irfft},
  };
  return symbols;
}

} // namespace burin::runtime
