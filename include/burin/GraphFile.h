#pragma once
#include "burin/Function.h"
#include "burin/Graph.h"
#include <filesystem>
#include <source_location>

/// Graphs in files, and graphs of functions.
namespace burin {

enum class GraphFormat {
  Bytecode, ///< MLIR bytecode, with a checksum of the whole file
  Text,     ///< MLIR that can be read and edited
};

/// Writes `graph` to a file: its operations with their names and lines, control dependencies, prints and checks, the tensors from
/// outside that it uses, and its variables with the values that they have; one without a value is in the file as one without.
///
/// Throws Error for a host call or a print to a callback, which are functions of this program; IoError if the file can't be written.
void save_graph(const std::filesystem::path &path, const Graph &graph, GraphFormat format = GraphFormat::Bytecode,
                std::source_location location = std::source_location::current());

/// The graph of a file, of either format, with variables of its own. It can be recorded into.
///
/// Throws IoError for a file that can't be read, is no graph, is damaged, or is of a later version of the format. What somebody else
/// wrote is checked before MLIR reads it.
Graph load_graph(const std::filesystem::path &path, std::source_location location = std::source_location::current());

namespace detail { Graph graph_of(const Concrete &concrete); }

/// The graph that one trace of a function is, to be run in parts, saved and shown. Placeholders are its arguments; operations "result",
/// "result_1" and so on are what it returns, and run after all its effects. Variables are the function's own.
///
///     bn::Graph graph = bn::graph_of(model.concrete(bn::TensorSpec{bn::DType::F32, {32, 64}}));
template <class R, class... P> Graph graph_of(const ConcreteFunction<R(P...)> &function) { return detail::graph_of(function.concrete()); }

} // namespace burin
