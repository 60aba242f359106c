// Graphs in files: a line that says what follows, and then MLIR. A text's first line is a comment, so the file is MLIR as it is:
//
//   // burin graph 1                                  burin graph 1 <bytes> <checksum>
//   module { func.func @g(...) ... }                  MLIR bytecode
//
// Format 1 has the trace (GraphModule.h). Format 2, of graphs with dynamic extents, has the steps that recorded it (StepsModule.h).
#include "burin/GraphFile.h"
#include "compiler/Compiler.h"
#include "lib/api/Concrete.h"
#include "lib/api/NpyFormat.h"
#include "lib/api/graph/GraphCore.h"
#include "lib/trace/ScriptGraph.h"
#include "lib/trace/StepsModule.h"
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

namespace burin {

using namespace detail;

static constexpr std::string_view kComment = "// ", kTitle = "burin graph ";
enum : std::uint64_t { kTrace = 1, kSteps = 2, kNewest = kSteps };

/// FNV-1a: finds what accidents do to files.
static std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3u;
  return hash;
}

// --- writing -------------------------------------------------------------------------------------------------------

static std::string encode(const GraphCore &core, GraphFormat format, std::source_location location) {
  const std::lock_guard lock(core.mutex);
  const bool is_text = format == GraphFormat::Text;
  const std::string module = write_graph(core.trace, core.initializers, is_text ? ModuleForm::Text : ModuleForm::Bytecode, location);
  std::string line(is_text ? kComment : std::string_view());
  line.append(kTitle).append(std::to_string(core.trace.is_dynamic() ? kSteps : kTrace));
  if (!is_text) line += " " + std::to_string(module.size()) + " " + std::to_string(checksum(module));
  return line + "\n" + module + (is_text ? "\n" : "");
}

void save_graph(const std::filesystem::path &path, const Graph &graph, GraphFormat format, std::source_location location) {
  const FileCall call{"save_graph", path.string(), location};
  const std::string bytes = encode(*graph.core(), format, location);
  std::ofstream file(path, std::ios::binary);
  if (!file) call.fail("can't be opened: ", std::strerror(errno));
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) call.fail("can't be written: ", std::strerror(errno));
}

// --- reading -------------------------------------------------------------------------------------------------------

/// Takes a number, and the blank in front of it, from the front of `line`.
static bool take_number(std::string_view &line, std::uint64_t &number) {
  if (line.starts_with(' ')) line.remove_prefix(1);
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  line.remove_prefix(static_cast<std::size_t>(end - line.data()));
  return error == std::errc();
}

struct FileContents {
  std::uint64_t format;
  std::string_view module;
};

/// What is behind the first line, once that has been checked.
static FileContents contents_of(std::string_view bytes, const FileCall &call) {
  std::string_view line = bytes.substr(0, bytes.find('\n'));
  const std::string_view module = bytes.substr(std::min(line.size() + 1, bytes.size()));
  const bool is_text = line.starts_with(kComment);
  if (is_text) line.remove_prefix(kComment.size());
  if (!line.starts_with(kTitle)) call.fail("this is no graph: the first line doesn't say '", kTitle, +kTrace, "'");
  line.remove_prefix(kTitle.size());
  std::uint64_t version = 0, size = 0, sum = 0;
  if (!take_number(line, version) || version == 0) call.fail("this is no graph: its format has no number");
  if (version > kNewest)
    call.fail("the graph's format is ", version, ", of a later version of Burin; this one reads formats up to ", +kNewest);
  if (is_text) {
    if (module.starts_with("ML\xefR")) call.fail("bytecode where text was expected");
    return {version, module};
  }
  if (!take_number(line, size) || !take_number(line, sum)) call.fail("the first line lacks the size or the checksum of what follows");
  if (module.size() != size)
    call.fail(module.size() < size ? "the file is truncated: " : "", "expected ", size, " bytes of bytecode, found ", module.size());
  if (checksum(module) != sum) call.fail("the file is damaged: its checksum is that of other bytes");
  return {version, module};
}

static std::string read_file(const std::filesystem::path &path, const FileCall &call) {
  if (std::filesystem::is_directory(path)) call.fail("it is a directory");
  std::ifstream file(path, std::ios::binary);
  if (!file) call.fail("can't be opened: ", std::strerror(errno));
  std::ostringstream bytes;
  if (file.peek() != std::ifstream::traits_type::eof()) bytes << file.rdbuf();
  if (file.bad() || bytes.bad()) call.fail("can't be read: ", std::strerror(errno));
  return std::move(bytes).str();
}

Graph load_graph(const std::filesystem::path &path, std::source_location location) {
  const FileCall call{"load_graph", path.string(), location};
  const std::string bytes = read_file(path, call);
  const auto [format, contents] = contents_of(bytes, call);
  const std::string module(contents), name = path.filename().string(); // where memory is aligned, as bytecode wants it
  try {
    if (format == kSteps) return Graph(std::make_shared<GraphCore>(read_steps(module, name)));
    return Graph(std::make_shared<GraphCore>(read_graph(compiler::deserialize_untrusted(module, name), {})));
  } catch (const Error &error) { call.fail(printable(error.what())); }
}

// --- of functions --------------------------------------------------------------------------------------------------

Graph detail::graph_of(const Concrete &concrete) {
  if (concrete.is_dynamic()) return Graph(std::make_shared<GraphCore>(ScriptGraph(*concrete.script(), concrete.location()).with_result_operations()));
  Trace::Finished trace = concrete.recorded_for({});
  compiler::inline_calls(*trace.module);
  return Graph(std::make_shared<GraphCore>(
      read_graph(std::move(trace.module), TraceParts{std::move(trace.captures), std::move(trace.variables), std::move(trace.sites)})));
}

} // namespace burin
