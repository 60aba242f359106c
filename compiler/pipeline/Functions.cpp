// The functions of a module that was read from a file: what they are called, and whether they are what a trace is.
#include "compiler/pipeline/Functions.h"
#include "burin/Error.h"
#include "compiler/Compiler.h"
#include "compiler/dialect/BurinDialect.h"
#include "compiler/pipeline/Module.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace burin::compiler {

std::vector<std::string> function_names(const Module &module) {
  std::vector<std::string> names;
  for (auto function : module.op().getOps<func::FuncOp>())
    if (!function.isDeclaration() && !function.isPrivate()) names.push_back(function.getName().str());
  return names;
}

// --- what a trace may hold -----------------------------------------------------------------------------------------

// The bytes of a tensor, if they are known and can be counted.
static bool hasSize(RankedTensorType type) {
  if (!type.hasStaticShape() || type.getRank() > kMaxRank) return false;
  int64_t bytes = 16; // of the largest element
  for (int64_t extent : type.getShape())
    if (extent != 0 && __builtin_mul_overflow(bytes, extent, &bytes)) return false;
  return true;
}

static bool isElement(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type)) return complex.getElementType().isF32() || complex.getElementType().isF64();
  if (auto integer = dyn_cast<IntegerType>(type); integer && integer.isSigned()) return false;
  return type.isInteger(1) || type.isInteger(8) || type.isInteger(16) || type.isInteger(32) || type.isInteger(64) ||
         type.isF16() || type.isBF16() || type.isF32() || type.isF64();
}

static bool isTraced(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && !tensor.getEncoding() && isElement(tensor.getElementType()) && hasSize(tensor);
}

static std::string expectedTensor(Type found) {
  std::string text = "expected a tensor with one of Burin's element types and a static shape that memory could hold, found ";
  llvm::raw_string_ostream(text) << found;
  return text;
}

static bool isTraced(Attribute attribute) {
  auto constant = dyn_cast<ElementsAttr>(attribute);
  return !constant || isa<DenseElementsAttr, DenseArrayAttr>(constant);
}

// A reason against `op` in a trace; empty if there is none.
static std::string objection(Operation &op, Calls calls) {
  const bool endsRegion = isa<YieldOp>(op) && op.getParentOp()->hasTrait<Control>();
  const bool known = op.getDialect() && isa<BurinDialect>(op.getDialect()) && (!op.hasTrait<Internal>() || endsRegion);
  const bool isCall = calls == Calls::Allowed && isa<func::CallOp>(op);
  if (!known && !isCall && !isa<func::ReturnOp>(op)) return "a traced function holds the user's burin ops alone";
  for (Type type : op.getResultTypes())
    if (!isTraced(type)) return expectedTensor(type);
  for (NamedAttribute attribute : op.getAttrs())
    if (!isTraced(attribute.getValue())) return "expected plain values in '" + attribute.getName().str() + "'";
  return {};
}

static std::string objection(func::FuncOp function, unsigned argument) {
  Type type = function.getArgumentTypes()[argument];
  const bool named = static_cast<bool>(function.getArgAttrOfType<StringAttr>(argument, "burin.variable"));
  if (auto variable = dyn_cast<VariableType>(type)) {
    if (!named) return "it is a variable, and needs a name: {burin.variable = \"name\"}";
    type = variable.getTensor();
  } else if (named) {
    return "it is called a variable and is none";
  } else if (argument > 0 && isa<VariableType>(function.getArgumentTypes()[argument - 1])) {
    return "variables come after all tensors";
  }
  return isTraced(type) ? "" : expectedTensor(type);
}

std::string describePlace(Location location) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (auto place = location->findInstanceOf<FileLineColLoc>())
    stream << place.getFilename().getValue() << ':' << place.getLine() << ':' << place.getColumn();
  else stream << location;
  return text;
}

void requireTrace(func::FuncOp function, const std::string &name, Calls calls) {
  auto reject = [&](Location place, const std::string &what, const std::string &why) {
    throw IoError("'" + name + "' is no traced function: " + what + ": " + why + "  (at " + describePlace(place) + ")");
  };
  if (!function.getBody().hasOneBlock()) reject(function.getLoc(), "its body", "it has several blocks");
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (const std::string why = objection(function, i); !why.empty())
      reject(function.getArgument(i).getLoc(), "argument " + std::to_string(i), why);
  for (Type result : function.getResultTypes())
    if (!isTraced(result)) reject(function.getLoc(), "its results", expectedTensor(result));
  function.getBody().walk([&](Operation *op) {
    if (const std::string why = objection(*op, calls); !why.empty()) reject(op->getLoc(), op->getName().getStringRef().str(), why);
  });
}

// --- one function alone --------------------------------------------------------------------------------------------

// `function` and what it calls, each behind its callers.
static void collectCallees(func::FuncOp function, SmallVectorImpl<func::FuncOp> &path, llvm::SetVector<Operation *> &found) {
  const std::string name = function.getName().str();
  if (llvm::is_contained(path, function)) throw IoError("'" + name + "' is no traced function: it calls itself");
  if (!found.insert(function)) return;
  requireTrace(function, name, Calls::Allowed);
  path.push_back(function);
  function.walk([&](func::CallOp call) {
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(call, call.getCalleeAttr());
    if (callee.isDeclaration()) throw IoError("'" + name + "' is no traced function: it calls '" + call.getCallee().str() + "', which isn't there");
    collectCallees(callee, path, found);
  });
  path.pop_back();
}

void keep_function(Module &module, std::string_view name) {
  const std::string wanted(name);
  func::FuncOp function;
  for (auto each : module.op().getOps<func::FuncOp>())
    if (!each.isDeclaration() && each.getName() == wanted) function = each;
  if (!function) throw Error("there is no function '" + wanted + "'");
  SmallVector<func::FuncOp> path;
  llvm::SetVector<Operation *> kept;
  collectCallees(function, path, kept);
  OwningOpRef<ModuleOp> alone = ModuleOp::create(module.op().getLoc());
  for (Operation *each : kept) {
    each->remove();
    // What a pass or another tool left on it is not part of the trace.
    for (NamedAttribute attribute : llvm::to_vector(each->getDiscardableAttrs())) each->removeAttr(attribute.getName());
    alone->push_back(each);
    if (each != function) SymbolTable::setSymbolVisibility(each, SymbolTable::Visibility::Private);
  }
  module.replace(std::move(alone));
}

} // namespace burin::compiler
