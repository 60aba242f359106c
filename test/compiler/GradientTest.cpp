// The gradient of each op (rule D3), against central differences. Walks the registered ops: a new one without a case fails.
#include "burin/Ops.h"
#include "compiler/Compiler.h"
#include "compiler/dialect/BurinDialect.h"
#include "compiler/pipeline/Module.h"
#include "lib/api/Program.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "test/compiler/GradientCases.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace burin::test {
namespace {

using compiler::ContextLease;
using compiler::GradientInterface;
using compiler::Module;
using compiler::ValueSpec;
using detail::Program;

// Linear, and narrower than f64: differences are exact if step and values are short.
constexpr double kExactStep = 0.25;

const std::vector<Case> &casesOfTheirOwn() {
  static const std::vector<Case> cases = [] {
    std::vector<Case> all = {
      {"burin.where %a, %b, %c : (tensor<3x2xi1>, tensor<3x2xf64>, tensor<3x2xf64>) -> tensor<3x2xf64>"},
      {"burin.where %a, %b, %c : (tensor<3x1xi1>, tensor<f64>, tensor<2xf64>) -> tensor<3x2xf64>"},
      {"burin.where %a, %b, %c : (tensor<i1>, tensor<2x1xf64>, tensor<1x3xf64>) -> tensor<2x3xf64>"},
      {"burin.cast %a {dtype = f64} : (tensor<3x2xf64>) -> tensor<3x2xf64>"},
      {"burin.cast %a {dtype = f64} : (tensor<3x2xf32>) -> tensor<3x2xf64>", {}, kExactStep},
      {"burin.cast %a {dtype = f32} : (tensor<3x2xf64>) -> tensor<3x2xf32>", {}, kExactStep},
      {"burin.cast %a {dtype = bf16} : (tensor<f64>) -> tensor<bf16>", {}, kExactStep},
      {"burin.cast %a {dtype = f64} : (tensor<3xi32>) -> tensor<3xf64>", {4, -1, 0}},
      {"burin.reduce_sum %a axes [1] {keep_dims = false} : (tensor<3x4xf64>) -> tensor<3xf64>"},
      {"burin.reduce_sum %a axes [0, 2] {keep_dims = true} : (tensor<2x3x4xf64>) -> tensor<1x3x1xf64>"},
      {"burin.reduce_sum %a axes [] {keep_dims = false} : (tensor<f64>) -> tensor<f64>"},
      {"burin.reduce_sum %a axes [0] {keep_dims = false} : (tensor<0x2xf64>) -> tensor<2xf64>"},
      {"burin.reduce_max %a axes [0, 1] {keep_dims = false} : (tensor<3x4xf64>) -> tensor<f64>"},
      {"burin.reduce_max %a axes [1] {keep_dims = true} : (tensor<2x3x2xf64>) -> tensor<2x1x2xf64>"},
      {"burin.reduce_min %a axes [0, 1] {keep_dims = false} : (tensor<3x4xf64>) -> tensor<f64>"},
      {"burin.reduce_min %a axes [0] {keep_dims = false} : (tensor<2x3x2xf64>) -> tensor<3x2xf64>"},
      {"burin.reduce_prod %a axes [1] {keep_dims = false} : (tensor<3x4xf64>) -> tensor<3xf64>"},
      {"burin.reduce_prod %a axes [0, 1] {keep_dims = true} : (tensor<2x3x2xf64>) -> tensor<1x1x2xf64>"},
      {"burin.reduce_prod %a axes [0] {keep_dims = false} : (tensor<0x2xf64>) -> tensor<2xf64>"},
      {"burin.fma %a, %b, %c : (tensor<3x1xf64>, tensor<2xf64>, tensor<3x2xf64>) -> tensor<3x2xf64>"},
      {"burin.fma %a, %b, %c : (tensor<f64>, tensor<2xf64>, tensor<f64>) -> tensor<2xf64>"},
      {"burin.polygamma %a {order = 1 : i64} : (tensor<3x2xf64>) -> tensor<3x2xf64>"},
      {"burin.polygamma %a {order = 3 : i64} : (tensor<f64>) -> tensor<f64>"},
      {"burin.matmul %a, %b : (tensor<2x3xf64>, tensor<3x4xf64>) -> tensor<2x4xf64>"},
      {"burin.matmul %a, %b : (tensor<2x2x3xf64>, tensor<2x3x1xf64>) -> tensor<2x2x1xf64>"},
      {"burin.matmul %a, %b : (tensor<2x3xf64>, tensor<4x3x2xf64>) -> tensor<4x2x2xf64>"},
      {"burin.matmul %a, %b : (tensor<2x1x1x3xf64>, tensor<3x3x2xf64>) -> tensor<2x3x1x2xf64>"},
      {"burin.matmul %a, %b : (tensor<2x0xf64>, tensor<0x3xf64>) -> tensor<2x3xf64>"},
      {"burin.reshape %a {shape = array<i64: 2, 6>} : (tensor<3x4xf64>) -> tensor<2x6xf64>"},
      {"burin.reshape %a {shape = array<i64>} : (tensor<1x1xf64>) -> tensor<f64>"},
      {"burin.transpose %a {permutation = array<i64: 2, 0, 1>} : (tensor<2x3x4xf64>) -> tensor<4x2x3xf64>"},
      {"burin.transpose %a {permutation = array<i64>} : (tensor<f64>) -> tensor<f64>"},
      {"burin.broadcast_to %a {shape = array<i64: 2, 3, 4>} : (tensor<3x1xf64>) -> tensor<2x3x4xf64>"},
      {"burin.broadcast_to %a {shape = array<i64: 2, 2>} : (tensor<f64>) -> tensor<2x2xf64>"},
      {"burin.slice %a {starts = array<i64: 1, 0>, stops = array<i64: 3, 2>, steps = array<i64: 1, 1>}"
       " : (tensor<4x3xf64>) -> tensor<2x2xf64>"},
      {"burin.slice %a {starts = array<i64: 1, 0>, stops = array<i64: 7, 5>, steps = array<i64: 3, 2>}"
       " : (tensor<7x5xf64>) -> tensor<2x3xf64>"},
      {"burin.slice %a {starts = array<i64: 0>, stops = array<i64: 2>, steps = array<i64: 5>} : (tensor<9xf64>) -> tensor<1xf64>"},
      {"burin.slice %a {starts = array<i64: 2>, stops = array<i64: 2>, steps = array<i64: 2>} : (tensor<5xf64>) -> tensor<0xf64>"},
      {"burin.slice %a {starts = array<i64>, stops = array<i64>, steps = array<i64>} : (tensor<f64>) -> tensor<f64>"},
      {"burin.concat %a, %b, %c {axis = 1 : i64} : (tensor<2x1xf64>, tensor<2x3xf64>, tensor<2x2xf64>) -> tensor<2x6xf64>"},
      {"burin.concat %a, %b {axis = 0 : i64} : (tensor<0x2xf64>, tensor<3x2xf64>) -> tensor<3x2xf64>"},
      {"burin.concat %a {axis = 0 : i64} : (tensor<3xf64>) -> tensor<3xf64>"},
      {"burin.gather %a at %b {dims = array<i64: -1, 1>, index_dims = array<i64: 0>} : (tensor<4x2xf64>, tensor<3xi64>) -> tensor<3x2xf64>",
       {3, -1, 0}},
      {"burin.gather %a at %b {dims = array<i64: 0, -1, 3>, index_dims = array<i64: 1, 2>} : (tensor<2x3x2xf64>, tensor<2x2xi32>) -> "
       "tensor<2x2x2x2xf64>",
       {2, 0, -3, 2}},
      {"burin.gather %a at %b {dims = array<i64: -1>, index_dims = array<i64>} : (tensor<5xf64>, tensor<ui8>) -> tensor<f64>", {2}},
      {"burin.gather %a at %b, %c {dims = array<i64: -1, 2, -2>, index_dims = array<i64: 0, 1>}"
       " : (tensor<4x2x3xf64>, tensor<2x1xi64>, tensor<2xi64>) -> tensor<2x2x2xf64>",
       {2, -1}},
      {"burin.gather %a at %b {dims = array<i64: 0, -1>, index_dims = array<i64: 0, 1>} : (tensor<1x3xf64>, tensor<2x2xi64>) -> "
       "tensor<2x2xf64>",
       {2, 0, 2, 1}},
      {"burin.scatter %a with %b at %c {dims = array<i64: -1, 1>, index_dims = array<i64: 0>, combiner = \"add\"}"
       " : (tensor<4x2xf64>, tensor<3x2xf64>, tensor<3xi64>) -> tensor<4x2xf64>",
       {3, 0, -1}},
      {"burin.scatter %a with %b at %c {dims = array<i64: -1, 1>, index_dims = array<i64: 0>, combiner = \"set\"}"
       " : (tensor<4x2xf64>, tensor<3x2xf64>, tensor<3xi64>) -> tensor<4x2xf64>",
       {3, 0, -1}},
      {"burin.scatter %a with %b at %c {dims = array<i64: -1, 1>, index_dims = array<i64: 0>, combiner = \"set\"}"
       " : (tensor<4x2xf64>, tensor<2xf64>, tensor<3xi64>) -> tensor<4x2xf64>",
       {3, 0, -1}},
      {"burin.scatter %a with %b at %c {dims = array<i64: 0, -1>, index_dims = array<i64: 0, 1>, combiner = \"max\"}"
       " : (tensor<2x3xf64>, tensor<2x2xf64>, tensor<2x2xi32>) -> tensor<2x3xf64>",
       {2, 0, 1, 1}},
      {"burin.scatter %a with %b at %c {dims = array<i64: -1>, index_dims = array<i64: 0>, combiner = \"min\"}"
       " : (tensor<3xf64>, tensor<f64>, tensor<2xi64>) -> tensor<3xf64>",
       {1, 1}},
      {"burin.dynamic_slice %a at %b, %c {sizes = array<i64: 2, 2>} : (tensor<4x3xf64>, tensor<i64>, tensor<i32>) -> tensor<2x2xf64>", {1}},
      {"burin.dynamic_slice %a at %b {sizes = array<i64: 3>} : (tensor<5xf64>, tensor<i64>) -> tensor<3xf64>", {-4}},
      {"burin.dynamic_update_slice %a with %b at %c : (tensor<5xf64>, tensor<3xf64>, tensor<i64>) -> tensor<5xf64>", {2}},
      {"burin.update_slice %a with %b {starts = array<i64: 1, 2>, stops = array<i64: 4, -1>, steps = array<i64: 2, -1>}"
       " : (tensor<5x3xf64>, tensor<3xf64>) -> tensor<5x3xf64>"},
      {"burin.slice %a {starts = array<i64: 6, 0>, stops = array<i64: 0, 5>, steps = array<i64: -3, 2>} : (tensor<7x5xf64>) -> "
       "tensor<2x3xf64>"},
      {"burin.slice %a {starts = array<i64: 8>, stops = array<i64: -1>, steps = array<i64: -1>} : (tensor<9xf64>) -> tensor<9xf64>"},
    };
    for (const std::vector<Case> &more : {kernelCases(), windowCases()}) all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return cases;
}

// --- cases ---------------------------------------------------------------------------------------------------------

std::string opOf(const Case &c) { return c.line.substr(std::string("burin.").size(), c.line.find(' ') - std::string("burin.").size()); }
bool isOneOf(const Case &c, std::initializer_list<const char *> ops) {
  return llvm::any_of(ops, [op = opOf(c)](const char *each) { return op == each; });
}

/// Ops that want their first operand to be positive.
bool wantsPositive(const Case &c) {
  return isOneOf(c, {"log", "log2", "log10", "sqrt", "rsqrt", "pow", "lgamma", "digamma", "polygamma", "acosh"});
}

/// Where a number made up goes, so that the op is defined there, and smooth.
double moved(const Case &c, double value) {
  if (isOneOf(c, {"asin", "acos", "atanh", "erfinv", "tan", "log1p"})) return value / 3;
  if (isOneOf(c, {"acosh"})) return value + 1;
  if (isOneOf(c, {"floor", "ceil", "round", "trunc"})) return value + 1.0 / 256; // not whole, nor a half
  return value;
}

std::vector<Case> elementwiseCases(mlir::RegisteredOperationName op) {
  const std::string name = op.getStringRef().str();
  auto tensor = [](std::string shape) { return "tensor<" + shape + "f64>"; };
  std::vector<Case> cases;
  if (op.hasTrait<mlir::OpTrait::OneOperand>())
    for (std::string shape : {"", "3x2x", "5x", "2x0x"}) cases.push_back({name + " %a : (" + tensor(shape) + ") -> " + tensor(shape)});
  if (op.hasTrait<mlir::OpTrait::NOperands<2>::Impl>())
    for (const auto &[lhs, rhs, result] : std::vector<std::array<std::string, 3>>{{"", "", ""},
                                                                                  {"3x2x", "3x2x", "3x2x"},
                                                                                  {"", "2x3x", "2x3x"},
                                                                                  {"2x3x", "", "2x3x"},
                                                                                  {"3x1x", "2x", "3x2x"},
                                                                                  {"3x1x", "2x1x2x", "2x3x2x"},
                                                                                  {"1x2x", "0x2x", "0x2x"}})
      cases.push_back({name + " %a, %b : (" + tensor(lhs) + ", " + tensor(rhs) + ") -> " + tensor(result)});
  return cases;
}

bool isOf(mlir::RegisteredOperationName op, const Case &c) { return c.line.starts_with(op.getStringRef().str() + " "); }

std::vector<Case> casesOf(mlir::RegisteredOperationName op) {
  std::vector<Case> cases;
  for (const Case &each : casesOfTheirOwn())
    if (isOf(op, each)) cases.push_back(each);
  return cases.empty() && op.hasInterface<compiler::ElementwiseInterface>() ? elementwiseCases(op) : cases;
}

std::vector<mlir::RegisteredOperationName> opsWithGradients(mlir::MLIRContext &context) {
  std::vector<mlir::RegisteredOperationName> ops;
  for (mlir::RegisteredOperationName op : context.getRegisteredOperationsByDialect("burin"))
    if (op.hasInterface<GradientInterface>() && op.getStringRef() != "burin.stop_gradient") ops.push_back(op);
  return ops;
}

// --- functions of an op and its gradients --------------------------------------------------------------------------

/// func.func @f(%a: ...) { return the op of `line` }
std::unique_ptr<Module> functionOf(const std::string &line) {
  const std::size_t begin = line.find(" : (") + 4, end = line.find(") -> ");
  const bool many = line[end + 5] == '(';
  const std::string result = many ? line.substr(end + 6, line.size() - end - 7) : line.substr(end + 5);
  std::string names = "%r#0";
  int count = 1;
  for (std::size_t comma = 0; (comma = result.find(", tensor", comma) + 1) != 0;) names += ", %r#" + std::to_string(count++);
  std::string arguments = line.substr(begin, end - begin);
  std::string text = "func.func @f(%a: " + arguments + ") -> (" + result + ") {\n%r:" + std::to_string(count) + " = " + line + "\nreturn " + names +
                     " : " + result + "\n}";
  for (const char *name : {", %b: ", ", %c: "}) // in front of the second and third type
    if (const std::size_t comma = text.find(", tensor"); comma < text.find(") -> ")) text.replace(comma, 2, name);
  auto module = std::make_unique<Module>("f");
  auto parsed = mlir::parseSourceString<mlir::ModuleOp>(text, mlir::ParserConfig(&module->context()));
  if (!parsed) throw std::invalid_argument(text);
  module->replace(std::move(parsed));
  return module;
}

struct GradientFunction {
  std::unique_ptr<Module> module;
  std::vector<bool> present; ///< which operands have a gradient; the function returns these
};

bool isFloating(mlir::Value value) { return mlir::isa<mlir::FloatType>(mlir::getElementTypeOrSelf(value)); }

/// The function of the operands and the floating results' gradients to the operands' gradients.
GradientFunction gradientFunctionOf(const std::string &line) {
  GradientFunction made{functionOf(line), {}};
  auto function = *made.module->op().getOps<mlir::func::FuncOp>().begin();
  mlir::Block &body = function.getBody().front();
  mlir::Operation *op = &body.front();
  llvm::SmallVector<mlir::Value> dy;
  for (mlir::Value result : op->getResults()) dy.push_back(isFloating(result) ? body.addArgument(result.getType(), op->getLoc()) : mlir::Value());
  mlir::OpBuilder builder(body.getTerminator());
  llvm::SmallVector<mlir::Value> returned;
  for (auto [gradient, operand] : llvm::zip_equal(mlir::cast<GradientInterface>(op).buildGradientsOfAll(builder, dy), op->getOperands())) {
    made.present.push_back(gradient != nullptr);
    if (!gradient) continue;
    EXPECT_EQ(gradient.getType(), operand.getType());
    returned.push_back(gradient);
  }
  body.getTerminator()->setOperands(returned);
  function.setFunctionType(builder.getFunctionType(body.getArgumentTypes(), mlir::ValueRange(returned).getTypes()));
  EXPECT_TRUE(succeeded(mlir::verify(made.module->op())));
  return made;
}

// --- running them --------------------------------------------------------------------------------------------------

using Values = std::vector<double>;

std::vector<Values> run(const Program &program, const std::vector<Values> &operands) {
  std::vector<Tensor> inputs;
  std::vector<detail::TensorImpl *> handles, made(program.executable().results.size());
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const ValueSpec &spec = program.executable().inputs.at(i);
    inputs.push_back(cast(Tensor::from_vector(operands[i], spec.shape), spec.dtype));
    handles.push_back(inputs.back().impl());
  }
  program.run(handles, {}, made.data());
  std::vector<Values> results;
  for (const Tensor &result : std::vector<Tensor>(made.begin(), made.end()))
    results.push_back(cast(result, DType::F64).to_vector<double>());
  return results;
}

/// The gradients of `line`'s operands; empty where there is none.
std::vector<Values> gradientsOfAll(const std::string &line, std::vector<Values> operands, const std::vector<Values> &dy) {
  const GradientFunction function = gradientFunctionOf(line);
  const Program program(compiler::compile(*function.module, {}));
  operands.insert(operands.end(), dy.begin(), dy.end());
  const std::vector<Values> present = run(program, operands);
  std::vector<Values> gradients;
  std::size_t next = 0;
  for (bool is_present : function.present) gradients.push_back(is_present ? present.at(next++) : Values());
  return gradients;
}

std::vector<Values> gradientsOf(const std::string &line, std::vector<Values> operands, const Values &dy) {
  return gradientsOfAll(line, std::move(operands), {dy});
}

/// Short numbers of both signs, no two of one magnitude, none near 0.
Values madeUp(std::size_t count, std::size_t already, bool positive) {
  std::vector<int> numerators(128);
  for (int i = 0; i < 128; ++i) numerators[static_cast<std::size_t>(i)] = 33 + i; // of 64ths: 0.52 to 2.5
  std::shuffle(numerators.begin(), numerators.end(), std::mt19937(7));
  Values values;
  for (std::size_t i = already; i < already + count; ++i) values.push_back((positive || i % 2 ? 1 : -1) * numerators.at(i) / 64.0);
  return values;
}

std::vector<Values> operandsOf(const Case &c, const std::vector<ValueSpec> &specs) {
  std::vector<Values> operands;
  std::size_t used = 0;
  for (const auto &[dtype, shape] : specs) {
    const auto count = static_cast<std::size_t>(shape.element_count());
    if (dtype == DType::Bool) {
      operands.emplace_back(count);
      for (std::size_t i = 0; i < count; ++i) operands.back()[i] = i % 3 != 1;
    } else if (operands.empty() && !c.first.empty()) {
      operands.push_back(c.first);
    } else if (is_floating(dtype)) {
      operands.push_back(madeUp(count, used, operands.empty() && wantsPositive(c)));
      for (double &value : operands.back()) value = moved(c, value);
      used += count;
    } else {
      operands.emplace_back(c.integers.begin(), c.integers.end());
    }
  }
  return operands;
}

class Differences {
public:
  /// `dy` are those of the floating results.
  Differences(const Program &program, std::vector<Values> operands, const std::vector<Values> &dy, double step)
      : program_(program), operands_(std::move(operands)), dy_(dy), step_(step) {}

