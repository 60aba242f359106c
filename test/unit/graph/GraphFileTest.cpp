// Graphs in files.
#include "burin/GraphFile.h"
#include "burin/HostCall.h"
#include "test/unit/function/Matchers.h"
#include "test/unit/graph/GraphFiles.h"
#include "test/unit/graph/GraphMutations.h"
#include "test/unit/graph/SampleGraph.h"
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace burin::test {

using Floats = std::vector<float>;

using GraphFile = GraphFiles;

INSTANTIATE_TEST_SUITE_P(Formats, GraphFile, testing::Values(GraphFormat::Bytecode, GraphFormat::Text),
                         [](const auto &info) { return info.param == GraphFormat::Text ? "Text" : "Bytecode"; });

static const std::initializer_list<Feed> &sample_feeds() {
  static const Tensor x = constant({1.0f, 2.0f, 3.0f}), flags = constant({true, false, true});
  static const std::initializer_list<Feed> feeds = {{"x", x}, {"flags", flags}};
  return feeds;
}

// --- what is kept ----------------------------------------------------------------------------------------------------

TEST_P(GraphFile, G1_OperationsKeepNamesLinesAndOrder) {
  const SampleGraph sample;
  save_graph(file, sample.graph, GetParam());
  const Graph loaded = load_graph(file);
  EXPECT_EQ(loaded.name(), "sample");
  EXPECT_EQ(summary(loaded), summary(sample.graph));
  save_graph(file, loaded, GraphFormat::Text);
  const std::string again = contents();
  save_graph(file, sample.graph, GraphFormat::Text);
  EXPECT_EQ(again, contents()) << "a graph that was loaded is saved the same";
}

TEST_P(GraphFile, G2_FetchesGiveTheSameBits) {
  const SampleGraph sample;
  save_graph(file, sample.graph, GetParam());
  Session before(sample.graph), after(load_graph(file));
  for (const char *fetch : {"dense/inner/where", "top_k:0", "for_range"})
    EXPECT_EQ(before.run(fetch, sample_feeds()).to_vector<float>(), after.run(fetch, sample_feeds()).to_vector<float>()) << fetch;
  EXPECT_EQ(after.run("top_k:1", sample_feeds()).to_vector<std::int64_t>(),
            before.run("top_k:1", sample_feeds()).to_vector<std::int64_t>());
}

TEST_P(GraphFile, G1_VariablesKeepTheirValuesOrStayWithoutOne) {
  SampleGraph sample;
  sample.outer.assign(constant({1.0f, 2.0f, 3.0f}));
  save_graph(file, sample.graph, GetParam());
  sample.outer.assign(zeros({3})); // the file has a value of its own
  const Graph loaded = load_graph(file);
  const std::vector<Variable> variables = loaded.variables();
  ASSERT_EQ(variables.size(), 3u);
  EXPECT_EQ(variables[0].name(), "count");
  EXPECT_EQ(variables[2].name(), "outer");
  EXPECT_EQ(variables[2].read_value().to_vector<float>(), (Floats{1, 2, 3}));
  EXPECT_TRUE(has(thrown<UninitializedError>([&] { variables[0].read_value(); }), "count"));
  Session session(loaded);
  session.run(loaded.variables_initializer());
  EXPECT_EQ(variables[0].read_value().item<std::int64_t>(), 0);
  EXPECT_EQ(variables[1].read_value().to_vector<float>(), Floats(6, 1.0f));
  const SampleGraph initialized;
  Session(initialized.graph).run(initialized.graph.variables_initializer());
  save_graph(file, initialized.graph, GetParam());
  EXPECT_EQ(load_graph(file).variables()[0].read_value().item<std::int64_t>(), 0) << "a graph's own variable with a value";
}

TEST_P(GraphFile, G3_EffectsAreKept) {
  const SampleGraph sample;
  save_graph(file, sample.graph, GetParam());
  const Graph loaded = load_graph(file);
  Session session(loaded);
  testing::internal::CaptureStdout();
  session.run("print", sample_feeds());
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "y is [0 1 6.5] of {0} and 7\n");
  const Tensor large = constant({900.0f, 2.0f, 3.0f});
  EXPECT_TRUE(has(thrown<CheckError>([&] { session.run("check", {{"x", large}, {"flags", constant({true, true, true})}}); }),
                  "y is small: 1 of 3 elements are not, at [0] (449)  (at SampleGraph.h:"));
}

static std::string shown(const Tensor &tensor) {
  std::ostringstream text;
  text << tensor;
  return text.str();
}

