// Calls what crosses the border between a program and libburin: a lambda, a variable, a print callback, an exception.
#include <burin/burin.h>
#include <iostream>

namespace bn = burin;

float twice_of(float x);

static int failures = 0;

static void expect(bool condition, const char *what) {
  if (condition) return;
  std::cerr << "failed: " << what << '\n';
  ++failures;
}

int main() {
  bn::Variable w(bn::constant({{1.0f, 2.0f}, {3.0f, 4.0f}}), "w");
  std::string printed;
  bn::PrintOptions options;
  options.callback = [&](std::string_view line) { printed += line; };
  auto step = bn::function([&](bn::Tensor x) {
    bn::Tensor y = bn::matmul(x, w);
    bn::print(options, "y:", y);
    w.assign_add(1);
    return bn::sum(y);
  });
  expect(step(bn::ones({1, 2})).item<float>() == 10, "first call");
  expect(step(bn::ones({1, 2})).item<float>() == 14, "second call");
  expect(step.traces().size() == 1, "one trace");
  expect(printed == "y: [[4 6]]\ny: [[6 8]]\n", "prints");
  expect(w.to_vector<float>() == std::vector<float>{3, 4, 5, 6}, "variable");
  expect(twice_of(3) == 6, "registered function");
  try {
    bn::matmul(bn::ones({2, 3}), bn::ones({2, 3}));
    expect(false, "no error");
  } catch (const bn::ShapeError &error) {
    expect(std::string_view(error.what()).find("Main.cpp") != std::string_view::npos, error.what());
  }
  return failures;
}
