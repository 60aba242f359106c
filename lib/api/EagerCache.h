#pragma once
#include "lib/api/ProgramCache.h"
#include "lib/trace/Trace.h"
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace burin::detail {

/// What an eager program is compiled for: op, attributes, operand dtypes and shapes, as bytes. Each part says its own
/// length, so no two lists of parts give the same bytes.
class EagerKey {
public:
  explicit EagerKey(std::string_view op) {
    bytes_.reserve(160);
    add_text(op);
  }
  void add(DType dtype, const Shape &shape) {
    add_number((static_cast<std::int64_t>(dtype) << 8) | shape.rank());
    for (std::int64_t extent : shape) add_number(extent);
  }
  void add(const AttributeValue &value) {
    add_number(static_cast<std::int64_t>(value.index()));
    std::visit([this](const auto &held) { add_value(held); }, value);
  }
  const std::string &bytes() const { return bytes_; }

private:
  void add_number(std::int64_t number) { bytes_.append(reinterpret_cast<const char *>(&number), sizeof number); }
  void add_text(std::string_view text) {
    add_number(static_cast<std::int64_t>(text.size()));
    bytes_.append(text);
  }
  void add_value(bool value) { add_number(value); }
  void add_value(std::int64_t value) { add_number(value); }
  void add_value(double value) { bytes_.append(reinterpret_cast<const char *>(&value), sizeof value); }
  void add_value(const std::string &value) { add_text(value); }
  void add_value(const std::vector<std::int64_t> &values) {
    add_number(static_cast<std::int64_t>(values.size()));
    for (std::int64_t value : values) add_number(value);
  }
  void add_value(DType value) { add_number(static_cast<std::int64_t>(value)); }

  std::string bytes_;
};

/// The program for `key`, made by `make` when there is none. Threads that want the same one wait for a single `make`.
/// What `make` throws reaches its caller and leaves no entry. Holds the 4096 programs last used, about.
std::shared_ptr<const Program> eager_program(const EagerKey &key, const ProgramCache::Make &make);

/// Compiles a function that `record` records into a fresh trace; it returns the results.
std::shared_ptr<const Program> compile_eagerly(std::string_view name, std::source_location location,
                                               const std::function<std::vector<Tensor>(Trace &)> &record);

} // namespace burin::detail
