// The graph that a file of steps holds (StepsModule.h): each step is done again. The file may be anybody's: what it says is held to what
// recording takes for granted, and what is wrong with the values of ops, the ops say themselves.
#include "burin/Error.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/Replay.h"
#include "lib/trace/StepsAttributes.h"
#include "lib/trace/StepsModule.h"
#include "lib/trace/TraceImpl.h"
#include <algorithm>
#include <cstring>
#include <map>
#include <set>

namespace burin::detail {

using Recipe = Script::Recipe;

class ScriptReader {
public:
  ScriptReader(const std::string &name, bool checks_numerics)
      : trace_(name), places_(std::make_shared<Places>()), replay_(*trace_.trace()) {
    if (checks_numerics) trace_.trace()->check_numerics();
    trace_.trace()->keep_script();
    trace_.trace()->keep_alive(places_);
  }

  GraphOfModule read(mlir::ModuleOp module) {
    const TraceScope scope(trace_.trace().get());
    for (mlir::Operation &op : *module.getBody()) readStep(&op);
    if (!open_regions_.empty() || std::any_of(regions_.begin(), regions_.end(), [](const auto &each) { return !each.second.is_used; }))
      fail(module, "a region is not that of any op");
    if (const auto cycle = trace_.in_cycle()) fail(module, "'" + trace_.name_of(*cycle) + "' comes after itself by control dependencies");
    verifySamples(module);
    return finish();
  }

private:
  // --- values ---

  Script::Slots slots(mlir::Operation *op, const Attributes &attributes) {
    Script::Slots all;
    for (const mlir::Value operand : op->getOperands()) {
      const auto known = slots_.find(operand); // in a module, operands may be made later, too
      if (known == slots_.end()) fail(op, "it reads what no step before it makes");
      all.push_back(known->second);
    }
    if (!attributes.has("operands")) return all;
    Script::Slots slots;
    for (const std::int64_t number : attributes.get<mlir::DenseI64ArrayAttr>("operands").asArrayRef()) {
      if (number >= static_cast<std::int64_t>(all.size())) fail(op, "it has too few operands");
      slots.push_back(number < 0 ? Script::Slot() : all[static_cast<std::size_t>(number)]);
    }
    return slots;
  }

  /// What a step gave, which must be what the file says.
  void put(mlir::Operation *op, const Attributes &attributes, const std::vector<Tensor> &results) {
    if (results.size() != op->getNumResults()) fail(op, "it gives another number of results here");
    for (std::size_t i = 0; i < results.size(); ++i) {
      const mlir::Value value = op->getResult(static_cast<unsigned>(i));
      const TensorSpec spec = attributes.spec(value.getType());
      if (spec.dtype != results[i].dtype() || spec.shape != results[i].shape())
        fail(op, "it gives " + describe(results[i]) + " here, expected " + describe(spec.dtype, spec.shape));
      replay_.put(values_, results[i]);
      slots_.try_emplace(value, Script::Slot{values_++, {}});
    }
  }

  Tensor valueOf(mlir::Operation *op, const TensorSpec &spec, llvm::StringRef bytes) {
    if (!spec.shape.is_static()) fail(op, "a value's extents are known");
    const std::size_t wanted = checked_bytes(spec.dtype, spec.shape, "load_graph", {});
    if (bytes.size() != wanted) fail(op, "a value has " + std::to_string(bytes.size()) + " bytes, expected " + std::to_string(wanted));
    if (spec.dtype == DType::Bool && llvm::any_of(bytes, [](char c) { return c != 0 && c != 1; })) fail(op, "a bool is neither 0 nor 1");
    const Tensor tensor = uninitialised(spec.dtype, spec.shape, "load_graph", {});
    if (wanted != 0) std::memcpy(tensor.impl()->data, bytes.data(), wanted);
    return tensor;
  }

  // --- steps ---

