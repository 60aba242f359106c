// check and check_finite: what they say, eagerly and compiled, and what else has happened when they fail.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace burin::test {
namespace {

/// What a check in `body` says, without the line, first eagerly and then compiled: the same.
template <class F> std::string failure(F body, const Tensor &x) {
  const std::string eager = THROWN(CheckError, body(x));
  EXPECT_EQ(THROWN(CheckError, function(body)(x)), eager);
  return eager;
}

TEST(Check, P4_NamesTheFirstPlacesAndTheirValues) {
  const Tensor x = Tensor::from_vector<float>({1, -2, 3, 4, 5, -0.5f}, Shape{2, 3});
  EXPECT_EQ(failure(
                [](Tensor x) {
                  check(x > 0.0f, "x must be positive", x);
                  return x;
                },
                x),
            "check: x must be positive: 2 of 6 elements are not, at [0,1] (-2), [1,2] (-0.5)");
  EXPECT_EQ(failure(
                [](Tensor x) {
                  check(x > 0.0f, "x must be positive");
                  return x;
                },
                x),
            "check: x must be positive: 2 of 6 elements are not, at [0,1], [1,2]");
}

TEST(Check, P4_ShowsAtMostTenPlaces) {
  const Tensor x = arange(12);
  EXPECT_EQ(failure(
                [](Tensor x) {
                  check(x < 0, "negative", x);
                  return x;
                },
                x),
            "check: negative: 12 of 12 elements are not, at [0] (0), [1] (1), [2] (2), [3] (3), [4] (4), [5] (5), [6] (6), [7] (7), "
            "[8] (8), [9] (9), ...");
}

TEST(Check, P4_AScalarHasNoPlace) {
  EXPECT_EQ(failure(
                [](Tensor x) {
                  check(x > 0.0f, "loss > 0", x, x * 2.0f);
                  return x;
                },
                constant(-1.5f)),
            "check: loss > 0: -1.5, -3");
  EXPECT_EQ(failure(
                [](Tensor x) {
                  check(x > 0.0f, "100% {} %s");
                  return x;
                },
                constant(-1.5f)),
            "check: 100% {} %s");
}

TEST(Check, P4_TensorsBroadcastToTheConditionOrAreShownWhole) {
  const Tensor x = Tensor::from_vector<float>({1, 2, 3, -4}, Shape{2, 2});
  const auto body = [](Tensor x) {
    check(x > 0.0f, "positive", x, constant({10, 20}), constant({7, 8, 9}));
    return x;
  };
  EXPECT_EQ(failure(body, x), "check: positive: 1 of 4 elements are not, at [1,1] (-4, 20); [7 8 9]");
}

TEST(Check, P4_PassesOnTrueAndOnNothing) {
  const auto body = function([](Tensor x) {
    check(x > 0.0f, "positive", x);
    check_finite(x);
    return x;
  });
  EXPECT_NO_THROW(body(constant({1.0f, 2.0f})));
  EXPECT_NO_THROW(body(zeros({0, 3})));
  EXPECT_NO_THROW(check(true, "host value"));
  EXPECT_EQ(THROWN(CheckError, check(false, "host value")), "check: host value");
}

TEST(Check, P4_TheConditionMustBeBool) {
  EXPECT_EQ(THROWN(DTypeError, check(constant({1, 2}), "x")), "check: the condition is i32[2], expected bool: compare it with something");
  EXPECT_EQ(THROWN(DTypeError, check_finite(constant({1, 2}))), "check_finite: expected a floating or complex element type, found i32[2]");
}

TEST(Check, P4_CheckFiniteNamesPlacesAndValues) {
  const float inf = std::numeric_limits<float>::infinity();
  const Tensor x = Tensor::from_vector<float>({1, -inf, 3, std::nanf("")}, Shape{2, 2});
  const auto body = [](Tensor x) {
    check_finite(x);
    return x;
  };
  EXPECT_EQ(failure(body, x), "check_finite: 2 of 4 elements of f32[2,2] are not finite: -inf at [0,1], nan at [1,1]");
  EXPECT_EQ(failure(body, constant(inf)), "check_finite: 1 of 1 elements of f32[] is not finite: inf");
  std::vector<double> many(3000, 1.0);
  many[2500] = std::nan("");
  EXPECT_EQ(failure(body, constant(many)), "check_finite: 1 of 3000 elements of f64[3000] is not finite: nan at [2500]");
  const Tensor z = Tensor::from_vector<std::complex<float>>({{1, 2}, {3, inf}});
  EXPECT_EQ(failure(body, z), "check_finite: 1 of 4 parts of c64[2] is not finite: (3,inf) at [1]");
  for (DType dtype : {DType::F16, DType::BF16}) EXPECT_THROW(check_finite(cast(x, dtype)), CheckError);
}

// --- what has happened when a call fails ---------------------------------------------------------------------------

TEST(Failure, E5_EffectsBeforeACheckHaveHappenedLaterOnesNot) {
  Variable before(constant({0.0f, 0.0f}), "before"), after(constant({0.0f, 0.0f}), "after");
  std::string lines;
  PrintOptions options;
  options.callback = [&](std::string_view line) { lines += line; };
  auto step = function([&](Tensor x) {
    before.assign_add(x);
    print(options, "first");
    check(x < 10.0f, "small", x);
    after.assign_add(x);
    print(options, "second");
    return x + before.read_value();
  });
  step(constant({1.0f, 2.0f}));
  EXPECT_EQ(before.to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(after.to_vector<float>(), (std::vector<float>{1, 2}));
  for (int i = 0; i < 2; ++i) { // with and without other holders of the values
    lines.clear();
    const std::vector<float> old = before.to_vector<float>(), untouched = after.to_vector<float>();
    EXPECT_THROW(step(constant({1.0f, 20.0f})), CheckError);
    EXPECT_EQ(lines, "first\n");
    EXPECT_EQ(before.to_vector<float>(), (std::vector<float>{old[0] + 1, old[1] + 20}));
    EXPECT_EQ(after.to_vector<float>(), untouched);
  }
}

TEST(Failure, E5_AVariableHoldsTheValueOfItsLastAssignmentBeforeTheFailure) {
  Variable v(constant({1.0f, 1.0f}), "v");
  auto f = function([&](Tensor x) {
    v.assign(x * 2.0f);
    check(x > 0.0f, "first", x);
    v.assign(v.read_value() * 10.0f);
    check(x > 1.0f, "second", x);
    v.assign(x);
    check(x > 2.0f, "third", x);
  });
  const auto run = [&](float x) {
    try {
      f(constant({5.0f, x}));
    } catch (const CheckError &) {}
    return v.to_vector<float>()[1];
  };
  EXPECT_EQ(run(0), 0);    // 0 * 2
  EXPECT_EQ(run(1), 20);   // 1 * 2 * 10
  EXPECT_EQ(run(2), 2);    // x itself
  EXPECT_EQ(run(3), 3);
  EXPECT_EQ(v.to_vector<float>()[0], 5);
}

TEST(Failure, E5_SwappedVariablesAreNeverMixed) {
  Variable a(constant({1.0f, 1.0f}), "a"), b(constant({2.0f, 2.0f}), "b");
  auto f = function([&](Tensor x) {
    const Tensor old = a.read_value();
    a.assign(b);
    check(x > 0, "between", x);
    b.assign(old);
    check(x > 1, "after", x);
    a.assign_add(100.0f);
  });
  EXPECT_THROW(f(constant(0)), CheckError);
  EXPECT_EQ(a.to_vector<float>()[0], 2);
  EXPECT_EQ(b.to_vector<float>()[0], 2);
  a.assign(constant({1.0f, 1.0f}));
  EXPECT_THROW(f(constant(1)), CheckError);
  EXPECT_EQ(a.to_vector<float>()[0], 2);
  EXPECT_EQ(b.to_vector<float>()[0], 1);
  f(constant(2));
  EXPECT_EQ(a.to_vector<float>()[0], 101);
  EXPECT_EQ(b.to_vector<float>()[0], 2);
}

TEST(Failure, E5_AnUninitialisedVariableStaysSoWhenTheCallFailsFirst) {
  Variable v(DType::F32, Shape{2}, "v");
  auto f = function([&](Tensor x) {
    check(x > 0.0f, "first", x);
    v.assign(x);
  });
  EXPECT_THROW(f(constant({-1.0f, 1.0f})), CheckError);
  EXPECT_THROW(v.read_value(), UninitializedError);
  f(constant({1.0f, 2.0f}));
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{1, 2}));
}

TEST(Failure, E5_MemoryGoesBackToThePool) {
  auto f = function([](Tensor x) {
    Tensor y = exp(x);
    check(y > 0.0f, "y", y);
    check(x > 0.0f, "x", x);
    return sum(exp(y) * x, 0);
  });
  const Tensor bad = zeros({64, 64});
  EXPECT_THROW(f(bad), CheckError);
  const std::size_t live = pool_stats().bytes_live;
  for (int i = 0; i < 10; ++i) EXPECT_THROW(f(bad), CheckError);
  EXPECT_EQ(pool_stats().bytes_live, live);
}

TEST(Failure, E4_WhatNobodyUsesIsNotCheckedEither) {
  auto f = function([](Tensor x, Tensor indices) {
    take(x, indices, 0);
    return x;
  });
  EXPECT_NO_THROW(f(constant({1, 2}), constant({7})));
}

} // namespace
} // namespace burin::test
