// Control flow that is recorded: each branch and each body once, into a region of its own.
#include "burin/Control.h"
#include "burin/Ops.h"
#include "lib/api/ControlChecks.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/ops/Deferred.h"
#include "lib/trace/Trace.h"
#include <algorithm>

namespace burin::detail {

bool is_tracing() { return current_trace() != nullptr; }

// --- branches ------------------------------------------------------------------------------------------------------

/// What branches gave, and which of them it was that gave it first.
struct Given {
  Described result;
  std::string_view branch;
};

/// In structure, dtypes and ranks. Where shapes differ, the trace runs the branches by the host; throws TraceError if it can't.
static void require_agreement(Trace &trace, std::string_view label, const Given &a, const Given &b, std::source_location location) {
  if (a.result.flat.structure != b.result.flat.structure || a.result.flat.tensors.size() != b.result.flat.tensors.size())
    throw_error<TraceError>(label, location, "the branches differ in structure: ", a.branch, " gives ", a.result.words.signature(), ", ",
                            b.branch, " gives ", b.result.words.signature());
  for (std::size_t i = 0; i < a.result.flat.tensors.size(); ++i) {
    const Tensor &left = a.result.flat.tensors[i], &right = b.result.flat.tensors[i];
    const auto text = [&](std::string_view mend) {
      return tensor_path(a.result, i) + " is " + describe(left) + " in " + std::string(a.branch) + " and " + describe(right) + " in " +
             std::string(b.branch) + std::string(mend);
    };
    if (left.dtype() != right.dtype()) throw_error<DTypeError>(label, location, text(": cast one of them"));
    if (left.rank() != right.rank()) throw_error<ShapeError>(label, location, text(": a result has one rank, whichever branch runs"));
    if (left.shape() != right.shape()) trace.run_regions_by_host(label, location);
  }
}

namespace {

/// Records branches as a balanced tree of two-way ones.
class BranchRecorder {
public:
  BranchRecorder(std::string_view label, const Tensor &selector, std::span<const Branch> branches, std::source_location location)
      : trace_(*current_trace()), label_(label), selector_(selector), branches_(branches), location_(location) {}

  Given record(std::size_t begin, std::size_t end) {
    if (end - begin == 1) {
      Given given{branches_[begin].run(), branches_[begin].name};
      require_defined_tensors(label_, given.result, location_);
      return given;
    }
    const std::size_t middle = begin + (end - begin) / 2;
    const Tensor is_below = selector_.dtype() == DType::Bool ? selector_ : less(Operand(selector_, location_), bound(middle));
    Region below(trace_, region_name(begin, middle), location_);
    Given first = record(begin, middle);
    below.end(first.result.flat.tensors, label_, location_);
    Region others(trace_, region_name(middle, end), location_);
    const Given second = record(middle, end);
    require_agreement(trace_, label_, first, second, location_);
    others.end(second.result.flat.tensors, label_, location_);
    Region *const regions[] = {&below, &others};
    first.result.flat.tensors = trace_.record("if", label_, {&is_below, 1}, regions, {}, location_);
    return first;
  }

private:
  Operand bound(std::size_t number) const { return Operand(static_cast<std::int64_t>(number), location_); }
  std::string region_name(std::size_t begin, std::size_t end) const {
    return (end - begin == 1 ? branches_[begin].name : "a branch") + " of " + label_;
  }

