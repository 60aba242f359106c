#pragma once
#include <functional>
#include <string_view>
#include <utility>

namespace burin {

/// Something that holds from where it is made to the end of its block: `auto scope = graph.scope();`
class [[nodiscard]] Scope {
public:
  explicit Scope(std::function<void()> end) : end_(std::move(end)) {}
  Scope(Scope &&other) noexcept : end_(std::exchange(other.end_, nullptr)) {}
  Scope &operator=(Scope &&) = delete;
  ~Scope() {
    if (end_) end_();
  }

private:
  std::function<void()> end_;
};

/// Puts `name/` in front of the names of all that is recorded while it lasts. A scope opened twice becomes `name`, then
/// `name_1`. Scopes nest. Does nothing where nothing is being recorded.
Scope name_scope(std::string_view name);

} // namespace burin
