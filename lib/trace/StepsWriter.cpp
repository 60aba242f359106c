// A dynamic graph as the module of its steps (StepsModule.h).
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/Script.h"
#include "lib/trace/StepsModule.h"
#include "lib/trace/TraceImpl.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include <algorithm>
#include <map>

namespace burin::detail {

using Recipe = Script::Recipe;
using Kind = Script::Step::Kind;

class ScriptWriter {
public:
  ScriptWriter(const Script &script, std::span<const OperationId> initializers, std::source_location location)
      : script_(script), recording_(*script.samples_[0].trace), graph_(*recording_.impl().graph), initializers_(initializers),
        location_(location), module_(compiler::makeStepsModule(script.name_)), b_(module_.context.get()) {
    b_.setInsertionPointToEnd(module_.module->getBody());
    if (script_.checks_numerics()) (*module_.module)->setAttr("step.checks_numerics", b_.getUnitAttr());
  }

  std::string write(ModuleForm form) {
    for (const auto &variable : recording_.impl().functions.front().variables) addVariable(*variable);
    for (std::size_t step = 0; step < script_.steps().size(); ++step) {
      addLeftConstants(step);
      addStep(step);
    }
    const std::map<OperationId, std::vector<OperationId>> in_order(graph_.after.begin(), graph_.after.end());
    for (const auto &[id, before] : in_order) addDependencies(id, before);
    std::string text;
    llvm::raw_string_ostream stream(text);
    mlir::BytecodeWriterConfig config;
    config.setDesiredBytecodeVersion(kBytecodeVersion);
    if (form == ModuleForm::Text) module_.module->print(stream, mlir::OpPrintingFlags().enableDebugInfo());
    else if (failed(mlir::writeBytecodeToFile(*module_.module, stream, config)))
      throw_error<CompileError>("save_graph", location_, "the graph can't be written");
    return text;
  }

private:
  // --- attributes ---

  mlir::Attribute list(const std::vector<std::size_t> &numbers) {
    return b_.getDenseI64ArrayAttr(std::vector<std::int64_t>(numbers.begin(), numbers.end()));
  }
  mlir::Attribute number(std::size_t value) { return b_.getI64IntegerAttr(static_cast<std::int64_t>(value)); }
  mlir::Attribute texts(const std::vector<std::string> &texts) {
    return b_.getStrArrayAttr(llvm::SmallVector<llvm::StringRef>(texts.begin(), texts.end()));
  }
  mlir::RankedTensorType typeOf(DType dtype, const Shape &shape) {
    std::vector<std::int64_t> extents(shape.begin(), shape.end());
    std::replace(extents.begin(), extents.end(), kDynamic, mlir::ShapedType::kDynamic);
    return tensorType(*module_.context, dtype, extents);
  }
  mlir::Attribute typeAttribute(const TensorSpec &spec) { return mlir::TypeAttr::get(typeOf(spec.dtype, spec.shape)); }
  mlir::Attribute shapes(const std::vector<Shape> &shapes) {
    llvm::SmallVector<mlir::Attribute> all;
    for (const Shape &shape : shapes) all.push_back(b_.getDenseI64ArrayAttr(std::vector<std::int64_t>(shape.begin(), shape.end())));
    return b_.getArrayAttr(all);
  }
  mlir::Attribute bytes(const void *data, std::size_t size) {
    return b_.getStringAttr(llvm::StringRef(static_cast<const char *>(data), size));
  }
  mlir::Attribute arguments(const ActionCode &code) {
    llvm::SmallVector<mlir::Attribute> all;
    for (const AttributeValue &argument : code.arguments) all.push_back(attributeOf(*module_.context, argument));
    return b_.getArrayAttr(all);
  }

  // --- operations ---

  mlir::Location place(std::source_location location) {
    if (location.line() == 0) return b_.getUnknownLoc();
    return mlir::FileLineColLoc::get(module_.context.get(), location.file_name(), location.line(), location.column());
  }