  Trace &trace_;
  std::string label_;
  const Tensor &selector_;
  std::span<const Branch> branches_;
  std::source_location location_;
};

} // namespace

std::vector<Tensor> trace_branches(std::string_view label, const Tensor &selector, std::span<const Branch> branches,
                                   std::source_location location) {
  Tensor chosen = selector;
  if (selector.dtype() != DType::Bool) { // below 0 is out of range like the other side: the last branch
    const Tensor is_negative = less(Operand(selector, location), Operand(0, location));
    chosen = where(is_negative, Operand(static_cast<std::int64_t>(branches.size() - 1), location), Operand(selector, location));
  }
  return BranchRecorder(label, chosen, branches, location).record(0, branches.size()).result.flat.tensors;
}

// --- loops ---------------------------------------------------------------------------------------------------------

/// A region of a loop, which the host runs if `info` has extents that change. Throws TraceError where it can't.
static std::unique_ptr<Region> loop_region(Trace &trace, const std::string &what, const std::string &label, const LoopInfo &info,
                                           std::source_location location) {
  auto region = std::make_unique<Region>(trace, what + " of " + label, location);
  const bool changes = !std::all_of(info.changing.begin(), info.changing.end(), [](const Shape &shape) { return shape.is_static(); });
  if (changes) trace.run_regions_by_host(label, location);
  return region;
}

static std::vector<Tensor> state_arguments(Region &region, const Described &init, const LoopInfo &info, std::source_location location) {
  std::vector<Tensor> arguments;
  for (std::size_t i = 0; i < init.flat.tensors.size(); ++i)
    arguments.push_back(region.argument(init.flat.tensors[i], info.changing[i], info.paths[i], location));
  return arguments;
}

static LoopInfo loop_info(const std::string &label, const Described &init, const LoopOptions &options, std::source_location location) {
  LoopInfo info;
  for (std::size_t i = 0; i < init.flat.tensors.size(); ++i) info.paths.push_back(tensor_path(init, i));
  info.changing = changing_extents(label, init, options, location);
  return info;
}

/// Fails the call if the trip is one too many; gives the number of trips with it. The last argument of the body counts them.
static Tensor count_trip(Region &body, const std::string &label, std::int64_t limit, std::source_location location) {
  const Tensor trips = body.argument(DType::I64, {}, "the trips so far", location);
  const Tensor is_within = less(Operand(trips, location), Operand(limit, location));
  const NamedAttribute attributes[] = {{"message", iteration_limit_message(label, limit, location)}};
  current_trace()->record("require", label, {&is_within, 1}, attributes, location);
  return add(Operand(trips, location), Operand(1, location));
}

std::vector<Tensor> trace_while(const Described &init, const LoopTest &test, const LoopBody &body, const LoopOptions &options,
                                std::source_location location) {
  const std::string label = loop_label("while_loop", options);
  require_defined_tensors(label, init, location);
  Trace &trace = *current_trace();
  std::vector<Tensor> inits = init.flat.tensors;
  LoopInfo info = loop_info(label, init, options, location);
  const auto test_region = loop_region(trace, "the test", label, info, location);
  const Tensor tested = test(state_arguments(*test_region, init, info, location));
  if (options.max_iterations) {
    inits.push_back(Tensor::scalar(std::int64_t(0)));
    test_region->argument(DType::I64, {}, "the trips so far", location);
  }
  require_condition(label, tested, location);
  test_region->end({&tested, 1}, label, location);
  const auto body_region = loop_region(trace, "the body", label, info, location);
  const std::vector<Tensor> state = state_arguments(*body_region, init, info, location);
  std::optional<Tensor> trips;
  if (options.max_iterations) trips = count_trip(*body_region, label, *options.max_iterations, location);
  Described next = body(state);
  require_same_state(label, init, next, info.changing, location);
  if (trips) {
    next.flat.tensors.push_back(*trips);
    info.paths.push_back("the trips so far");
    info.changing.push_back({});
  }
  body_region->end(next.flat.tensors, label, location);
  Region *const regions[] = {test_region.get(), body_region.get()};
  std::vector<Tensor> results = trace.record("while", label, inits, regions, info, location);
  results.resize(init.flat.tensors.size());
  return results;
}

/// An i64 scalar, from an operand that is an integer scalar.
static Tensor range_bound(std::string_view label, const Operand &bound) { return require_integer(label, "range", bound); }

/// How often a loop over the range runs.
static Tensor trip_count(const Tensor &start, const Tensor &stop, std::int64_t step, std::source_location location) {
  const auto operand = [&](const Tensor &tensor) { return Operand(tensor, location); };
  const Tensor length = step > 0 ? subtract(operand(stop), operand(start)) : subtract(operand(start), operand(stop));
  const std::int64_t size = step > 0 ? step : -step;
  if (size == 1) return length;
  return floor_divide(operand(add(operand(length), Operand(size - 1, location))), Operand(size, location));
}

std::vector<Tensor> trace_for(const Range &range, const Described &init, const NumberedBody &body, const LoopOptions &options,
                              std::source_location location) {
  const std::string label = loop_label("for_range", options);
  require_defined_tensors(label, init, location);
  require_step(label, range, location);
  Trace &trace = *current_trace();
  const bool counts_from_zero = range.start().is_number() && range.start().whole() == 0 && range.step() == 1;
  const Tensor start = range_bound(label, range.start()), stop = range_bound(label, range.stop());
  std::vector<Tensor> operands;
  if (range.start().is_number() && range.stop().is_number()) operands.push_back(Tensor::scalar(host_range(range, label, location).trips));
  else operands.push_back(counts_from_zero ? stop : trip_count(start, stop, range.step(), location));
  operands.insert(operands.end(), init.flat.tensors.begin(), init.flat.tensors.end());

  const LoopInfo info = loop_info(label, init, options, location);
  const auto region = loop_region(trace, "the body", label, info, location);
  Tensor number = region->argument(DType::I64, {}, "the counter", location);
  const std::vector<Tensor> state = state_arguments(*region, init, info, location);
  if (!counts_from_zero) {
    const Tensor steps = multiply(Operand(number, location), Operand(range.step(), location));
    number = add(Operand(start, location), Operand(steps, location));
  }
  const Described next = body(number, state);
  require_same_state(label, init, next, info.changing, location);
  region->end(next.flat.tensors, label, location);
  Region *const regions[] = {region.get()};
  return trace.record("for", label, operands, regions, info, location);
}

/// Throws ShapeError where there is none, which a file may ask for.
static std::int64_t first_extent(const Operand &rows) {
  require_defined(rows.tensor(), "rows", rows.location());
  if (rows.tensor().rank() == 0) throw_error<ShapeError>("rows", rows.location(), "expected rows, found ", describe(rows.tensor()));
  return rows.tensor().shape()[0];
}

/// As many rows as `rows` has, as a scalar.
static Tensor trip_count(std::string_view label, const Described &rows, std::source_location location) {
  const std::int64_t count = row_count(label, rows, location);
  if (count != kDynamic) return Tensor::scalar(count);
  const auto known = [](const Operand &rows) { return Tensor::scalar(first_extent(rows)); };
  return deferred_as<"trip_count">(label, location, known, Operand(rows.flat.tensors[0], location));
}

/// An array with room for as many rows as `rows` has, each like `row`.
static Tensor unfilled_stack(const Tensor &rows, const Tensor &row, std::string_view label, std::source_location location) {
  const auto record = [](const Operand &rows, const Operand &row, const std::string &label, std::source_location location) {
    const Tensor like = row.tensor();
    const Shape shape = stacked_shape(first_extent(rows), like.shape(), location);
    const NamedAttribute attributes[] = {{"shape", std::vector<std::int64_t>(shape.begin(), shape.end())}, {"dtype", like.dtype()}};
    return current_trace()->record("uninitialized", label, {}, attributes, location)[0];
  };
  const Operand of_rows(rows, location), of_row(row, location);
  if (!current_trace()->is_dynamic()) return record(of_rows, of_row, std::string(label), location);
  return deferred_as<"unfilled_stack">(label, location, record, of_rows, of_row, std::string(label), location);
}

/// The argument of the body for such an array.
static Tensor stack_argument(Region &body, const Tensor &rows, const Tensor &row, const std::string &name, std::source_location location) {
  if (!current_trace()->is_dynamic())
    return body.argument(row.dtype(), stacked_shape(rows.shape()[0], row.shape(), location), name, location);
  return body.argument(unfilled_stack(rows, row, name, location), Shape(), name, location); // which nothing uses but for its shape
}

/// The region's results are the state and the rows that it gives, which the host stacks.
static std::vector<Tensor> end_by_host(Region &region, const LoopInfo &info, std::vector<Tensor> operands, const ScanStep &given,
                                       std::string_view label, std::source_location location) {
  std::vector<Tensor> results = given.state.flat.tensors;
  results.insert(results.end(), given.row.flat.tensors.begin(), given.row.flat.tensors.end());
  region.end(results, label, location);
  Region *const regions[] = {&region};
  return current_trace()->record("for", label, operands, regions, info, location);
}

/// The region sets rows in stacks, which it carries behind its state.
static std::vector<Tensor> end_stacking(Region &region, const LoopInfo &info, std::vector<Tensor> operands, const ScanStep &given,
                                        const Tensor &number, std::string_view label, std::source_location location) {
  Trace &trace = *current_trace();
  std::vector<Tensor> results = given.state.flat.tensors;
  for (std::size_t i = 0; i < given.row.flat.tensors.size(); ++i) {
    const Tensor &tensor = given.row.flat.tensors[i];
    const std::string name = "the stacked " + tensor_path(given.row, i);
    const Tensor parts[] = {stack_argument(region, info.rows, tensor, name, location), number, tensor};
    results.push_back(trace.record("set_row", label, parts, {}, location)[0]);
  }
  region.end(results, label, location);
  for (const Tensor &tensor : given.row.flat.tensors) operands.push_back(unfilled_stack(info.rows, tensor, label, location));
  Region *const regions[] = {&region};
  return trace.record("for", label, operands, regions, info, location);
}

std::vector<Tensor> trace_scan(std::string_view label, const Described &init, const Described &rows, const ScanBody &body, ScanOrder order,
                               std::source_location location) {
  require_defined_tensors(label, init, location);
  const Tensor count = trip_count(label, rows, location);
  Trace &trace = *current_trace();
  LoopInfo info = loop_info(std::string(label), init, {}, location);
  Region region(trace, "the body of " + std::string(label), location);
  Tensor number = region.argument(DType::I64, {}, "the counter", location);
  const std::vector<Tensor> state = state_arguments(region, init, info, location);
  if (order == ScanOrder::Reverse) {
    const Tensor last = subtract(Operand(count, location), Operand(1, location));
    number = subtract(Operand(last, location), Operand(number, location));
  }
  std::vector<Tensor> row;
  for (const Tensor &tensor : rows.flat.tensors) {
    const Tensor operands[] = {tensor, number};
    row.push_back(trace.record("get_row", label, operands, {}, location)[0]);
  }
  const ScanStep given = body(state, row);
  require_same_state(label, init, given.state, {}, location);
  require_defined_tensors(label, given.row, location);

  std::vector<Tensor> operands = {count};
  operands.insert(operands.end(), init.flat.tensors.begin(), init.flat.tensors.end());
  info.rows = rows.flat.tensors[0];
  info.reverse = order == ScanOrder::Reverse;
  for (std::size_t i = 0; i < given.row.flat.tensors.size(); ++i) {
    const Tensor &tensor = given.row.flat.tensors[i];
    info.paths.push_back(tensor_path(given.row, i));
    if (region.is_by_host()) info.stacked.push_back({tensor.dtype(), tensor.shape()});
  }
  return region.is_by_host() ? end_by_host(region, info, std::move(operands), given, label, location)
                             : end_stacking(region, info, std::move(operands), given, number, label, location);
}

} // namespace burin::detail