  void readStep(mlir::Operation *op) {
    const llvm::StringRef name = op->getName().getStringRef();
    if (!name.starts_with("step.") || op->getNumRegions() != 0 || op->getNumSuccessors() != 0) fail(op, "no graph has such a step");
    const llvm::StringRef kind = name.drop_front(5);
    const Attributes attributes(op);
    if (kind == "variable") return readVariable(op, attributes);
    if (kind == "tensor") return readTensor(op, attributes);
    if (kind == "after") return readDependencies(op, attributes);
    if (kind == "leave") return leave(op, attributes);
    const std::size_t first = trace_.size();
    put(op, attributes, resultsOf(op, kind, attributes));
    if (kind == "act") requireNames(op, attributes, first);
  }

  std::vector<Tensor> resultsOf(mlir::Operation *op, llvm::StringRef kind, const Attributes &attributes) {
    if (kind == "act") return act(op, attributes);
    if (kind == "placeholder") return placeholder(op, attributes);
    if (kind == "open_names") return replay_.act({Recipe::OpenNames{attributes.text("name")}, {}}, openMark(op, attributes));
    if (kind == "close_names") return closeNames(op, attributes);
    if (kind == "begin_region") return beginRegion(op, attributes);
    if (kind == "region_argument") return regionArgument(op, attributes);
    if (kind == "end_region") return endRegion(op, attributes);
    if (kind == "control") return control(op, attributes);
    if (kind == "find") return find(op, attributes);
    if (kind == "give") return give(op, attributes);
    fail(op, "no graph has such a step");
  }

  void readVariable(mlir::Operation *op, const Attributes &attributes) {
    const TensorSpec spec = attributes.type("type");
    if (!spec.shape.is_static()) fail(op, "a variable's extents are known");
    runtime::BufferRef initial;
    if (attributes.has("value")) initial = valueOf(op, spec, attributes.get<mlir::StringAttr>("value").getValue()).impl()->buffer;
    std::vector<std::int64_t> extents(spec.shape.begin(), spec.shape.end());
    variables_.push_back(std::make_shared<runtime::VariableState>(attributes.text("name"), spec.dtype, std::move(extents), initial));
    initializers_.push_back(attributes.has("initializer") ? attributes.text("initializer") : std::string());
    if (op->getNumOperands() + op->getNumResults() != 0) fail(op, "a variable is no tensor");
  }

  void readTensor(mlir::Operation *op, const Attributes &attributes) {
    if (op->getNumResults() != 1 || op->getNumOperands() != 0) fail(op, "a tensor is one value");
    const TensorSpec spec = attributes.spec(op->getResult(0).getType());
    const Tensor tensor = valueOf(op, spec, attributes.get<mlir::StringAttr>("value").getValue());
    slots_.try_emplace(op->getResult(0), Script::Slot{Script::kOther, tensor});
  }

  void leave(mlir::Operation *op, const Attributes &attributes) {
    const Script::Slots operands = slots(op, attributes);
    if (operands.size() != 1 || !operands[0].other.defined() || op->getNumResults() != 0) fail(op, "it is a tensor that is left");
    trace_.trace()->leave_constant(operands[0].other);
  }

  std::source_location place(mlir::Operation *op) { return places_->at(op->getLoc()); }

  ActionCode code(mlir::Operation *op, const Attributes &attributes) {
    ActionCode code{attributes.text("action")};
    for (const mlir::Attribute each : attributes.get<mlir::ArrayAttr>("arguments")) code.arguments.push_back(attributes.value(each));
    if (!attributes.has("variables")) return code;
    for (const std::size_t number : attributes.numbers("variables")) {
      if (number >= variables_.size()) fail(op, "it has a variable that isn't there");
      code.variables.push_back(variables_[number]);
    }
    return code;
  }

  std::vector<Tensor> act(mlir::Operation *op, const Attributes &attributes) {
    const std::source_location location = place(op);
    Recipe::Act act{attributes.text("label"), slots(op, attributes), make_action(code(op, attributes), location)};
    if (attributes.has("later"))
      act.uses = [variables = act.action.code()->variables, location](Trace &trace) {
        for (const auto &variable : variables) trace.assign(variable, trace.read(variable, location), location);
      };
    return replay_.act({act, location}, 0);
  }

  std::vector<Tensor> find(mlir::Operation *op, const Attributes &attributes) {
    const std::source_location location = place(op);
    return replay_.act(
        Script::Cut{slots(op, attributes), make_finding(code(op, attributes), location), attributes.text("label"), location});
  }