  mlir::Operation *add(llvm::StringRef kind, std::source_location location, llvm::ArrayRef<mlir::Value> operands,
                       llvm::ArrayRef<mlir::NamedAttribute> attributes, llvm::ArrayRef<mlir::Type> results = {}) {
    mlir::OperationState state(place(location), ("step." + kind).str(), operands, results, attributes);
    return b_.create(state);
  }
  mlir::NamedAttribute named(llvm::StringRef name, mlir::Attribute value) { return b_.getNamedAttr(name, value); }

  /// The tensors of `slots` that there are; which these are goes to `attributes`.
  llvm::SmallVector<mlir::Value> operands(const Script::Slots &slots, llvm::SmallVectorImpl<mlir::NamedAttribute> &attributes) {
    llvm::SmallVector<mlir::Value> values;
    std::vector<std::int64_t> numbers;
    for (const Script::Slot &slot : slots) {
      const bool is_there = slot.value != Script::kOther || slot.other.defined();
      numbers.push_back(is_there ? static_cast<std::int64_t>(values.size()) : -1);
      if (is_there) values.push_back(slot.value == Script::kOther ? concrete(slot.other) : values_.at(slot.value));
    }
    if (llvm::is_contained(numbers, -1)) attributes.push_back(named("operands", b_.getDenseI64ArrayAttr(numbers)));
    return values;
  }

  mlir::Value concrete(const Tensor &tensor) {
    mlir::Value &value = tensors_[tensor.impl()];
    if (value) return value;
    const TensorImpl &impl = *tensor.impl();
    const std::size_t size = checked_bytes(impl.dtype, impl.shape, "save_graph", location_);
    return value = add("tensor", {}, {}, {named("value", bytes(impl.data, size))}, {typeOf(impl.dtype, impl.shape)})->getResult(0);
  }

  void addVariable(runtime::VariableState &variable) {
    numbers_.emplace(&variable, numbers_.size());
    const std::vector<std::int64_t> &extents = variable.extents();
    llvm::SmallVector<mlir::NamedAttribute> attributes{
        named("name", b_.getStringAttr(variable.name())),
        named("type", typeAttribute({variable.dtype(), Shape(std::span<const std::int64_t>(extents))}))};
    if (const runtime::BufferRef value = variable.read()) attributes.push_back(named("value", bytes(value->data(), value->bytes())));
    for (const OperationId id : initializers_)
      if (variableOf(id) == &variable) attributes.push_back(named("initializer", b_.getStringAttr(graph_.items[id].name)));
    add("variable", {}, {}, attributes);
  }

  const runtime::VariableState *variableOf(OperationId initializer) {
    auto assign = mlir::cast<compiler::AssignOp>(graph_.items[initializer].op);
    const FunctionBody &body = recording_.impl().functions.front();
    const unsigned argument = mlir::cast<mlir::BlockArgument>(assign.getVariable()).getArgNumber();
    return body.variables[argument - body.arguments - body.captures.size()].get();
  }

  void addDependencies(OperationId id, const std::vector<OperationId> &before) {
    std::vector<std::string> names{graph_.items[id].name};
    for (const OperationId each : before) names.push_back(graph_.items[each].name);
    add("after", {}, {}, {named("names", texts(names))});
  }

  // --- steps ---

  Script::Slots slotsOf(const Script::Step &step) const {
    if (step.kind == Kind::Control) return script_.control(step.number).operands;
    if (step.kind == Kind::Cut) return script_.cut(step.number).operands;
    if (const auto *act = std::get_if<Recipe::Act>(&step.recipe->what)) return act->operands;
    if (const auto *end = std::get_if<Recipe::EndRegion>(&step.recipe->what)) return end->results;
    return {};
  }

