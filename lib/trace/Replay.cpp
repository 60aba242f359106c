#include "lib/trace/Replay.h"
#include "lib/api/Errors.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/GraphTrace.h"
#include "lib/trace/TraceActions.h"
#include "lib/trace/TraceImpl.h"
#include <algorithm>

namespace burin::detail {

Replay::~Replay() {
  while (!regions_.empty()) regions_.erase(std::prev(regions_.end())); // the inner ones first
}

void Replay::put(std::size_t number, const Tensor &tensor) {
  if (number >= values_.size()) values_.resize(number + 1);
  values_[number] = tensor;
}

void Replay::put_all(std::size_t first, std::span<const Tensor> results) {
  for (std::size_t i = 0; i < results.size(); ++i) put(first + i, results[i]);
}

std::vector<Tensor> Replay::tensors(const Script::Slots &slots) const {
  std::vector<Tensor> result;
  for (const Script::Slot &slot : slots) {
    const auto other = slot.value == Script::kOther ? instead_.find(slot.other.impl()) : instead_.end();
    if (other != instead_.end()) result.push_back(other->second);
    else result.push_back(slot.value == Script::kOther ? slot.other : values_[slot.value]);
  }
  return result;
}

// --- what there is to do -------------------------------------------------------------------------------------------

std::vector<Tensor> Replay::act(const Script::Control &control) {
  static constexpr std::string_view ops[] = {"if", "while", "for"};
  std::vector<Region *> regions;
  for (const std::size_t region : control.regions) regions.push_back(regions_.at(region).get());
  LoopInfo loop = control.loop;
  loop.rows = tensors({control.rows})[0];
  std::vector<Tensor> results =
      to_.record(ops[static_cast<std::size_t>(control.kind)], control.label, tensors(control.operands), regions, loop, control.location);
  for (const std::size_t region : control.regions) regions_.erase(region);
  return results;
}

std::vector<Tensor> Replay::act(const Script::Cut &cut) { return to_.between(cut.label, tensors(cut.operands), cut.finding, cut.location); }

std::vector<Tensor> Replay::act(const Script::Recipe &recipe, std::size_t number) {
  using Recipe = Script::Recipe;
  const std::source_location location = recipe.location;
  if (const auto *act = std::get_if<Recipe::Act>(&recipe.what)) {
    const std::vector<Tensor> operands = tensors(act->operands);
    if (!to_.is_dynamic()) return act->action(to_, operands);
    if (!act->uses) return to_.perform(act->label, operands, act->action, location);
    to_.perform_later(operands, act->action, act->uses, location);
    return {};
  }
  if (const auto *placeholder = std::get_if<Recipe::Placeholder>(&recipe.what)) {
    const std::optional<Tensor> value = placeholder->value ? std::optional(tensors({*placeholder->value})[0]) : std::nullopt;
    const std::string &name = placeholder->spec.name;
    if (to_.kind() == Trace::Kind::Function) // a run of a graph, which feeds all others
      return to_.perform(name, {&*value, 1}, recording_of("identity", name, {}, location), location);
    return {
        GraphTrace(to_.shared_from_this(), "placeholder", location).placeholder(placeholder->spec, value ? &*value : nullptr, location)};
  }
  if (const auto *argument = std::get_if<Recipe::RegionArgument>(&recipe.what)) {
    Region &region = *regions_.at(number);
    const TensorSpec &spec = argument->spec;
    if (argument->like) return {region.argument(tensors({*argument->like})[0], spec.shape, spec.name, location)};
    return {region.argument(spec.dtype, spec.shape, spec.name, location)};
  }
  if (const auto *give = std::get_if<Recipe::Give>(&recipe.what)) return {on_the_way(give->place)};
  if (const auto *names = std::get_if<Recipe::OpenNames>(&recipe.what)) marks_.insert_or_assign(number, to_.open_names(names->name));
  else if (const auto *closed = std::get_if<Recipe::CloseNames>(&recipe.what)) to_.close_names(marks_.at(closed->mark));
  else if (const auto *begin = std::get_if<Recipe::BeginRegion>(&recipe.what))
    regions_[number] = std::make_unique<Region>(to_, begin->what, location);
  else if (const auto *end = std::get_if<Recipe::EndRegion>(&recipe.what))
    regions_.at(number)->end(tensors(end->results), end->label, location);
  return {};
}

// --- steps ---------------------------------------------------------------------------------------------------------

void Replay::step(const Script &script, std::size_t number) {
  const Script::Step &step = script.steps()[number];
  if (const auto wanted = wanted_.find(number); wanted != wanted_.end()) return step_on_the_way(script, number, wanted->second);
  if (step.kind == Script::Step::Kind::Control) put_all(step.first, act(script.control(step.number)));
  else if (step.kind == Script::Step::Kind::Cut) put_all(step.first, act(script.cut(step.number)));
  else put_all(step.first, act(*step.recipe, step.number));
  if (step.kind == Script::Step::Kind::BeginRegion && script.is_by_host(step.number))
    to_.run_regions_by_host(to_.name(), step.recipe->location);
}

// --- on the way ----------------------------------------------------------------------------------------------------

/// What `trace` has made since `before` at a place of a step with these operands.
static Tensor made_at(const ScriptPlace &place, Trace &trace, const Trace::Counts &before, std::span<const Tensor> operands,
                      std::source_location location) {
  const Trace::Counts after = trace.counts();
  if (!place.is_constant && before.operations + place.number < after.operations)
    return trace.output(before.operations + place.number, place.output);
  std::size_t own = 0;
  for (std::size_t i = before.constants; place.is_constant && i < after.constants; ++i) {
    const Tensor &value = trace.constant_value(i);
    if (std::any_of(operands.begin(), operands.end(), [&](const Tensor &operand) { return operand.impl() == value.impl(); })) continue;
    if (own++ == place.number) return trace.constant(value, location);
  }
  throw_error<Error>("run", location, "what is fetched or fed here isn't made for these extents");
}

/// What uses `made` uses `feed`.
static void put_instead(Trace &trace, const Tensor &made, const Tensor &feed, std::source_location location) {
  if (made.shape() != feed.shape())
    throw_error<ShapeError>("feed", location, "in a run with these feeds it is ", describe(made), ", its feed is ", describe(feed));
  const auto value_of = [&](const Tensor &tensor) { return trace.impl().recorded[tensor.impl()->symbolic->index].value; };
  value_of(made).replaceAllUsesWith(value_of(feed));
}

/// The step with what it records on its way as further results, and feeds of such as further operands.
void Replay::step_on_the_way(const Script &script, std::size_t number, std::vector<Wanted> &wanted) {
  const Script::Step &step = script.steps()[number];
  const auto &act = std::get<Script::Recipe::Act>(step.recipe->what);
  std::vector<Tensor> operands = tensors(act.operands);
  const std::size_t own = operands.size();
  std::vector<ScriptPlace> given;
  std::vector<std::pair<ScriptPlace, std::size_t>> fed; // each with the number of its feed among the operands
  for (const Wanted &each : wanted) {
    if (!each.feed.defined()) given.push_back(each.place);
    else fed.emplace_back(each.place, operands.size()), operands.push_back(each.feed);
  }
  const auto run = [action = act.action, own, given, fed, location = step.recipe->location](Trace &trace, std::span<const Tensor> all) {
    const Trace::Counts before = trace.counts();
    const std::span<const Tensor> operands = all.first(own);
    std::vector<Tensor> results = action(trace, operands);
    for (const auto &[place, feed] : fed) put_instead(trace, made_at(place, trace, before, operands, location), all[feed], location);
    for (const ScriptPlace &place : given) results.push_back(made_at(place, trace, before, operands, location));
    return results;
  };
  std::vector<Tensor> results = to_.perform(act.label, operands, run, step.recipe->location);
  put_all(step.first, std::span(results).first(step.count));
  auto next = results.begin() + static_cast<std::ptrdiff_t>(step.count);
  for (Wanted &each : wanted)
    if (!each.feed.defined()) each.given = *next++;
}

static bool is_same(const ScriptPlace &a, const ScriptPlace &b) {
  return a.is_constant == b.is_constant && a.number == b.number && a.output == b.output;
}

Tensor Replay::on_the_way(const ScriptPlace &place) const {
  if (place.constant.defined()) {
    const Tensor value = tensors({{Script::kOther, place.constant}})[0];
    if (is_symbolic(value)) return value;
    return to_.perform("constant", {&value, 1}, constant_of({}), {})[0];
  }
  for (const Wanted &each : wanted_.at(place.step))
    if (is_same(each.place, place)) return each.feed.defined() ? each.feed : each.given;
  return {};
}

} // namespace burin::detail
