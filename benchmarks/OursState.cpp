#include "OursCalls.h"
#include <regex>

namespace bench {

namespace bn = burin;

/// A function of nothing that gives a tensor, with what it works on.
template <class Lambda> static Contender draws(const Problem &problem, Lambda lambda) {
  bn::set_thread_count(problem.threads);
  const auto function = std::make_shared<decltype(bn::function(lambda))>(bn::function(lambda));
  return {.run = repeat([=] {
            const bn::Tensor result = (*function)();
            keep(result);
          }),
          .system_allocations = [] { return bn::pool_stats().system_allocations; }};
}

/// What loops read and write in all: the buffers of the loop nests in `ir`, at stage `buffers`.
static double bytes_moved(const std::string &ir) {
  double bytes = 0;
  static const std::regex nest(R"(linalg\.generic.* ins\((.*)\) outs\((.*)\) \{)"), buffer(R"(memref<([0-9]+)xf32)");
  for (std::sregex_iterator at(ir.begin(), ir.end(), nest), end; at != end; ++at) {
    const std::string operands = at->str();
    for (std::sregex_iterator each(operands.begin(), operands.end(), buffer); each != end; ++each) bytes += 4 * std::stod((*each)[1].str());
  }
  return bytes;
}

template <class Draw> static Registry::Factory drawn(Draw draw) {
  return [draw](const Problem &problem) {
    const auto generator = std::make_shared<bn::Generator>(1);
    const bn::Shape shape{problem.extents[0]};
    return draws(problem, [=] { return draw(shape, *generator); });
  };
}

/// `Print` says whether the step prints.
static Registry::Factory step(bool prints) {
  return [prints](const Problem &problem) {
    const auto total = std::make_shared<bn::Variable>(bn::zeros({problem.extents[0]}), "total");
    bn::PrintOptions options;
    options.callback = [](std::string_view line) { keep(line); };
    auto lambda = [=](bn::Tensor x) {
      total->assign_add(x);
      if (prints) bn::print(options, "total:", *total);
    };
    const auto function = std::make_shared<decltype(bn::function(lambda))>(bn::function(lambda));
    const bn::Tensor x = tensor(problem.inputs[0]);
    return Contender{.run = repeat([=] { (*function)(x); })};
  };
}

static Contender momentum(const Problem &problem) {
  bn::set_thread_count(problem.threads);
  const bn::Shape shape{problem.extents[0]};
  const auto w = std::make_shared<bn::Variable>(bn::zeros(shape), "w"), m = std::make_shared<bn::Variable>(bn::zeros(shape), "m");
  auto lambda = [=](bn::Tensor x) {
    m->assign(*m * 0.9f + x);
    w->assign_sub(*m * 0.01f);
  };
  const auto function = std::make_shared<decltype(bn::function(lambda))>(bn::function(lambda));
  const bn::Tensor x = tensor(problem.inputs[0]);
  return {.run = repeat([=] { (*function)(x); }),
          .result =
              [=] {
                w->assign(bn::zeros(shape));
                m->assign(bn::zeros(shape));
                (*function)(x);
                return w->to_vector<float>();
              },
          .system_allocations = [] { return bn::pool_stats().system_allocations; },
          .bytes_moved = [=] { return bytes_moved(function->ir("buffers", bn::TensorSpec{bn::DType::F32, shape})); }};
}

static Contender training(const Problem &problem) {
  bn::set_thread_count(problem.threads);
  const auto batch = problem.extents[0], in = problem.extents[1], hidden = problem.extents[2], out = problem.extents[3];
  const auto &inputs = problem.inputs;
  const std::vector<bn::Tensor> initial{tensor(inputs[2], bn::Shape{in, hidden}), tensor(inputs[3]),
                                        tensor(inputs[4], bn::Shape{hidden, out}), tensor(inputs[5])};
  const auto weights = std::make_shared<std::vector<bn::Variable>>();
  for (std::size_t i = 0; i < initial.size(); ++i) weights->emplace_back(initial[i], "weights_" + std::to_string(i));
  auto lambda = [weights, batch](bn::Tensor x, bn::Tensor targets, bn::Tensor rate) {
    bn::Variable &w1 = (*weights)[0], &b1 = (*weights)[1], &w2 = (*weights)[2], &b2 = (*weights)[3];
    const bn::Tensor h = bn::relu(bn::matmul(x, w1) + b1);
    const bn::Tensor d_logits = (bn::softmax(bn::matmul(h, w2) + b2, 1) - targets) / static_cast<float>(batch);
    const bn::Tensor d_h = bn::where(h > 0.0f, bn::matmul(d_logits, bn::transpose(w2)), 0.0f);
    w2.assign_sub(rate * bn::matmul(bn::transpose(h), d_logits));
    b2.assign_sub(rate * bn::sum(d_logits, 0));
    w1.assign_sub(rate * bn::matmul(bn::transpose(x), d_h));
    b1.assign_sub(rate * bn::sum(d_h, 0));
  };
  const auto function = std::make_shared<decltype(bn::function(lambda))>(bn::function(lambda));
  const bn::Tensor x = tensor(inputs[0], bn::Shape{batch, in}), targets = tensor(inputs[1], bn::Shape{batch, out});
  const bn::Tensor timed = bn::constant(kTimedRate), checked = bn::constant(kCheckedRate);
  const auto restart = [=] {
    for (std::size_t i = 0; i < initial.size(); ++i) (*weights)[i].assign(initial[i]);
  };
  return {.run = repeat([=] { (*function)(x, targets, timed); }),
          .result =
              [=] {
                restart();
                (*function)(x, targets, checked);
                const std::vector<float> values = (*weights)[0].to_vector<float>();
                restart();
                return values;
              },
          .system_allocations = [] { return bn::pool_stats().system_allocations; }};
}

/// As anyone would write it: one pass, in place.
static Contender momentum_by_hand(const Problem &problem) {
  const Buffer x = problem.inputs[0], w(problem.extents[0]), m(problem.extents[0]);
  return {.run = repeat([=] {
            float *const weights = w.data(), *const momenta = m.data();
            const float *const gradients = x.data();
            for (std::size_t i = 0; i < w.size(); ++i) {
              momenta[i] = momenta[i] * 0.9f + gradients[i];
              weights[i] -= momenta[i] * 0.01f;
            }
          })};
}

// --- Debug::CheckNumerics --------------------------------------------------------------------------------------------

/// The function with and without checks.
template <class Lambda, class... Tensors> static Contender checked(bn::Debug debug, Lambda lambda, Tensors... inputs) {
  const auto function = std::make_shared<decltype(bn::function(lambda))>(bn::function(lambda, {.debug = debug}));
  return {.run = repeat([=] {
            const bn::Tensor result = (*function)(inputs...);
            keep(result);
          })};
}

static Registry::Factory checked_chain(bn::Debug debug) {
  return [debug](const Problem &problem) {
    bn::set_thread_count(problem.threads);
    auto lambda = [](bn::Tensor x) {
      for (int i = 0; i < 10; ++i) x = x * 1.01f + 0.1f;
      return x;
    };
    return checked(debug, lambda, tensor(problem.inputs[0]));
  };
}

static Registry::Factory checked_model(bn::Debug debug) {
  return [debug](const Problem &problem) {
    bn::set_thread_count(problem.threads);
    const auto batch = problem.extents[0], in = problem.extents[1], out = problem.extents[2];
    auto lambda = [](bn::Tensor x, bn::Tensor w, bn::Tensor b) { return bn::softmax(bn::matmul(x, w) + b, 1); };
    return checked(debug, lambda, bn::Tensor::from_span<float>(problem.inputs[0], bn::Shape{batch, in}),
                   bn::Tensor::from_span<float>(problem.inputs[1], bn::Shape{in, out}), tensor(problem.inputs[2]));
  };
}

static Registry::Factory checked_call(bn::Debug debug) {
  return [debug](const Problem &problem) {
    return checked(debug, [](bn::Tensor x, bn::Tensor y) { return x * 2.0f + y; }, tensor(problem.inputs[0]), tensor(problem.inputs[1]));
  };
}

static void add_checked(Registry &registry) {
  for (const bn::Debug debug : {bn::Debug::CheckNumerics, bn::Debug::None}) {
    const char *name = debug == bn::Debug::None ? "(unchecked)" : kOurs;
    registry.add(name, Kind::CheckedChain, checked_chain(debug));
    registry.add(name, Kind::CheckedModel, checked_model(debug));
    registry.add(name, Kind::CheckedCall, checked_call(debug));
  }
}

void add_our_state(Registry &registry) {
  registry.add(kOurs, Kind::Uniform, drawn([](const bn::Shape &shape, bn::Generator &generator) { return bn::uniform(shape, generator); }));
  registry.add(kOurs, Kind::Normal, drawn([](const bn::Shape &shape, bn::Generator &generator) { return bn::normal(shape, generator); }));
  registry.add(kOurs, Kind::UniformF64, drawn([](const bn::Shape &shape, bn::Generator &generator) {
                 return bn::uniform(shape, generator, {.dtype = bn::DType::F64});
               }));
  registry.add(kOurs, Kind::NormalF64, drawn([](const bn::Shape &shape, bn::Generator &generator) {
                 return bn::normal(shape, generator, {.dtype = bn::DType::F64});
               }));
  add_checked(registry);
  registry.add(kOurs, Kind::PrintStep, step(true));
  registry.add("(without print)", Kind::PrintStep, step(false));
  registry.add(kOurs, Kind::MomentumStep, momentum);
  registry.add(kOurs, Kind::TrainingStep, training);
  registry.add("(in place by hand)", Kind::MomentumStep, momentum_by_hand);
}

} // namespace bench
