#include "burin/Picture.h"
#include "lib/api/graph/GraphCore.h"
#include "lib/api/picture/Pictures.h"
#include <charconv>
#include <set>

namespace burin {

using namespace detail;

static GraphValue value_of(const GraphCore &core, const Fetch &feed, std::source_location location) {
  if (feed.kind() == Fetch::Kind::Tensor) return core.value(feed.tensor(), "feed", location);
  if (feed.kind() != Fetch::Kind::Name) return {}; // the run itself says that it can't be fed
  const GraphCore::Named named = core.named(feed.name(), "feed", location);
  return {named.operation, named.output};
}

/// The values that a run with these feeds can have, in the order of the graph: all that no unfed placeholder leads to.
static std::vector<GraphValue> computable(const std::vector<OperationInfo> &operations, const std::set<GraphValue> &fed) {
  std::vector<GraphValue> values;
  std::vector<bool> runs(operations.size());
  const auto is_known = [&](const GraphValue &value) { return runs[value.operation] || fed.contains(value); };
  // A constant may have been recorded after what reads it, so once through is not enough where one is read.
  for (std::size_t i = 0; i < operations.size(); ++i) runs[i] = operations[i].inputs.empty() && operations[i].type != "placeholder";
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const OperationInfo &info = operations[i];
    if (!info.inputs.empty()) runs[i] = std::all_of(info.inputs.begin(), info.inputs.end(), is_known);
    for (unsigned output = 0; output < info.outputs.size(); ++output)
      if (const GraphValue value{static_cast<OperationId>(i), output}; is_known(value)) values.push_back(value);
  }
  return values;
}

static TensorInfo info_of(const OperationInfo &operation, unsigned output) {
  TensorInfo info;
  info.name = operation.name + (operation.outputs.size() > 1 ? ":" + std::to_string(output) : "");
  info.dtype = operation.outputs[output].dtype;
  info.shape = operation.outputs[output].shape;
  if (const std::size_t colon = operation.place.rfind(':'); colon != std::string::npos) {
    info.file = operation.place.substr(0, colon);
    std::from_chars(operation.place.data() + colon + 1, operation.place.data() + operation.place.size(), info.line);
  }
  return info;
}

NamedTensors run_all(Session &session, std::initializer_list<Feed> feeds, std::source_location location) {
  const GraphCore &core = *session.graph().core();
  std::set<GraphValue> fed;
  for (const Feed &feed : feeds) fed.insert(value_of(core, feed.target, location));
  const std::vector<OperationInfo> operations = operations_of(session.graph());
  std::vector<Tensor> wanted;
  std::vector<NamedTensor> tensors;
  for (const GraphValue &value : computable(operations, fed)) {
    wanted.push_back(core.output(value));
    tensors.push_back({info_of(operations[value.operation], value.output), {}});
  }
  const std::vector<Tensor> values = session.run(wanted, feeds, location);
  for (std::size_t i = 0; i < values.size(); ++i) tensors[i].value = values[i];
  return NamedTensors(std::move(tensors));
}

} // namespace burin
