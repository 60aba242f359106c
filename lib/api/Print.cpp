#include "burin/Print.h"
#include "lib/api/Eager.h"
#include "lib/api/Errors.h"
#include "lib/api/Promotion.h"
#include "lib/api/TensorImpl.h"
#include "runtime/Print.h"
#include "runtime/SiteCode.h"

namespace burin::detail {

static void set_sink(const PrintOptions &options, runtime::PrintSite &site) {
  using runtime::LogLevel;
  using runtime::PrintSink;
  if (options.callback) {
    site.sink = PrintSink::Callback;
    site.callback = options.callback;
    return;
  }
  if (!options.file.empty()) {
    site.sink = PrintSink::File;
    site.path = options.file;
    return;
  }
  auto log_at = [&](LogLevel level) {
    site.sink = PrintSink::Log;
    site.log_level = level;
  };
  switch (options.stream) {
  case PrintStream::Stderr: site.sink = PrintSink::Stderr; break;
  case PrintStream::Stdout: site.sink = PrintSink::Stdout; break;
  case PrintStream::LogDebug: log_at(LogLevel::Debug); break;
  case PrintStream::LogInfo: log_at(LogLevel::Info); break;
  case PrintStream::LogWarning: log_at(LogLevel::Warning); break;
  case PrintStream::LogError: log_at(LogLevel::Error); break;
  }
}

/// A number's text is known now, and like that of a scalar tensor.
static std::string text_of(const Operand &number, const runtime::FormatOptions &format) {
  const Tensor scalar = as_tensor("print", number);
  return runtime::format_tensor(scalar.dtype(), {}, scalar.impl()->data, format);
}

std::string quoted(std::string_view text) {
  const bool doubly = text.find('\'') != text.npos && text.find('"') == text.npos;
  const char quote = doubly ? '"' : '\'';
  std::string result(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') result += {'\\', c};
    else if (c == '\n') result += "\\n";
    else if (c == '\t') result += "\\t";
    else if (c == '\r') result += "\\r";
    else if (const auto byte = static_cast<unsigned char>(c); byte < 0x20 || byte == 0x7f)
      result += {'\\', 'x', "0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    else result += c;
  }
  return result + quote;
}

static void add_pieces(const PrintArgument &argument, runtime::PrintSite &site, std::vector<Tensor> &operands) {
  bool joined = false;
  for (const PrintArgument::Piece &piece : argument.pieces()) {
    runtime::PrintSite::Piece added;
    added.joined = std::exchange(joined, true);
    if (const auto *tensor = std::get_if<Tensor>(&piece)) {
      require_defined(*tensor, "print", argument.location());
      added.operand = static_cast<int>(operands.size());
      operands.push_back(*tensor);
    } else if (const auto *number = std::get_if<Operand>(&piece)) {
      added.text = text_of(*number, site.format);
    } else {
      added.text = std::get<std::string>(piece);
    }
    site.pieces.push_back(std::move(added));
  }
}

static void set_operands(runtime::PrintSite &site, std::span<const Tensor> operands) {
  for (const Tensor &operand : operands) site.operands.push_back({operand.dtype(), {operand.shape().begin(), operand.shape().end()}});
}

static void print_eagerly(runtime::PrintSite site, std::span<const Tensor> operands, std::source_location location) {
  set_operands(site, operands);
  std::vector<runtime::RuntimeTensor> data;
  for (const Tensor &operand : operands) {
    require_not_leaked(operand, "print", location);
    data.push_back({operand.impl()->data});
  }
  runtime::print_now(site, data);
}

/// The print as its reader sees it in the IR: `loss: {0}`.
static std::string format_of(const runtime::PrintSite &site) {
  std::string format;
  for (const runtime::PrintSite::Piece &piece : site.pieces) {
    if (!format.empty() && !piece.joined) format += site.separator;
    format += piece.operand < 0 ? piece.text : "{" + std::to_string(piece.operand) + "}";
  }
  return format;
}

static void record_print(Trace &trace, runtime::PrintSite site, std::span<const Tensor> operands, std::source_location location) {
  using runtime::PrintSink;
  set_operands(site, operands);
  const NamedAttribute attributes[] = {{"format", format_of(site)},
                                       {"may_fail", site.sink == PrintSink::File || site.sink == PrintSink::Callback}};
  trace.effect("print", std::make_shared<runtime::PrintEffect>(std::move(site)), operands, attributes, {}, location);
}

static Action::Run run_of_print(runtime::PrintSite site, std::source_location location) {
  return [site = std::move(site), location](Trace &known, std::span<const Tensor> tensors) {
    for (const runtime::PrintSite::Piece &piece : site.pieces)
      if (piece.operand >= static_cast<int>(tensors.size())) throw IoError("a print has too few operands"); // of a file
    record_print(known, site, tensors, location);
    return std::vector<Tensor>();
  };
}

/// The same as an action of traces with dynamic extents.
static Action printing(const runtime::PrintSite &site, std::source_location location) {
  const std::string code = runtime::PrintEffect(site).encode();
  if (code.empty()) return run_of_print(site, location); // to a function of the program
  return {run_of_print(site, location), {"print", {code}}};
}

static Action::Run read_printing(ActionReader &reader) {
  return run_of_print(runtime::decode_print(reader.take<std::string>()), reader.location());
}
[[maybe_unused]] static const bool is_registered = register_action("print", &read_printing);

void print(const PrintOptions &options, std::span<const PrintArgument> arguments) {
  const std::source_location location = arguments[0].location();
  runtime::PrintSite site;
  site.format = {options.summarize, options.precision};
  site.separator = options.sep;
  site.end = options.end;
  if (options.location) site.location = place(location);
  set_sink(options, site);
  std::vector<Tensor> operands;
  for (const PrintArgument &argument : arguments) add_pieces(argument, site, operands);

  Trace *trace = current_trace();
  if (!trace) return print_eagerly(std::move(site), operands, location);
  if (!trace->is_dynamic()) return record_print(*trace, std::move(site), operands, location);
  trace->perform("print", operands, printing(site, location), location);
}

} // namespace burin::detail
