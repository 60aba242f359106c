#pragma once
#include "burin/Operand.h"
#include <memory>

namespace burin {

namespace runtime { class VariableState; }
class IndexedVariable;

/// A named value that can be assigned to; dtype and shape stay. Where an op or a tensor is wanted, its current value is
/// read. Traced functions capture it by reference: they see and make changes on every call.
///
/// Made outside of traced functions, or on a function's first trace only (rule S1), where it must outlive the trace: a lambda that keeps
/// its variables in optionals or members makes them when it is first called. A lambda that captures one by value copies it, so
/// capture by reference.
class Variable {
public:
  using Location = std::source_location;

  /// On a function's first trace `initial` may be made by ops, which run then and there: it must not depend on the function's arguments,
  /// on variables or on other effects. Throws TraceError where that doesn't hold, and for a variable that is made on another trace.
  explicit Variable(const Tensor &initial, std::string name = {}, Location location = Location::current());
  /// Without a value: it must be assigned before it is read.
  Variable(DType dtype, const Shape &shape, std::string name = {}, Location location = Location::current());
  /// A variable of its own, of the same name, with a copy of the value. Throws TraceError inside a traced function.
  Variable(const Variable &other, Location location = Location::current());
  Variable(Variable &&) noexcept = default;
  Variable &operator=(Variable &&) noexcept = default;
  /// Ambiguous: `v.assign(w)` copies the value, a reference shares the variable.
  Variable &operator=(const Variable &) = delete;

  DType dtype() const { return dtype_; }
  const Shape &shape() const { return shape_; }
  int rank() const { return shape().rank(); }
  const std::string &name() const;

  /// The value now (in a traced function: at this point of every run). Throws UninitializedError.
  Tensor read_value(Location location = Location::current()) const;
  operator Tensor() const;

  /// Throws DTypeError or ShapeError unless `value` has the variable's dtype and shape; a C++ number takes the dtype, and
  /// fits a scalar variable only.
  void assign(const Operand &value);
  /// Adds to the value; atomic as a whole. `delta` broadcasts to the variable's shape, but must not change it or the dtype.
  void assign_add(const Operand &delta);
  /// Subtracts from the value; otherwise as `assign_add`.
  void assign_sub(const Operand &delta);

  /// A part of it, to be read or assigned: `v.index({0, slice(1, 3)}).assign(x)` (burin/Index.h).
  IndexedVariable index(const Indices &indices);
  IndexedVariable operator[](const Index &index);

  template <Element T> T item(Location location = Location::current()) const { return read_value(location).template item<T>(location); }
  template <Element T> std::vector<T> to_vector(Location location = Location::current()) const {
    return read_value(location).template to_vector<T>(location);
  }

  friend std::ostream &operator<<(std::ostream &stream, const Variable &variable);

  // For the library itself: a handle that shares `state`.
  explicit Variable(std::shared_ptr<runtime::VariableState> state);
  const std::shared_ptr<runtime::VariableState> &state() const { return state_; }

private:
  std::shared_ptr<runtime::VariableState> state_;
  DType dtype_ = DType::F32;
  Shape shape_;
};

} // namespace burin
