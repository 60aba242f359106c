#pragma once
#include "burin/Operand.h"
#include <optional>

/// Discrete Fourier transforms, by FFTW. f16, bf16 and f32 give c64; f64 and integers c128.
///
/// Each throws IndexError for an axis out of range, DTypeError for elements that it doesn't take, ShapeError for a length below 1,
/// and Error where FFTW isn't installed.
namespace burin {

/// Which direction divides by the length n: the inverse one, both by the root of it, or the forward one.
enum class FftNorm { Backward, Ortho, Forward };

struct FftOptions {
  std::optional<std::int64_t> n = {}; ///< the length: lines are cut to it or filled up with zeros. Their own if not given
  int axis = -1;
  FftNorm norm = FftNorm::Backward;
};

/// The transform of real or complex lines.
Tensor fft(const Operand &x, const FftOptions &options = {});
/// The inverse transform of real or complex lines.
Tensor ifft(const Operand &x, const FftOptions &options = {});
/// The first n / 2 + 1 elements of the transform of real lines; the others are their mirror images.
Tensor rfft(const Operand &x, const FftOptions &options = {});
/// The inverse of rfft: n real elements, 2 (m - 1) for lines of m elements unless given. The imaginary part of the first element,
/// and of the middle one for an even n, doesn't count.
Tensor irfft(const Operand &x, const FftOptions &options = {});

} // namespace burin