TEST_P(GraphFile, G1_AllElementTypesAreKept) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    const Tensor values = cast(constant({0.0f, 1.0f, 1.0f, 0.0f}), dtype);
    const Variable variable(values, "v");
    Graph graph;
    {
      const Scope scope = graph.scope();
      variable.read_value();
    }
    save_graph(file, graph, GetParam());
    const Tensor loaded = load_graph(file).variables()[0].read_value();
    EXPECT_EQ(shown(loaded), shown(values)) << name(dtype);
  }
}

TEST_P(GraphFile, G1_ALoadedGraphCanBeRecordedInto) {
  const SampleGraph sample;
  save_graph(file, sample.graph, GetParam());
  Graph loaded = load_graph(file);
  Tensor doubled;
  {
    const Scope scope = loaded.scope();
    doubled = loaded.tensor("dense/relu") * 2.0f;
  }
  EXPECT_EQ(loaded.last_operation().name(), "multiply");
  EXPECT_EQ(Session(loaded).run(doubled, sample_feeds()).to_vector<float>(), (Floats{0, 0, 13}));
  EXPECT_TRUE(has(thrown<TraceError>([&] { loaded.placeholder(DType::F32, {2}, "x"); }),
                  "the name 'x' is taken by the placeholder at SampleGraph.h:"));
  EXPECT_TRUE(
      has(thrown<TraceError>([&] { Session(sample.graph).run(loaded.tensor("dense/relu"), sample_feeds()); }), "(at SampleGraph.h:"))
      << "messages name the line in the program that saved it";
}

TEST_P(GraphFile, G2_AnotherProcessLoadsIt) {
  if (const auto saved = saved_by_another_process()) {
    Session session(load_graph(*saved));
    EXPECT_EQ(session.run("dense/relu", sample_feeds()).to_vector<float>(), (Floats{0, 0, 6.5f}));
    std::filesystem::remove(*saved);
    return;
  }
  save_graph(file, SampleGraph().graph, GetParam());
  load_in_another_process();
}

// --- functions -------------------------------------------------------------------------------------------------------

TEST_F(GraphFile, V9_AFunctionsTraceIsAGraph) {
  Variable calls(constant(0.0f), "calls");
  const Tensor table = arange(20, DType::F32);
  const auto model = function([&](const Tensor &x) {
    const Scope dense = name_scope("dense");
    calls.assign_add(1.0f);
    return std::pair(relu(x - 2.0f), sum(table) + x);
  });
  const Graph graph = graph_of(model.concrete(TensorSpec{DType::F32, {3}}));
  Session session(graph);
  const Tensor x = constant({1.0f, 2.0f, 4.0f});
  EXPECT_EQ(session.run("dense/relu", {{"arg0", x}}).to_vector<float>(), (Floats{0, 0, 2}));
  EXPECT_EQ(calls.read_value().item<float>(), 0) << "only what is fetched runs";
  EXPECT_EQ(session.run("result", {{"arg0", x}}).to_vector<float>(), (Floats{0, 0, 2}));
  EXPECT_EQ(session.run("result_1:0", {{"arg0", x}}).to_vector<float>(), (Floats{191, 192, 194}));
  EXPECT_EQ(calls.read_value().item<float>(), 2) << "results come after the function's effects";
  save_graph(file, graph, GraphFormat::Text);
  const Graph loaded = load_graph(file);
  EXPECT_EQ(summary(loaded), summary(graph));
  EXPECT_EQ(Session(loaded).run("result_1", {{"arg0", x}}).to_vector<float>(), (Floats{191, 192, 194}));
  EXPECT_EQ(loaded.variables()[0].read_value().item<float>(), 3);
  EXPECT_EQ(calls.read_value().item<float>(), 2) << "a loaded graph has variables of its own";
}

// --- what can't be saved ---------------------------------------------------------------------------------------------