  /// The derivative of the sum of dy times the result, with regard to an operand's element; right to step^4.
  double operator()(std::size_t operand, std::size_t element) {
    double &x = operands_[operand][element];
    const double at = x;
    auto loss = [&](double steps) {
      x = at + steps * step_;
      const std::vector<Values> results = run(program_, operands_);
      x = at;
      double sum = 0;
      auto next = dy_.begin();
      for (std::size_t i = 0; i < results.size(); ++i) {
        if (!is_floating(program_.executable().results[i].value.dtype)) continue;
        const Values &weights = *next++;
        for (std::size_t j = 0; j < results[i].size(); ++j)
          if (std::isfinite(results[i][j])) sum += weights[j] * results[i][j]; // the greatest of no elements is no number that counts
      }
      return sum;
    };
    return (8 * (loss(1) - loss(-1)) - (loss(2) - loss(-2))) / (12 * step_);
  }

private:
  const Program &program_;
  std::vector<Values> operands_;
  const std::vector<Values> &dy_;
  double step_;
};

void check(const Case &c) {
  SCOPED_TRACE(c.line);
  const Program program(compiler::compile(*functionOf(c.line), {}));
  const compiler::Executable &executable = program.executable();
  const std::vector<Values> operands = operandsOf(c, executable.inputs);
  std::vector<Values> dy;
  for (const compiler::ResultSpec &result : executable.results)
    if (is_floating(result.value.dtype)) dy.push_back(madeUp(static_cast<std::size_t>(result.value.shape.element_count()), 50 + 11 * dy.size(), false));
  const std::vector<Values> gradients = gradientsOfAll(c.line, operands, dy);
  ASSERT_EQ(gradients.size(), operands.size());
  Differences differences(program, operands, dy, c.step);
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!is_floating(executable.inputs[i].dtype)) {
      EXPECT_TRUE(gradients[i].empty()) << "operand " << i << " is not floating";
      continue;
    }
    for (std::size_t j = 0; j < operands[i].size(); ++j) {
      const double expected = differences(i, j), found = gradients[i].empty() ? 0 : gradients[i].at(j);
      // Beside rule D3: rounding in losses of about ten, divided by the step.
      EXPECT_NEAR(found, expected, 1e-6 * std::fabs(expected) + 1e-10) << "element " << j << " of operand " << i;
    }
  }
}

