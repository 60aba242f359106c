#include "OursCalls.h"

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

void add_our_state(Registry &registry) {
  registry.add(kOurs, Kind::Uniform, drawn([](const bn::Shape &shape, bn::Generator &generator) { return bn::uniform(shape, generator); }));
  registry.add(kOurs, Kind::Normal, drawn([](const bn::Shape &shape, bn::Generator &generator) { return bn::normal(shape, generator); }));
  registry.add(kOurs, Kind::PrintStep, step(true));
  registry.add("(without print)", Kind::PrintStep, step(false));
  registry.add(kOurs, Kind::MomentumStep, momentum);
  registry.add("(in place by hand)", Kind::MomentumStep, momentum_by_hand);
}

} // namespace bench
