#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <filesystem>

using namespace burin;

static std::filesystem::path file(const std::string &name) { return testing::TempDir() + "burin-variables-" + name + ".npz"; }

TEST(VariableFiles, S2_ValuesGoToAFileAndBackByName) {
  Variable w(constant({{1.f, 2.f}, {3.f, 4.f}}), "dense/w"), b(cast(constant({1, 2}), DType::BF16), "dense/b"), n(constant(7), "steps");
  Generator generator(5);
  (void)uniform({1}, generator);
  save_variables(file("all"), {w, b, n, generator.state()});
  EXPECT_EQ(load_npz(file("all")).at("dense/w").to_vector<float>(), (std::vector<float>{1, 2, 3, 4}));
  const std::vector<float> next = uniform({3}, generator).to_vector<float>();
  w.assign(zeros({2, 2}));
  b.assign(cast(zeros({2}), DType::BF16));
  n.assign(0);
  load_variables(file("all"), {n, generator.state(), b, w});
  EXPECT_EQ(w.to_vector<float>(), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(cast(b, DType::F32).to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(n.item<int>(), 7);
  EXPECT_EQ(uniform({3}, generator).to_vector<float>(), next);
}

TEST(VariableFiles, S2_AllVariablesOfAFunction) {
  Variable w(ones({3}), "w"), count(constant(0), "count");
  auto step = function([&](Tensor x) {
    count.assign_add(1);
    return sum(x * w);
  });
  step(ones({3}));
  save_variables(file("function"), step.variables(), Compression::Yes);
  w.assign(zeros({3}));
  step(ones({3}));
  std::vector<Variable> variables = step.variables();
  load_variables(file("function"), variables);
  EXPECT_EQ(w.to_vector<float>(), (std::vector<float>{1, 1, 1}));
  EXPECT_EQ(count.item<int>(), 1);
}

TEST(VariableFiles, S4_AnUninitialisedOneIsGivenItsValueByLoading) {
  Variable v(constant({1.f, 2.f}), "v"), fresh(DType::F32, {2}, "v");
  EXPECT_EQ(THROWN(UninitializedError, save_variables(file("fresh"), {fresh})),
            "read_value: variable 'v' f32[2] has no value yet: assign it one first");
  save_variables(file("fresh"), {v});
  load_variables(file("fresh"), {fresh});
  EXPECT_EQ(fresh.to_vector<float>(), (std::vector<float>{1, 2}));
}

TEST(VariableFiles, S2_AWrongFileAssignsNothing) {
  Variable w(constant({1.f, 2.f}), "w"), b(constant(3.f), "b");
  const std::string path = file("wrong").string();
  const auto saved = [&](std::map<std::string, Tensor> entries) { save_npz(file("wrong"), entries); };
  saved({{"w", constant({5.f, 6.f})}});
  EXPECT_EQ(THROWN(IoError, load_variables(file("wrong"), {w, b})), "load_variables: " + path + " has no entry 'b'");
  saved({{"w", constant({5.f, 6.f})}, {"b", constant(1.0)}});
  EXPECT_EQ(THROWN(DTypeError, load_variables(file("wrong"), {w, b})),
            "load_variables: variable 'b' is f32[], its entry in " + path + " is f64[]");
  saved({{"w", constant({5.f, 6.f, 7.f})}, {"b", constant(1.f)}});
  EXPECT_EQ(THROWN(ShapeError, load_variables(file("wrong"), {b, w})),
            "load_variables: variable 'w' is f32[2], its entry in " + path + " is f32[3]");
  EXPECT_THROW(load_variables("/nowhere/file.npz", {w}), IoError);
  EXPECT_EQ(w.to_vector<float>(), (std::vector<float>{1, 2}));
  EXPECT_EQ(b.item<float>(), 3);
  saved({{"w", constant({5.f, 6.f})}, {"more", constant(1.f)}});
  load_variables(file("wrong"), {w});
  EXPECT_EQ(w.to_vector<float>(), (std::vector<float>{5, 6})) << "entries of other names are left alone";
}

TEST(VariableFiles, S2_NamesAreUnique) {
  Variable v(constant(1.f), "v"), copy(v);
  EXPECT_EQ(THROWN(Error, save_variables(file("twice"), {v, copy})),
            "save_variables: two variables are called 'v': give them names of their own");
  EXPECT_EQ(THROWN(Error, load_variables(file("twice"), {v, v})),
            "load_variables: two variables are called 'v': give them names of their own");
}

TEST(VariableFiles, S1_NotWhileAFunctionIsTraced) {
  Variable v(constant(1.f), "v");
  auto f = function([&] { save_variables(file("traced"), {v}); }, {.name = "step"});
  EXPECT_EQ(THROWN(TraceError, f()), "save_variables: a file is not read or written while function 'step' is traced: do it outside");
  auto g = function([&] { load_variables(file("traced"), {v}); });
  EXPECT_THROW(g(), TraceError);
}
