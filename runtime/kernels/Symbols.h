#pragma once
#include "runtime/Abi.h"

/// Each kernel stands in the file of its group, and in the table of Symbols.cpp.
extern "C" {
burin::runtime::Kernel burin_rt_kernel_cumulative_sum, burin_rt_kernel_cumulative_prod, burin_rt_kernel_cumulative_max;
burin::runtime::Kernel burin_rt_kernel_sort, burin_rt_kernel_argsort, burin_rt_kernel_top_k, burin_rt_kernel_searchsorted;
burin::runtime::Kernel burin_rt_kernel_segment_sum, burin_rt_kernel_segment_max;
burin::runtime::Kernel burin_rt_kernel_cholesky, burin_rt_kernel_triangular_solve, burin_rt_kernel_solve, burin_rt_kernel_inv;
burin::runtime::Kernel burin_rt_kernel_det, burin_rt_kernel_slogdet, burin_rt_kernel_qr, burin_rt_kernel_svd, burin_rt_kernel_eigh;
burin::runtime::Kernel burin_rt_kernel_fft, burin_rt_kernel_rfft, burin_rt_kernel_irfft;
}
