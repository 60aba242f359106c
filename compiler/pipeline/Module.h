#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include <memory>
#include <string>
#include <string_view>

namespace burin::compiler {

/// Registers all that the pipeline uses: dialects, interfaces, external models, translations. The one place where this is
/// done, for library, tools and tests alike: a missing external model fails silently.
void registerDialects(mlir::DialectRegistry &registry);

/// A context with all dialects loaded, borrowed from a pool and given back at the end: a fresh one costs a millisecond.
/// One thread uses a context at a time.
class ContextLease {
public:
  ContextLease();
  ~ContextLease();
  ContextLease(const ContextLease &) = delete;
  ContextLease &operator=(const ContextLease &) = delete;
  mlir::MLIRContext &operator*() const { return *context; }

private:
  std::unique_ptr<mlir::MLIRContext> context;
};

/// Whether the pool has made a context that is still there.
bool anyContext();

/// "train.cpp:41:7", for messages.
std::string describePlace(mlir::Location location);

/// An MLIR module with the context that it lives in.
class Module {
public:
  /// An empty module, to hold a function called `functionName`.
  explicit Module(std::string functionName);
  static void destroy(Module *module) { delete module; }

  mlir::MLIRContext &context() const { return *lease; }
  mlir::ModuleOp op() const { return *module; }
  void replace(mlir::OwningOpRef<mlir::ModuleOp> other) { module = std::move(other); }
  const std::string &functionName() const { return name; }
  void setFunctionName(std::string newName) { name = std::move(newName); }

private:
  ContextLease lease;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string name;
};

/// What a file of steps holds: ops of no dialect, in a context of its own.
struct StepsModule {
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

/// An empty one, called `name`.
StepsModule makeStepsModule(const std::string &name);
/// One of unknown origin, text or bytecode. Throws IoError as deserialize_untrusted does.
StepsModule readUntrustedSteps(std::string_view bytes, std::string_view name);

} // namespace burin::compiler
