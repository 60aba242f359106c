#pragma once
#include "burin/burin.h"
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

/// The ops that the NumPy comparison calls, by the names that its rows use. Each file of ops/ adds a group.
namespace burin::numpy {

/// The attributes of one case, as text. What a case lacks, the op lacks, too: ask `has` first, or name a default.
class Attributes {
public:
  void set(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }
  const std::map<std::string, std::string> &all() const { return values_; }

  bool has(const std::string &name) const { return values_.contains(name); }
  /// These throw Error, naming the attribute, if it is missing or is no such thing.
  const std::string &text(const std::string &name) const;
  std::int64_t integer(const std::string &name) const;
  double real(const std::string &name) const;
  std::vector<std::int64_t> integers(const std::string &name) const;
  DType dtype(const std::string &name) const;

  bool flag(const std::string &name) const { return has(name) && integer(name) != 0; }
  int axis() const { return static_cast<int>(integer("axis")); }
  Axes axes(const std::string &name = "axes") const {
    const std::vector<std::int64_t> all = integers(name);
    return std::vector<int>(all.begin(), all.end());
  }
  Shape shape() const { return Shape(integers("shape")); }
  KeepDims keep() const { return flag("keep") ? KeepDims::Yes : KeepDims::No; }

private:
  std::map<std::string, std::string> values_;
};

using Tensors = std::vector<Tensor>;
using Apply = std::function<Tensors(const Tensors &, const Attributes &)>;
struct NamedOp {
  std::string name;
  Apply apply;
};

/// All groups' ops by name.
const std::map<std::string, Apply> &ops();

/// A group of ops: one static object in each file of ops/.
struct Group {
  Group(std::initializer_list<NamedOp> ops);
};

// --- for the tables --------------------------------------------------------------------------------------------------

inline Apply unary(Tensor (*op)(const Operand &)) {
  return [op](const Tensors &x, const Attributes &) { return Tensors{op(x.at(0))}; };
}
inline Apply binary(Tensor (*op)(const Operand &, const Operand &)) {
  return [op](const Tensors &x, const Attributes &) { return Tensors{op(x.at(0), x.at(1))}; };
}
inline Apply reduction(Tensor (*op)(const Operand &, const Axes &, KeepDims)) {
  return [op](const Tensors &x, const Attributes &a) { return Tensors{op(x.at(0), a.axes(), a.keep())}; };
}
/// An op with one result.
inline Apply one(std::function<Tensor(const Tensors &, const Attributes &)> op) {
  return [op = std::move(op)](const Tensors &x, const Attributes &a) { return Tensors{op(x, a)}; };
}

/// `f16`; throws Error for a name that no dtype has.
DType dtype_named(std::string_view name);

} // namespace burin::numpy
