#include "lib/api/NumericsSearch.h"
#include "compiler/Compiler.h"
#include "lib/api/ProcessOptions.h"
#include "lib/api/Program.h"
#include "lib/api/TensorImpl.h"
#include <cassert>
#include <map>
#include <mutex>

namespace burin::detail {

namespace {

class NumericsSearch final : public runtime::NumericsSearch {
public:
  NumericsSearch(std::string_view source, EffectSites sites) : source_(source), sites_(std::move(sites)) {}

  void run(std::int64_t guard, std::span<const runtime::RuntimeTensor> tensors) const override {
    const Program &program = program_of(guard);
    const std::vector<compiler::ValueSpec> &specs = program.executable().inputs;
    assert(specs.size() == tensors.size());
    std::vector<Tensor> inputs;
    std::vector<TensorImpl *> handles;
    for (std::size_t i = 0; i < specs.size(); ++i) {
      inputs.emplace_back(new_impl(specs[i].dtype, specs[i].shape, nullptr, const_cast<void *>(tensors[i].data)));
      handles.push_back(inputs.back().impl());
    }
    program.run(handles, {}, nullptr);
  }

private:
  const Program &program_of(std::int64_t guard) const {
    const std::scoped_lock lock(mutex_);
    std::unique_ptr<const Program> &program = programs_[guard];
    if (!program) program = compiled(guard);
    return *program;
  }

  std::unique_ptr<const Program> compiled(std::int64_t guard) const {
    const auto module = compiler::deserialize(source_, "checked function");
    compiler::CompileOptions options = compile_options();
    options.guard = guard;
    options.dump_directory.clear(); // the function's own dump is there
    return std::make_unique<Program>(compiler::compile(*module, options), std::vector<Tensor>(), sites_);
  }

  const std::string_view source_;
  const EffectSites sites_;
  mutable std::mutex mutex_;
  mutable std::map<std::int64_t, std::unique_ptr<const Program>> programs_;
};

} // namespace

std::unique_ptr<const runtime::NumericsSearch> make_numerics_search(std::string_view source, EffectSites sites) {
  return std::make_unique<NumericsSearch>(source, std::move(sites));
}

} // namespace burin::detail
