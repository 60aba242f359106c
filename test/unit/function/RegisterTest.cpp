// The IR of functions, and functions that tools can find.
#include "Matchers.h"
#include "burin/Ops.h"
#include "burin/Register.h"
#include <algorithm>

BURIN_FUNCTION(registered_double, [](burin::Tensor x, std::pair<int, int> by) { return x * static_cast<float>(by.first + by.second); },
               burin::TensorSpec{burin::DType::F32, {2, 3}}, std::pair{1, 1});

namespace burin::test {

TEST(Register, ARegisteredFunctionCanBeCalled) { EXPECT_EQ(registered_double(2.0f, std::pair{1, 2}).item<float>(), 6); }

TEST(Register, ToolsFindItsNamePlaceAndIr) {
  const std::vector<RegisteredFunction> all = registered_functions();
  const auto found = std::find_if(all.begin(), all.end(), [](const auto &function) { return function.name == "registered_double"; });
  ASSERT_NE(found, all.end());
  EXPECT_TRUE(has(found->file, "RegisterTest.cpp"));
  // Of a call of a macro over several lines, GCC takes the first for its place, Clang the last.
  EXPECT_TRUE(found->line == 7 || found->line == 8) << found->line;
  EXPECT_TRUE(has(found->ir("trace"), "burin.multiply"));
  EXPECT_FALSE(found->bytecode().empty());
}

TEST(Register, EachStageOfATraceCanBeSeen) {
  auto f = function([](Tensor x) { return exp(x) + 1.0f; }, {.name = "f"});
  const TensorSpec spec{DType::F32, {8}, "x"};
  EXPECT_TRUE(has(f.ir("trace", spec), "burin.exp"));
  EXPECT_TRUE(has(f.concrete(spec).ir("llvm"), "llvm."));
  EXPECT_EQ(f.ir("asm", spec), f.ir("asm", spec));
  EXPECT_EQ(f.traces().size(), 1u);
}

TEST(Register, AnUnknownStageIsNamed) {
  auto f = function([](Tensor x) { return x; });
  EXPECT_TRUE(has(thrown<Error>([&] { f.ir("assembly", TensorSpec{}); }), "assembly"));
}

} // namespace burin::test
