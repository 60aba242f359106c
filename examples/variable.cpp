// A variable is state that outlives calls. Functions that capture it by reference read and assign it on every call.
#include <burin/burin.h>
#include <iostream>

namespace bn = burin;

int main() {
  bn::Variable total(bn::zeros({3}), "total");
  bn::Variable calls(bn::constant(std::int64_t{0}), "calls");

  auto accumulate = bn::function([&](bn::Tensor x) {
    bn::Tensor before = total.read_value();
    total.assign_add(x);
    calls.assign_add(1);
    return std::pair(before, total.read_value()); // each read sees what was assigned before it in the program
  });

  const bn::Tensor x = bn::constant({1.0f, 2.0f, 3.0f});
  const auto [before, after] = accumulate(x);
  std::cout << "before: " << before << "\nafter:  " << after << '\n';

  accumulate(x);
  std::cout << "total after " << calls.item<std::int64_t>() << " calls: " << total.read_value() << '\n';

  total.assign(bn::constant({10.0f, 10.0f, 10.0f})); // from outside: seen by the next call
  accumulate(x);
  std::cout << "total after assignment and a call: " << total.read_value() << '\n';
  std::cout << "what was read earlier stays: " << after << '\n';
}
