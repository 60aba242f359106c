#pragma once
#include "compiler/dialect/BurinDialect.h"
#include "compiler/pipeline/Module.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/Callee.h"
#include "lib/trace/FunctionTensors.h"
#include "lib/trace/GraphRecords.h"
#include "lib/trace/NameTable.h"
#include "lib/trace/Trace.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "runtime/EffectSite.h"
#include "runtime/VariableStore.h"
#include <optional>
#include <unordered_map>

/// What a trace is made of, for the files of lib/trace.
namespace burin::detail {

/// What the user's code knows of a symbolic value; outlives the module.
struct Recorded {
  mlir::Value value;
  std::string label;
  std::source_location location;
  std::size_t scope; ///< that it was made in
};

/// The first error that is reported to a context during its life.
class ErrorCollector {
public:
  explicit ErrorCollector(mlir::MLIRContext &context)
      : handler(&context, [this](mlir::Diagnostic &diagnostic) { return collect(diagnostic); }) {}

  std::string kind, text;

private:
  mlir::LogicalResult collect(mlir::Diagnostic &diagnostic);
  mlir::ScopedDiagnosticHandler handler;
};

// --- from the library's terms to MLIR's, and back ------------------------------------------------------------------

DType dtypeOf(mlir::Type element);
mlir::RankedTensorType tensorType(mlir::MLIRContext &context, DType dtype, llvm::ArrayRef<std::int64_t> extents);
mlir::Attribute attributeOf(mlir::MLIRContext &context, const AttributeValue &value);
TensorSpec specOf(mlir::Type tensor);
/// "train.cpp:41"; nothing if it isn't known.
std::string placeOf(mlir::Location location);
/// `label(name(file:line))` -> name; nothing for what has none.
std::string nameIn(mlir::Location location);
/// The tensors of a function that have names.
std::vector<TracedTensor> tensorsOf(mlir::func::FuncOp function);
/// By the numbers that those have.
std::vector<mlir::Value> valuesOf(mlir::func::FuncOp function);
/// The op's name in messages, and the user's line.
mlir::Location sourceLocation(mlir::MLIRContext &context, std::string_view label, std::source_location location);
/// The same with the value's own name: `label(name(file:line))`.
mlir::Location sourceLocation(mlir::MLIRContext &context, std::string_view label, std::string_view name, std::source_location location);

// --- the recording -------------------------------------------------------------------------------------------------

/// A function or a region that is, or was, recorded into. Values are known while it is open, in it and the scopes within.
struct Scope {
  std::string what; ///< "the body of while_loop (at train.cpp:41)", for messages
  std::size_t function; ///< among the functions being recorded, outermost first
  bool is_open = true;
};

/// One function of the module while it is recorded: the traced one, or one that it calls.
struct FunctionBody {
  mlir::func::FuncOp function;
  NameTable names;           // of what is recorded in it
  std::size_t arguments = 0; // block arguments are: arguments, captures, variables
  std::vector<Capture> captures;
  std::unordered_map<const TensorImpl *, mlir::Value> concrete; // captures and constants
  std::unordered_map<std::size_t, mlir::Value> outer_values;    // captures of what a caller recorded, by its number
  std::vector<Tensor> constants;                                // keep the keys of `concrete` alive
  mlir::Operation *last_constant = nullptr;
  std::vector<std::shared_ptr<runtime::VariableState>> variables;
  std::unordered_map<const runtime::VariableState *, mlir::Value> variable_arguments;

  mlir::Block &block() { return function.getBody().front(); }
};

struct Trace::Impl {
  Impl(std::string functionName, Kind kind);

  mlir::MLIRContext &context() const { return module->context(); }
  FunctionBody &body() { return functions.back(); }

  /// Throws TraceError once the trace is finished.
  void requireOpen(std::string_view label, std::source_location location) const;
  mlir::Value valueOf(const Trace &trace, const Tensor &tensor, std::string_view label, std::source_location location);
  mlir::Value concreteValue(const Tensor &tensor, std::source_location location);
  /// Value number `index`, which is known here.
  mlir::Value recordedValue(std::size_t index);
  mlir::Value captured(Capture capture, mlir::Type type, std::source_location location);
  mlir::Value variableArgument(const std::shared_ptr<runtime::VariableState> &variable, std::source_location location);
  mlir::BlockArgument insertArgument(std::size_t index, mlir::Type type, std::string_view label, std::source_location location);
  Tensor symbolic(std::shared_ptr<Trace> trace, mlir::Value value, std::string_view label, std::source_location location);
  std::vector<Tensor> symbolicResults(std::shared_ptr<Trace> trace, mlir::Operation *op, std::string_view label,
                                      std::source_location location);
  /// The return, the type, and the names of variables.
  void endFunction(mlir::ValueRange results, std::source_location location);

  /// Names `op`, which has just been recorded and whose results are about to be.
  void nameOperation(mlir::Operation *op, std::string_view label, std::source_location location);

  /// Where recording stands: what comes after can be undone.
  struct Mark {
    std::size_t sites, callees;
  };
  Mark mark() const;
  void rollBack(const Mark &mark);

  /// Starts a function, which all goes into; gives its scope, `what` in messages.
  std::size_t beginFunction(const std::string &symbol, std::string what);
  std::size_t openScope(std::string what);
  void closeScope(std::size_t scope);

  std::string name;
  std::string title; // "function 'f'"
  NameTable symbols; // of the module's functions
  std::unique_ptr<GraphRecords> graph; // null for a function
  std::vector<mlir::Operation *> operations; // of the outermost block, in order, without constants
  std::unique_ptr<compiler::Module, void (*)(compiler::Module *)> module; // null once finished
  mlir::OpBuilder builder;
  std::vector<FunctionBody> functions; // being recorded, the innermost last
  std::vector<Recorded> recorded;
  std::vector<Scope> scopes;            // all that there were
  std::vector<std::size_t> open_scopes; // the innermost last
  EffectSites sites;
  std::vector<std::unique_ptr<Callee>> callees;
};

} // namespace burin::detail
