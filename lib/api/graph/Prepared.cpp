#include "lib/api/graph/Prepared.h"
#include "compiler/Compiler.h"
#include "lib/api/Errors.h"
#include "lib/api/ProcessOptions.h"
#include "lib/trace/GraphRun.h"
#include <algorithm>
#include <map>

namespace burin::detail {

// --- the plan ------------------------------------------------------------------------------------------------------

static void add_named(const GraphCore &graph, std::string_view name, RunPlan &plan, std::source_location location) {
  const GraphCore::Named named = graph.named(name, "run", location);
  plan.leaves.push_back(named.has_output ? RunPlan::Result::Value : RunPlan::Result::Nothing);
  if (named.has_output) plan.request.results.push_back(GraphValue{named.operation, named.output});
  else plan.request.effects.push_back(named.operation);
}

static void add_fetch(const GraphCore &graph, const Fetch &fetch, RunPlan &plan, std::source_location location) {
  switch (fetch.kind()) {
  case Fetch::Kind::Name: return add_named(graph, fetch.name(), plan, location);
  case Fetch::Kind::Tensor:
    plan.leaves.push_back(RunPlan::Result::Value);
    plan.request.results.push_back(graph.value(fetch.tensor(), "run", location));
    return;
  case Fetch::Kind::Operation:
    plan.leaves.push_back(RunPlan::Result::Nothing);
    plan.request.effects.push_back(graph.operation(fetch.operation(), "run", location));
    return;
  case Fetch::Kind::Variable:
    if (!fetch.variable().state()) throw_error<Error>("run", location, "the variable was moved from");
    plan.leaves.push_back(RunPlan::Result::Variable);
    plan.request.results.push_back(fetch.variable().state());
  }
}

static GraphValue fed_value(const GraphCore &graph, const Fetch &feed, std::source_location location) {
  switch (feed.kind()) {
  case Fetch::Kind::Tensor: return graph.value(feed.tensor(), "feed", location);
  case Fetch::Kind::Name: {
    const GraphCore::Named named = graph.named(feed.name(), "feed", location);
    if (named.has_output) return {named.operation, named.output};
    throw_error<TraceError>("feed", location, "operation '", feed.name(), "' has no output that could be fed");
  }
  case Fetch::Kind::Variable:
    throw_error<TraceError>("feed", location, "variable '", feed.variable().name(),
                            "' can't be fed: assign to it, or feed a tensor that was read from it");
  default: throw_error<TraceError>("feed", location, "operation '", feed.operation().name(), "' can't be fed: feed one of its outputs");
  }
}

RunPlan make_plan(const GraphCore &graph, std::span<const Fetch> fetches, std::span<const Fetch> feeds, std::source_location location) {
  RunPlan plan;
  for (const Fetch &fetch : fetches) add_fetch(graph, fetch, plan, location);
  for (const Fetch &feed : feeds) {
    const GraphValue value = fed_value(graph, feed, location);
    const std::string name = graph.trace.name_of(value.operation) + (value.output ? ":" + std::to_string(value.output) : "");
    if (std::find(plan.request.feeds.begin(), plan.request.feeds.end(), value) != plan.request.feeds.end())
      throw_error<Error>("feed", location, "'", name, "' is fed twice");
    plan.request.feeds.push_back(value);
    plan.feeds.push_back(name);
  }
  return plan;
}

std::vector<std::uint64_t> RunPlan::key() const {
  std::vector<std::uint64_t> key;
  const auto add = [&](const GraphValue &value) { key.push_back(std::uint64_t{value.operation} << 32 | value.output); };
  std::size_t result = 0, effect = 0;
  for (Result leaf : leaves) {
    key.push_back(static_cast<std::uint64_t>(leaf));
    if (leaf == Result::Nothing) {
      key.push_back(request.effects[effect++]);
      continue;
    }
    const auto &wanted = request.results[result++];
    if (const auto *value = std::get_if<GraphValue>(&wanted)) add(*value);
    else key.push_back(reinterpret_cast<std::uintptr_t>(std::get<1>(wanted).get()));
  }
  key.push_back(~std::uint64_t{0});
  for (const GraphValue &feed : request.feeds) add(feed);
  return key;
}

// --- what it becomes -----------------------------------------------------------------------------------------------

/// How many sets of extents keep their code, as in functions.
static constexpr std::size_t kMostExtents = 256;

static std::vector<DynamicDimension> dynamic_dimensions(const std::vector<TensorSpec> &feeds) {
  std::vector<DynamicDimension> dimensions;
  std::map<std::string, int> first; // of each name
  for (std::size_t tensor = 0; tensor < feeds.size(); ++tensor)
    for (int axis = 0; axis < feeds[tensor].shape.rank(); ++axis) {
      if (feeds[tensor].shape[axis] != kDynamic) continue;
      const auto &names = feeds[tensor].dimensions;
      const std::string name = static_cast<std::size_t>(axis) < names.size() ? names[static_cast<std::size_t>(axis)] : "";
      const auto [known, is_first] = first.emplace(name, static_cast<int>(dimensions.size()));
      dimensions.push_back({tensor, axis, name, is_first || name.empty() ? -1 : known->second});
    }
  return dimensions;
}

Prepared::Prepared(const GraphCore &graph, RunPlan plan, std::source_location location)
    : leaves_(std::move(plan.leaves)),
      all_leaves_are_tensors_(std::find(leaves_.begin(), leaves_.end(), RunPlan::Result::Nothing) == leaves_.end()) {
  for (std::size_t i = 0; i < plan.feeds.size(); ++i) {
    const GraphValue &feed = plan.request.feeds[i];
    feeds_.push_back(graph.trace.spec_of(feed));
    feeds_.back().name = plan.feeds[i];
  }
  if (graph.trace.is_dynamic()) {
    std::vector<std::string> names;
    for (const TensorSpec &feed : feeds_) names.push_back("'" + feed.name + "'");
    dynamic_ = std::make_unique<DynamicProgram>(GraphRun(graph.trace, std::move(plan.request), location).function().script,
                                                dynamic_dimensions(feeds_), std::move(names), "feed", location, kMostExtents);
    return;
  }
  PrunedGraph pruned = graph.trace.prune(plan.request, location);
  variables_ = std::move(pruned.variables);
  for (const auto &variable : variables_) variable_pointers_.push_back(variable.get());
  const auto module = compiler::deserialize(pruned.bytecode, graph.trace.name());
  program_ = std::make_unique<Program>(compiler::compile(*module, compile_options()), std::move(pruned.captures), std::move(pruned.sites),
                                       location);
}

void Prepared::throw_bad_feed(std::size_t i, const Tensor &value, std::source_location location) const {
  const TensorSpec &feed = feeds_[i];
  const std::string expected = "'" + feed.name + "' is " + describe(feed.dtype, feed.shape);
  if (!value.defined())
    throw_error<Error>("feed", location, expected, ", its feed is an empty tensor: it was default-constructed or moved from");
  if (is_symbolic(value))
    throw_error<TraceError>("feed", location, expected, ", its feed is symbolic, made by ", Trace::describe(value),
                            ": make values to feed outside of the graph's scope");
  const std::string found = ", its feed is " + describe(value);
  if (value.dtype() != feed.dtype) throw_error<DTypeError>("feed", location, expected, found, ": convert it with burin::cast");
  throw_error<ShapeError>("feed", location, expected, found);
}

void Prepared::run_dynamic(std::span<TensorImpl *const> feeds, FetchedTensors &results) const {
  dynamic_->run(feeds, results.data(), [](const Program &program, std::span<TensorImpl *const> inputs, TensorImpl **results) {
    InlineVector<runtime::VariableState *, 16> variables;
    for (const auto &variable : program.traced_variables()) variables.push_back(variable.get());
    program.run(inputs, {variables.data(), variables.size()}, results);
  });
}

void Prepared::run(std::span<TensorImpl *const> feeds, FetchedTensors &results) const {
  results.resize(leaves_.size());
  if (program_) program_->run(feeds, variable_pointers_, results.data());
  else run_dynamic(feeds, results);
  results.hand_over();
  if (all_leaves_are_tensors_) return;
  std::size_t next =
      static_cast<std::size_t>(std::count_if(leaves_.begin(), leaves_.end(), [](auto leaf) { return leaf != RunPlan::Result::Nothing; }));
  for (std::size_t i = leaves_.size(); i-- > 0;)
    results.data()[i] = leaves_[i] == RunPlan::Result::Nothing ? nullptr : results.data()[--next];
}

} // namespace burin::detail
