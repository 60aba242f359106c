#pragma once
#include "burin/Error.h"
#include "burin/TensorSpec.h"
#include "lib/trace/Action.h"
#include "lib/trace/TraceImpl.h"
#include <algorithm>
#include <bit>
#include <deque>
#include <source_location>
#include <string>
#include <vector>

/// What the ops of a file of steps say, which may be anybody's: lines, and attributes of the kinds that they should have.
namespace burin::detail {

/// What a std::source_location refers to; compilers know its layout.
struct Place {
  const char *file, *function;
  unsigned line, column;
};
static_assert(sizeof(std::source_location) == sizeof(const Place *));

/// Lines of files, as long as there is somebody who names them.
class Places {
public:
  std::source_location at(mlir::Location location) {
    const auto found = mlir::dyn_cast<mlir::FileLineColLoc>(location);
    if (!found) return {};
    const std::string &file = files_.emplace_back(found.getFilename().getValue());
    return std::bit_cast<std::source_location>(&places_.emplace_back(file.c_str(), "", found.getLine(), found.getColumn()));
  }

private:
  std::deque<std::string> files_;
  std::deque<Place> places_;
};

/// Throws IoError for `op`.
[[noreturn]] inline void fail(mlir::Operation *op, const std::string &why) {
  throw IoError("this is no graph: " + op->getName().getStringRef().str() + ": " + why + "  (at " + compiler::describePlace(op->getLoc()) +
                ")");
}

/// The attributes of one step.
class Attributes {
public:
  explicit Attributes(mlir::Operation *op) : op_(op) {}

  template <class A> A get(llvm::StringRef name) const {
    const auto attribute = op_->getAttrOfType<A>(name);
    if (!attribute) fail(op_, "its '" + name.str() + "' is missing, or of another kind");
    return attribute;
  }
  bool has(llvm::StringRef name) const { return op_->hasAttr(name); }
  std::string text(llvm::StringRef name) const { return get<mlir::StringAttr>(name).str(); }
  std::size_t number(llvm::StringRef name) const {
    const auto number = get<mlir::IntegerAttr>(name);
    if (!number.getType().isSignlessInteger(64) || number.getInt() < 0) fail(op_, "'" + name.str() + "' is no number");
    return static_cast<std::size_t>(number.getInt());
  }
  std::vector<std::size_t> numbers(llvm::StringRef name) const {
    std::vector<std::size_t> numbers;
    for (const std::int64_t number : get<mlir::DenseI64ArrayAttr>(name).asArrayRef()) {
      if (number < 0) fail(op_, "'" + name.str() + "' has a negative number");
      numbers.push_back(static_cast<std::size_t>(number));
    }
    return numbers;
  }
  std::vector<std::string> texts(llvm::StringRef name) const {
    std::vector<std::string> texts;
    for (const auto text : elements<mlir::StringAttr>(name)) texts.push_back(text.str());
    return texts;
  }
  template <class A> std::vector<A> elements(llvm::StringRef name) const {
    std::vector<A> elements;
    for (const mlir::Attribute each : get<mlir::ArrayAttr>(name)) {
      const auto element = mlir::dyn_cast<A>(each);
      if (!element) fail(op_, "an element of its '" + name.str() + "' is of another kind");
      elements.push_back(element);
    }
    return elements;
  }
  TensorSpec type(llvm::StringRef name) const { return spec(get<mlir::TypeAttr>(name).getValue()); }
  Shape shape(llvm::ArrayRef<std::int64_t> extents) const {
    for (const std::int64_t extent : extents)
      if (extent < 0 && extent != kDynamic) fail(op_, "an extent is negative");
    return Shape(std::span<const std::int64_t>(extents.data(), extents.size()));
  }
  /// Throws IoError for a type that no tensor has.
  TensorSpec spec(mlir::Type type) const {
    const auto tensor = mlir::dyn_cast<mlir::RankedTensorType>(type);
    if (!tensor || tensor.getEncoding() || tensor.getRank() > kMaxRank) fail(op_, "expected the type of a tensor");
    std::vector<std::int64_t> extents(tensor.getShape().begin(), tensor.getShape().end());
    std::replace(extents.begin(), extents.end(), mlir::ShapedType::kDynamic, kDynamic);
    return {dtype(tensor.getElementType()), shape(extents)};
  }

  AttributeValue value(mlir::Attribute attribute) const {
    if (const auto text = mlir::dyn_cast<mlir::StringAttr>(attribute)) return text.str();
    if (const auto list = mlir::dyn_cast<mlir::DenseI64ArrayAttr>(attribute)) return list.asArrayRef().vec();
    if (const auto type = mlir::dyn_cast<mlir::TypeAttr>(attribute)) return dtype(type.getValue());
    if (const auto real = mlir::dyn_cast<mlir::FloatAttr>(attribute); real && real.getType().isF64()) return real.getValueAsDouble();
    if (const auto whole = mlir::dyn_cast<mlir::IntegerAttr>(attribute)) {
      if (whole.getType().isSignlessInteger(1)) return whole.getValue().getBoolValue();
      if (whole.getType().isSignlessInteger(64)) return whole.getInt();
    }
    fail(op_, "an argument is of a kind that actions don't have");
  }

private:
  DType dtype(mlir::Type element) const {
    for (int i = 0; i < kDTypeCount; ++i)
      if (tensorType(*op_->getContext(), static_cast<DType>(i), {}).getElementType() == element) return static_cast<DType>(i);
    fail(op_, "no tensor has such elements");
  }

  mlir::Operation *op_;
};

} // namespace burin::detail
