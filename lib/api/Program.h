#pragma once
#include "compiler/Compiler.h"
#include "lib/api/TensorImpl.h"
#include "lib/trace/Trace.h"
#include "runtime/NumericsSearch.h"
#include "runtime/VariableStore.h"
#include <exception>
#include <memory>
#include <source_location>
#include <span>
#include <vector>

namespace burin::detail {

/// A compiled function with all that it takes along: what it captured, its effects on the host, the sizes of what it makes.
class Program {
public:
  /// `captures` are the executable's last inputs. `location` is the user's line, for errors of a run.
  explicit Program(std::shared_ptr<const compiler::Executable> executable, std::vector<Tensor> captures = {}, EffectSites sites = {},
                   std::source_location location = {});
  /// Compiles a trace. Throws CompileError.
  Program(Trace::Finished trace, std::source_location location);

  /// Runs it. `inputs` are concrete and, with `variables`, are as the executable wants them. `results[i]` gets result i,
  /// owned by the caller; when this throws, nothing. Safe on many threads at once.
  ///
  /// `caller` is who messages name, where the program serves many callers; null: the places that it was traced at.
  ///
  /// Throws UninitializedError for a variable without a value, and what the run itself throws (a check, a host call).
  void run(std::span<TensorImpl *const> inputs, std::span<runtime::VariableState *const> variables, TensorImpl **results,
           const runtime::Caller *caller = nullptr) const;

  const compiler::Executable &executable() const { return *executable_; }
  const std::vector<Tensor> &captures() const { return captures_; }
  const EffectSites &sites() const { return sites_; }
  /// Those of the trace that it was made of, in the order in which `run` wants them, or what stands for them.
  const std::vector<std::shared_ptr<runtime::VariableState>> &traced_variables() const { return traced_variables_; }

private:
  class VariableFrame;
  class PendingResults;

  /// Gives where the code stopped and the failure that it stopped for, to be thrown; null if it ran to its end.
  std::pair<std::int64_t, std::exception_ptr> call(std::span<TensorImpl *const> inputs, VariableFrame *variables, PendingResults &results,
                                                   const runtime::Caller *caller) const;
  void call_kernel(void **arguments, runtime::CallContext &context) const;
  runtime::BufferRef memory_for(std::size_t bytes, std::string_view what, const compiler::ValueSpec *value) const;
  void *make_result(std::size_t index, PendingResults &results) const;
  const TensorImpl &input_at(std::size_t index, std::span<TensorImpl *const> inputs) const;
  void share_results(std::span<TensorImpl *const> inputs, const VariableFrame *variables, TensorImpl **results) const;
  /// `failed_at`: where the code stopped before its end; else -1.
  bool has_new_value(std::size_t variable, std::int64_t failed_at) const;
  void update_variables(std::span<TensorImpl *const> inputs, VariableFrame &variables, TensorImpl *const *results,
                        std::int64_t failed_at) const;

  std::shared_ptr<const compiler::Executable> executable_;
  // Of the executable; spans know their sizes, where vectors divide.
  std::span<const compiler::ResultSpec> results_;
  std::span<const compiler::VariableSpec> variables_;
  std::vector<Tensor> captures_;
  EffectSites sites_;
  std::vector<std::shared_ptr<runtime::VariableState>> traced_variables_;
  std::vector<const runtime::EffectSite *> site_pointers_; // as compiled code finds them
  std::unique_ptr<const runtime::NumericsSearch> search_;  // null if the code has no guards
  std::source_location location_;
  std::vector<std::size_t> result_bytes_, variable_bytes_;
  std::size_t argument_count_; // of the entry
  bool writes_variables_ = false;
  bool shares_results_ = false; // not all are fresh
};

} // namespace burin::detail