  /// Those that a step recorded have the names that the file says.
  void requireNames(mlir::Operation *op, const Attributes &attributes, std::size_t first) {
    std::vector<std::string> names;
    const std::vector<GraphRecords::Item> &items = trace_.recording().graph->items;
    for (std::size_t id = first; id < items.size(); ++id)
      if (items[id].op && !mlir::isa<compiler::ConstantOp>(items[id].op)) names.push_back(items[id].name);
    if (names != attributes.texts("names"))
      fail(op, "'" + attributes.text("label") + "' is made of other operations here than in the version of Burin that wrote the file");
  }

  std::vector<Tensor> placeholder(mlir::Operation *op, const Attributes &attributes) {
    const Script::Slots value = slots(op, attributes);
    if (op->getNumResults() != 1 || value.size() > 1) fail(op, "a placeholder is one tensor");
    Recipe::Placeholder placeholder{attributes.spec(op->getResult(0).getType()), std::nullopt};
    placeholder.spec.name = attributes.text("name");
    if (attributes.has("dimensions")) placeholder.spec.dimensions = attributes.texts("dimensions");
    if (!value.empty()) {
      placeholder.value = value[0];
      const Tensor tensor = replay_.tensors(value)[0];
      if (!tensor.defined() || tensor.dtype() != placeholder.spec.dtype || !tensor.shape().fits(placeholder.spec.shape))
        fail(op, "its default doesn't fit it");
    }
    return replay_.act({placeholder, place(op)}, 0);
  }

  std::size_t openMark(mlir::Operation *op, const Attributes &attributes) {
    const std::size_t mark = attributes.number("mark");
    if (!marks_.insert(mark).second) fail(op, "a scope is opened twice");
    return mark;
  }

  std::vector<Tensor> closeNames(mlir::Operation *op, const Attributes &attributes) {
    const std::size_t mark = attributes.number("mark");
    if (!marks_.contains(mark)) fail(op, "no such scope is open");
    return replay_.act({Recipe::CloseNames{mark}, {}}, 0);
  }

  // --- control flow ---

  struct OpenRegion {
    std::size_t outer;
    std::vector<Tensor> arguments = {}, results = {};
    bool has_ended = false, is_used = false;
  };
  std::size_t innermost() const { return open_regions_.empty() ? Script::kOther : open_regions_.back(); }

  std::vector<Tensor> beginRegion(mlir::Operation *op, const Attributes &attributes) {
    const std::size_t number = attributes.number("region");
    if (!regions_.emplace(number, OpenRegion{innermost()}).second) fail(op, "a region begins twice");
    if (open_regions_.size() > kMostRegions) fail(op, "regions are nested too deeply");
    open_regions_.push_back(number);
    replay_.act({Recipe::BeginRegion{attributes.text("what")}, place(op)}, number);
    if (attributes.has("by_host")) trace_.trace()->run_regions_by_host("load_graph", {});
    return {};
  }

  OpenRegion &openRegion(mlir::Operation *op, const Attributes &attributes) {
    if (open_regions_.empty() || open_regions_.back() != attributes.number("region")) fail(op, "its region is not the innermost one");
    return regions_.at(open_regions_.back());
  }

  std::vector<Tensor> regionArgument(mlir::Operation *op, const Attributes &attributes) {
    OpenRegion &region = openRegion(op, attributes);
    const Script::Slots like = slots(op, attributes);
    Recipe::RegionArgument argument{attributes.type("type"), std::nullopt};
    argument.spec.name = attributes.text("name");
    if (!like.empty()) {
      argument.like = like[0];
      const Tensor tensor = replay_.tensors(like)[0];
      const Shape &changing = argument.spec.shape;
      if (like.size() != 1 || !tensor.defined() || tensor.dtype() != argument.spec.dtype ||
          (!changing.is_static() && changing.rank() != tensor.rank()))
        fail(op, "it is not like its operand");
    }
    std::vector<Tensor> results = replay_.act({argument, place(op)}, open_regions_.back());
    region.arguments.push_back(results[0]);
    return results;
  }

