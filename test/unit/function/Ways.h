#pragma once
#include "burin/burin.h"
#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <utility>

namespace burin::test {

/// How a function of a vector runs: by the host, op by op (rules C6, T16); as code for its extent; as code made for the extent that a call
/// has (rule T8); or with an extent that depends on values, in stages.
enum class Way { Eager, Known, Dynamic, Staged };

inline void PrintTo(Way way, std::ostream *out) {
  static constexpr const char *names[] = {"eagerly", "known extents", "dynamic extents", "in stages"};
  *out << names[static_cast<int>(way)];
}
inline std::string name_of(const testing::TestParamInfo<Way> &info) {
  static constexpr const char *names[] = {"Eager", "Known", "Dynamic", "Staged"};
  return names[static_cast<int>(info.param)];
}

/// A test that runs once for each way. Functions of its `in_this_way` take a vector of f32 first.
class EachWay : public testing::TestWithParam<Way> {
protected:
  void SetUp() override { run_functions_eagerly(GetParam() == Way::Eager); }
  void TearDown() override { run_functions_eagerly(false); }

  static bool is_traced() { return GetParam() != Way::Eager; }

  /// `lambda(x, others...)` as a function. In stages, what it gets as x is what a mask has kept: all.
  template <class... Others, class Lambda> static auto in_this_way(Lambda lambda, FunctionOptions options = {}) {
    const bool staged = GetParam() == Way::Staged;
    if (GetParam() == Way::Dynamic) {
      options.input_signature = {{DType::F32, {kDynamic}, "x"}};
      (add_scalar<Others>(options), ...);
    }
    return function(
        [lambda, staged](Tensor x, Others... others) mutable {
          return lambda(staged ? x[isfinite(x)] : x, std::forward<Others>(others)...);
        },
        options);
  }

private:
  template <class Other> static void add_scalar(FunctionOptions &options) {
    if constexpr (std::is_same_v<Other, Tensor>) options.input_signature.push_back({DType::F32, {}});
  }
};

#define BURIN_IN_EACH_WAY(Suite)                                                                                                           \
  INSTANTIATE_TEST_SUITE_P(Each, Suite, testing::Values(Way::Eager, Way::Known, Way::Dynamic, Way::Staged),                                \
                           [](const auto &info) { return name_of(info); })

/// For what there is of traces alone.
#define BURIN_IN_EACH_TRACED_WAY(Suite)                                                                                                    \
  INSTANTIATE_TEST_SUITE_P(Each, Suite, testing::Values(Way::Known, Way::Dynamic, Way::Staged), [](const auto &info) { return name_of(info); })

} // namespace burin::test
