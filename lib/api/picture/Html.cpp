// Graphs as pages for a browser, and pictures as files.
#include "burin/Picture.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/api/graph/GraphCore.h"
#include "lib/api/picture/Layout.h"
#include "lib/api/picture/Page.h"
#include "lib/api/picture/Pictures.h"
#include "runtime/Format.h"
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <unordered_map>

namespace burin {

using namespace detail;

std::vector<OperationInfo> detail::operations_of(const Graph &graph) {
  const std::lock_guard lock(graph.core()->mutex);
  std::vector<OperationInfo> operations;
  for (std::size_t i = 0; i < graph.core()->trace.size(); ++i)
    operations.push_back(graph.core()->trace.operation(static_cast<OperationId>(i)));
  return operations;
}

// --- JSON ----------------------------------------------------------------------------------------------------------

/// A string that may stand in a script, too: nothing in it ends the element.
static std::string json(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') result += {'\\', c};
    else if (byte < 0x20 || c == '<' || c == '>' || c == '&')
      result += {'\\', 'u', '0', '0', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    else result += c;
  }
  return result + "\"";
}

static std::string json(double number) { return std::to_string(std::lround(number)); }

template <class T, class Write> static std::string json_list(const std::vector<T> &list, Write write) {
  std::string text = "[";
  for (const T &each : list) text += (text.size() > 1 ? "," : "") + write(each);
  return text + "]";
}

static std::string escaped_for_html(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '<' ? "&lt;" : c == '&' ? "&amp;" : std::string(1, c);
  return result;
}

// --- the page ------------------------------------------------------------------------------------------------------

using Values = std::unordered_map<std::string_view, const Tensor *>;

/// The ends of each dimension.
static std::string value_text(const Tensor &tensor) {
  if (!tensor.defined() || is_symbolic(tensor)) return {};
  const std::vector<std::int64_t> extents(tensor.shape().begin(), tensor.shape().end());
  return runtime::format_tensor(tensor.dtype(), extents, tensor.impl()->data, {.summarize = 3, .precision = 6});
}

static std::string outputs_json(const OperationInfo &info, const Values &values) {
  std::string text = "[";
  for (std::size_t i = 0; i < info.outputs.size(); ++i) {
    const std::string name = info.outputs.size() > 1 ? info.name + ":" + std::to_string(i) : info.name;
    const auto value = values.find(name);
    text += (i ? ",[" : "[") + json(describe(info.outputs[i].dtype, info.outputs[i].shape)) + "," +
            json(value == values.end() ? std::string() : value_text(*value->second)) + "]";
  }
  return text + "]";
}

static std::string nodes_json(const std::vector<OperationInfo> &operations, const PictureLayout &layout, const Values &values) {
  std::string text = "[";
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const OperationInfo &info = operations[i];
    const PictureBox &box = layout.boxes[i];
    text += (i ? ",\n[" : "[") + json(info.name) + "," + json(info.type) + "," + json(info.place) + "," + json(box.x) + "," + json(box.y) +
            "," + json(box.width) + "," + outputs_json(info, values) + "," +
            json_list(info.outside, [](const std::string &each) { return json(each); }) + "]";
  }
  return text + "]";
}

static std::string edges_json(const std::vector<OperationInfo> &operations) {
  std::string text = "[";
  const auto add = [&](std::size_t from, std::int64_t output, std::size_t to) {
    text += (text.size() > 1 ? ",[" : "[") + std::to_string(from) + "," + std::to_string(output) + "," + std::to_string(to) + "]";
  };
  for (std::size_t i = 0; i < operations.size(); ++i) {
    for (const GraphValue &input : operations[i].inputs) add(input.operation, input.output, i);
    for (OperationId before : operations[i].after) add(before, -1, i);
  }
  return text + "]";
}

static std::string scope_json(const ScopeFrame &scope) {
  return "[" + json(scope.name) + "," + json(scope.x) + "," + json(scope.y) + "," + json(scope.width) + "," + json(scope.height) + "]";
}

static void replace(std::string &text, std::string_view mark, std::string_view with) { text.replace(text.find(mark), mark.size(), with); }

std::string to_html(const Graph &graph, const NamedTensors &values) {
  Values by_name;
  for (const NamedTensor &tensor : values) by_name.emplace(tensor.info.name, &tensor.value);
  const std::vector<OperationInfo> operations = operations_of(graph);
  const PictureLayout layout = lay_out(operations);
  std::string page(kPageTemplate);
  replace(page, "{{data}}",
          "{\"title\":" + json(graph.name()) + ",\"nodes\":" + nodes_json(operations, layout, by_name) +
              ",\n\"edges\":" + edges_json(operations) + ",\n\"scopes\":" + json_list(layout.scopes, scope_json) + "}");
  replace(page, "{{title}}", escaped_for_html(graph.name()));
  return page;
}

// --- files ---------------------------------------------------------------------------------------------------------

void save_picture(const std::filesystem::path &path, const Graph &graph, const NamedTensors &values, std::source_location location) {
  const FileCall call{"save_picture", path.string(), location};
  const std::string extension = path.extension().string();
  std::string picture;
  if (extension == ".dot") picture = to_dot(graph);
  else if (extension == ".svg") picture = to_svg(graph, location);
  else if (extension == ".html") picture = to_html(graph, values);
  else call.fail("the extension '", extension, "' is that of no picture: .dot, .svg and .html are");
  std::ofstream file(path, std::ios::binary);
  if (!file) call.fail("can't be opened: ", std::strerror(errno));
  file << picture;
  file.close();
  if (!file) call.fail("can't be written: ", std::strerror(errno));
}

} // namespace burin
