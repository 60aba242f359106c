#pragma once
#include "burin/Check.h"
#include "burin/Control.h"
#include "burin/Graph.h"
#include "burin/Ops.h"
#include "burin/Print.h"
#include "burin/Session.h"
#include <string>
#include <utility>

namespace burin::test {

/// A graph with some of everything that a file has to keep: scopes, control flow, several element types and outputs, variables with and
/// without a value, a captured tensor, control dependencies, prints and checks.
struct SampleGraph {
  Graph graph{"sample"};
  Variable outer{constant({0.5f, -1.5f, 2.5f}), "outer"};
  Tensor captured = arange(20); // too large for a constant of the graph

  SampleGraph() {
    const Scope scope = graph.scope();
    const Tensor x = graph.placeholder(DType::F32, {3}, "x");
    const Tensor flags = graph.placeholder(DType::Bool, {3}, "flags");
    Variable count = graph.variable(cast(0, DType::I64), "count");
    graph.variable(ones({2, 3}), "weights");
    Tensor y;
    {
      const Scope dense = name_scope("dense");
      y = relu(x * outer - 1.0f);
      const Scope inner = name_scope("inner");
      y = where(flags, y, exp(y));
    }
    count.assign_add(1);
    const Operation step = graph.last_operation();
    PrintOptions options;
    options.stream = PrintStream::Stdout;
    print(options, "y is", y, "of {0} and", 7);
    const Operation shown = graph.last_operation();
    check(y < 100.0f, "y is small", y);
    {
      const Scope after = graph.control_dependencies({step, shown});
      cast(y, DType::F64);
    }
    const auto [values, positions] = top_k(y, 2);
    for_range(3, [&](Tensor, Tensor state) { return state * x + cast(slice_sum(), DType::F32); }, y);
  }

private:
  Tensor slice_sum() const { return sum(captured); }
};

} // namespace burin::test
