#include "lib/api/EagerCache.h"
#include <vector>

namespace burin::detail {

/// A cache in parts, so that threads with different keys seldom meet.
template <class Made> class Shards {
public:
  Shards() {
    for (std::size_t i = 0; i < kShards; ++i) shards_.push_back(std::make_unique<MakingCache<Made>>(kCapacity));
  }
  std::shared_ptr<Made> get(std::string_view key, const typename MakingCache<Made>::Make &make) {
    return shards_[std::hash<std::string_view>()(key) >> 7 & (kShards - 1)]->get(key, make);
  }

private:
  static constexpr std::size_t kShards = 16, kCapacity = 256; // of each shard
  std::vector<std::unique_ptr<MakingCache<Made>>> shards_;
};

// None is ever destroyed: tensors in static variables may still be worked on while the process exits.

std::shared_ptr<const Program> eager_program(const EagerKey &key, const ProgramCache::Make &make) {
  static auto *programs = new Shards<const Program>;
  return programs->get(key.bytes(), make);
}

std::shared_ptr<OpenCode> open_code(const EagerKey &key) {
  static auto *codes = new Shards<OpenCode>;
  return codes->get(key.bytes(), [] { return std::make_shared<OpenCode>(); });
}

std::shared_ptr<ShapeUse> shape_use(const EagerKey &key, const std::function<std::int64_t()> &order) {
  static auto *uses = new Shards<ShapeUse>;
  return uses->get(key.bytes(), [&] {
    auto use = std::make_shared<ShapeUse>();
    use->order = order();
    return use;
  });
}

Trace::Finished record_eagerly(std::string_view name, std::source_location location,
                               const std::function<std::vector<Tensor>(Trace &)> &record) {
  const std::shared_ptr<Trace> trace = Trace::begin(std::string(name));
  const std::vector<Tensor> results = record(*trace);
  return trace->finish(results, location);
}

std::shared_ptr<const Program> compile_eagerly(std::string_view name, std::source_location location,
                                               const std::function<std::vector<Tensor>(Trace &)> &record) {
  return std::make_shared<Program>(record_eagerly(name, location, record), location);
}

std::shared_ptr<const Program> compile_op(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                          std::span<const NamedAttribute> attributes, std::source_location location) {
  return compile_eagerly(op, location, [&](Trace &trace) {
    std::vector<Tensor> arguments;
    for (const Tensor &operand : operands)
      arguments.push_back(trace.argument(operand.dtype(), operand.shape(), "x" + std::to_string(arguments.size()), location));
    return trace.record(op, label, arguments, attributes, location);
  });
}

void run_program(const Program &program, std::span<const Tensor> operands, TensorImpl **results, const runtime::Caller &caller) {
  constexpr std::size_t kFew = 8;
  TensorImpl *few[kFew];
  std::vector<TensorImpl *> many;
  TensorImpl **inputs = few;
  if (operands.size() > kFew) {
    many.resize(operands.size());
    inputs = many.data();
  }
  for (std::size_t i = 0; i < operands.size(); ++i) inputs[i] = operands[i].impl();
  program.run({inputs, operands.size()}, {}, results, &caller);
}

Tensor run_program(const Program &program, std::span<const Tensor> operands, const runtime::Caller &caller) {
  TensorImpl *result = nullptr;
  run_program(program, operands, &result, caller);
  return Tensor(result);
}

OpenCode::~OpenCode() {
  delete first_shapes_;
  for (const Node *node = first_; node;) delete std::exchange(node, node->next);
}

const compiler::Executable *OpenCode::find(std::int64_t extent) const {
  for (const Node *node = first_.load(std::memory_order_acquire); node; node = node->next)
    if (node->least <= extent && extent <= node->most) return node->code.get();
  return nullptr;
}

const Program *OpenCode::for_first_shapes(std::span<const Tensor> operands, const ProgramCache::Make &make) {
  const FirstShapes *first = first_shapes_.load(std::memory_order_acquire);
  if (!first) {
    const std::lock_guard lock(mutex_);
    first = first_shapes_.load(std::memory_order_relaxed);
    if (!first) {
      auto made = std::make_unique<FirstShapes>();
      for (const Tensor &operand : operands) made->shapes.push_back(operand.impl()->shape);
      made->program = make();
      first_shapes_.store(first = made.release(), std::memory_order_release);
    }
  }
  for (std::size_t i = 0; i < operands.size(); ++i)
    if (!(operands[i].impl()->shape == first->shapes[i])) return nullptr;
  return first->program.get();
}

const compiler::Executable &OpenCode::for_extent(std::int64_t extent, const Make &make) {
  if (const compiler::Executable *found = find(extent)) return *found;
  const std::lock_guard lock(mutex_);
  if (const compiler::Executable *found = find(extent)) return *found;
  std::shared_ptr<const compiler::Executable> made = make();
  const compiler::OpenLoops &open = made->open;
  const bool serves_others = open.work != 0;
  first_.store(new Node{serves_others ? open.least : extent, serves_others ? open.most : extent, made, first_}, std::memory_order_release);
  return *made;
}

} // namespace burin::detail