  /// Constants that were made for what then failed: they have names.
  void addLeftConstants(std::size_t number) {
    const Script::Run &sample = script_.samples_[0];
    const Script::Step &step = script_.steps()[number];
    const std::size_t before = number == 0 ? 0 : sample.recorded[number - 1].end.constants;
    const auto &[begin, end] = sample.recorded[number];
    const Script::Slots slots = slotsOf(step);
    const auto *act = step.recipe ? std::get_if<Recipe::Act>(&step.recipe->what) : nullptr;
    const bool makes_some = act && (!act->action.code() || act->action.code()->name != "op");
    for (std::size_t i = before; i < (makes_some ? begin.constants : end.constants); ++i) {
      const Tensor &value = recording_.constant_value(i);
      const auto is_it = [&](const Script::Slot &slot) { return slot.value == Script::kOther && slot.other.impl() == value.impl(); };
      if (std::none_of(slots.begin(), slots.end(), is_it)) add("leave", {}, {concrete(value)}, {});
    }
  }

  /// Of the operations that the step recorded, in order.
  mlir::Attribute namesOf(std::size_t number) {
    const auto &[begin, end] = script_.samples_[0].recorded[number];
    const Trace::Impl &impl = recording_.impl();
    std::vector<OperationId> ids;
    for (std::size_t i = begin.operations; i < end.operations; ++i) ids.push_back(graph_.ids.lookup(impl.operations[i]));
    std::sort(ids.begin(), ids.end());
    std::vector<std::string> names;
    for (const OperationId id : ids) names.push_back(graph_.items[id].name);
    return texts(names);
  }

  void addStep(std::size_t number) {
    const Script::Step &step = script_.steps()[number];
    attributes_.clear();
    if (step.kind == Kind::Control) addControl(step, script_.control(step.number));
    else if (step.kind == Kind::Cut) addCut(step, script_.cut(step.number));
    else std::visit([&](const auto &what) { addRecipe(what, step, number); }, step.recipe->what);
  }

  void note(llvm::StringRef name, mlir::Attribute value) { attributes_.push_back(named(name, value)); }

  /// Adds an operation with the step's values as results.
  void finish(llvm::StringRef kind, std::source_location location, llvm::ArrayRef<mlir::Value> operands, const Script::Step &step) {
    llvm::SmallVector<mlir::Type> types;
    for (std::size_t i = 0; i < step.count; ++i)
      types.push_back(typeOf(script_.dtypes_[step.first + i], script_.seen_[step.first + i].shape));
    mlir::Operation *op = add(kind, location, operands, attributes_, types);
    for (std::size_t i = 0; i < step.count; ++i) values_[step.first + i] = op->getResult(static_cast<unsigned>(i));
  }

  void addCode(const ActionCode &code) {
    note("action", b_.getStringAttr(code.name));
    note("arguments", arguments(code));
    if (code.variables.empty()) return;
    std::vector<std::size_t> numbers;
    for (const auto &variable : code.variables) numbers.push_back(numbers_.at(variable.get()));
    note("variables", list(numbers));
  }

  [[noreturn]] void refuse(const std::string &label, std::source_location location) {
    throw_error<Error>("save_graph", location_, label, location.line() ? " (at " + detail::place(location) + ")" : std::string(),
                       " calls a function of the program, which a file can't hold: leave it out of the graph, or save one that it is "
                       "no part of");
  }

