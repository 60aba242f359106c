#pragma once
#include "burin/Operand.h"
#include <concepts>
#include <memory>
#include <optional>

/// NumPy's `x[...]` (rule V8): `t.index({1, slice(0, 5), ellipsis, newaxis, mask})`, and `t[i]`.
///
/// Each entry takes one dimension of the tensor, from the first on: an integer picks one index and drops the dimension, a slice
/// keeps some. A mask takes as many dimensions as it has. `ellipsis` takes all that others leave; it is implied at the end.
/// `newaxis` takes none and adds one of extent 1. Positions count from the end where they are negative.
///
/// Integer tensors, masks (which stand for the positions where they are true) and integers beside them broadcast to one shape.
/// Its dimensions stand where these entries do if they are neighbours, else first; slices keep their dimensions.
namespace burin {

namespace runtime { class VariableState; }

/// Python's start:stop:step. What is missing, or `kEnd`, is the end in the step's direction, or where it begins.
struct Slice {
  std::optional<std::int64_t> start, stop;
  std::int64_t step = 1;
};
/// All of a dimension.
inline Slice slice() { return {}; }
inline Slice slice(std::optional<std::int64_t> start, std::optional<std::int64_t> stop, std::int64_t step = 1) {
  return {start, stop, step};
}

struct Ellipsis {};
struct NewAxis {};
/// All dimensions that other entries don't take; at most once.
inline constexpr Ellipsis ellipsis;
/// A dimension of extent 1.
inline constexpr NewAxis newaxis;

/// One entry of an index. Made implicitly; never named by users.
class Index {
public:
  using Location = std::source_location;
  enum class Kind { Position, Slice, Ellipsis, NewAxis, Tensor };

  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Index(T position, Location location = Location::current())
      : kind_(Kind::Position), slice_{static_cast<std::int64_t>(position), {}, 1}, location_(location) {}
  Index(Slice slice, Location location = Location::current()) : kind_(Kind::Slice), slice_(slice), location_(location) {}
  Index(Ellipsis, Location location = Location::current()) : kind_(Kind::Ellipsis), location_(location) {}
  Index(NewAxis, Location location = Location::current()) : kind_(Kind::NewAxis), location_(location) {}
  /// Integers, or a mask.
  Index(const Tensor &tensor, Location location = Location::current()) : kind_(Kind::Tensor), tensor_(tensor), location_(location) {}
  /// A mask of rank 0.
  template <std::same_as<bool> T> Index(T value, Location location = Location::current()) : Index(Tensor::scalar(value), location) {}

  Kind kind() const { return kind_; }
  std::int64_t position() const { return *slice_.start; }
  const Slice &range() const { return slice_; }
  const Tensor &tensor() const { return tensor_; }
  Location location() const { return location_; }

private:
  Kind kind_;
  Slice slice_;
  Tensor tensor_;
  Location location_;
};

/// All entries of an index. Made implicitly; never named by users.
class Indices {
public:
  using Location = std::source_location;
  Indices(std::initializer_list<Index> entries, Location location = Location::current()) : entries_(entries), location_(location) {}
  Indices(std::vector<Index> entries, Location location = Location::current()) : entries_(std::move(entries)), location_(location) {}

  std::span<const Index> entries() const { return entries_; }
  Location location() const { return location_; }

private:
  std::vector<Index> entries_;
  Location location_;
};

/// A part of a variable: `v.index({0, slice(1, 3)})`. What is assigned broadcasts to the part's shape and must be of the
/// variable's dtype (a C++ number takes it). In a compiled function the part alone is written where nobody else holds the value.
///
/// Throws IndexError as `Tensor::index` does; ShapeError or DTypeError for values that don't fit, which leave the variable as it is.
class IndexedVariable {
public:
  using Location = std::source_location;

  /// The part's value now; inside of a traced function, at this point of every run.
  Tensor read_value(Location location = Location::current()) const;
  operator Tensor() const { return read_value(); }

  /// Where an index tensor names an element more than once the last value stays.
  void assign(const Operand &value);
  /// Adds to (subtracts from) the part, atomically; an element that an index tensor names more than once gets each delta.
  void assign_add(const Operand &delta);
  void assign_sub(const Operand &delta);

  // For the library itself.
  IndexedVariable(std::shared_ptr<runtime::VariableState> state, Indices indices)
      : state_(std::move(state)), indices_(std::move(indices)) {}

private:
  std::shared_ptr<runtime::VariableState> state_;
  Indices indices_;
};

} // namespace burin
