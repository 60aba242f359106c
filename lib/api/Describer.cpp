#include "burin/detail/Arguments.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include <charconv>

namespace burin::detail {

void Describer::tensor(const Tensor &visited) {
  Tensor tensor = visited;
  if (!tensors_.empty()) {
    if (tensors_.front()) retain(tensors_.front());
    tensor = Tensor(tensors_.front());
    tensors_ = tensors_.subspan(1);
  }
  if (!tensor.defined()) {
    add(Leaf::Kind::Tensor, "empty tensor");
    return;
  }
  Leaf &leaf = add(Leaf::Kind::Tensor, detail::describe(tensor));
  leaf.dtype = tensor.dtype();
  leaf.shape = tensor.shape();
}

std::vector<Shape> Arguments::shapes() const {
  std::vector<Shape> shapes;
  for (const TensorImpl *tensor : tensors_) shapes.push_back(tensor ? tensor->shape : Shape());
  return shapes;
}

void Describer::variable(const Variable &variable) {
  Leaf &leaf = add(Leaf::Kind::Variable, "variable " + detail::describe(variable.dtype(), variable.shape()));
  leaf.dtype = variable.dtype();
  leaf.shape = variable.shape();
  const void *state = variable.state().get();
  for (std::size_t i = 0; i < states_.size() && leaf.same_as == Leaf::kAlone; ++i)
    if (states_[i] == state) leaf.same_as = static_cast<int>(i);
  states_.back() = state;
}

void Describer::text(std::string_view text) { add_value("string", "\"" + std::string(text) + "\""); }

void Describer::add_real(double value, std::size_t size) {
  char digits[32];
  const auto end = size == sizeof(float) ? std::to_chars(digits, digits + sizeof digits, static_cast<float>(value)).ptr
                                         : std::to_chars(digits, digits + sizeof digits, value).ptr;
  std::string text(digits, end);
  if (text.find_first_not_of("-0123456789") == std::string::npos) text += ".0";
  add_value(size == sizeof(float) ? "f32" : "f64", std::move(text));
}

void Describer::add_value(std::string type, std::string text) { add(Leaf::Kind::Value, std::move(text)).type = std::move(type); }

// --- containers ----------------------------------------------------------------------------------------------------

static std::string container_text(Container container, std::size_t size) {
  switch (container) {
  case Container::Tuple: return "tuple of " + std::to_string(size);
  case Container::Pair: return "pair";
  case Container::Array: return "array of " + std::to_string(size);
  case Container::Vector: return "vector of " + std::to_string(size);
  case Container::Optional: return size ? "a value" : "no value";
  case Container::Map: return size ? "map with" : "empty map"; // its keys follow
  case Container::Aggregate: return "struct";
  }
  return {};
}

static std::string_view opening(Container container) {
  if (container == Container::Array || container == Container::Vector) return "[";
  return container == Container::Map || container == Container::Aggregate ? "{" : "(";
}

static std::string_view closing(Container container) {
  if (container == Container::Array || container == Container::Vector) return "]";
  return container == Container::Map || container == Container::Aggregate ? "}" : ")";
}

void Describer::begin(Container container, std::size_t size) {
  add(Leaf::Kind::Structure, container_text(container, size));
  open_.push_back({container, leaves_.size() - 1});
  if (container == Container::Optional) {
    if (size == 0) write("none");
    return;
  }
  write(opening(container));
  needs_comma_ = false;
}

void Describer::end() {
  const Container container = open_.back().container;
  open_.pop_back();
  if (container != Container::Optional) signature_ += closing(container);
  needs_comma_ = true;
}

static std::string step_text(Step step) {
  switch (step.kind) {
  case Step::Kind::Argument: return "argument " + std::to_string(step.index);
  case Step::Kind::Index: return "[" + std::to_string(step.index) + "]";
  case Step::Kind::First: return ".first";
  case Step::Kind::Second: return ".second";
  case Step::Kind::Key: return "['" + std::string(step.name) + "']";
  case Step::Kind::Field: return "." + (step.name.empty() ? std::to_string(step.index) : std::string(step.name));
  }
  return {};
}

void Describer::enter(Step step) {
  path_ends_.push_back(path_.size());
  path_ += step_text(step);
  const bool is_key = step.kind == Step::Kind::Key;
  if (is_key) leaves_[open_.back().leaf].text += " '" + std::string(step.name) + "'";
  if (!is_key && (step.kind != Step::Kind::Field || step.name.empty())) return;
  write(is_key ? "'" + std::string(step.name) + "': " : std::string(step.name) + ": ");
  needs_comma_ = false;
}

void Describer::leave() {
  path_.resize(path_ends_.back());
  path_ends_.pop_back();
}

// --- text ----------------------------------------------------------------------------------------------------------

Describer::Leaf &Describer::add(Leaf::Kind kind, std::string text) {
  if (kind != Leaf::Kind::Structure) write(text);
  leaves_.push_back({kind, path_, std::move(text)});
  states_.push_back(nullptr);
  return leaves_.back();
}

void Describer::write(std::string_view text) {
  if (needs_comma_) signature_ += ", ";
  signature_ += text;
  needs_comma_ = true;
}

} // namespace burin::detail
