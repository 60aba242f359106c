#pragma once
#include "lib/trace/GraphTrace.h"
#include "lib/trace/Replay.h"
#include <map>
#include <set>
#include <source_location>
#include <span>
#include <string>
#include <vector>

namespace burin::detail {

/// What one run needs of a graph with dynamic extents, as a function of its feeds: the steps that lead to what is asked for, done again.
/// Refers to the graph.
class GraphRun {
public:
  /// Throws Error for a placeholder that is needed and not fed.
  GraphRun(const GraphTrace &graph, PruneRequest request, std::source_location location);

  /// An operation of the graph whose steps come after themselves, if there is one.
  std::optional<OperationId> in_cycle() const;
  /// A trace with dynamic extents, whose arguments are the feeds.
  Trace::Finished function() const;

private:
  /// A value of the graph: that of a step, by number, or one on its way.
  struct Source {
    std::size_t value = Script::kOther;
    ScriptPlace place;
  };
  /// Steps that go together: one, or those that record the regions of one.
  struct Unit {
    std::size_t begin, end;
  };

  Source source_of(const GraphValue &value) const;
  std::size_t unit_of(const GraphValue &value) const;
  std::size_t unit_of(OperationId id) const;
  bool is_fed(std::size_t value) const;
  void find_units();
  void find_dependencies();
  std::vector<std::size_t> needs_of(std::size_t unit) const;
  void collect(std::source_location location);
  void put_in_order(std::size_t root, std::vector<bool> &done);
  void require_feeds(std::size_t unit, std::size_t reader, std::source_location location) const;
  std::string name_of(std::size_t unit) const;

  std::optional<std::size_t> number_of_feed(const GraphValue &value) const;
  std::vector<Tensor> arguments(Trace &trace) const;
  const ScriptPlace &place_in_step(const ScriptPlace &place) const;
  void put_feeds(Replay &replay, std::span<const Tensor> arguments) const;
  void want_places(Replay &replay) const;
  Tensor result_of(const Replay &replay, const GraphValue &value, std::span<const Tensor> arguments) const;

  const GraphTrace &graph_;
  const Script &script_;
  PruneRequest request_;
  std::source_location location_;
  std::vector<Source> feeds_;
  std::vector<Unit> units_;               // all, in order
  std::vector<std::size_t> unit_of_step_; // by step
  std::map<std::size_t, std::vector<std::size_t>> after_; // by unit: those that control dependencies put before it
  std::set<std::size_t> needed_;
  std::vector<std::size_t> order_; // the units to do
};

} // namespace burin::detail
