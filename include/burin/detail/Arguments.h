#pragma once
#include "burin/Structure.h"
#include <cstdint>
#include <typeinfo>

namespace burin::detail {

/// The arguments of one call, flat: what a signature is looked up by. Made on each call, so without allocation.
///
/// `types` and `bytes` together are the structure: what the types leave open (numbers of elements, keys, static values)
/// is in `bytes`, in the order of `visit`.
class Arguments {
public:
  explicit Arguments(const std::type_info &types) : types_(&types) {}
  /// `other` with these tensors in place of its own.
  Arguments(const Arguments &other, std::span<TensorImpl *const> tensors) : types_(other.types_) {
    tensors_.append(tensors.data(), tensors.size());
    variables_.append(other.variables_.data(), other.variables_.size());
    bytes_.append(other.bytes_.data(), other.bytes_.size());
  }

  void tensor(const Tensor &tensor) { tensors_.push_back(tensor.impl()); }
  void variable(const Variable &variable) { variables_.push_back(&variable); }
  void text(std::string_view text) {
    count(text.size());
    bytes_.append(reinterpret_cast<const std::byte *>(text.data()), text.size());
  }
  template <class T> void number(T value) { bytes_.append(reinterpret_cast<const std::byte *>(&value), sizeof value); }
  void begin(Container container, std::size_t size) {
    if (container == Container::Vector || container == Container::Optional || container == Container::Map) count(size);
  }
  void end() {}
  void enter(Step step) {
    if (step.kind == Step::Kind::Key) text(step.name);
  }
  void leave() {}

  const std::type_info &types() const { return *types_; }
  std::span<const std::byte> bytes() const { return {bytes_.data(), bytes_.size()}; }
  std::span<TensorImpl *const> tensors() const { return {tensors_.data(), tensors_.size()}; }
  /// Of the tensors, which are defined.
  std::vector<Shape> shapes() const;
  std::span<const Variable *const> variables() const { return {variables_.data(), variables_.size()}; }

private:
  void count(std::size_t size) { number(static_cast<std::uint64_t>(size)); }

  const std::type_info *types_;
  InlineVector<TensorImpl *, 16> tensors_;
  InlineVector<const Variable *, 8> variables_;
  InlineVector<std::byte, 64> bytes_;
};

/// The arguments of one call for people, with the path of each. Made when a signature is new or doesn't fit.
class Describer {
public:
  struct Leaf {
    static constexpr int kAlone = -1, kCaptured = -2; // what `same_as` is besides a leaf: the lambda captures it, too
    enum class Kind { Tensor, Variable, Value, Structure } kind;
    std::string path;     ///< "argument 0.second"
    std::string text;     ///< "f32[2,3]", "variable f32[2]", "true", "vector of 3"
    std::string type{};   ///< Value: "bool", "i32", "string", "enum"
    DType dtype{};        ///< Tensor, Variable
    Shape shape{};        ///< Tensor, Variable
    int same_as = kAlone; ///< Variable: the first leaf that is the same one, if not this
    std::string name{};   ///< Tensor: that of its TensorSpec
  };

  /// `root` is the path of what is visited, where that is no argument.
  explicit Describer(std::string root = {}) : path_(std::move(root)) {}
  /// Describes the tensors of `arguments` in place of those that it visits.
  explicit Describer(const Arguments &arguments) : tensors_(arguments.tensors()) {}

  void tensor(const Tensor &tensor);
  void variable(const Variable &variable);
  void text(std::string_view text);
  template <class T> void number(T value) {
    if constexpr (std::is_same_v<T, bool>) add_value("bool", value ? "true" : "false");
    else if constexpr (std::is_enum_v<T>) add_value("enum", "enum " + std::to_string(static_cast<std::underlying_type_t<T>>(value)));
    else if constexpr (std::is_floating_point_v<T>) add_real(value, sizeof(T));
    else add_value((std::is_signed_v<T> ? "i" : "u") + std::to_string(8 * sizeof(T)), std::to_string(value));
  }
  void begin(Container container, std::size_t size);
  void end();
  void enter(Step step);
  void leave();

  const std::vector<Leaf> &leaves() const { return leaves_; }
  std::vector<Leaf> &leaves() { return leaves_; }
  /// All of it: "(f32[2,3], [f32[], true])"
  std::string signature() const { return "(" + signature_ + ")"; }

private:
  struct Open {
    Container container;
    std::size_t leaf; // of the container itself
  };

  Leaf &add(Leaf::Kind kind, std::string text);
  void add_value(std::string type, std::string text);
  void add_real(double value, std::size_t size);
  void write(std::string_view text);

  std::span<TensorImpl *const> tensors_; // that are left
  std::vector<Leaf> leaves_;
  std::vector<const void *> states_; // of the variables among the leaves, null for others
  std::vector<std::size_t> path_ends_;
  std::vector<Open> open_;
  std::string path_;
  std::string signature_;
  bool needs_comma_ = false;
};

} // namespace burin::detail
