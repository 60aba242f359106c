// Records ops into the burin dialect while a user's lambda runs. The only part of the library that sees MLIR: no
// exception may cross its frames, so diagnostics are collected and thrown afterwards.
#include "lib/api/Errors.h"
#include "lib/trace/Script.h"
#include "lib/trace/TraceActions.h"
#include "lib/trace/TraceImpl.h"
#include "mlir/IR/Verifier.h"
#include <cassert>
#include <cstring>

namespace burin::detail {

constinit thread_local Trace *current = nullptr;

namespace {

/// Larger concrete operands become hidden inputs: constants of that size help no folding, and would be compiled in.
constexpr std::int64_t kMaxConstantElements = 16;

} // namespace

mlir::LogicalResult ErrorCollector::collect(mlir::Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error || !text.empty()) return mlir::success();
  text = diagnostic.str();
  auto &metadata = diagnostic.getMetadata();
  if (!metadata.empty() && metadata[0].getKind() == mlir::DiagnosticArgument::DiagnosticArgumentKind::String)
    kind = metadata[0].getAsString().str();
  return mlir::success();
}

// --- from the library's terms to MLIR's ----------------------------------------------------------------------------

static mlir::Type elementType(mlir::MLIRContext &context, DType dtype) {
  mlir::Builder b(&context);
  const auto bits = static_cast<unsigned>(byte_size(dtype) * 8);
  if (is_signed_integer(dtype)) return b.getIntegerType(bits);
  if (is_unsigned_integer(dtype)) return b.getIntegerType(bits, /*isSigned=*/false);
  switch (dtype) {
  case DType::Bool: return b.getI1Type();
  case DType::F16: return b.getF16Type();
  case DType::BF16: return b.getBF16Type();
  case DType::F32: return b.getF32Type();
  case DType::F64: return b.getF64Type();
  case DType::Complex64: return mlir::ComplexType::get(b.getF32Type());
  default: return mlir::ComplexType::get(b.getF64Type());
  }
}

DType dtypeOf(mlir::Type type) {
  if (auto integer = mlir::dyn_cast<mlir::IntegerType>(type)) {
    if (integer.getWidth() == 1) return DType::Bool;
    const DType first = integer.isUnsigned() ? DType::U8 : DType::I8;
    return static_cast<DType>(static_cast<unsigned>(first) + llvm::Log2_32(integer.getWidth()) - 3);
  }
  if (auto complex = mlir::dyn_cast<mlir::ComplexType>(type))
    return complex.getElementType().isF32() ? DType::Complex64 : DType::Complex128;
  if (type.isF16()) return DType::F16;
  if (type.isBF16()) return DType::BF16;
  return type.isF32() ? DType::F32 : DType::F64;
}

mlir::RankedTensorType tensorType(mlir::MLIRContext &context, DType dtype, llvm::ArrayRef<std::int64_t> extents) {
  return mlir::RankedTensorType::get(extents, elementType(context, dtype));
}

namespace {
struct AttributeBuilder {
  mlir::MLIRContext &context;
  mlir::Builder b{&context};
  mlir::Attribute operator()(bool value) { return b.getBoolAttr(value); }
  mlir::Attribute operator()(std::int64_t value) { return b.getI64IntegerAttr(value); }
  mlir::Attribute operator()(double value) { return b.getF64FloatAttr(value); }
  mlir::Attribute operator()(const std::string &value) { return b.getStringAttr(value); }
  mlir::Attribute operator()(const std::vector<std::int64_t> &value) { return b.getDenseI64ArrayAttr(value); }
  mlir::Attribute operator()(DType value) { return mlir::TypeAttr::get(elementType(context, value)); }
};
} // namespace

mlir::Attribute attributeOf(mlir::MLIRContext &context, const AttributeValue &value) {
  return std::visit(AttributeBuilder{context}, value);
}

mlir::Location sourceLocation(mlir::MLIRContext &context, std::string_view label, std::source_location location) {
  const auto place = mlir::FileLineColLoc::get(&context, location.file_name(), location.line(), location.column());
  return mlir::NameLoc::get(mlir::StringAttr::get(&context, label), place);
}

