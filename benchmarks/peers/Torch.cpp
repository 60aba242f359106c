#include "../Problem.h"
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <c10/core/InferenceMode.h>
#include <malloc.h>
#include <torch/csrc/api/include/torch/version.h>

using namespace bench;

namespace {

at::Tensor tensor(const Buffer &buffer, at::IntArrayRef shape) { return at::from_blob(buffer.data(), shape, at::kFloat); }
at::Tensor tensor(const Buffer &buffer) { return tensor(buffer, {static_cast<std::int64_t>(buffer.size())}); }

/// libtorch asks malloc for each result. Left alone, malloc may return those pages to the system and fault them in
/// again on each call: the chain takes more than twice as long. A process that once freed 32 MB no longer does so.
void let_malloc_keep_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

/// `body` returns its result as a fresh tensor, as libtorch's users write it; inference mode costs least.
template <class Body> Contender returns(Body body) {
  let_malloc_keep_memory();
  Contender contender;
  contender.run = [body](std::int64_t times) {
    c10::InferenceMode inference;
    for (std::int64_t i = 0; i < times; ++i) {
      at::Tensor result = body();
      keep(result);
    }
  };
  contender.result = [body] {
    c10::InferenceMode inference;
    const at::Tensor result = body().contiguous();
    return std::vector<float>(result.data_ptr<float>(), result.data_ptr<float>() + result.numel());
  };
  return contender;
}

Contender call(const Problem &problem) {
  c10::InferenceMode inference;
  return returns([x = tensor(problem.inputs[0]).clone(), y = tensor(problem.inputs[1]).clone()] { return x * 2 + y; });
}

Contender eager_add(const Problem &problem) {
  c10::InferenceMode inference;
  return returns([x = tensor(problem.inputs[0]).clone(), y = tensor(problem.inputs[1]).clone()] { return x + y; });
}

Contender eager_lengths(const Problem &problem) {
  c10::InferenceMode inference;
  const at::Tensor x = tensor(problem.inputs[0]).clone();
  std::vector<at::Tensor> starts;
  for (std::int64_t n = 1; n <= x.numel(); ++n) starts.push_back(x.slice(0, 0, n).clone());
  Contender contender;
  contender.run = [starts](std::int64_t times) {
    c10::InferenceMode inference;
    for (std::int64_t i = 0; i < times; ++i)
      for (const at::Tensor &start : starts) {
        at::Tensor result = (start * 2 + 1).sum();
        keep(result);
      }
  };
  contender.result = [starts] {
    std::vector<float> totals;
    for (const at::Tensor &start : starts) totals.push_back((start * 2 + 1).sum().item<float>());
    return totals;
  };
  return contender;
}

Contender chain(const Problem &problem) {
  c10::InferenceMode inference;
  return returns([x = tensor(problem.inputs[0])] { return at::tanh(1.5 * x + 0.25) * at::exp(-x * x); });
}

Contender softmax(const Problem &problem) {
  c10::InferenceMode inference;
  return returns([x = tensor(problem.inputs[0], problem.extents)] { return at::softmax(x, 1); });
}

Contender gelu(const Problem &problem) {
  c10::InferenceMode inference;
  return returns([x = tensor(problem.inputs[0])] { return at::gelu(x); });
}

Contender remainders(const Problem &problem) {
  c10::InferenceMode inference;
  return returns([x = tensor(problem.inputs[0])] { return at::remainder(x, 0.7f); });
}

Contender argmax(const Problem &problem) {
  c10::InferenceMode inference;
  return returns([x = tensor(problem.inputs[0], problem.extents)] { return at::argmax(x, 1).to(at::kFloat); });
}

Contender sum(const Problem &problem) {
  c10::InferenceMode inference;
  return returns([x = tensor(problem.inputs[0], problem.extents)] { return at::sum(x); });
}

Contender mlp(const Problem &problem) {
  c10::InferenceMode inference;
  const auto &e = problem.extents;
  const auto &in = problem.inputs;
  return returns([x = tensor(in[0], {e[0], e[1]}), w1 = tensor(in[1], {e[1], e[2]}), b1 = tensor(in[2]), w2 = tensor(in[3], {e[2], e[3]}),
                  b2 = tensor(in[4])] {
    return at::addmm(b2, at::addmm(b1, x, w1).relu_(), w2); // its fastest form: bias fused, relu in place
  });
}

/// In place where that is possible, without the cost of recording gradients.
Contender training(const Problem &problem) {
  let_malloc_keep_memory();
  c10::InferenceMode inference;
  const auto batch = problem.extents[0], in = problem.extents[1], hidden = problem.extents[2], out = problem.extents[3];
  const auto &inputs = problem.inputs;
  const std::vector<at::Tensor> initial{tensor(inputs[2], {in, hidden}), tensor(inputs[3]), tensor(inputs[4], {hidden, out}),
                                        tensor(inputs[5])};
  std::vector<at::Tensor> weights;
  for (const at::Tensor &each : initial) weights.push_back(each.clone());
  const auto step = [=, x = tensor(inputs[0], {batch, in}), targets = tensor(inputs[1], {batch, out})](double rate) {
    at::Tensor w1 = weights[0], b1 = weights[1], w2 = weights[2], b2 = weights[3];
    const at::Tensor h = at::addmm(b1, x, w1).relu_();
    const at::Tensor d_logits = at::softmax(at::addmm(b2, h, w2), 1).sub_(targets).div_(batch);
    const at::Tensor d_h = at::mm(d_logits, w2.t()).mul_(h > 0);
    w2.addmm_(h.t(), d_logits, 1, -rate);
    b2.sub_(d_logits.sum(0), rate);
    w1.addmm_(x.t(), d_h, 1, -rate);
    b1.sub_(d_h.sum(0), rate);
  };
  Contender contender;
  contender.run = [step](std::int64_t times) {
    c10::InferenceMode inference;
    for (std::int64_t i = 0; i < times; ++i) step(kTimedRate);
  };
  contender.result = [=] {
    c10::InferenceMode inference;
    const auto restart = [=] {
      for (std::size_t i = 0; i < weights.size(); ++i) at::Tensor(weights[i]).copy_(initial[i]);
    };
    restart();
    step(kCheckedRate);
    const std::vector<float> values(weights[0].data_ptr<float>(), weights[0].data_ptr<float>() + weights[0].numel());
    restart();
    return values;
  };
  return contender;
}

} // namespace

/// The line of libtorch's own description that says which kernels it chose.
static std::string cpu_capability() {
  const std::string config = at::show_config(), label = "CPU capability usage: ";
  const std::size_t at = config.find(label);
  return at == std::string::npos ? "unknown kernels" : config.substr(at, config.find('\n', at) - at);
}

BURIN_BENCH_PEER(Registry &registry) {
  at::set_num_threads(1);
  registry.describe("libtorch " TORCH_VERSION ", inference mode, " + cpu_capability());
  registry.add("libtorch", Kind::Call, call);
  registry.add("libtorch", Kind::EagerAdd, eager_add);
  registry.add("libtorch", Kind::EagerLengths, eager_lengths);
  registry.add("libtorch", Kind::Chain, chain);
  registry.add("libtorch", Kind::Softmax, softmax);
  registry.add("libtorch", Kind::Gelu, gelu);
  registry.add("libtorch", Kind::Argmax, argmax);
  registry.add("libtorch", Kind::Remainder, remainders);
  registry.add("libtorch", Kind::Sum, sum);
  registry.add("libtorch", Kind::Mlp, mlp);
  registry.add("libtorch", Kind::TrainingStep, training);
}
