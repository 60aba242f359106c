#pragma once
#include <span>
#include <string>
#include <string_view>

namespace burin::detail {

/// "; the nearest are 'add', 'add_1'": the names most like `wanted`, to be added to a message; nothing if there are none.
std::string nearest_names(std::string_view wanted, std::span<const std::string_view> names);

} // namespace burin::detail
