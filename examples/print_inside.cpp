// bn::print inside of a function is part of it: it runs on every call, where std::cout would write once, at the trace.
#include <burin/burin.h>
#include <iostream>

namespace bn = burin;

int main() {
  bn::PrintOptions to_stdout; // the default is stderr
  to_stdout.stream = bn::PrintStream::Stdout;

  auto halve = bn::function([&](bn::Tensor x) {
    std::cout << "tracing with " << x << '\n'; // once
    bn::Tensor half = x / 2.0f;
    bn::print(to_stdout, "half of", x, "is", half); // on every call
    return half;
  });

  bn::Tensor x = bn::constant({8.0f, 6.0f, 4.0f});
  for (int i = 0; i < 3; ++i) x = halve(x);

  // Long tensors are cut to their ends; `summarize` says how much of them is shown.
  bn::PrintOptions all = to_stdout;
  all.summarize = -1;
  bn::function([&] {
    bn::Tensor numbers = bn::reshape(bn::arange(20), {2, 10});
    bn::print(to_stdout, "short:", numbers);
    bn::print(all, "long:", numbers);
  })();
}
