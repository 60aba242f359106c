#include "lib/trace/Action.h"
#include "burin/Error.h"
#include <cassert>
#include <map>

namespace burin::detail {

/// Made before the first of them is registered, in whatever order that happens.
template <class Maker> static std::map<std::string, Maker, std::less<>> &makers() {
  static std::map<std::string, Maker, std::less<>> all;
  return all;
}

template <class Maker> static bool add(std::string_view name, Maker maker) {
  [[maybe_unused]] const bool is_new = makers<Maker>().emplace(name, maker).second;
  assert(is_new && "two actions have one name");
  return true;
}

bool register_action(std::string_view name, ActionMaker maker) { return add(name, maker); }
bool register_finding(std::string_view name, FindingMaker maker) { return add(name, maker); }

void ActionReader::throw_damaged() const { throw IoError("'" + code_.name + "' has other arguments than it takes"); }

template <class Maker> static auto make(const ActionCode &code, std::source_location location) {
  const auto maker = makers<Maker>().find(code.name);
  if (maker == makers<Maker>().end()) throw IoError("there is no action '" + code.name + "' in this version of Burin");
  ActionReader reader(code, location);
  auto made = maker->second(reader);
  reader.require_end();
  return made;
}

Action make_action(ActionCode code, std::source_location location) {
  Action::Run run = make<ActionMaker>(code, location);
  return {std::move(run), std::move(code)};
}

Finding make_finding(ActionCode code, std::source_location location) { return make<FindingMaker>(code, location); }

} // namespace burin::detail