mlir::Location sourceLocation(mlir::MLIRContext &context, std::string_view label, std::string_view name, std::source_location location) {
  const auto place = mlir::FileLineColLoc::get(&context, location.file_name(), location.line(), location.column());
  return mlir::NameLoc::get(mlir::StringAttr::get(&context, label), mlir::NameLoc::get(mlir::StringAttr::get(&context, name), place));
}

static mlir::DenseElementsAttr elements(mlir::MLIRContext &context, const TensorImpl &tensor) {
  const mlir::RankedTensorType type = tensorType(context, tensor.dtype, tensor.shape.extents());
  const auto count = static_cast<std::size_t>(tensor.shape.element_count());
  const auto *bytes = static_cast<const char *>(tensor.data);
  if (tensor.dtype == DType::Bool) {
    const llvm::SmallVector<bool> values(bytes, bytes + count);
    return mlir::DenseElementsAttr::get(type, values);
  }
  const std::size_t size = byte_size(tensor.dtype), all = count * size;
  const bool uniform = count > 1 && std::memcmp(bytes, bytes + size, all - size) == 0;
  return mlir::DenseElementsAttr::getFromRawBuffer(type, {bytes, uniform ? size : all});
}

static mlir::LogicalResult inferTypes(mlir::OperationState &state, mlir::DictionaryAttr attributes, mlir::OpaqueProperties properties) {
  return state.name.getRegisteredInfo()->getInterface<mlir::InferTypeOpInterface>()->inferReturnTypes(
      state.getContext(), state.location, state.operands, attributes, properties, state.regions, state.types);
}

/// Result types by the op's own inference. Fails with a diagnostic.
static mlir::LogicalResult inferTypes(mlir::OperationState &state) {
  const mlir::RegisteredOperationName name = *state.name.getRegisteredInfo();
  const mlir::DictionaryAttr attributes = state.attributes.getDictionary(state.getContext());
  const auto bytes = static_cast<std::size_t>(name.getOpPropertyByteSize());
  if (bytes == 0) return inferTypes(state, attributes, nullptr);
  // Inference reads attributes from the op's properties, which the op itself, still to be made, can't lend.
  const auto storage = std::make_unique<std::max_align_t[]>(bytes / sizeof(std::max_align_t) + 1);
  const mlir::OpaqueProperties properties(storage.get());
  name.initOpProperties(properties, mlir::OpaqueProperties(nullptr));
  auto emitError = [&] { return mlir::emitError(state.location); };
  mlir::LogicalResult result = name.setOpPropertiesFromAttribute(state.name, properties, attributes, emitError);
  if (succeeded(result)) result = inferTypes(state, attributes, properties);
  name.destroyOpProperties(properties);
  return result;
}

// --- the recording -------------------------------------------------------------------------------------------------

Trace::Impl::Impl(std::string functionName, Kind kind)
    : name(std::move(functionName)), title((kind == Kind::Graph ? "graph '" : "function '") + name + "'"),
      graph(kind == Kind::Graph ? std::make_unique<GraphRecords>() : nullptr),
      module(new compiler::Module(name), &compiler::Module::destroy), builder(&module->context()) {
  symbols.unique(name);
  beginFunction(name, title);
}

std::size_t Trace::Impl::beginFunction(const std::string &symbol, std::string what) {
  builder.setInsertionPointToEnd(module->op().getBody());
  FunctionBody &body = functions.emplace_back();
  body.function = mlir::func::FuncOp::create(builder, builder.getUnknownLoc(), symbol, builder.getFunctionType({}, {}));
  builder.setInsertionPointToEnd(body.function.addEntryBlock());
  return openScope(std::move(what));
}

