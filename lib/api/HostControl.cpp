// Control flow that the host runs: what there is to it besides C++'s own loops and branches.
#include "burin/Control.h"
#include "burin/Ops.h"
#include "lib/api/ControlChecks.h"
#include "lib/api/Eager.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/Trace.h"
#include <algorithm>
#include <cstring>

namespace burin::detail {

std::size_t chosen_branch(const Tensor &index, std::size_t count) {
  const auto number = static_cast<std::uint64_t>(index.item<std::int64_t>());
  return static_cast<std::size_t>(std::min<std::uint64_t>(number, count - 1)); // negative ones are large
}

// --- loops ---------------------------------------------------------------------------------------------------------

HostLoop::HostLoop(std::string_view label, const Described &init, const LoopOptions &options, std::source_location location)
    : label_(loop_label(label, options)), init_(init), max_iterations_(options.max_iterations), location_(location) {
  require_defined_tensors(label_, init, location);
  changing_ = changing_extents(label_, init, options, location);
}

void HostLoop::begin_trip() {
  if (max_iterations_ && trips_++ >= *max_iterations_) throw Error(iteration_limit_message(label_, *max_iterations_, location_));
}

static bool fits(const Flat &init, const Flat &next, std::span<const Shape> changing) {
  if (init.structure != next.structure || init.tensors.size() != next.tensors.size()) return false;
  for (std::size_t i = 0; i < init.tensors.size(); ++i) {
    const Tensor &before = init.tensors[i], &after = next.tensors[i];
    if (!after.defined() || before.dtype() != after.dtype()) return false;
    if (changing.empty() ? !(before.shape() == after.shape()) : !same_shape(before, after, changing[i])) return false;
  }
  return true;
}

void HostLoop::end_trip(const Flat &next, const std::function<Described()> &describe) {
  if (!fits(init_.flat, next, changing_)) require_same_state(label_, init_, describe(), changing_, location_);
}

HostRange host_range(const Range &range, std::string_view label, std::source_location location) {
  require_step(label, range, location);
  const auto bound = [&](const Operand &operand) {
    return operand.is_number() ? operand.whole() : require_integer(label, "range", operand).item<std::int64_t>();
  };
  const std::int64_t start = bound(range.start()), stop = bound(range.stop()), step = range.step();
  const std::int64_t length = step > 0 ? stop - start : start - stop, size = step > 0 ? step : -step;
  return {start, step, length <= 0 ? 0 : (length - 1) / size + 1};
}

// --- rows ----------------------------------------------------------------------------------------------------------

HostScan::HostScan(std::string_view label, const Described &rows, ScanOrder order, std::source_location location)
    : label_(label), sources_(rows.flat.tensors), trips_(row_count(label, rows, location)), order_(order), location_(location) {
  for (const Tensor &source : sources_) require_not_leaked(source, label, location);
}

static Shape row_shape(const Tensor &source) { return Shape(source.shape().extents().subspan(1)); }

std::vector<Tensor> HostScan::rows(std::int64_t trip) const {
  std::vector<Tensor> rows;
  for (const Tensor &source : sources_) {
    const TensorImpl &impl = *source.impl();
    const Shape shape = row_shape(source);
    const std::size_t bytes = checked_bytes(impl.dtype, shape, label_, location_);
    char *data = static_cast<char *>(impl.data) + static_cast<std::size_t>(row_number(trip)) * bytes;
    rows.push_back(Tensor(new_impl(impl.dtype, shape, impl.buffer, data)));
  }
  return rows;
}

void HostScan::add(std::int64_t trip, const Described &given) {
  require_defined_tensors(label_, given, location_);
  if (!first_) {
    first_ = given;
    for (const Tensor &row : given.flat.tensors)
      stacked_.push_back(uninitialised(row.dtype(), stacked_shape(trips_, row.shape(), location_), label_, location_));
  }
  if (!fits(first_->flat, given.flat, {})) require_same_state(label_, *first_, given, {}, location_);
  for (std::size_t i = 0; i < stacked_.size(); ++i) {
    const Tensor &row = given.flat.tensors[i];
    require_not_leaked(row, label_, location_);
    const std::size_t bytes = checked_bytes(row.dtype(), row.shape(), label_, location_);
    if (bytes)
      std::memcpy(static_cast<char *>(stacked_[i].impl()->data) + static_cast<std::size_t>(row_number(trip)) * bytes, row.impl()->data,
                  bytes);
  }
}

/// Extents that no row has shown are 0.
static Shape without_unknown(const Shape &shape) {
  std::vector<std::int64_t> extents(shape.begin(), shape.end());
  std::replace(extents.begin(), extents.end(), kDynamic, std::int64_t(0));
  return Shape(std::span<const std::int64_t>(extents));
}

void HostScan::add_nothing(const Flat &init, const ScanBody &body) {
  const std::shared_ptr<Trace> trace = Trace::begin(label_);
  trace->keep_script(); // extents may depend on values
  const TraceScope scope(trace.get());
  std::vector<Tensor> state, row;
  for (const Tensor &tensor : init.tensors) state.push_back(trace->argument(tensor.dtype(), tensor.shape(), "state", location_));
  for (const Tensor &source : sources_) row.push_back(trace->argument(source.dtype(), row_shape(source), "row", location_));
  for (const Tensor &given : body(state, row).row.flat.tensors)
    stacked_.push_back(uninitialised(given.dtype(), stacked_shape(0, without_unknown(given.shape()), location_), label_, location_));
}

} // namespace burin::detail
