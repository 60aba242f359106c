#pragma once
#include <string_view>

namespace burin::detail {

/// The text of page.html, with {{title}} and {{data}} where those go.
extern const std::string_view kPageTemplate;

} // namespace burin::detail