TEST_F(GraphFile, G5_FunctionsOfTheProgramAreNotSaved) {
  Graph called;
  {
    const Scope scope = called.scope();
    const Tensor x = placeholder(DType::F32, {2}, "x");
    host_call([](const Tensor &a) { return a; }, {TensorSpec{DType::F32, {2}}}, x);
  }
  EXPECT_TRUE(has(THROWN(Error, save_graph(file, called)), "save_graph: host_call (at "));
  Graph printed;
  {
    const Scope scope = printed.scope();
    PrintOptions options;
    options.callback = [](std::string_view) {};
    print(options, "hello");
  }
  EXPECT_TRUE(has(THROWN(Error, save_graph(file, printed)), "calls a function of the program, which a file can't hold"));
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(GraphFile, G5_PathsThatCannotBeOpenedAreNamed) {
  EXPECT_TRUE(has(THROWN(IoError, save_graph(folder / "none" / "g", Graph())), "none/g': can't be opened: No such file"));
  EXPECT_TRUE(has(THROWN(IoError, load_graph(folder / "none")), "none': can't be opened: No such file"));
  EXPECT_TRUE(has(THROWN(IoError, load_graph(folder)), "it is a directory"));
}

// --- bad files -------------------------------------------------------------------------------------------------------

TEST_P(GraphFile, G5_LaterVersionsAreRefused) {
  save_graph(file, SampleGraph().graph, GetParam());
  std::string text = contents();
  text.replace(text.find("graph 1") + 6, 1, "3");
  EXPECT_TRUE(has(THROWN(IoError, load(text)), "the graph's format is 3, of a later version of Burin; this one reads formats up to 2"));
}

TEST_P(GraphFile, G5_TruncatedFilesAreRefused) {
  save_graph(file, SampleGraph().graph, GetParam());
  const std::string text = contents();
  // Behind a text's last bracket are the locations: lines, without which it would be whole.
  const std::size_t end = GetParam() == GraphFormat::Text ? text.rfind("#loc = ") : text.size();
  for (std::size_t size = 0; size < end; size += size < 40 ? 1 : 97) EXPECT_THROW(load(text.substr(0, size)), IoError) << size;
}

TEST_F(GraphFile, G5_DamagedBytecodeIsFoundByItsChecksum) {
  save_graph(file, SampleGraph().graph);
  std::string text = contents();
  text[text.size() / 2] ^= 4;
  EXPECT_TRUE(has(THROWN(IoError, load(text)), "the file is damaged: its checksum is that of other bytes"));
  EXPECT_TRUE(has(THROWN(IoError, load(contents() + "x")), "bytes of bytecode, found"));
}

TEST_F(GraphFile, G5_OtherFilesAreRefused) {
  EXPECT_TRUE(has(THROWN(IoError, load("")), "this is no graph: the first line doesn't say 'burin graph 1'"));
  EXPECT_TRUE(has(THROWN(IoError, load("module {}")), "this is no graph"));
  EXPECT_TRUE(has(THROWN(IoError, load("// burin graph x\n")), "its format has no number"));
  EXPECT_TRUE(has(THROWN(IoError, load("burin graph 1\n")), "lacks the size or the checksum"));
  EXPECT_TRUE(has(THROWN(IoError, load("// burin graph 1\nML\xefR")), "bytecode where text was expected"));
}

static std::string text_of(const std::string &body, const std::string &arguments = "%x: tensor<2xf32> loc(\"x\"(\"x\"(\"a.cpp\":1:1)))",
                           const std::string &attributes = "") {
  return "// burin graph 1\nmodule {\n  func.func @g(" + arguments + ")" + attributes + " {\n" + body + "    return\n  }\n}\n";
}
static std::string named(const std::string &op, const std::string &name) {
  return "    " + op + " loc(\"op\"(\"" + name + "\"(\"a.cpp\":2:1)))\n";
}
static const std::string kExp = "%0 = burin.exp %x : (tensor<2xf32>) -> tensor<2xf32>";

TEST_F(GraphFile, G1_ATextWrittenByHandIsLoaded) {
  const Graph graph = load(text_of(named(kExp, "scope/exp")));
  EXPECT_EQ(graph.operation("scope/exp").place(), "a.cpp:2");
  EXPECT_EQ(Session(graph).run("scope/exp", {{"x", zeros({2})}}).to_vector<float>(), (Floats{1, 1}));
}

TEST_F(GraphFile, G5_DeepNestingIsRefusedBeforeItIsParsed) {
  const auto deep = [&](const std::string &open) {
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += open;
    return thrown<IoError>([&] { load("// burin graph 1\n" + text); });
  };
  for (const char *open : {"[", "module { ", "loc(", "tensor<", "\"x\"({", "#a = [", "func.func @f() -> ("})
    EXPECT_TRUE(has(deep(open), "brackets are nested more than 128 deep")) << open;
  EXPECT_TRUE(has(deep("#m = affine_map<(d0) -> (-"), "traces have no affine_map"));
}

TEST_F(GraphFile, G5_BytecodeIsReadThroughBeforeMlirReadsIt) {
  const auto error = [&](const std::string &module) { return thrown<IoError>([&] { load(sealed(module)); }); };
  const std::string head("ML\xefR\x05x\0", 7); // of version 2
  EXPECT_TRUE(has(error("ML\xefR\x0d"), "its version of bytecode is 6"));
  EXPECT_TRUE(has(error(head), "a section is missing"));
  EXPECT_TRUE(has(error(head + "\x77\x01"), "a section is not known, or there twice"));
  EXPECT_TRUE(has(error(head + std::string("\x01\0\xff\xff\xff\xff\xff\xff\xff\x7f", 10)), "it ends too soon"));
}

TEST_F(GraphFile, G5_HugeShapesAreRefused) {
  const std::string huge = "tensor<4611686018427387904x4xf32>", exp = "%0 = burin.exp %x : (" + huge + ") -> " + huge;
  EXPECT_TRUE(has(thrown<IoError>([&] { load(text_of(named(exp, "exp"), "%x: " + huge)); }), "a static shape that memory could hold"));
  const std::string value = "%x: tensor<1000000000000xf32> {burin.value = \"\"}";
  EXPECT_TRUE(has(thrown<IoError>([&] { load(text_of("", value)); }), "a value has 0 bytes, expected 4000000000000"));
  EXPECT_THROW(load(text_of("", "%x: tensor<99999999999999999999xf32>")), IoError);
  EXPECT_THROW(load(text_of("", "%x: tensor<-5xf32>")), IoError);
  EXPECT_THROW(load(text_of("", "%x: tensor<?xf32>")), IoError);
}

TEST_F(GraphFile, G5_WhatTracesDoNotHaveIsRefused) {
  const auto error = [&](const std::string &text) { return thrown<IoError>([&] { load(text); }); };
  EXPECT_TRUE(has(error(text_of("    %0 = burin.no_such_op %x : tensor<2xf32>\n")), "burin.no_such_op"));
  EXPECT_TRUE(has(error(text_of("    llvm.unreachable\n")), "llvm"));
  EXPECT_TRUE(has(error(text_of("    func.call @g(%x) : (tensor<2xf32>) -> ()\n")), "a traced function holds the user's burin ops alone"));
  EXPECT_TRUE(has(error(text_of("    %0 = burin.reduce_sum %x axes [7] {keep_dims = false} : (tensor<2xf32>) -> tensor<f32>\n")), "7"));
  EXPECT_TRUE(has(error(text_of("    %0 = burin.exp %x : (tensor<2xf32>) -> tensor<3xf32>\n")), "tensor<3xf32>"));
  EXPECT_TRUE(has(error(text_of("    burin.check_finite %x {site = 0 : i64} : tensor<2xf32>\n")), "'' is no name"));
  EXPECT_TRUE(has(error("// burin graph 1\nmodule {}\n"), "expected one function alone"));
  EXPECT_TRUE(has(error("// burin graph 1\nfunc.func private @g()\n"), "expected a function with a body"));
}

TEST_F(GraphFile, G5_WhatMakesNoGraphIsRefused) {
  const auto error = [&](const std::string &text) { return thrown<IoError>([&] { load(text); }); };
  const auto site = [&](const std::string &attributes) {
    return text_of(named("burin.check_finite %x {site = 0 : i64" + attributes + "} : tensor<2xf32>", "check"));
  };
  EXPECT_TRUE(has(error(text_of("    " + kExp + "\n")), "'' is no name"));
  EXPECT_TRUE(has(error(text_of(named(kExp, "x"))), "'x' is no name, or that of another operation, too"));
  EXPECT_TRUE(has(error(text_of(named(kExp, "a b"))), "'a b' is no name"));
  EXPECT_TRUE(has(error(site("")), "an effect lacks its code"));
  EXPECT_TRUE(has(error(site(", burin.effect = \"9:che\"")), "the code of an effect is damaged: a field has no end"));
  EXPECT_TRUE(has(error(site(", burin.effect = \"5:print\"")), "it is that of another op"));
  EXPECT_TRUE(has(error(site(", burin.effect = \"12:check_finite0:1:1\"")), "something follows its end"));
  const std::string after = "%0 = burin.exp %x {burin.after = [\"exp\"]} : (tensor<2xf32>) -> tensor<2xf32>";
  EXPECT_TRUE(has(error(text_of(named(after, "exp"))), "'exp' comes after itself by control dependencies"));
  EXPECT_TRUE(has(error(text_of(named(after, "other"))), "it refers to an operation that it doesn't have"));
  const std::string x = "%x: tensor<2xf32> loc(\"x\"(\"x\"(\"a.cpp\":1:1)))";
  EXPECT_TRUE(has(error(text_of(named(kExp, "exp"), x, " attributes {burin.order = array<i64: 1, 1>}")), "burin.order is no order"));
  EXPECT_TRUE(has(error(text_of(named(kExp, "exp"), x, " attributes {burin.order = array<i64: 0>}")), "another number of operations"));
  EXPECT_TRUE(has(error(text_of("", "%x: tensor<2xi1> {burin.value = \"\\02\\00\"}")), "a bool is neither 0 nor 1"));
  const std::string variable = "%v: !burin.variable<tensor<f32>> {burin.variable = \"v\", burin.initializer = \"exp\"}";
  EXPECT_TRUE(has(error(text_of(named(kExp, "exp"), x + ", " + variable)), "its initializer doesn't assign to it"));
}

} // namespace burin::test
