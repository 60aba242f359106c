// burin-dump: shows the stages of functions, from a file of MLIR or from a shared library that registers them with
// BURIN_FUNCTION.
#include "compiler/tools/FunctionFile.h"
#include "burin/Error.h"
#include "burin/Options.h"
#include "compiler/Compiler.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Signals.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <unistd.h>

using namespace burin;

namespace {
struct Arguments {
  std::string file, function, stage = "optimized";
  bool list = false;
  int vector_bits = 0;
};
} // namespace

static std::vector<std::string> stage_choices() {
  std::vector<std::string> choices;
  for (const std::string_view stage : compiler::stage_names()) choices.emplace_back(stage);
  choices.push_back("all");
  return choices;
}

static std::string join(const std::vector<std::string> &names) {
  std::string text;
  for (const std::string &name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

static CLI::Validator one_of(std::vector<std::string> choices) {
  return CLI::Validator([=](std::string &text) {
    if (std::find(choices.begin(), choices.end(), text) != choices.end()) return std::string();
    return "there is no '" + text + "'; the choices are " + join(choices);
  }, join(choices));
}

static Arguments parse(int argc, char **argv) {
  Arguments arguments;
  CLI::App app("Shows the stages that the compiler takes functions through.", "burin-dump");
  app.add_option("FILE", arguments.file, "MLIR (text or bytecode), or a shared library with BURIN_FUNCTIONs")->required();
  app.add_option("--function", arguments.function, "the function to show; all of them if not given");
  app.add_option("--stage", arguments.stage, "the stage to show")->check(one_of(stage_choices()))->capture_default_str();
  app.add_flag("--list", arguments.list, "show the functions' names alone");
  app.add_option("--vector-bits", arguments.vector_bits, "width of vectors; 0 is the widest that the processor has")
      ->check(one_of({"0", "128", "256", "512"}))->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success &asked) { // --help
    std::exit(app.exit(asked));
  } catch (const CLI::ParseError &error) {
    throw Error(error.what());
  }
  return arguments;
}

/// The functions to show. Throws Error, with the names there are, if `wanted` is none of them.
static std::vector<const NamedFunction *> choose(const std::vector<NamedFunction> &functions, const Arguments &arguments) {
  std::vector<const NamedFunction *> chosen;
  std::vector<std::string> names;
  for (const NamedFunction &function : functions) {
    if (arguments.function.empty() || function.name == arguments.function) chosen.push_back(&function);
    names.push_back(function.name);
  }
  if (!chosen.empty()) return chosen;
  const llvm::StringRef wanted(arguments.function);
  std::stable_sort(names.begin(), names.end(), [&](const std::string &a, const std::string &b) {
    return wanted.edit_distance(a) < wanted.edit_distance(b);
  });
  throw Error(arguments.file + " has no function '" + arguments.function + "'; it has " + join(names));
}

static void show(const NamedFunction &function, const Arguments &arguments) {
  if (arguments.stage != "all") {
    std::cout << function.ir(arguments.stage);
    return;
  }
  for (const std::string_view stage : compiler::stage_names())
    std::cout << "// ----- " << function.name << ": " << stage << " -----\n" << function.ir(stage);
}

static void run(int argc, char **argv) {
  const Arguments arguments = parse(argc, argv);
  Options options = burin::options();
  options.dump_directory.clear();
  if (arguments.vector_bits != 0) options.vector_bits = arguments.vector_bits;
  set_options(options);
  const std::vector<NamedFunction> functions = read_functions(arguments.file);
  for (const NamedFunction *function : choose(functions, arguments))
    if (arguments.list) std::cout << function->name << '\n';
    else show(*function, arguments);
  std::cout.flush();
  if (!std::cout) throw IoError("cannot write the output");
}

/// Prints `message` as one line, whatever bytes of a broken file it quotes.
static void report(std::string message) {
  for (char &c : message)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) c = ' ';
  std::cout.flush();
  std::cerr << "burin-dump: error: " << message << std::endl;
}

// A crash is a defect of ours, or of the library at hand. It ends like every other error.
static void report_crash(void *) {
  constexpr std::string_view text = "burin-dump: error: the compiler crashed on this file\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, text.data(), text.size());
  _exit(1);
}

int main(int argc, char **argv) {
  llvm::sys::AddSignalHandler(report_crash, nullptr);
  try {
    run(argc, argv);
    return 0;
  } catch (const std::exception &error) {
    report(error.what());
  } catch (...) {
    report("the library threw something that is no std::exception");
  }
  return 1;
}
