#pragma once
#include <source_location>
#include <stdexcept>
#include <string>
#include <utility>

namespace burin {

/// What every Burin call throws. The text names the op, what was expected, what was found with its values,
/// and the user's own line, e.g.
///   matmul: inner extents differ: lhs f32[4,3] has 3, rhs f32[5,2] has 5  (at train.cpp:41)
class Error : public std::runtime_error {
public:
  explicit Error(const std::string &text) : std::runtime_error(text) {}
};

/// Shapes, ranks, extents, or the size of a tensor don't fit.
class ShapeError : public Error {
  using Error::Error;
};
/// An element type that the op doesn't take, or two that don't promote.
class DTypeError : public Error {
  using Error::Error;
};
/// An axis or an index out of range.
class IndexError : public Error {
  using Error::Error;
};
/// Arguments that don't fit a concrete function or an input signature.
class SignatureError : public Error {
  using Error::Error;
};
/// The value of a symbolic tensor was asked for.
class SymbolicValueError : public Error {
  using Error::Error;
};
/// A mistake in how a function is traced: a leaked tensor, a variable made on each call, endless recursion.
class TraceError : public Error {
  using Error::Error;
};
/// A variable was read before it had a value.
class UninitializedError : public Error {
  using Error::Error;
};
/// A check inside a function failed, or an op met values that it can't work with: a singular matrix.
class CheckError : public Error {
  using Error::Error;
};
/// The compiler could not compile a function.
class CompileError : public Error {
  using Error::Error;
};
/// A file could not be read, written or understood.
class IoError : public Error {
  using Error::Error;
};

} // namespace burin