  void addRecipe(const Recipe::Act &act, const Script::Step &step, std::size_t number) {
    if (!act.action.code()) refuse(act.label, step.recipe->location);
    addCode(*act.action.code());
    note("label", b_.getStringAttr(act.label));
    note("names", namesOf(number));
    if (act.uses) note("later", b_.getUnitAttr());
    finish("act", step.recipe->location, operands(act.operands, attributes_), step);
  }
  void addRecipe(const Recipe::OpenNames &names, const Script::Step &step, std::size_t) {
    note("name", b_.getStringAttr(names.name));
    note("mark", this->number(step.number));
    finish("open_names", {}, {}, step);
  }
  void addRecipe(const Recipe::CloseNames &names, const Script::Step &step, std::size_t) {
    note("mark", this->number(names.mark));
    finish("close_names", {}, {}, step);
  }
  void addRecipe(const Recipe::Placeholder &placeholder, const Script::Step &step, std::size_t) {
    note("name", b_.getStringAttr(placeholder.spec.name));
    if (!placeholder.spec.dimensions.empty()) note("dimensions", texts(placeholder.spec.dimensions));
    const Script::Slots value = placeholder.value ? Script::Slots{*placeholder.value} : Script::Slots();
    finish("placeholder", step.recipe->location, operands(value, attributes_), step);
  }
  void addRecipe(const Recipe::BeginRegion &region, const Script::Step &step, std::size_t) {
    note("region", this->number(step.number));
    note("what", b_.getStringAttr(region.what));
    if (script_.is_by_host(step.number)) note("by_host", b_.getUnitAttr());
    finish("begin_region", step.recipe->location, {}, step);
  }
  void addRecipe(const Recipe::RegionArgument &argument, const Script::Step &step, std::size_t) {
    note("region", this->number(step.number));
    note("name", b_.getStringAttr(argument.spec.name));
    note("type", typeAttribute(argument.spec));
    const Script::Slots like = argument.like ? Script::Slots{*argument.like} : Script::Slots();
    finish("region_argument", step.recipe->location, operands(like, attributes_), step);
  }
  void addRecipe(const Recipe::EndRegion &end, const Script::Step &step, std::size_t) {
    note("region", this->number(step.number));
    note("label", b_.getStringAttr(end.label));
    finish("end_region", step.recipe->location, operands(end.results, attributes_), step);
  }
  void addRecipe(const Recipe::Give &give, const Script::Step &step, std::size_t) {
    note("name", b_.getStringAttr(give.name));
    note("place", list({static_cast<std::size_t>(give.place.is_constant), actNumber(give.place), give.place.number, give.place.output}));
    const Script::Slots value = give.place.constant.defined() ? Script::Slots{{Script::kOther, give.place.constant}} : Script::Slots();
    finish("give", step.recipe->location, operands(value, attributes_), step);
  }
  /// The number of the place's step in the module, where further ones may stand: that of its own.
  static std::size_t actNumber(const ScriptPlace &place) { return place.step == Script::kOther ? 0 : place.step; }

  void addControl(const Script::Step &step, const Script::Control &control) {
    note("kind", number(static_cast<std::size_t>(control.kind)));
    note("label", b_.getStringAttr(control.label));
    note("regions", list(control.regions));
    note("paths", texts(control.loop.paths));
    note("changing", shapes(control.loop.changing));
    llvm::SmallVector<mlir::Attribute> stacked;
    for (const TensorSpec &spec : control.loop.stacked) stacked.push_back(typeAttribute(spec));
    if (!stacked.empty()) note("stacked", b_.getArrayAttr(stacked));
    if (control.loop.reverse) note("reverse", b_.getUnitAttr());
    Script::Slots slots = control.operands;
    slots.push_back(control.rows);
    finish("control", control.location, operands(slots, attributes_), step);
  }

  void addCut(const Script::Step &step, const Script::Cut &cut) {
    addCode(cut.finding.code);
    note("label", b_.getStringAttr(cut.label));
    finish("find", cut.location, operands(cut.operands, attributes_), step);
  }

  static constexpr int kBytecodeVersion = 2; // that compiler/pipeline/BytecodeCheck.cpp reads

  const Script &script_;
  Trace &recording_;
  const GraphRecords &graph_;
  std::span<const OperationId> initializers_;
  std::source_location location_;
  compiler::StepsModule module_;
  mlir::OpBuilder b_;
  llvm::SmallVector<mlir::NamedAttribute> attributes_; // of the step that is being written
  std::unordered_map<std::size_t, mlir::Value> values_;
  std::unordered_map<const TensorImpl *, mlir::Value> tensors_;
  std::unordered_map<const runtime::VariableState *, std::size_t> numbers_; // of variables
};

std::string write_steps(const GraphTrace &graph, std::span<const OperationId> initializers, ModuleForm form,
                        std::source_location location) {
  return ScriptWriter(graph.script(), initializers, location).write(form);
}

} // namespace burin::detail