  std::vector<Tensor> endRegion(mlir::Operation *op, const Attributes &attributes) {
    OpenRegion &region = openRegion(op, attributes);
    const Script::Slots results = slots(op, attributes);
    region.results = replay_.tensors(results);
    if (std::any_of(region.results.begin(), region.results.end(), [](const Tensor &tensor) { return !tensor.defined(); }))
      fail(op, "a region gives nothing");
    replay_.act({Recipe::EndRegion{results, attributes.text("label")}, place(op)}, open_regions_.back());
    region.has_ended = true;
    open_regions_.pop_back();
    return {};
  }

  std::vector<Tensor> control(mlir::Operation *op, const Attributes &attributes) {
    const std::size_t kind = attributes.number("kind");
    if (kind > static_cast<std::size_t>(Script::Control::Kind::For)) fail(op, "no such control flow is known");
    Script::Control control{static_cast<Script::Control::Kind>(kind),
                            attributes.text("label"),
                            place(op),
                            slots(op, attributes),
                            attributes.numbers("regions"),
                            {}};
    if (control.operands.empty()) fail(op, "it has no operands");
    control.rows = control.operands.back();
    control.operands.pop_back();
    control.loop.paths = attributes.texts("paths");
    for (const auto each : attributes.elements<mlir::DenseI64ArrayAttr>("changing"))
      control.loop.changing.push_back(attributes.shape(each.asArrayRef()));
    if (attributes.has("stacked"))
      for (const auto each : attributes.elements<mlir::TypeAttr>("stacked"))
        control.loop.stacked.push_back(attributes.spec(each.getValue()));
    control.loop.reverse = attributes.has("reverse");
    if (const std::string why = objection(control); !why.empty()) fail(op, why);
    for (const std::size_t region : control.regions) regions_.at(region).is_used = true;
    return replay_.act(control);
  }

