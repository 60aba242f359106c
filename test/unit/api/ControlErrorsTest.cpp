// What control flow refuses, and that all is well afterwards.
#include "burin/burin.h"
#include "test/unit/function/Matchers.h"

using namespace burin;
using burin::test::has;
using burin::test::thrown;

namespace {

Tensor always() { return constant(true); }

/// The text of the `Kind` that tracing `f` throws, at a line of this file.
template <class Kind, class F> std::string refused(F f) {
  const std::string traced = thrown<Kind>([&] { function(f)(constant(1.f)); });
  EXPECT_TRUE(has(traced, "(at ControlErrorsTest.cpp:"));
  return traced.substr(0, traced.rfind("  (at "));
}

// --- conditions ----------------------------------------------------------------------------------------------------

TEST(ControlErrors, C1_TheConditionIsABooleanScalar) {
  EXPECT_EQ(
      THROWN(DTypeError, cond(constant(1.f), [] {}, [] {})), "cond: the condition is f32[], expected a boolean scalar: compare it with 0");
  EXPECT_EQ(THROWN(ShapeError, cond(
                                   constant({true, false}), [] {}, [] {})),
            "cond: the condition is bool[2], expected a scalar: reduce it by any, all or sum");
  EXPECT_EQ(refused<DTypeError>([](Tensor x) { return cond(x, [&] { return x; }, [&] { return x; }); }),
            "cond: the condition is f32[], expected a boolean scalar: compare it with 0");
  EXPECT_EQ(refused<DTypeError>([](Tensor x) { return while_loop([](Tensor v) { return v; }, [](Tensor v) { return v; }, x); }),
            "while_loop: the condition is f32[], expected a boolean scalar: compare it with 0");
  EXPECT_EQ(THROWN(DTypeError, while_loop([](Tensor v) { return v; }, [](Tensor v) { return v; }, 1.f)),
            "while_loop: the condition is f32[], expected a boolean scalar: compare it with 0");
  EXPECT_EQ(
      THROWN(DTypeError, switch_case(constant(1.f), [] {}, [] {})), "switch_case: the index is f32[], expected an integer scalar: cast it");
}

// --- branches ------------------------------------------------------------------------------------------------------

TEST(ControlErrors, C1_BranchesThatDisagree) {
  EXPECT_EQ(refused<DTypeError>([](Tensor x) { return cond(x > 0.f, [&] { return x; }, [&] { return cast(x, DType::I32); }); }),
            "cond: result is f32[] in the then branch and i32[] in the else branch: cast one of them");
  EXPECT_EQ(refused<ShapeError>(
                [](Tensor x) { return cond(x > 0.f, [&] { return std::pair(x, x); }, [&] { return std::pair(x, zeros({2})); }); }),
            "cond: result.second is f32[] in the then branch and f32[2] in the else branch: a result has one rank, whichever branch runs");
  EXPECT_EQ(refused<TraceError>([](Tensor x) {
              using Several = std::vector<Tensor>;
              return cond(x > 0.f, [&] { return Several{x, x}; }, [&] { return Several{x}; })[0];
            }),
            "cond: the branches differ in structure: the then branch gives ([f32[], f32[]]), the else branch gives ([f32[]])");
  EXPECT_EQ(refused<DTypeError>([](Tensor x) {
              return switch_case(cast(x, DType::I32), [&] { return x; }, [&] { return x; }, [&] { return cast(x, DType::F64); });
            }),
            "switch_case: result is f32[] in branch 1 and f64[] in branch 2: cast one of them");
}

TEST(ControlErrors, T13_AnExceptionOutOfABranchLeavesNoHalfState) {
  Variable v(constant(1.f), "v");
  bool fail = true;
  auto f = function([&](Tensor x) {
    const Tensor before = x + 1;
    const Tensor chosen = cond(
        x > 0.f,
        [&] {
          v.assign_add(1.f);
          print("in the branch", x);
          if (fail) throw std::runtime_error("on purpose");
          return x * 2;
        },
        [&] { return x; });
    return before + chosen;
  });
  EXPECT_EQ(thrown<std::runtime_error>([&] { f(constant(3.f)); }), "on purpose");
  EXPECT_EQ(v.item<float>(), 1);
  fail = false;
  EXPECT_EQ(f(constant(-3.f)).item<float>(), -5);
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(ControlErrors, T13_ATraceGoesOnAfterAnExceptionThatItCaught) {
  auto f = function([](Tensor x) {
    try {
      cond(x > 0.f, [&] { return x * 2; }, [&]() -> Tensor { throw std::runtime_error("on purpose"); });
    } catch (const std::runtime_error &) {}
    return x + 1;
  });
  EXPECT_EQ(f(constant(3.f)).item<float>(), 4);
  EXPECT_FALSE(has(f.ir("trace", TensorSpec{}), "burin.if"));
}

// --- loops ---------------------------------------------------------------------------------------------------------

TEST(ControlErrors, C2_LoopStateKeepsDTypesShapesAndStructure) {
  const auto wrong_dtype = [](Tensor x) { return for_range(12, [](Tensor, Tensor v) { return cast(v, DType::F64); }, x); };
  const auto wrong_shape = [](Tensor x) {
    return while_loop([](Tensor) { return always(); }, [](Tensor v) { return concat({v, v}, 0); }, reshape(x, {1}));
  };
  const auto wrong_rank = [](Tensor x) {
    return for_range(3, [](Tensor, Tensor a, Tensor b) { return std::pair(a, reshape(b, {1})); }, std::pair(x, x)).first;
  };
  const auto wrong_structure = [](Tensor x) {
    return for_range(
        3,
        [](Tensor, std::vector<Tensor> v) {
          v.push_back(v[0]);
          return v;
        },
        std::vector<Tensor>{x})[0];
  };
  EXPECT_EQ(refused<DTypeError>(wrong_dtype),
            "for_range: state starts as f32[], the body gives f64[]: a loop keeps the dtypes of its state, cast it");
  EXPECT_EQ(refused<ShapeError>(wrong_shape), "while_loop: state starts as f32[1], the body gives f32[2]: a loop keeps the shapes of its "
                                              "state, but for what shape_invariants let change");
  EXPECT_EQ(refused<ShapeError>(wrong_rank),
            "for_range: state.second starts as f32[], the body gives f32[1]: a loop keeps the ranks of its state");
  EXPECT_EQ(refused<TraceError>(wrong_structure),
            "for_range: the state starts as ([f32[]]), the body gives ([f32[], f32[]]): a loop keeps the structure of its state");
  // Eagerly, too.
  EXPECT_EQ(THROWN(DTypeError, wrong_dtype(constant(1.f))),
            "for_range: state starts as f32[], the body gives f64[]: a loop keeps the dtypes of its state, cast it");
  EXPECT_EQ(THROWN(ShapeError, wrong_rank(constant(1.f))),
            "for_range: state.second starts as f32[], the body gives f32[1]: a loop keeps the ranks of its state");
}

TEST(ControlErrors, C2_AnIterationLimitNamesTheLine) {
  const auto f = [](Tensor x) {
    return while_loop([](Tensor) { return always(); }, [](Tensor v) { return v + 1; }, x, {.max_iterations = 7, .name = "endless"});
  };
  EXPECT_EQ(THROWN(Error, f(constant(1.f))), "while_loop 'endless': reached its limit of 7 iterations");
  EXPECT_EQ(THROWN(Error, function(f)(constant(1.f))), "while_loop 'endless': reached its limit of 7 iterations");
  const auto exact = [](Tensor x) {
    return while_loop([](Tensor v) { return v < 7.f; }, [](Tensor v) { return v + 1; }, x, {.max_iterations = 7});
  };
  EXPECT_EQ(function(exact)(constant(0.f)).item<float>(), 7);
  EXPECT_EQ(exact(constant(0.f)).item<float>(), 7);
}

TEST(ControlErrors, C2_AStepOfZeroAndRowsThatDiffer) {
  EXPECT_EQ(refused<Error>([](Tensor x) { return for_range({0, 5, 0}, [](Tensor, Tensor v) { return v; }, x); }),
            "for_range: the step of the range is 0");
  EXPECT_EQ(refused<DTypeError>([](Tensor x) { return for_range(x, [](Tensor, Tensor v) { return v; }, x); }),
            "for_range: the range is f32[], expected an integer scalar: cast it");
  EXPECT_EQ(THROWN(ShapeError, map([](Tensor v) { return v; }, constant(1.f))), "scan: xs is f32[], which has no rows");
  EXPECT_EQ(THROWN(ShapeError, map([](Tensor a, Tensor b) { return a + b; }, std::pair(zeros({2}), zeros({3, 4})))),
            "scan: xs.second is f32[3,4] with 3 rows, xs.first is f32[2] with 2");
}

// --- leaks ---------------------------------------------------------------------------------------------------------

TEST(ControlErrors, V6_ATensorThatLeaksOutOfABranchOrABody) {
  const auto out_of_branch = [](Tensor x) {
    Tensor leaked;
    const Tensor chosen = cond(x > 0.f, [&] { return leaked = x * 2; }, [&] { return x; });
    return chosen + leaked;
  };
  const std::string text = refused<TraceError>(out_of_branch);
  EXPECT_TRUE(has(text, "add: f32[] made by multiply (at ControlErrorsTest.cpp:")) << text;
  EXPECT_TRUE(has(text, ") leaked out of the then branch of cond (at ControlErrorsTest.cpp:")) << text;
  const auto from_test_to_body = [](Tensor x) {
    Tensor leaked;
    return while_loop(
        [&](Tensor v) {
          leaked = v;
          return v < 3.f;
        },
        [&](Tensor v) { return v + leaked; }, x);
  };
  EXPECT_TRUE(has(refused<TraceError>(from_test_to_body), "leaked out of the test of while_loop"));
  const auto out_of_scan = [](Tensor x) {
    Tensor leaked;
    scan(
        [&](Tensor s, Tensor row) {
          leaked = row;
          return std::pair(s, row);
        },
        x, zeros({4, 3}));
    return leaked;
  };
  EXPECT_TRUE(has(refused<TraceError>(out_of_scan), "leaked out of the body of scan"));
}

} // namespace
