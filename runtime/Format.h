#pragma once
#include "burin/DType.h"
#include <cstdint>
#include <span>
#include <string>

namespace burin::runtime {

struct FormatOptions {
  std::int64_t summarize = 3; ///< entries shown at either end of a long dimension; -1: all
  /// Significant digits of floating-point elements. -1: as TensorFlow, 6 (f64: 15) if they read back as the same number,
  /// else 9 (17). f16 and bf16 print as the f32 of the same value.
  int precision = -1;
};

/// The values of a tensor as tf.print shows them (rule P2), which is NumPy's layout without its padding; but a NaN has no
/// sign, an empty tensor is [], and complex numbers, which TensorFlow doesn't print, are (re,im):
///   43.5        [0 1 2 ... 7 8 9]        [[1 2]
///                                         [3 4]]
/// `data` is dense and row-major; it may be null when there are no elements.
std::string format_tensor(DType dtype, std::span<const std::int64_t> extents, const void *data,
                          const FormatOptions &options = {});

} // namespace burin::runtime
