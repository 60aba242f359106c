// While a lambda is traced its tensors are symbolic: they stand for values that only the run will have. Asking one for
// its value is an error, and the error says what to do instead.
#include <burin/burin.h>
#include <iostream>

namespace bn = burin;

int main() {
  auto peek = bn::function([](bn::Tensor x) {
    bn::Tensor y = bn::exp(x) * 2.0f;
    std::cout << "while tracing, y is " << y << '\n';
    if (y.item<float>() > 3.0f) std::cout << "never printed\n"; // there is no value to compare yet
    return y;
  });

  try {
    peek(bn::constant(1.0f));
  } catch (const bn::SymbolicValueError &error) {
    std::cout << "refused: " << error.what() << '\n';
  }

  // Remedy: return the tensor, and decide outside. To decide inside, for each element, use bn::where.
  auto fixed = bn::function([](bn::Tensor x) {
    bn::Tensor y = bn::exp(x) * 2.0f;
    return bn::where(y > 3.0f, y, 0.0f);
  });
  std::cout << "outside, the value is " << fixed(bn::constant(1.0f)).item<float>() << '\n';

  // Or, when debugging: lambdas run as ordinary C++, with values in all tensors.
  bn::run_functions_eagerly(true);
  peek(bn::constant(0.0f));
}
