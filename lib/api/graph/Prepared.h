#pragma once
#include "burin/detail/SessionCore.h"
#include "lib/api/DynamicProgram.h"
#include "lib/api/graph/GraphCore.h"
#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <vector>

namespace burin::detail {

/// What one run is to give and be given, by number: equal for runs that may share their code, however they name things.
struct RunPlan {
  enum class Result : std::uint8_t { Value, Variable, Nothing };

  PruneRequest request;
  std::vector<Result> leaves;      ///< of the fetches, in order
  std::vector<std::string> feeds;  ///< the names of the feeds, as messages have them

  /// Equal for equal plans.
  std::vector<std::uint64_t> key() const;
};

/// Throws as Session::run does for what isn't there, isn't this graph's, or is fed twice.
RunPlan make_plan(const GraphCore &graph, std::span<const Fetch> fetches, std::span<const Fetch> feeds, std::source_location location);

/// One run of a graph, compiled; in a dynamic graph for the extents of the feeds, when these first come, and by stages.
class Prepared {
public:
  Prepared(const GraphCore &graph, RunPlan plan, std::source_location location);

  std::size_t feed_count() const { return feeds_.size(); }
  DType feed_dtype(std::size_t i) const { return feeds_[i].dtype; }
  /// Throws DTypeError, ShapeError or TraceError unless `value` may be feed `i`.
  void check_feed(std::size_t i, const Tensor &value, std::source_location location) const {
    const TensorImpl *impl = value.impl();
    if (!impl || impl->symbolic || impl->dtype != feeds_[i].dtype || !fits(impl->shape, feeds_[i].shape)) [[unlikely]]
      throw_bad_feed(i, value, location);
  }
  void run(std::span<TensorImpl *const> feeds, FetchedTensors &results) const;

private:
  static bool fits(const Shape &shape, const Shape &expected) { return shape == expected || shape.fits(expected); }
  void run_dynamic(std::span<TensorImpl *const> feeds, FetchedTensors &results) const;
  [[noreturn]] void throw_bad_feed(std::size_t i, const Tensor &value, std::source_location location) const;

  std::vector<TensorSpec> feeds_;
  std::vector<RunPlan::Result> leaves_;
  bool all_leaves_are_tensors_;
  std::vector<std::shared_ptr<runtime::VariableState>> variables_;
  std::vector<runtime::VariableState *> variable_pointers_;
  std::unique_ptr<Program> program_;        // or
  std::unique_ptr<DynamicProgram> dynamic_; // in a dynamic graph
};

} // namespace burin::detail
