#pragma once
#include "burin/detail/InlineVector.h"
#include "lib/api/ProcessOptions.h"
#include "lib/api/ProgramCache.h"
#include "lib/trace/Trace.h"
#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace burin::detail {

/// What eager code is compiled for, as bytes: op, options, attributes, dtypes, and shapes or what stands for them. Each part says its own length, so
/// no two lists of parts give the same bytes.
class EagerKey {
public:
  explicit EagerKey(std::string_view op) {
    add_text(op);
    add(vector_bits()); // which decides in which order sums are
  }
  void add(std::int64_t number) { bytes_.append(reinterpret_cast<const char *>(&number), sizeof number); }
  void add(DType dtype, const Shape &shape) {
    add((static_cast<std::int64_t>(dtype) << 8) | shape.rank());
    for (std::int64_t extent : shape) add(extent);
  }
  void add_attribute(const AttributeValue &value) {
    add(static_cast<std::int64_t>(value.index()));
    std::visit([this](const auto &held) { add_value(held); }, value);
  }
  std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }

private:
  void add_text(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    bytes_.append(text.data(), text.size());
  }
  void add_value(bool value) { add(static_cast<std::int64_t>(value)); }
  void add_value(std::int64_t value) { add(value); }
  void add_value(double value) { bytes_.append(reinterpret_cast<const char *>(&value), sizeof value); }
  void add_value(const std::string &value) { add_text(value); }
  void add_value(const std::vector<std::int64_t> &values) {
    add(static_cast<std::int64_t>(values.size()));
    for (std::int64_t value : values) add(value);
  }
  void add_value(DType value) { add(static_cast<std::int64_t>(value)); }

  InlineVector<char, 192> bytes_;
};

/// The program for `key`, made by `make` when there is none. Threads that want the same one wait for a single `make`.
/// What `make` throws reaches its caller and leaves no entry. Holds the 4096 programs last used, about.
std::shared_ptr<const Program> eager_program(const EagerKey &key, const ProgramCache::Make &make);

/// A function that `record` records into a fresh trace; it returns the results.
Trace::Finished record_eagerly(std::string_view name, std::source_location location,
                               const std::function<std::vector<Tensor>(Trace &)> &record);
/// The same, compiled.
std::shared_ptr<const Program> compile_eagerly(std::string_view name, std::source_location location,
                                               const std::function<std::vector<Tensor>(Trace &)> &record);

/// An op of one result, or several, for operands of these dtypes and shapes.
std::shared_ptr<const Program> compile_op(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                          std::span<const NamedAttribute> attributes, std::source_location location);

/// What is known of the operands' shapes of an op that runs without code for them as long as it is little that it does.
struct ShapeUse {
  std::atomic<std::int64_t> work = 0; ///< done so far, in units of the op's own
  std::int64_t order = 0; ///< how it is done, in the op's own terms
};
/// That for `key`; `order` gives the order of one that is new. Holds the 4096 last used, about.
std::shared_ptr<ShapeUse> shape_use(const EagerKey &key, const std::function<std::int64_t()> &order);

/// Runs a program on concrete operands. `results` gets what it returns.
void run_program(const Program &program, std::span<const Tensor> operands, TensorImpl **results, const runtime::Caller &caller);
/// The same for one that returns one tensor.
Tensor run_program(const Program &program, std::span<const Tensor> operands, const runtime::Caller &caller);

/// Code of one op for any extents: one function, or, for a reduction, a few that sum in different orders.
class OpenCode {
public:
  OpenCode() = default;
  ~OpenCode();
  OpenCode(const OpenCode &) = delete;
  OpenCode &operator=(const OpenCode &) = delete;

  /// The code for a reduction of `extent` elements (0: there is none), made by `make` when there is none. What that throws leaves nothing.
  using Make = std::function<std::shared_ptr<const compiler::Executable>()>;
  const compiler::Executable &for_extent(std::int64_t extent, const Make &make);

  /// A program for the shapes that come first, made by `make`, if `operands` have these; else null. Code for any extents takes twice as long
  /// to compile, which is not worth it where others never come.
  const Program *for_first_shapes(std::span<const Tensor> operands, const ProgramCache::Make &make);

private:
  struct Node {
    std::int64_t least, most;
    std::shared_ptr<const compiler::Executable> code;
    const Node *next;
  };
  struct FirstShapes {
    std::vector<Shape> shapes;
    std::shared_ptr<const Program> program;
  };
  const compiler::Executable *find(std::int64_t extent) const;

  std::atomic<const Node *> first_ = nullptr; // nodes are never changed
  std::atomic<const FirstShapes *> first_shapes_ = nullptr;
  std::mutex mutex_; // held to make one
};

/// That for `key`, which says all but extents. Holds the 4096 last used, about.
std::shared_ptr<OpenCode> open_code(const EagerKey &key);

} // namespace burin::detail
