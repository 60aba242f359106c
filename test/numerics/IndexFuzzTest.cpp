// Random parts of variables are assigned, eagerly and in traced functions. What an index picks is held to NumPy in test/numpy; here
// the positions that it picks from numbered elements say where each value must go.
#include "burin/burin.h"
#include "test/numerics/Array.h"
#include <gtest/gtest.h>
#include <random>

namespace burin::test {
namespace {

using Random = std::mt19937;

std::int64_t between(Random &random, std::int64_t low, std::int64_t high) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(random);
}

burin::Index random_slice(Random &random, std::int64_t extent) {
  Slice slice;
  if (between(random, 0, 2)) slice.start = between(random, -extent - 1, extent + 1);
  if (between(random, 0, 2)) slice.stop = between(random, -extent - 1, extent + 1);
  while ((slice.step = between(random, -2, 2)) == 0) {}
  return slice;
}

Tensor random_indices(Random &random, std::int64_t extent, std::int64_t columns) {
  const Shape shape = between(random, 0, 1) ? Shape{columns} : between(random, 0, 1) ? Shape{2, 1} : Shape{};
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < shape.element_count(); ++i) values.push_back(between(random, -extent, extent - 1));
  return Tensor::from_vector(values, shape);
}

Tensor random_mask(Random &random, std::int64_t extent) {
  std::vector<bool> values;
  for (std::int64_t i = 0; i < extent; ++i) values.push_back(between(random, 0, 1) != 0);
  return Tensor::from_vector(values);
}

/// Entries for the first dimensions of `shape`. Masks stand alone: beside index tensors they may not broadcast.
std::vector<burin::Index> random_entries(Random &random, const Shape &shape) {
  std::vector<burin::Index> entries;
  const bool masked = between(random, 0, 4) == 0;
  const std::int64_t columns = between(random, 1, 3);
  bool used = false;
  for (std::int64_t extent : shape) {
    const std::int64_t kind = between(random, 0, 9);
    if (kind == 0) break;
    if (kind < 3) entries.push_back(between(random, -extent, extent - 1));
    else if (kind < 6 && !masked) entries.push_back(random_indices(random, extent, columns));
    else if (kind < 6 && !std::exchange(used, true)) entries.push_back(random_mask(random, extent));
    else entries.push_back(random_slice(random, extent));
    if (between(random, 0, 9) == 0) entries.push_back(newaxis);
  }
  if (between(random, 0, 3) == 0) entries.push_back(ellipsis);
  return entries;
}

Shape random_shape(Random &random) {
  std::vector<std::int64_t> extents;
  for (std::int64_t rank = between(random, 1, 4); rank > 0; --rank) extents.push_back(between(random, 1, 5));
  return Shape(extents);
}

/// One assignment of a random part of a variable, and what the variable must hold then.
struct Program {
  Shape shape;
  std::vector<burin::Index> entries;
  Tensor value;
  bool adds = false;
  std::vector<double> expected;

  Tensor before() const { return reshape(arange(shape.element_count(), DType::F64), shape); }
  void run(Variable &v) const {
    if (adds) v.index(entries).assign_add(value);
    else v.index(entries).assign(value);
  }
};

Program random_program(Random &random) {
  Program program{random_shape(random), {}, {}, between(random, 0, 1) != 0, {}};
  program.entries = random_entries(random, program.shape);
  const Array positions = to_array(program.before().index(program.entries));
  std::vector<std::int64_t> extents = positions.extents;
  for (std::int64_t &extent : extents)
    if (between(random, 0, 3) == 0) extent = 1;
  extents.erase(extents.begin(), extents.begin() + between(random, 0, static_cast<std::int64_t>(extents.size())));
  const Array value = generate(extents, [&](const burin::test::Index &) { return static_cast<double>(between(random, -99, 99)); });
  program.value = to_tensor(value, DType::F64);
  program.expected = program.before().to_vector<double>();
  for_each_index(positions.extents, [&](const burin::test::Index &index) {
    double &held = program.expected[static_cast<std::size_t>(positions.values[offset_of(positions, index)])];
    held = (program.adds ? held : 0) + broadcast_element(value, index);
  });
  return program;
}

TEST(IndexFuzz, S2_PartsOfVariablesEagerly) {
  Random random(3);
  for (int i = 0; i < 400; ++i) {
    const Program program = random_program(random);
    Variable v(program.before());
    program.run(v);
    ASSERT_EQ(v.to_vector<double>(), program.expected) << "program " << i << " on " << program.shape.to_string();
  }
}

TEST(IndexFuzz, S2_PartsOfVariablesInFunctions) {
  Random random(4);
  for (int group = 0; group < 12; ++group) { // one function for many: compiling takes its time
    std::vector<Program> programs;
    std::vector<Variable> variables;
    for (int i = 0; i < 30; ++i) {
      programs.push_back(random_program(random));
      variables.emplace_back(programs.back().before());
    }
    auto f = function([&] {
      for (std::size_t i = 0; i < programs.size(); ++i) programs[i].run(variables[i]);
    });
    f();
    for (std::size_t i = 0; i < programs.size(); ++i)
      ASSERT_EQ(variables[i].to_vector<double>(), programs[i].expected)
          << "program " << i << " of group " << group << " on " << programs[i].shape.to_string();
  }
}

} // namespace
} // namespace burin::test
