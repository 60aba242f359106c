// Discrete Fourier transforms of lines, by FFTW. Lines are copied into aligned memory and back, since they may be strided, are
// cut or filled up to the transform's length, and are scaled.
#include "runtime/kernels/Kernel.h"
#include "runtime/kernels/Library.h"
#include "runtime/kernels/Symbols.h"
#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <memory>
#include <mutex>

namespace burin::runtime {
namespace {

enum class Transform { Forward, Inverse, RealForward, RealInverse };

const Library &library(bool single) {
  static const Library singles({"libfftw3f.so.3"}, "FFTW (Debian's libfftw3-single3)");
  static const Library doubles({"libfftw3.so.3"}, "FFTW (Debian's libfftw3-double3)");
  return single ? singles : doubles;
}

/// FFTW's functions for elements of type T.
template <class T> struct Fftw {
  using Plan = void;
  using Complex = std::complex<T>;
  Plan *(*plan_complex)(int n, Complex *in, Complex *out, int sign, unsigned flags);
  Plan *(*plan_to_complex)(int n, T *in, Complex *out, unsigned flags);
  Plan *(*plan_to_real)(int n, Complex *in, T *out, unsigned flags);
  void (*run_complex)(const Plan *, Complex *in, Complex *out);
  void (*run_to_complex)(const Plan *, T *in, Complex *out);
  void (*run_to_real)(const Plan *, Complex *in, T *out);

  static const Fftw &get() {
    static const Fftw found = [] {
      Fftw functions;
      const auto find = [](auto *&function, const std::string &name) {
        constexpr bool single = std::is_same_v<T, float>;
        using Function = std::remove_pointer_t<std::remove_reference_t<decltype(function)>>;
        function = library(single).template function<Function>(((single ? "fftwf_" : "fftw_") + name).c_str());
      };
      find(functions.plan_complex, "plan_dft_1d");
      find(functions.plan_to_complex, "plan_dft_r2c_1d");
      find(functions.plan_to_real, "plan_dft_c2r_1d");
      find(functions.run_complex, "execute_dft");
      find(functions.run_to_complex, "execute_dft_r2c");
      find(functions.run_to_real, "execute_dft_c2r");
      return functions;
    }();
    return found;
  }
};

/// Plans are made once for each kind and length, and kept. Making one is not for several threads at once, running it is.
template <class T> const void *plan_of(const KernelCall &call, Transform transform, std::int64_t n) {
  if (n > std::numeric_limits<int>::max()) fail<ShapeError>(call, "a transform of length ", n, " is too long: at most 2^31 - 1");
  const Fftw<T> &fftw = Fftw<T>::get();
  static std::mutex mutex;
  static auto *plans = new std::map<std::pair<Transform, std::int64_t>, const void *>;
  const std::lock_guard lock(mutex);
  const void *&plan = (*plans)[{transform, n}];
  if (plan) return plan;
  constexpr unsigned kEstimate = 1u << 6; // FFTW_ESTIMATE: no trial runs, so that the same plan is made each time (rule N4)
  Scratch<std::complex<T>> in(n), out(n);
  auto *real_in = reinterpret_cast<T *>(in.data()), *real_out = reinterpret_cast<T *>(out.data());
  const int length = static_cast<int>(n);
  switch (transform) {
  case Transform::Forward: plan = fftw.plan_complex(length, in.data(), out.data(), -1, kEstimate); break;
  case Transform::Inverse: plan = fftw.plan_complex(length, in.data(), out.data(), 1, kEstimate); break;
  case Transform::RealForward: plan = fftw.plan_to_complex(length, real_in, out.data(), kEstimate); break;
  case Transform::RealInverse: plan = fftw.plan_to_real(length, in.data(), real_out, kEstimate); break;
  }
  if (!plan) fail<Error>(call, "FFTW makes no plan for a transform of length ", n);
  return plan;
}

/// Copies the first `count` elements of a strided line, then zeros up to `wanted`.
template <class To, class From> void gather(const From *from, std::int64_t step, std::int64_t count, To *to, std::int64_t wanted) {
  const std::int64_t copied = std::min(count, wanted);
  for (std::int64_t i = 0; i < copied; ++i) to[i] = from[i * step];
  std::fill(to + copied, to + wanted, To(0));
}

template <class T> T factor(std::int64_t scale, std::int64_t n) {
  if (scale == 0) return 1;
  return static_cast<T>(scale == 1 ? 1.0 / static_cast<double>(n) : 1.0 / std::sqrt(static_cast<double>(n)));
}

template <class In, class Out, class T>
void transform_lines(const KernelCall &call, Transform transform, std::int64_t axis, std::int64_t n, std::int64_t scale, T,
                     std::int64_t taken) {
  using Complex = std::complex<T>;
  // What the transform itself works on: a complex one of real lines makes complex ones of them.
  const Lines lines(call.operands[0], axis), results(call.results[0], axis);
  const void *plan = plan_of<T>(call, transform, n);
  const T by = factor<T>(scale, n);
  for_each_task(lines.count(), results.length * lines.count() * 20, [&](std::int64_t line) {
    Scratch<Complex> in(n), out(n);
    const In *from = data_of<In>(call.operands[0]) + lines.start(line);
    Out *to = data_of<Out>(call.results[0]) + results.start(line);
    const Fftw<T> &fftw = Fftw<T>::get();
    if (transform == Transform::RealForward) {
      auto *real = reinterpret_cast<T *>(in.data());
      if constexpr (std::is_same_v<In, T>) gather(from, lines.inner, lines.length, real, taken);
      fftw.run_to_complex(plan, real, out.data());
    } else {
      gather(from, lines.inner, lines.length, in.data(), taken);
      if (transform == Transform::RealInverse) {
        // The first one is real by symmetry, and the middle one of an even number: their imaginary parts don't count.
        in[0] = in[0].real();
        if (n % 2 == 0) in[n / 2] = in[n / 2].real();
        fftw.run_to_real(plan, in.data(), reinterpret_cast<T *>(out.data()));
      } else {
        fftw.run_complex(plan, in.data(), out.data());
      }
    }
    const auto *made = reinterpret_cast<const Out *>(out.data());
    for (std::int64_t i = 0; i < results.length; ++i) to[i * lines.inner] = made[i] * by;
  });
}

template <class Body> void with_real(DType dtype, Body body) {
  if (dtype == DType::F32 || dtype == DType::Complex64) body(float());
  else body(double());
}

void fft(const KernelCall &call) {
  const std::int64_t axis = call.numbers[0], n = call.numbers[1], scale = call.numbers[3];
  const Transform transform = call.numbers[2] ? Transform::Inverse : Transform::Forward;
  const DType dtype = dtype_of(call.operands[0]);
  with_real(dtype, [&](auto zero) {
    using Complex = std::complex<decltype(zero)>;
    if (is_complex(dtype)) transform_lines<Complex, Complex>(call, transform, axis, n, scale, zero, n);
    else transform_lines<decltype(zero), Complex>(call, transform, axis, n, scale, zero, n);
  });
}

void rfft(const KernelCall &call) {
  const std::int64_t n = call.numbers[1];
  with_real(dtype_of(call.operands[0]), [&](auto zero) {
    using T = decltype(zero);
    transform_lines<T, std::complex<T>>(call, Transform::RealForward, call.numbers[0], n, call.numbers[2], zero, n);
  });
}

void irfft(const KernelCall &call) {
  const std::int64_t n = call.numbers[1];
  with_real(dtype_of(call.operands[0]), [&](auto zero) {
    using T = decltype(zero);
    transform_lines<std::complex<T>, T>(call, Transform::RealInverse, call.numbers[0], n, call.numbers[2], zero, n / 2 + 1);
  });
}

} // namespace
} // namespace burin::runtime

using namespace burin::runtime;

extern "C" void burin_rt_kernel_fft(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, fft); }
extern "C" void burin_rt_kernel_rfft(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, rfft); }
extern "C" void burin_rt_kernel_irfft(CallContext *context, const KernelCall *call) noexcept { run_kernel(context, call, irfft); }
