// Each op of the dialect has all that an op needs (docs/adding-an-op.md). Goes red when one part is missing.
#include "compiler/dialect/BurinDialect.h"
#include "compiler/pipeline/Module.h"
#include "mlir/IR/MLIRContext.h"
#include "runtime/Abi.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

using namespace burin::compiler;

namespace {

std::string read(const std::string &path) {
  std::ifstream file(std::string(BURIN_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file) << path;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// All files of `directory` with that ending, one behind the other.
std::string readAll(const std::string &directory, const std::string &ending) {
  std::string text;
  for (const auto &entry : std::filesystem::directory_iterator(std::string(BURIN_SOURCE_DIR) + "/" + directory))
    if (entry.path().filename().string().ends_with(ending)) text += read(directory + "/" + entry.path().filename().string());
  return text;
}

std::vector<mlir::RegisteredOperationName> userOps(mlir::MLIRContext &context) {
  std::vector<mlir::RegisteredOperationName> ops;
  for (mlir::RegisteredOperationName op : context.getRegisteredOperationsByDialect("burin"))
    if (!op.hasTrait<Internal>()) ops.push_back(op);
  return ops;
}

bool isEffect(mlir::RegisteredOperationName op) { return op.getStringRef() == "burin.assign" || op.hasInterface<RuntimeCallInterface>(); }

TEST(Completeness, EachOpInfersItsResult) {
  ContextLease context;
  for (auto op : userOps(*context)) {
    if (isEffect(op) || op.hasTrait<Control>() || op.getStringRef() == "burin.constant") continue;
    EXPECT_TRUE(op.hasInterface<mlir::InferTypeOpInterface>()) << op.getStringRef().str() << " has no shape inference";
  }
}

TEST(Completeness, EachOpHasASummaryInItsDefinition) {
  ContextLease context;
  const std::string definitions = readAll("compiler/dialect", "Ops.td");
  for (auto op : userOps(*context)) {
    const std::string name = op.getStringRef().drop_front(strlen("burin.")).str();
    const size_t at = definitions.find("<\"" + name + "\"");
    ASSERT_NE(at, std::string::npos) << name;
    const size_t next = definitions.find("\ndef ", at), summary = definitions.find("let summary", at);
    EXPECT_LT(summary, next) << name << " has no summary";
  }
}

TEST(Completeness, EachOpSaysWhetherItHasAGradient) {
  ContextLease context;
  for (auto op : userOps(*context)) {
    if (isEffect(op)) continue;
    EXPECT_NE(op.hasInterface<GradientInterface>(), op.hasTrait<NoGradient>())
        << op.getStringRef().str() << " wants a gradient, or the trait NoGradient";
  }
}

TEST(Completeness, EachOpHasARowInTheNumericsTable) {
  ContextLease context;
  const std::string table = read("test/numerics/OpTable.cpp") + readAll("test/numerics", "Rows.cpp");
  for (auto op : userOps(*context)) {
    llvm::StringRef public_name = op.getStringRef().drop_front(strlen("burin."));
    if (isEffect(op) || op.hasTrait<Control>() || public_name == "read") continue; // what they do is tested in test/unit/api
    public_name.consume_front("reduce_");
    const std::string name = public_name.str();
    EXPECT_NE(table.find("\"" + name + "\""), std::string::npos) << name << " has no row in test/numerics/OpTable.cpp";
  }
}

TEST(Completeness, EachKernelOpHasItsKernelAndEachKernelItsOp) {
  ContextLease context;
  std::vector<std::string> wanted, found;
  for (auto op : userOps(*context))
    if (op.hasInterface<RuntimeKernelInterface>())
      wanted.push_back("burin_rt_kernel_" + op.getStringRef().drop_front(strlen("burin.")).str());
  for (const burin::runtime::KernelSymbol &kernel : burin::runtime::kernel_symbols()) found.push_back(kernel.name);
  std::sort(wanted.begin(), wanted.end());
  std::sort(found.begin(), found.end());
  EXPECT_EQ(found, wanted);
}

} // namespace
