// What control flow promises beyond its values, eagerly and compiled: rules C1 to C6 with T13, T15, T16, E2, E5.
#include "burin/burin.h"
#include "test/unit/function/BothWays.h"
#include "test/unit/function/Matchers.h"
#include <functional>

using namespace burin;
using burin::test::both_ways;
using burin::test::has;
using burin::test::into;
using burin::test::thrown;

namespace {

using Values = std::vector<float>;

// --- effects -------------------------------------------------------------------------------------------------------

TEST(ControlRules, C1_OnlyTheChosenBranchHasItsEffects) {
  both_ways([] {
    std::string lines;
    Variable v(constant(0), "v");
    auto f = function([&](Tensor i) {
      return switch_case(
          i,
          [&] {
            print(into(lines), "none");
            return v.read_value();
          },
          [&] {
            v.assign_add(1);
            print(into(lines), "one", v);
            return v * 10;
          },
          [&] {
            v.assign_add(100);
            return v.read_value();
          });
    });
    EXPECT_EQ(f(constant(1)).item<int>(), 10);
    EXPECT_EQ(f(constant(0)).item<int>(), 1);
    EXPECT_EQ(f(constant(7)).item<int>(), 101);
    EXPECT_EQ(lines, "one 1;none;");
    EXPECT_EQ(v.item<int>(), 101);
  });
}

TEST(ControlRules, C2_E2_TheEffectsOfAScanComeRowByRow) {
  both_ways([] {
    std::string lines;
    Variable seen(constant(0.f), "seen");
    auto f = function([&](Tensor xs) {
      const auto step = [&](Tensor s, Tensor x) {
        seen.assign_add(x);
        print(into(lines), x, s, seen);
        return std::pair(s + x, std::tuple(x * s, seen.read_value()));
      };
      return scan(step, 0.f, xs, {.reverse = true}).second;
    });
    const auto [products, sums] = f(constant({1.f, 2.f, 3.f}));
    EXPECT_EQ(lines, "3 0 3;2 3 5;1 5 6;");
    EXPECT_EQ(products.to_vector<float>(), (Values{5, 6, 0}));
    EXPECT_EQ(sums.to_vector<float>(), (Values{6, 5, 3}));
  });
}

TEST(ControlRules, C2_E5_WhatHappenedBeforeTheIterationLimitStays) {
  both_ways([] {
    Variable trips(constant(0), "trips");
    auto f = function([&](Tensor x, Tensor limit) {
      const auto step = [&](Tensor v) {
        trips.assign_add(1);
        return v + 1;
      };
      return while_loop([&](Tensor v) { return v < limit; }, step, x, {.max_iterations = 5});
    });
    EXPECT_EQ(THROWN(Error, f(constant(0.f), constant(100.f))), "while_loop: reached its limit of 5 iterations");
    EXPECT_EQ(trips.item<int>(), 5);
    EXPECT_EQ(f(constant(0.f), constant(3.f)).item<float>(), 3) << "the next call works";
    EXPECT_EQ(trips.item<int>(), 8);
  });
}

TEST(ControlRules, C4_ATestThatUpdatesWhatItTests) {
  both_ways([] {
    Variable countdown(constant(3), "countdown");
    auto f = function([&](Tensor x) {
      const auto test = [&](Tensor) {
        countdown.assign_sub(1);
        return countdown >= 0;
      };
      return while_loop(test, [&](Tensor v) { return v * 2 + cast(countdown, DType::F32); }, x);
    });
    EXPECT_EQ(f(constant(1.f)).item<float>(), ((1 * 2 + 2) * 2 + 1) * 2 + 0);
    EXPECT_EQ(countdown.item<int>(), -1);
  });
}

// --- structures ----------------------------------------------------------------------------------------------------

TEST(ControlRules, C2_StateMayBeAnyStructure) {
  both_ways([] {
    using State = std::map<std::string, std::optional<Tensor>>;
    auto f = function([](Tensor x) {
      const State init{{"a", x}, {"b", std::nullopt}, {"c", x * 2}};
      const auto step = [](Tensor, const State &s) { return State{{"a", *s.at("c")}, {"b", std::nullopt}, {"c", *s.at("a") + 1}}; };
      const State last = for_range(3, step, init);
      return std::pair(*last.at("a"), *last.at("c"));
    });
    const auto [a, c] = f(constant({1.f, 2.f}));
    EXPECT_EQ(a.to_vector<float>(), (Values{3, 5}));
    EXPECT_EQ(c.to_vector<float>(), (Values{3, 4}));
  });
}

TEST(ControlRules, C5_NestedLoopsOfAMillionTripsInAll) {
  auto f = function([](Tensor n, Tensor x) {
    const auto inner = [&](Tensor v) { return for_range(1000, [](Tensor, Tensor u) { return u * 0.5f + 1; }, v); };
    return for_range(n, [&](Tensor, Tensor v) { return cond(sum(v) < 1e9f, [&] { return inner(v); }, [&] { return v; }); }, x);
  });
  const auto system_allocations = [&] {
    f(constant(1000), constant({0.f, 5.f}));
    return pool_stats().system_allocations;
  };
  const auto before = system_allocations();
  EXPECT_EQ(system_allocations(), before);
  EXPECT_EQ(f(constant(1), constant({0.f, 5.f})).to_vector<float>(), (Values{2, 2}));
}

TEST(ControlRules, C6_T16_FunctionsRunEagerlyGiveTheSame) {
  auto f = function([](Tensor x) {
    const Tensor y = while_loop([](Tensor v) { return max(v) < 50.f; }, [](Tensor v) { return v * 1.5f; }, x);
    const Tensor rows = map([](Tensor r) { return cond(r > 40.f, [&] { return r - 40; }, [&] { return r; }); }, y);
    return rows + for_range({5, 0, -2}, [](Tensor i, Tensor s) { return s + cast(i, DType::F32); }, 0.f);
  });
  const Tensor x = constant({3.f, 1.f, 2.f});
  const Values compiled = f(x).to_vector<float>();
  run_functions_eagerly(true);
  EXPECT_EQ(f(x).to_vector<float>(), compiled);
  run_functions_eagerly(false);
}

// --- exceptions ----------------------------------------------------------------------------------------------------

TEST(ControlRules, T13_AnExceptionInAnyLambdaOfALoopLeavesNoHalfState) {
  using Loop = std::function<Tensor(Tensor, const std::function<void()> &)>;
  const Loop loops[] = {
      [](Tensor x, const auto &maybe) {
        return for_range(
            12,
            [&](Tensor, Tensor s) {
              check(s < 100.f, "small", s);
              maybe();
              return s + 1;
            },
            x);
      },
      [](Tensor x, const auto &maybe) {
        const auto test = [&](Tensor s) {
          maybe();
          return s < 12.f;
        };
        return while_loop(test, [](Tensor s) { return s + 1; }, x);
      },
      [](Tensor x, const auto &maybe) {
        const auto step = [&](Tensor s) {
          maybe();
          return s + 1;
        };
        return while_loop([](Tensor s) { return s < 12.f; }, step, x);
      },
      [](Tensor x, const auto &maybe) {
        const auto step = [&](Tensor s, Tensor row) {
          maybe();
          return std::pair(s + row, row);
        };
        return scan(step, x, ones({12})).first;
      },
  };
  for (std::size_t i = 0; i < std::size(loops); ++i) {
    SCOPED_TRACE(i);
    bool fail = true;
    const auto maybe = [&] {
      if (fail) throw std::runtime_error("on purpose");
    };
    auto f = function([&](Tensor x) { return loops[i](x * 2, maybe) + 1; });
    EXPECT_EQ(thrown<std::runtime_error>([&] { f(constant(0.f)); }), "on purpose");
    EXPECT_EQ(f.traces().size(), 0u);
    auto forgives = function([&](Tensor x) {
      try {
        loops[i](x, maybe);
      } catch (const std::runtime_error &) {}
      return x + 1;
    });
    EXPECT_EQ(forgives(constant(1.f)).item<float>(), 2);
    fail = false;
    EXPECT_EQ(f(constant(0.f)).item<float>(), 13);
  }
}

TEST(ControlRules, C1_AnEmptyTensorOutOfABranchIsNamed) {
  auto f = function([](Tensor x) { return cond(x > 0.f, [&] { return std::pair(x, x); }, [&] { return std::pair(x, Tensor()); }).first; });
  EXPECT_EQ(THROWN(Error, f(constant(1.f))), "cond: result.second is an empty tensor: it was default-constructed or moved from");
}

TEST(ControlRules, T15_RecursionThatATensorShouldEndThrows) {
  using Countdown = std::function<Tensor(Tensor)>;
  Function<Countdown> *self = nullptr;
  auto f = function(Countdown([&](Tensor x) { return cond(x > 0.f, [&] { return (*self)(x - 1); }, [&] { return x; }); }),
                    {.name = "countdown"});
  self = &f;
  EXPECT_EQ(THROWN(TraceError, f(constant(3.f))),
            "countdown: called with the same signature while it is traced: countdown(f32[]) -> countdown(f32[]); "
            "a recursion must end on a static argument");
  EXPECT_EQ(f.traces().size(), 0u);
}

} // namespace
