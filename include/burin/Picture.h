#pragma once
#include "burin/Session.h"
#include "burin/TensorInfo.h"
#include <filesystem>
#include <initializer_list>
#include <source_location>
#include <span>
#include <string>

/// Pictures of graphs; of functions, too, by `graph_of` (burin/GraphFile.h).
namespace burin {

/// The graph in Graphviz's language: an operation is a box with its name, op, dtypes, shapes and line; a name scope a box around
/// them; control dependencies are dashed.
std::string to_dot(const Graph &graph);

/// `to_dot`, drawn by Graphviz. Throws IoError if its program `dot` isn't installed, or fails.
std::string to_svg(const Graph &graph, std::source_location location = std::source_location::current());

/// A page for a browser, in one file that needs no network: it pans, zooms, finds operations by name, and shows dtype, shape and line of
/// each. `values` are shown with the operations of their names: those of `run_all`, or of a function's `fetch({"*"}, ...)`.
std::string to_html(const Graph &graph, const NamedTensors &values = NamedTensors());

/// Writes a picture: `.dot`, `.svg` or `.html`, by the path's extension. Throws IoError for any other, and if the file can't be
/// written; and what making the picture throws. Values are for pages alone.
void save_picture(const std::filesystem::path &path, const Graph &graph, const NamedTensors &values = NamedTensors(),
                  std::source_location location = std::source_location::current());

/// The values that all tensors of the session's graph have in one run: those that the feeds suffice for. Effects happen as far as
/// tensors depend on them. Throws as Session::run does.
NamedTensors run_all(Session &session, std::initializer_list<Feed> feeds = {},
                     std::source_location location = std::source_location::current());

} // namespace burin
