#include "lib/api/OpenCall.h"
#include "lib/api/EagerCache.h"
#include "lib/api/OpenForm.h"
#include "lib/api/ProcessOptions.h"
#include "lib/api/RecentOps.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/OpKinds.h"
#include "runtime/ThreadPool.h"
#include <algorithm>
#include <cassert>

namespace burin::detail {

// --- compiling -------------------------------------------------------------------------------------------------------

/// The extents that stand for those of the loops: all different, the last one for many whole vectors. That of a reduction is its own, as it
/// decides in which order is summed.
static std::vector<std::int64_t> stand_ins_of(const OpenForm &form) {
  constexpr std::int64_t kOuter[] = {3, 5, 7, 11, 13, 17, 19, 23, 29}, kLast[] = {4099, 4111};
  const std::int64_t reduced = form.reduces ? form.loops[1].extent : 0;
  std::vector<std::int64_t> stand_ins;
  const std::int64_t *next = kOuter;
  for (std::size_t i = 0; i < form.loop_count; ++i) {
    if (form.reduces && i == 1) {
      stand_ins.push_back(reduced);
    } else if (i + 1 == form.loop_count) {
      stand_ins.push_back(kLast[0] == reduced ? kLast[1] : kLast[0]);
    } else {
      if (*next == reduced) ++next;
      stand_ins.push_back(*next++);
    }
  }
  return stand_ins;
}

static Shape stand_in_shape(const OpenForm &form, std::size_t operand, const std::vector<std::int64_t> &stand_ins) {
  std::vector<std::int64_t> extents;
  bool moves = false;
  for (std::size_t i = 0; i < form.loop_count; ++i) {
    const bool moves_here = form.loops[i].moving >> operand & 1;
    moves |= moves_here;
    extents.push_back(moves_here ? stand_ins[i] : 1);
  }
  return moves ? Shape(std::span<const std::int64_t>(extents)) : Shape();
}

static std::shared_ptr<const compiler::Executable> compile(std::string_view op, std::string_view label, std::span<const Tensor> operands,
                                                           std::span<const NamedAttribute> attributes, const OpenForm &form,
                                                           std::source_location location) {
  compiler::CompileOptions options = compile_options();
  options.stand_ins = stand_ins_of(form);
  const NamedAttribute reduction[] = {{"axes", std::vector<std::int64_t>{1}}, {"keep_dims", false}};
  const Trace::Finished trace = record_eagerly(op, location, [&](Trace &trace) {
    std::vector<Tensor> arguments;
    for (std::size_t i = 0; i < operands.size(); ++i)
      arguments.push_back(
          trace.argument(operands[i].dtype(), stand_in_shape(form, i, options.stand_ins), "x" + std::to_string(i), location));
    return trace.record(op, label, arguments, form.reduces ? reduction : attributes, location);
  });
  return compiler::compile(*trace.module, options);
}

// --- running -------------------------------------------------------------------------------------------------------

/// One call, or what its tasks share.
struct Running {
  static constexpr std::size_t kMostArguments = OpenForm::kMostOperands + 3;
  runtime::Entry entry;
  std::array<void *, kMostArguments> arguments; ///< operands, result, no arena, the context
  std::size_t count;
  std::array<std::int64_t, 2 + kMaxRank> extents; ///< as OpenLoops has it
  std::int64_t grain; ///< of a task, along the outermost loop

  void run(std::int64_t begin, std::int64_t end) const {
    std::array<void *, kMostArguments> own = arguments;
    std::array<std::int64_t, 2 + kMaxRank> part = extents;
    part[0] = begin;
    part[1] = end;
    runtime::CallContext context;
    context.extents = part.data();
    own[count - 1] = &context;
    entry(own.data());
    assert(!context.failure);
  }
};

static void run_tasks(void **running, std::int64_t begin, std::int64_t end) {
  const auto &call = *static_cast<const Running *>(running[0]);
  call.run(begin * call.grain, std::min(end * call.grain, call.extents[2]));
}

/// Cuts the outermost loop into `most` tasks or less, at multiples of `unit`.
static void run_in_tasks(Running &call, std::int64_t most, std::int64_t unit) {
  const std::int64_t extent = call.extents[2], units = (extent + unit - 1) / unit, tasks = std::min(units, most);
  call.grain = (units + tasks - 1) / tasks * unit;
  void *shared[] = {&call};
  runtime::parallel_for(run_tasks, shared, (extent + call.grain - 1) / call.grain);
}

static Tensor run(const compiler::Executable &code, const OpenForm &form, std::span<const Tensor> operands, std::string_view label,
                  std::source_location location) {
  Tensor result = uninitialised(code.results[0].value.dtype, form.result, label, location);
  Running call;
  call.entry = code.entry;
  call.count = 0;
  for (const Tensor &operand : operands) call.arguments[call.count++] = operand.impl()->data;
  call.arguments[call.count++] = result.impl()->data;
  call.arguments[call.count++] = nullptr;
  ++call.count;
  for (std::size_t i = 0; i < form.loop_count; ++i) call.extents[2 + i] = form.loops[i].extent;
  const double work = static_cast<double>(form.element_count()) * static_cast<double>(code.open.work);
  const auto tasks = static_cast<std::int64_t>(work / static_cast<double>(runtime::kTaskWork));
  if (tasks < 2 || code.open.unit == 0) call.run(0, form.loops[0].extent);
  else run_in_tasks(call, tasks, code.open.unit);
  return result;
}

static EagerKey &add_form(EagerKey &key, const OpenForm &form) {
  for (const OpenForm::Loop &loop : form.used()) key.add(static_cast<std::int64_t>(loop.moving));
  return key;
}

static Tensor run(const RecentOps::Code &known, std::span<const Tensor> operands, std::string_view label, std::source_location location) {
  return known.program ? run_program(*known.program, operands, {label, location}) : run(*known.open, known.form, operands, label, location);
}

Tensor call_open(std::string_view op, std::string_view label, std::span<const Tensor> operands, std::span<const NamedAttribute> attributes,
                 std::source_location location) {
  if (const RecentOps::Code *known = attributes.empty() ? RecentOps::find(op, operands) : nullptr) return run(*known, operands, label, location);
  const OpKind kind = kind_of(op);
  if (kind == OpKind::Other || operands.size() > OpenForm::kMostOperands) return {};
  const std::optional<OpenForm> form = kind == OpKind::Elementwise ? elementwise_form(operands) : reduction_form(operands[0], attributes);
  if (!form) return {};
  EagerKey key(op);
  if (!form->reduces)
    for (const auto &[name, value] : attributes) key.add_attribute(value);
  for (const Tensor &operand : operands) key.add(static_cast<std::int64_t>(operand.impl()->dtype));
  const std::shared_ptr<OpenCode> codes = open_code(add_form(key, *form));
  if (!form->reduces) {
    const auto make = [&] { return compile_op(op, label, operands, attributes, location); };
    if (const Program *program = codes->for_first_shapes(operands, make)) {
      if (attributes.empty()) RecentOps::keep(op, operands, {codes, program});
      return run_program(*program, operands, {label, location});
    }
  }
  const compiler::Executable *code = nullptr;
  try {
    code = &codes->for_extent(form->reduces ? form->loops[1].extent : 0,
                              [&] { return compile(op, label, operands, attributes, *form, location); });
  } catch (const Error &) { return {}; } // of the shapes that there are, the op says what is wrong itself
  if (code->open.work == 0) return {};
  if (attributes.empty()) RecentOps::keep(op, operands, {codes, nullptr, code, *form});
  return run(*code, *form, operands, label, location);
}

} // namespace burin::detail