  static bool is_scalar(const Tensor &tensor, DType dtype) { return tensor.defined() && tensor.dtype() == dtype && tensor.rank() == 0; }
  static bool agree(std::span<const Tensor> a, std::span<const Tensor> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Tensor &a, const Tensor &b) {
      return a.defined() && b.defined() && a.dtype() == b.dtype() && a.rank() == b.rank();
    });
  }

  /// A reason against it; empty if there is none.
  std::string objection(const Script::Control &control) {
    using ControlKind = Script::Control::Kind;
    const bool is_for = control.kind == ControlKind::For, is_if = control.kind == ControlKind::If;
    if (control.regions.size() != (is_for ? 1u : 2u)) return "it has another number of regions";
    for (const std::size_t number : control.regions) {
      const auto region = regions_.find(number);
      if (region == regions_.end() || !region->second.has_ended || region->second.is_used || region->second.outer != innermost())
        return "its regions don't stand before it";
    }
    if (control.regions.front() == control.regions.back() && !is_for) return "its regions are one";
    const OpenRegion &first = regions_.at(control.regions.front()), &last = regions_.at(control.regions.back());
    const std::vector<Tensor> operands = replay_.tensors(control.operands);
    if (is_if) {
      if (operands.size() != 1 || !is_scalar(operands[0], DType::Bool)) return "its predicate is no bool";
      if (!first.arguments.empty() || !last.arguments.empty() || !agree(first.results, last.results)) return "its branches don't fit";
      return {};
    }
    const std::span<const Tensor> state = std::span(operands).subspan(is_for ? 1 : 0);
    if (is_for && !is_scalar(operands[0], DType::I64)) return "its count is no i64";
    if (!is_for && (first.results.size() != 1 || !is_scalar(first.results[0], DType::Bool) || !agree(first.arguments, state)))
      return "its test doesn't fit";
    if (is_for && (last.arguments.empty() || !is_scalar(last.arguments[0], DType::I64))) return "its body doesn't count";
    if (last.results.size() < control.loop.stacked.size()) return "its body gives too little";
    const std::size_t kept = last.results.size() - control.loop.stacked.size();
    if (!agree(std::span(last.arguments).subspan(is_for ? 1 : 0), state) || !agree(std::span(last.results).first(kept), state))
      return "its body doesn't fit its state";
    return objection(control.loop, state, std::span(last.results).subspan(kept), replay_.tensors({control.rows})[0]);
  }

  static std::string objection(const LoopInfo &loop, std::span<const Tensor> state, std::span<const Tensor> rows, const Tensor &like) {
    if (loop.paths.size() < state.size() + rows.size() || loop.changing.size() > state.size()) return "its state has other names";
    for (std::size_t i = 0; i < loop.changing.size(); ++i)
      if (!loop.changing[i].is_static() && loop.changing[i].rank() != state[i].rank()) return "what changes is not its state";
    if (!loop.stacked.empty() && (!like.defined() || like.rank() == 0 || loop.changing.size() != state.size())) return "it has no rows";
    for (std::size_t i = 0; i < rows.size(); ++i)
      if (loop.stacked[i].dtype != rows[i].dtype() || loop.stacked[i].shape.rank() != rows[i].rank()) return "its rows are others";
    return {};
  }

  // --- the rest ---

  std::vector<Tensor> give(mlir::Operation *op, const Attributes &attributes) {
    const std::vector<std::size_t> place = attributes.numbers("place");
    const Script::Slots value = slots(op, attributes);
    if (place.size() != 4 || value.size() > 1 || place[0] > 1 || place[3] > 64) fail(op, "it is no place");
    const ScriptPlace at{value.empty() ? Tensor() : replay_.tensors(value)[0], place[0] == 1, place[1], place[2],
                         static_cast<unsigned>(place[3])};
    return {trace_.give(at, attributes.text("name"))};
  }

  OperationId named(mlir::Operation *op, const std::string &name) {
    const auto id = trace_.find(name);
    if (!id) fail(op, "it refers to an operation '" + name + "' that there isn't");
    return *id;
  }

  void readDependencies(mlir::Operation *op, const Attributes &attributes) {
    const std::vector<std::string> names = attributes.texts("names");
    if (names.empty()) fail(op, "it names no operation");
    if (std::count(names.begin(), names.end(), names[0]) > 1) fail(op, "'" + names[0] + "' comes after itself by control dependencies");
    for (std::size_t i = 1; i < names.size(); ++i) trace_.set_dependency(named(op, names[0]), named(op, names[i]));
  }

  /// What the verifier objects to in the recordings, which are graphs like any other.
  void verifySamples(mlir::ModuleOp module) {
    if (const std::string objection = trace_.objection(); !objection.empty()) fail(module, objection);
  }

  GraphOfModule finish() {
    GraphOfModule made{std::move(trace_), {}, {}};
    std::vector<std::pair<OperationId, std::size_t>> own;
    for (std::size_t i = 0; i < variables_.size(); ++i)
      if (!initializers_[i].empty()) {
        const auto id = made.trace.find(initializers_[i]);
        if (!id || !made.trace.assigns(*id, variables_[i]))
          throw IoError("the initializer of variable '" + variables_[i]->name() + "' isn't there");
        own.emplace_back(*id, i);
      }
    std::sort(own.begin(), own.end());
    for (const auto &[id, i] : own) {
      made.initializers.push_back(id);
      made.variables.push_back(variables_[i]);
    }
    for (std::size_t i = 0; i < variables_.size(); ++i)
      if (initializers_[i].empty()) made.variables.push_back(variables_[i]);
    return made;
  }

  static constexpr std::size_t kMostRegions = 64;

  GraphTrace trace_;
  std::shared_ptr<Places> places_;
  Replay replay_;
  llvm::DenseMap<mlir::Value, Script::Slot> slots_;
  std::size_t values_ = 0;
  std::vector<std::shared_ptr<runtime::VariableState>> variables_;
  std::vector<std::string> initializers_; // of the variables: names of operations, or nothing
  std::set<std::size_t> marks_;
  std::map<std::size_t, OpenRegion> regions_;
  std::vector<std::size_t> open_regions_; // innermost last
};

GraphOfModule read_steps(std::string_view bytes, std::string_view name) {
  const compiler::StepsModule steps = compiler::readUntrustedSteps(bytes, name);
  mlir::ModuleOp module = *steps.module;
  const std::optional<llvm::StringRef> graph = module.getSymName();
  if (!graph) fail(module, "it has no name");
  return ScriptReader(graph->str(), module->hasAttr("step.checks_numerics")).read(module);
}

} // namespace burin::detail
