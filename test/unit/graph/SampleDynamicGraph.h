#pragma once
#include "burin/Check.h"
#include "burin/Control.h"
#include "burin/Graph.h"
#include "burin/Index.h"
#include "burin/Ops.h"
#include "burin/Print.h"
#include "burin/Session.h"
#include "burin/ops/Random.h"
#include <string>
#include <utility>

namespace burin::test {

/// A graph with dynamic extents, and some of everything that a file has to keep of it: ops that look at extents, scopes, named dimensions,
/// defaults, control flow, masks, what an op is made of, variables with parts that are assigned, control dependencies, prints and checks.
struct SampleDynamicGraph {
  Graph graph{"batches"};
  Variable outer{constant({0.5f, -1.5f, 2.5f}), "outer"};
  Tensor captured = arange(20); // too large for a constant of the graph

  SampleDynamicGraph() {
    const Scope scope = graph.scope();
    const Tensor bias = graph.placeholder(DType::F32, {3}, "bias");
    const Tensor early = exp(bias) + 1.0f;
    try {
      (void)(early + ones({2})); // leaves a constant behind
    } catch (const ShapeError &) {}
    const Tensor x = graph.placeholder({DType::F32, {kDynamic, 3}, "x", {"n"}});
    const Tensor weights = graph.placeholder({DType::F32, {kDynamic}, "weights", {"n"}});
    const Tensor scale = placeholder_with_default(constant({1.0f, 2.0f}), Shape{kDynamic}, "scale");
    Variable count = graph.variable(cast(0, DType::I64), "count");
    Tensor y;
    {
      const Scope dense = name_scope("dense");
      y = relu(x * outer - mean(x, 0)) + early;
      const Scope inner = name_scope("inner");
      y = where(y > 2.0f, y, pad(y, {{1, 0}, {0, 0}}).index({slice(0, -1)}));
    }
    count.assign_add(sum(ones_like(x.index({slice(), 0}), DType::I64)));
    const Operation step = graph.last_operation();
    PrintOptions options;
    options.stream = PrintStream::Stdout;
    print(options, "y is", sum(y), "of {0} and", 7);
    const Operation shown = graph.last_operation();
    check(y < 1000.0f, "y is small", y);
    {
      const Scope after = graph.control_dependencies({step, shown});
      softmax(y);
    }
    top_k(y, 1);
    scan([](Tensor total, Tensor row) { return std::pair(total + sum(row), total); }, constant(0.0f), y);
    for_range(
        2,
        [&](Tensor i, Tensor state) {
          return cond(i > 0, [&] { return state + x; }, [&] { return state * cast(sum(captured), DType::F32); });
        },
        y);
    (void)(matmul(expand_dims(weights, 0), y) * sum(scale));
    (void)(graph.tensor("dense/mean:0") + 1.0f); // what the mean is made of
    sum(boolean_mask(y, weights > 0.0f), 0);
    concat({y, y}, 0);
  }
};

} // namespace burin::test
