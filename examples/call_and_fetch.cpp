// Makes a function of a lambda, calls it, and fetches what came out.
#include <burin/burin.h>
#include <cstdio>

namespace bn = burin;

int main() {
  // The lambda runs once for each new signature (dtypes and shapes). From then on, compiled code runs in its place.
  auto normalize = bn::function([](bn::Tensor x) {
    std::puts("tracing");
    bn::Tensor centered = x - bn::mean(x);
    bn::Tensor deviation = bn::sqrt(bn::mean(bn::square(centered)));
    return std::pair(centered / deviation, deviation);
  });

  const bn::Tensor x = bn::constant({1.0f, 2.0f, 3.0f, 4.0f});
  const auto [y, deviation] = normalize(x); // prints "tracing"
  normalize(y);                             // same dtype and shape: prints nothing

  // Results are ordinary values. A scalar comes out by item, more by to_vector, copy_to, or view (which doesn't copy).
  std::printf("deviation = %.4f\n", deviation.item<float>());
  for (const float value : y.to_vector<float>()) std::printf("%.4f ", value);
  std::printf("\n%s\n", y.to_string().c_str());

  normalize(bn::constant({1.0f, 2.0f})); // another shape: prints "tracing"
  for (const bn::TraceRecord &trace : normalize.traces()) {
    std::printf("trace %s\n", trace.signature.c_str());
    for (const auto &difference : trace.differences) std::printf("  because of %s\n", difference.text.c_str());
  }
}