// --- the tests -----------------------------------------------------------------------------------------------------

TEST(Gradient, D3_EachOpAgreesWithCentralDifferences) {
  ContextLease context;
  std::size_t own = 0;
  for (mlir::RegisteredOperationName op : opsWithGradients(*context)) {
    const std::vector<Case> cases = casesOf(op);
    EXPECT_FALSE(cases.empty()) << op.getStringRef().str() << " has no case";
    for (const Case &each : cases) check(each);
    own += static_cast<std::size_t>(llvm::count_if(casesOfTheirOwn(), [&](const Case &each) { return isOf(op, each); }));
  }
  EXPECT_EQ(own, casesOfTheirOwn().size()) << "a case's op has no gradient";
}

TEST(Gradient, D3_HoldsForEachFloatingType) {
  ContextLease context;
  for (mlir::RegisteredOperationName op : opsWithGradients(*context))
    for (const Case &each : casesOf(op))
      for (const char *dtype : {"f16", "bf16", "f32"}) {
        if (!each.narrow && std::string_view(dtype) != "f32") continue;
        std::string line = each.line;
        for (std::size_t at; (at = line.find("f64")) != std::string::npos;) line.replace(at, 3, dtype);
        SCOPED_TRACE(line);
        gradientFunctionOf(line); // checks types
      }
}