Trace::Trace(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Trace::~Trace() = default;

std::shared_ptr<Trace> Trace::begin(std::string name, Kind kind) {
  if (name.starts_with("burin_rt_")) name.insert(0, "_"); // the runtime's own symbols, which the code calls
  return std::shared_ptr<Trace>(new Trace(std::make_unique<Impl>(std::move(name), kind)));
}

const std::string &Trace::name() const { return impl_->name; }
Trace::Kind Trace::kind() const { return impl_->graph ? Kind::Graph : Kind::Function; }
std::string Trace::title() const { return impl_->title; }

// With a script, marks are the script's, which may go on with them when the trace becomes dynamic.
std::size_t Trace::open_names(std::string_view name) {
  if (!is_dynamic_) marks_.push_back(impl_->body().names.open(name));
  return script_ ? script_->open_names(name) : marks_.size() - 1;
}

void Trace::close_names(std::size_t mark) {
  if (!is_dynamic_ && !impl_->functions.empty()) impl_->body().names.close(marks_[mark]);
  if (script_) script_->close_names(mark);
}

std::string Trace::describe(const Tensor &symbolic) {
  const SymbolicValue &value = *symbolic.impl()->symbolic;
  const Recorded &recorded = value.trace->impl_->recorded[value.index];
  return recorded.label + " (at " +
         (recorded.location.line() || !recorded.value ? place(recorded.location) : placeOf(recorded.value.getLoc())) + ")";
}

// --- operands ------------------------------------------------------------------------------------------------------

mlir::Value Trace::Impl::valueOf(const Trace &trace, const Tensor &tensor, std::string_view label, std::source_location location) {
  require_defined(tensor, label, location);
  if (!is_symbolic(tensor)) return concreteValue(tensor, location);
  const SymbolicValue &value = *tensor.impl()->symbolic;
  if (value.trace.get() != &trace)
    throw_error<TraceError>(label, location, detail::describe(tensor), " made by ", describe(tensor), " belongs to the trace of ",
                            value.trace->title(), ", not to that of ", title,
                            graph || value.trace->impl_->graph ? "" : ": return it from the one and pass it to the other as an argument");
  const Scope &scope = scopes[recorded[value.index].scope];
  if (!scope.is_open)
    throw_error<TraceError>(label, location, detail::describe(tensor), " made by ", describe(tensor), " leaked out of ", scope.what,
                            ": only there it stands for a value; return it from there");
  return recordedValue(value.index);
}

mlir::Value Trace::Impl::captured(Capture capture, mlir::Type type, std::source_location location) {
  body().captures.push_back(std::move(capture));
  return insertArgument(body().arguments + body().captures.size() - 1, type, "capture", location);
}

mlir::Value Trace::Impl::recordedValue(std::size_t index) {
  const Recorded &source = recorded[index];
  if (scopes[source.scope].function + 1 == functions.size()) return source.value;
  // A caller's, in a function that is called: it comes as one more argument.
  mlir::Value &value = body().outer_values[index];
  if (!value) value = captured({{}, index}, source.value.getType(), source.location);
  return value;
}

mlir::Value Trace::Impl::concreteValue(const Tensor &tensor, std::source_location location) {
  mlir::Value &value = body().concrete[tensor.impl()];
  if (value) return value;
  const TensorImpl &impl = *tensor.impl();
  if (impl.shape.element_count() > kMaxConstantElements)
    return value = captured({tensor}, tensorType(context(), impl.dtype, impl.shape.extents()), location);
  body().constants.push_back(tensor);
  // In front of all else, where they dominate later uses of the same tensor.
  mlir::OpBuilder::InsertionGuard guard(builder);
  mlir::Operation *&last = body().last_constant;
  if (last) builder.setInsertionPointAfter(last);
  else builder.setInsertionPointToStart(&body().block());
  const mlir::Location place = sourceLocation(context(), "constant", location);
  last = compiler::ConstantOp::create(builder, place, elements(context(), impl));
  nameOperation(last, "constant", location);
  if (graph && graph->ids.contains(last)) graph->items.back().first_result = GraphRecords::kNotRecorded;
  return value = last->getResult(0);
}

mlir::Value Trace::Impl::variableArgument(const std::shared_ptr<runtime::VariableState> &variable, std::source_location location) {
  mlir::Value &value = body().variable_arguments[variable.get()];
  if (value) return value;
  body().variables.push_back(variable);
  const mlir::Type type = compiler::VariableType::get(&context(), tensorType(context(), variable->dtype(), variable->extents()));
  return value = insertArgument(body().arguments + body().captures.size() + body().variables.size() - 1, type, variable->name(), location);
}

mlir::BlockArgument Trace::Impl::insertArgument(std::size_t index, mlir::Type type, std::string_view label, std::source_location location) {
  return body().block().insertArgument(static_cast<unsigned>(index), type, sourceLocation(context(), label, location));
}

// --- results -------------------------------------------------------------------------------------------------------

Tensor Trace::Impl::symbolic(std::shared_ptr<Trace> trace, mlir::Value value, std::string_view label, std::source_location location) {
  const auto type = mlir::cast<mlir::RankedTensorType>(value.getType());
  const std::span<const std::int64_t> extents(type.getShape().data(), type.getShape().size());
  Tensor tensor(new_impl(dtypeOf(type.getElementType()), Shape(extents, location), nullptr, nullptr));
  tensor.impl()->symbolic = std::make_unique<SymbolicValue>(SymbolicValue{std::move(trace), recorded.size()});
  recorded.push_back({value, std::string(label), location, open_scopes.back()});
  return tensor;
}

/// Throws ShapeError for a result that no memory could hold.
static void checkResults(mlir::Operation *operation, std::string_view label, std::source_location location) {
  for (mlir::Type result : operation->getResultTypes()) {
    const auto type = mlir::cast<mlir::RankedTensorType>(result);
    if (type.getRank() > kMaxRank)
      throw_error<ShapeError>(label, location, "the result ", compiler::describe(type), " has ", type.getRank(),
                              " dimensions, a tensor has at most ", kMaxRank);
    const std::span<const std::int64_t> extents(type.getShape().data(), type.getShape().size());
    checked_bytes(dtypeOf(type.getElementType()), Shape(extents, location), label, location);
  }
}

// --- dynamic traces ------------------------------------------------------------------------------------------------

void Trace::keep_script() { script_ = std::make_shared<Script>(*this); }

void Trace::make_dynamic() {
  script_->begin_samples(*this);
  is_dynamic_ = true;
}

std::vector<Tensor> Trace::between(std::string_view label, std::span<const Tensor> operands, const Finding &finding,
                                   std::source_location location) {
  impl_->requireOpen(label, location);
  run_regions_by_host(label, location);
  return script_->cut(*this, label, operands, finding, location);
}

void Trace::run_regions_by_host(std::string_view label, std::source_location location) {
  if (has_calls_) throw NeedsInlineCalls();
  if (!is_dynamic_) require_dynamic(label, location);
  script_->run_open_regions_by_host();
}

void Trace::require_dynamic(std::string_view label, std::source_location location) {
  if (!script_)
    throw_error<TraceError>(label, location, title(),
                            " was read from a file or made of a function, so that all of its extents are known: it takes no others");
  if (impl_->graph && impl_->open_scopes.size() > 1)
    throw_error<TraceError>(label, location, "in ", title(),
                            " dynamic extents can't begin within a branch or a loop: make a placeholder with one before it");
  make_dynamic();
}

std::vector<Tensor> Trace::found_by_host(std::string_view label, std::span<const Tensor> operands, std::span<const TensorSpec> specs,
                                         std::source_location location) {
  const NamedAttribute attributes[] = {{"name", std::string(label)}};
  std::vector<Tensor> found = effect("host_call", nullptr, operands, attributes, specs, location, label);
  if (impl_->graph && !impl_->graph->items.empty()) impl_->graph->items.back().type = label;
  return found;
}

Tensor Trace::argument(DType dtype, const Shape &shape, std::span<const std::string> dimensions, std::string_view name,
                       std::source_location location) {
  impl_->requireOpen(name, location);
  return script_->argument(*this, dtype, shape, dimensions, name, location);
}

std::vector<Tensor> Trace::perform(std::string_view label, std::span<const Tensor> operands, Action action, std::source_location location) {
  impl_->requireOpen(label, location);
  return script_->perform(*this, label, operands, std::move(action), location);
}

void Trace::perform_later(std::span<const Tensor> operands, Action action, const Uses &uses, std::source_location location) {
  script_->perform_later(*this, operands, std::move(action), uses, location);
}

Tensor Trace::scripted(DType dtype, const Shape &shape, std::string_view label, std::source_location location) {
  Tensor tensor(new_impl(dtype, shape, nullptr, nullptr));
  tensor.impl()->symbolic = std::make_unique<SymbolicValue>(SymbolicValue{shared_from_this(), impl_->recorded.size()});
  impl_->recorded.push_back({{}, std::string(label), location, impl_->open_scopes.back()});
  return tensor;
}

// --- recording -----------------------------------------------------------------------------------------------------

std::vector<Tensor> Trace::Impl::symbolicResults(std::shared_ptr<Trace> trace, mlir::Operation *op, std::string_view label,
                                                 std::source_location location) {
  std::vector<Tensor> results;
  for (mlir::Value result : op->getResults()) results.push_back(symbolic(trace, result, label, location));
  return results;
}

void Trace::Impl::requireOpen(std::string_view label, std::source_location location) const {
  if (!module) throw_error<TraceError>(label, location, "the trace of ", title, " has ended");
  if (graph && graph->is_finalized) throw_error<TraceError>(label, location, title, " is finalized: nothing can be added to it");
}

void Trace::Impl::nameOperation(mlir::Operation *op, std::string_view label, std::source_location location) {
  std::string unique = body().names.unique(label);
  op->setLoc(sourceLocation(context(), label, unique, location));
  if (op->getBlock() != &functions.front().block()) return;
  if (!mlir::isa<compiler::ConstantOp>(op)) operations.push_back(op);
  if (graph) graph->add({std::move(unique), op, 0, recorded.size()});
}

Tensor Trace::argument(DType dtype, const Shape &shape, std::string_view name, std::source_location location) {
  impl_->requireOpen(name, location);
  const mlir::Type type = tensorType(impl_->context(), dtype, shape.extents());
  mlir::BlockArgument value = impl_->insertArgument(impl_->body().arguments++, type, name, location);
  std::string unique = impl_->body().names.unique(name);
  value.setLoc(sourceLocation(impl_->context(), name, unique, location));
  if (!impl_->graph) {
    Tensor argument = impl_->symbolic(shared_from_this(), value, "argument '" + std::string(name) + "'", location);
    if (script_) script_->note_argument(argument, name, location);
    return argument;
  }
  impl_->graph->add({std::move(unique), nullptr, value.getArgNumber(), impl_->recorded.size()});
  Tensor placeholder = impl_->symbolic(shared_from_this(), value, "placeholder '" + std::string(name) + "'", location);
  if (script_) script_->note_placeholder(*this, placeholder, name, location);
  return placeholder;
}

Tensor Trace::constant(const Tensor &value, std::source_location location) {
  const Tensor made = impl_->symbolic(shared_from_this(), impl_->valueOf(*this, value, "constant", location), "constant", location);
  if (script_ && impl_->graph) script_->note_constant(*this, made, value);
  return made;
}

std::vector<Tensor> Trace::record(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                  std::span<const NamedAttribute> attributes, std::source_location location) {
  impl_->requireOpen(label, location);
  if (is_dynamic_) return script_->record(*this, op, label, operands, attributes, location);
  mlir::MLIRContext &context = impl_->context();
  mlir::OperationState state(sourceLocation(context, label, location), "burin." + std::string(op));
  for (const Tensor &operand : operands) state.operands.push_back(impl_->valueOf(*this, operand, label, location));
  for (const auto &[name, value] : attributes) state.addAttribute(name, attributeOf(context, value));

  ErrorCollector errors(context);
  if (failed(inferTypes(state))) throw_diagnostic(errors.kind, label, errors.text, location);
  mlir::Operation *operation = impl_->builder.create(state);
  try {
    checkResults(operation, label, location);
  } catch (...) {
    operation->erase();
    throw;
  }
  impl_->nameOperation(operation, label, location);
  std::vector<Tensor> results = impl_->symbolicResults(shared_from_this(), operation, label, location);
  if (script_) script_->note_record(*this, op, label, operands, attributes, location, results);
  if (checks_numerics_) {
    const auto script = std::exchange(script_, nullptr); // which has the op alone
    record_checks(op, label, operands, results, location);
    script_ = script;
  }
  return results;
}

Tensor Trace::read(const std::shared_ptr<runtime::VariableState> &variable, std::source_location location) {
  impl_->requireOpen("read_value", location);
  if (is_dynamic_) return script_->perform(*this, "read_value", {}, reading_of(variable, location), location)[0];
  const mlir::Value argument = impl_->variableArgument(variable, location);
  const mlir::Location place = sourceLocation(impl_->context(), "read_value", location);
  auto read = compiler::ReadOp::create(impl_->builder, place, argument);
  impl_->nameOperation(read, "read_value", location);
  const Tensor result = impl_->symbolic(shared_from_this(), read.getResult(), "read_value", location);
  if (script_) script_->note(*this, "read_value", {}, reading_of(variable, location), {&result, 1}, location);
  return result;
}

void Trace::assign(const std::shared_ptr<runtime::VariableState> &variable, const Tensor &value, std::source_location location) {
  impl_->requireOpen("assign", location);
  if (is_dynamic_) {
    script_->perform(*this, "assign", {&value, 1}, assigning_of(variable, location), location);
    return;
  }
  const mlir::Value stored = impl_->valueOf(*this, value, "assign", location);
  const mlir::Value argument = impl_->variableArgument(variable, location);
  auto assign = compiler::AssignOp::create(impl_->builder, sourceLocation(impl_->context(), "assign", location), argument, stored);
  impl_->nameOperation(assign, "assign", location);
  if (script_) script_->note(*this, "assign", {&value, 1}, assigning_of(variable, location), {}, location);
}

std::vector<Tensor> Trace::effect(std::string_view op, std::shared_ptr<const runtime::EffectSite> site, std::span<const Tensor> operands,
                                  std::span<const NamedAttribute> attributes, std::span<const TensorSpec> results,
                                  std::source_location location, std::string_view label) {
  if (label.empty()) label = op;
  impl_->requireOpen(op, location);
  assert(!is_dynamic_ && "what an effect does depends on the shapes: `perform` it");
  mlir::MLIRContext &context = impl_->context();
  mlir::OperationState state(sourceLocation(context, op, location), "burin." + std::string(op));
  for (const Tensor &operand : operands) state.operands.push_back(impl_->valueOf(*this, operand, op, location));
  for (const auto &[name, value] : attributes)
    if (const auto *flag = std::get_if<bool>(&value); !flag) state.addAttribute(name, attributeOf(context, value));
    else if (*flag) state.addAttribute(name, mlir::UnitAttr::get(&context));
  state.addAttribute("site", impl_->builder.getI64IntegerAttr(static_cast<std::int64_t>(impl_->sites.size())));
  const std::int32_t segments[] = {static_cast<std::int32_t>(operands.size()), 0}; // no state of variables
  state.addAttribute("operandSegmentSizes", impl_->builder.getDenseI32ArrayAttr(segments));
  for (const TensorSpec &result : results) state.types.push_back(tensorType(context, result.dtype, result.shape.extents()));
  mlir::Operation *operation = impl_->builder.create(state);
  impl_->sites.push_back(std::move(site));
  impl_->nameOperation(operation, label, location);
  std::vector<Tensor> given = impl_->symbolicResults(shared_from_this(), operation, label, location);
  if (script_) script_->note(*this, op, operands, effect_of(op, impl_->sites.back(), attributes, results, location), given, location);
  return given;
}

// --- the end -------------------------------------------------------------------------------------------------------

void Trace::Impl::endFunction(mlir::ValueRange results, std::source_location location) {
  FunctionBody &ended = body();
  mlir::func::ReturnOp::create(builder, sourceLocation(context(), "return", location), results);
  ended.function.setFunctionType(builder.getFunctionType(ended.block().getArgumentTypes(), results.getTypes()));
  const auto firstVariable = static_cast<unsigned>(ended.arguments + ended.captures.size());
  for (const auto &[i, variable] : llvm::enumerate(ended.variables))
    ended.function.setArgAttr(firstVariable + static_cast<unsigned>(i), "burin.variable", builder.getStringAttr(variable->name()));
}

Trace::Finished Trace::finish(std::span<const Tensor> results, std::source_location location) {
  Impl &impl = *impl_;
  impl.requireOpen(impl.name, location);
  if (is_dynamic_) {
    Finished finished{{nullptr, &compiler::Module::destroy}, script_, {}, {}, {}};
    finished.variables = script_->finish(*this, results, location);
    impl.module.reset();
    return finished;
  }
  llvm::SmallVector<mlir::Value> values;
  for (const Tensor &result : results) values.push_back(impl.valueOf(*this, result, impl.name, location));
  impl.endFunction(values, location);
  ErrorCollector errors(impl.context());
  if (failed(mlir::verify(impl.module->op()))) throw_diagnostic(errors.kind, impl.name, errors.text, location);
  script_.reset();
  FunctionBody body = std::move(impl.functions.back());
  impl.functions.clear();
  impl.callees.clear();
  std::vector<Tensor> captures; // of concrete tensors: it has no caller
  for (Capture &capture : body.captures) captures.push_back(std::move(capture.concrete));
  return {std::move(impl.module), nullptr, std::move(captures), std::move(body.variables), std::move(impl.sites)};
}

} // namespace burin::detail
