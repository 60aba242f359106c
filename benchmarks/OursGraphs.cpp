#include "Ours.h"
#include <burin/burin.h>
#include <chrono>
#include <memory>

namespace bench {

namespace bn = burin;

/// x * 2 + y of sixteen floats, as a function and as a graph.
struct Line {
  explicit Line(const Problem &problem) : x(tensor(problem.inputs[0])), y(tensor(problem.inputs[1])) {
    const bn::Scope scope = graph.scope();
    const bn::Shape shape{problem.extents[0]};
    fed_x = graph.placeholder(bn::DType::F32, shape, "x");
    fed_y = graph.placeholder(bn::DType::F32, shape, "y");
    z = fed_x * 2.0f + fed_y;
  }
  static bn::Tensor tensor(const Buffer &buffer) {
    return bn::Tensor::from_span<float>(buffer, bn::Shape{static_cast<std::int64_t>(buffer.size())});
  }

  bn::Graph graph;
  bn::Tensor fed_x, fed_y, z;
  bn::Session session{graph};
  bn::Tensor x, y;
};

/// `compute` gives z.
template <class Compute> static Contender computes(Compute compute) {
  bn::set_thread_count(1);
  return {.run = repeat([=] {
            const bn::Tensor z = compute();
            keep(z);
          }),
          .result = [=] { return compute().template to_vector<float>(); }};
}

static Contender call(const Problem &problem) {
  const auto line = std::make_shared<Line>(problem);
  const auto function = bn::function([](const bn::Tensor &x, const bn::Tensor &y) { return x * 2.0f + y; });
  return computes([=] { return function(line->x, line->y); });
}

static Contender session_run(const Problem &problem) {
  const auto line = std::make_shared<Line>(problem);
  return computes([=] { return line->session.run(line->z, {{line->fed_x, line->x}, {line->fed_y, line->y}}); });
}

static Contender callable(const Problem &problem) {
  const auto line = std::make_shared<Line>(problem);
  const auto prepared = line->session.callable(line->z, {line->fed_x, line->fed_y});
  return computes([=] { return prepared(line->x, line->y); });
}

// --- large graphs --------------------------------------------------------------------------------------------------

static bn::Graph recorded(std::int64_t ops) {
  bn::Graph graph;
  const bn::Scope scope = graph.scope();
  const bn::Tensor x = graph.placeholder(bn::DType::F32, {8}, "x");
  bn::Tensor y = x;
  for (std::int64_t i = 0; i < ops; ++i) y = i % 2 ? y + x : y * x;
  return graph;
}

static Contender record(const Problem &problem) {
  return {.sample = [ops = problem.extents[0]] {
    const auto start = std::chrono::steady_clock::now();
    const bn::Graph graph = recorded(ops);
    keep(graph);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }};
}

static Contender list(const Problem &problem) {
  return {.run = repeat([graph = recorded(problem.extents[0])] {
            const std::vector<bn::Operation> operations = graph.operations();
            keep(operations);
          })};
}

static Contender look_up(const Problem &problem) {
  const std::string name = "add_" + std::to_string(problem.extents[0] / 2 - 1);
  return {.run = repeat([graph = recorded(problem.extents[0]), name] {
            const bn::Tensor tensor = graph.tensor(name);
            keep(tensor);
          })};
}

void add_our_graphs(Registry &registry) {
  registry.add(kOurs, Kind::SessionRun, session_run);
  registry.add("(function call)", Kind::SessionRun, call);
  registry.add(kOurs, Kind::SessionCallable, callable);
  registry.add("(function call)", Kind::SessionCallable, call);
  registry.add(kOurs, Kind::GraphRecord, record);
  registry.add(kOurs, Kind::GraphList, list);
  registry.add(kOurs, Kind::GraphLookup, look_up);
}

} // namespace bench