TEST(Gradient, D1_GradientsAreMadeOfOpsThatHaveGradients) {
  auto isFloating = [](mlir::Type type) { return mlir::isa<mlir::FloatType>(mlir::getElementTypeOrSelf(type)); };
  ContextLease context;
  for (mlir::RegisteredOperationName op : opsWithGradients(*context))
    for (const Case &each : casesOf(op))
      gradientFunctionOf(each.line).module->op().walk([&](mlir::Operation *made) {
        if (made->getNumResults() != 1 || !isFloating(made->getResult(0).getType()) || llvm::none_of(made->getOperandTypes(), isFloating))
          return;
        EXPECT_TRUE(mlir::isa<GradientInterface>(made)) << each.line << " gives " << made->getName().getStringRef().str();
      });
}

TEST(Gradient, D3_TiesShareTheGradientEvenly) {
  const std::vector<Values> half = {{1.5}, {1.5}};
  for (const char *op : {"burin.maximum", "burin.minimum"})
    EXPECT_EQ(gradientsOf(op + std::string(" %a, %b : (tensor<f64>, tensor<f64>) -> tensor<f64>"), {{2}, {2}}, {3}), half) << op;
  const std::string axes = " %a axes [0] {keep_dims = false} : (tensor<4xf64>) -> tensor<f64>";
  EXPECT_EQ(gradientsOf("burin.reduce_max" + axes, {{2, 5, 5, 5}}, {3})[0], (Values{0, 1, 1, 1}));
  EXPECT_EQ(gradientsOf("burin.reduce_min" + axes, {{2, 5, 2, 5}}, {3})[0], (Values{1.5, 0, 1.5, 0}));
}

