// Graphs in Graphviz's language, and drawn by it.
#include "burin/Picture.h"
#include "lib/api/Errors.h"
#include "lib/api/graph/GraphCore.h"
#include "lib/api/picture/Pictures.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace burin {

using namespace detail;

// --- the text ------------------------------------------------------------------------------------------------------

static std::string quoted_for_dot(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

namespace {

/// Operations and scopes of one scope, in order.
struct DotScope {
  std::map<std::string, DotScope, std::less<>> scopes;
  std::string operations;

  void write(std::string &text, const std::string &path, int depth) const {
    const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
    for (const auto &[name, scope] : scopes) {
      const std::string inner = path.empty() ? name : path + "/" + name;
      text += indent + "subgraph " + quoted_for_dot("cluster_" + inner) + " {\n" + indent + "  label=" + quoted_for_dot(name) + ";\n";
      scope.write(text, inner, depth + 1);
      text += indent + "}\n";
    }
    for (std::size_t begin = 0; begin < operations.size();) {
      const std::size_t end = operations.find('\n', begin) + 1;
      text += indent + operations.substr(begin, end - begin);
      begin = end;
    }
  }
};

} // namespace

static std::string node_line(std::size_t id, const OperationInfo &info) {
  std::string label(std::string_view(info.name).substr(info.name.rfind('/') + 1));
  if (label != info.type) label += " (" + info.type + ")";
  std::string types;
  for (const TensorSpec &output : info.outputs) types += (types.empty() ? "" : ", ") + describe(output.dtype, output.shape);
  std::string lines = quoted_for_dot(label);
  lines.pop_back();
  for (const std::string &line : {types, info.place})
    if (!line.empty()) lines += "\\n" + quoted_for_dot(line).substr(1, quoted_for_dot(line).size() - 2);
  const bool is_placeholder = info.type == "placeholder";
  return "n" + std::to_string(id) + " [label=" + lines + "\"" + (is_placeholder ? ", fillcolor=\"#d7ecd9\"" : "") + "];\n";
}

std::string to_dot(const Graph &graph) {
  const std::vector<OperationInfo> operations = operations_of(graph);
  DotScope root;
  std::string edges;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    DotScope *scope = &root;
    std::string_view rest = operations[i].name;
    for (std::size_t slash; (slash = rest.find('/')) != rest.npos; rest.remove_prefix(slash + 1))
      scope = &scope->scopes[std::string(rest.substr(0, slash))];
    scope->operations += node_line(i, operations[i]);
    const std::string to = " -> n" + std::to_string(i);
    for (const GraphValue &input : operations[i].inputs)
      edges += "  n" + std::to_string(input.operation) + to +
               (input.output ? " [taillabel=\"" + std::to_string(input.output) + "\"]" : "") + ";\n";
    for (OperationId before : operations[i].after) edges += "  n" + std::to_string(before) + to + " [style=dashed];\n";
  }
  std::string text = "digraph " + quoted_for_dot(graph.name()) +
                     " {\n  node [shape=box, style=filled, fillcolor=\"#eef2f7\", fontname=\"sans-serif\", "
                     "fontsize=10];\n  graph [fontname=\"sans-serif\", fontsize=10, color=\"#3b6fb6\"];\n";
  root.write(text, "", 1);
  return text + edges + "}\n";
}

// --- the drawing ---------------------------------------------------------------------------------------------------

namespace {

/// A file that is gone with this object.
class TemporaryFile {
public:
  explicit TemporaryFile(const FileCall &call) : name_((std::filesystem::temp_directory_path() / "burin-dot-XXXXXX").string()) {
    file_ = mkstemp(name_.data());
    if (file_ < 0) call.fail("no temporary file can be made: ", std::strerror(errno));
  }
  ~TemporaryFile() {
    ::close(file_);
    ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;

  int file() const { return file_; }

private:
  std::string name_;
  int file_;
};

} // namespace

static void write_all(int file, std::string_view text, const FileCall &call) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0) call.fail("can't be written: ", std::strerror(errno));
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  lseek(file, 0, SEEK_SET);
}

static std::string read_all(int file) {
  lseek(file, 0, SEEK_SET);
  std::string text;
  char chunk[1 << 14];
  for (ssize_t count; (count = ::read(file, chunk, sizeof chunk)) > 0;) text.append(chunk, static_cast<std::size_t>(count));
  return text;
}

/// Runs a program with these files as its standard streams. Gives its exit status; -1 if there is no such program.
static int run(std::span<char *const> command, int input, int output, int errors, const FileCall &call) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  pid_t process = 0;
  const int error = posix_spawnp(&process, command[0], &actions, nullptr, command.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) return -1;
  if (error != 0) call.fail("can't be run: ", std::strerror(error));
  int status = 0;
  while (waitpid(process, &status, 0) < 0)
    if (errno != EINTR) call.fail("its end is unknown: ", std::strerror(errno));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

std::string to_svg(const Graph &graph, std::source_location location) {
  const FileCall call{"to_svg", "dot", location};
  const TemporaryFile input(call), output(call), errors(call);
  write_all(input.file(), to_dot(graph), call);
  std::string program = "dot", format = "-Tsvg";
  char *const command[] = {program.data(), format.data(), nullptr};
  const int status = run(command, input.file(), output.file(), errors.file(), call);
  if (status < 0) throw_error<IoError>("to_svg", location, "Graphviz draws the picture, and its program 'dot' is not installed");
  if (status != 0) call.fail("failed with exit status ", status, ": ", printable(read_all(errors.file())));
  return read_all(output.file());
}

} // namespace burin
