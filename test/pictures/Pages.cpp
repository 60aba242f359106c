// Writes the pages that page_test.py looks at to a folder: sample.html, digits.html with values, and large.html with 3,000 operations.
#include "burin/GraphFile.h"
#include "burin/Picture.h"
#include "examples/digits/model.h"
#include "test/unit/graph/SampleGraph.h"
#include <iostream>

using namespace burin;

static void write_sample(const std::filesystem::path &folder) {
  const test::SampleGraph sample;
  Session session(sample.graph);
  const Tensor x = constant({1.0f, 2.0f, 3.0f}), flags = constant({true, false, true});
  session.run(sample.graph.variables_initializer());
  save_picture(folder / "sample.html", sample.graph, run_all(session, {{"x", x}, {"flags", flags}}));
}

/// The digits example's training step, with the values of one run on made-up images.
static void write_digits(const std::filesystem::path &folder) {
  Perceptron model(64, 64, 10, 20);
  const auto step =
      function([&](Tensor images, Tensor labels, Tensor rate) { return model.train(images, labels, rate); }, {.name = "step"});
  const Tensor images = reshape(cast(remainder(arange(32 * 64), 17), DType::F32) / 16.0f, {32, 64});
  const Tensor labels = remainder(arange(32), 10);
  const Tensor rate = constant(0.05f);
  const auto fetched = step.fetch({"*"}, images, labels, rate);
  save_picture(folder / "digits.html", graph_of(step.concrete(images, labels, rate)), fetched.tensors);
}

static void write_large(const std::filesystem::path &folder) {
  Graph graph("large");
  const Scope scope = graph.scope();
  const Tensor x = graph.placeholder(DType::F32, {32, 64}, "x");
  Tensor y = x;
  for (int block = 0; block < 100; ++block) {
    const Scope names = name_scope("block");
    const Tensor input = y;
    for (int branch = 0; branch < 3; ++branch) {
      const Scope inner = name_scope("branch");
      Tensor z = input;
      for (int i = 0; i < 3; ++i) z = tanh(z * x) + input;
      y = y + z;
    }
  }
  std::cout << graph.operations().size() << '\n';
  save_picture(folder / "large.html", graph);
}

int main(int, char **arguments) {
  write_sample(arguments[1]);
  write_digits(arguments[1]);
  write_large(arguments[1]);
}