TEST(Gradient, D3_ReluAndAbsAreFlatAtZero) {
  for (const char *op : {"burin.relu", "burin.abs"})
    EXPECT_EQ(gradientsOf(op + std::string(" %a : (tensor<2xf64>) -> tensor<2xf64>"), {{0, -0.0}}, {3, 3})[0], (Values{0, 0})) << op;
}

TEST(Gradient, D2_StopGradientCuts) {
  EXPECT_TRUE(gradientsOf("burin.stop_gradient %a : (tensor<2xf64>) -> tensor<2xf64>", {{1, 2}}, {3, 4})[0].empty());
}

TEST(Gradient, D3_ProductsBesideZeros) {
  const std::string prod = "burin.reduce_prod %a axes [0] {keep_dims = false} : (tensor<3xf64>) -> tensor<f64>";
  EXPECT_EQ(gradientsOf(prod, {{2, 0, 5}}, {3})[0], (Values{0, 30, 0}));
  EXPECT_EQ(gradientsOf(prod, {{0, 0, 5}}, {3})[0], (Values{0, 0, 0}));
}

TEST(Gradient, D3_PowIsSafeAtZero) {
  const std::vector<Values> gradients =
      gradientsOf("burin.pow %a, %b : (tensor<4xf64>, tensor<4xf64>) -> tensor<4xf64>", {{0, 0, 0, -2}, {0, 1, 2, 2}}, {3, 3, 3, 3});
  EXPECT_EQ(gradients[0], (Values{0, 3, 0, -12}));
  EXPECT_EQ(Values(gradients[1].begin(), gradients[1].begin() + 3), (Values{0, 0, 0}));
  EXPECT_TRUE(std::isnan(gradients[1][3])); // a power of a negative number is defined for whole exponents alone
}

TEST(Gradient, D3_WhatIsNotPickedDoesNotSpoilTheGradient) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::string types = " : (tensor<i1>, tensor<f64>, tensor<f64>) -> tensor<f64>";
  EXPECT_EQ(gradientsOf("burin.where %a, %b, %c" + types, {{1}, {2}, {0}}, {infinity}), (std::vector<Values>{{}, {infinity}, {0}}));
  const std::string axes = " %a axes [0] {keep_dims = false} : (tensor<3xf64>) -> tensor<f64>";
  EXPECT_EQ(gradientsOf("burin.reduce_max" + axes, {{-infinity, 1, 0}}, {infinity})[0], (Values{0, infinity, 0}));
}

} // namespace
} // namespace burin::test
