// Rows of the ops that rearrange, pick and put in elements.
#include "test/numerics/OpTable.h"
#include <algorithm>
#include <numeric>

namespace burin::test {

using Tensors = std::vector<Tensor>;
using Arrays = std::vector<Array>;

static const std::vector<DType> kAll = {DType::F32, DType::F64, DType::F16, DType::BF16, DType::I8,  DType::I16, DType::I32,
                                        DType::I64, DType::U8,  DType::U16, DType::U32,  DType::U64, DType::Bool};
static const std::vector<DType> kNumbers(kAll.begin(), kAll.end() - 1);

/// An array of `extents` of which each element is the one of x that `source` gives.
static Array picked(const Array &x, Extents extents, const std::function<Index(const Index &)> &source) {
  return generate(std::move(extents), [&](const Index &index) { return x.values[offset_of(x, source(index))]; });
}

static std::int64_t modulo(std::int64_t a, std::int64_t b) { return ((a % b) + b) % b; }

// --- shape -----------------------------------------------------------------------------------------------------------

static void add_shapes(std::vector<Row> &rows) {
  auto permuting = [&](std::string name, std::function<Tensor(const Tensor &)> op, std::vector<std::size_t> permutation) {
    rows.push_back(row(std::move(name), {DType::F32, DType::U8}, {{{2, 3, 4}}, {{1, 5, 1}}, {{2, 0, 3}}}, [op](const Tensors &x) { return op(x[0]); },
                       [permutation](const Arrays &x) {
                         Extents extents;
                         for (std::size_t axis : permutation) extents.push_back(x[0].extents[axis]);
                         return picked(x[0], extents, [&](const Index &i) {
                           Index own(i.size());
                           for (std::size_t k = 0; k < i.size(); ++k) own[permutation[k]] = i[k];
                           return own;
                         });
                       }));
  };
  permuting("permute_dims", [](const Tensor &x) { return permute_dims(x, {2, 0, 1}); }, {2, 0, 1});
  permuting("swapaxes", [](const Tensor &x) { return swapaxes(x, 0, -1); }, {2, 1, 0});
  permuting("moveaxis", [](const Tensor &x) { return moveaxis(x, 0, -1); }, {1, 2, 0});
  permuting("moveaxis", [](const Tensor &x) { return moveaxis(x, {2, 0}, {0, 1}); }, {2, 0, 1});
  rows.push_back(row("flatten", {DType::F32}, {{{2, 3, 4}}, {{}}, {{0, 2}}}, [](const Tensors &x) { return flatten(x[0]); },
                     [](const Arrays &x) {
                       Array result = x[0];
                       result.extents = {static_cast<std::int64_t>(x[0].values.size())};
                       return result;
                     }));
  rows.push_back(row("shape", {DType::F32}, {{{2, 3, 4}}, {{}}, {{0, 2}}}, [](const Tensors &x) { return concat({shape(x[0]), stack({size(x[0]), rank(x[0])})}); },
                     [](const Arrays &x) {
                       Array result({x[0].rank() + 2});
                       std::copy(x[0].extents.begin(), x[0].extents.end(), result.values.begin());
                       result.values[x[0].extents.size()] = static_cast<double>(x[0].values.size());
                       result.values.back() = x[0].rank();
                       return result;
                     }));
}

// --- joining, cutting, repeating ---------------------------------------------------------------------------------------

static void add_joining(std::vector<Row> &rows) {
  rows.push_back(row("stack", kAll, {{{3, 5}, {3, 5}, {3, 5}}, {{2, 0}, {2, 0}}, {{4, 1}}}, [](const Tensors &x) { return stack(x, 1); },
                     [](const Arrays &x) {
                       return generate({x[0].extents[0], static_cast<std::int64_t>(x.size()), x[0].extents[1]},
                                       [&](const Index &i) { return x[static_cast<std::size_t>(i[1])].values[offset_of(x[0], {i[0], i[2]})]; });
                     }));
  rows.push_back(row("unstack", {DType::F32, DType::Bool}, {{{2, 3, 4}}, {{5, 3, 0}}}, [](const Tensors &x) { return stack(unstack(x[0], -2)); },
                     [](const Arrays &x) {
                       const Extents &e = x[0].extents;
                       return picked(x[0], {e[1], e[0], e[2]}, [](const Index &i) { return Index{i[1], i[0], i[2]}; });
                     }));
  rows.push_back(row("split", {DType::F32, DType::I16}, {{{6, 2}}, {{9, 0}}, {{3, 4}}}, [](const Tensors &x) { return stack(split(x[0], 3)); },
                     [](const Arrays &x) {
                       const Extents &e = x[0].extents;
                       return picked(x[0], {3, e[0] / 3, e[1]}, [&](const Index &i) { return Index{i[0] * (e[0] / 3) + i[1], i[2]}; });
                     }));
  rows.push_back(row("split", {DType::F32}, {{{2, 7}}, {{1, 5}}}, [](const Tensors &x) { return concat(split(x[0], {2, -1}, 1), -1); },
                     [](const Arrays &x) { return x[0]; }));
  rows.push_back(row("tile", kAll, {{{2, 3}}, {{3, 1}}, {{4, 0}}, {{5}}}, [](const Tensors &x) { return tile(x[0], {3, 2}); },
                     [](const Arrays &x) {
                       Array matrix = x[0];
                       if (matrix.rank() == 1) matrix.extents.insert(matrix.extents.begin(), 1);
                       const Extents &e = matrix.extents;
                       return picked(matrix, {e[0] * 3, e[1] * 2}, [&](const Index &i) { return Index{i[0] % e[0], i[1] % e[1]}; });
                     }));
  rows.push_back(row("tile", {DType::F32}, {{{2, 3, 1, 2, 1}}}, [](const Tensors &x) { return tile(x[0], {2}); },
                     [](const Arrays &x) {
                       Extents e = x[0].extents;
                       e.back() *= 2;
                       return picked(x[0], e, [](Index i) { return i.back() = 0, i; });
                     }));
  rows.push_back(row("repeat", kAll, {{{2, 3}}, {{5, 1}}, {{3, 0}}}, [](const Tensors &x) { return repeat(x[0], 3, -1); },
                     [](const Arrays &x) {
                       const Extents &e = x[0].extents;
                       return picked(x[0], {e[0], e[1] * 3}, [](const Index &i) { return Index{i[0], i[1] / 3}; });
                     }));
  rows.push_back(row("repeat", {DType::F32, DType::Bool}, {{{3, 2}}, {{3, 0}}}, [](const Tensors &x) { return repeat(x[0], {2, 0, 1}, 0); },
                     [](const Arrays &x) {
                       return picked(x[0], {3, x[0].extents[1]}, [](const Index &i) { return Index{i[0] < 2 ? 0 : 2, i[1]}; });
                     }));
  rows.push_back(row("repeat", {DType::F32}, {{{3, 2}}, {{}}}, [](const Tensors &x) { return repeat(x[0], 2); },
                     [](const Arrays &x) {
                       return generate({2 * static_cast<std::int64_t>(x[0].values.size())}, [&](const Index &i) { return x[0].values[static_cast<std::size_t>(i[0] / 2)]; });
                     }));
}

static Array flipped(const Array &x, const std::vector<std::size_t> &axes) {
  return picked(x, x.extents, [&](Index i) {
    for (std::size_t axis : axes) i[axis] = x.extents[axis] - 1 - i[axis];
    return i;
  });
}

static void add_rearranging(std::vector<Row> &rows) {
  rows.push_back(row("flip", kAll, {{{3, 5}}, {{2, 67}}, {{0, 3}}, {{1, 1}}, {{40, 33}}}, [](const Tensors &x) { return flip(x[0]); },
                     [](const Arrays &x) { return flipped(x[0], {0, 1}); }));
  rows.push_back(row("flip", {DType::F32}, {{{3, 5}}, {{2, 100}}}, [](const Tensors &x) { return flip(x[0], 0); }, [](const Arrays &x) { return flipped(x[0], {0}); }));
  rows.push_back(row("flip", {DType::F32}, {{{130}}, {{1}}, {{64}}}, [](const Tensors &x) { return flip(x[0]) + 1; },
                     [](const Arrays &x) {
                       Array result = flipped(x[0], {0});
                       for (double &value : result.values) ++value;
                       return result;
                     }));
  rows.push_back(row("roll", kAll, {{{3, 5}}, {{2, 1}}, {{0, 3}}}, [](const Tensors &x) { return roll(x[0], {-1, 7}, {0, 1}); },
                     [](const Arrays &x) {
                       const Extents &e = x[0].extents;
                       return picked(x[0], e, [&](const Index &i) { return Index{modulo(i[0] + 1, e[0]), modulo(i[1] - 7, e[1])}; });
                     }));
  rows.push_back(row("roll", {DType::F32}, {{{3, 5}}, {{1}}, {{}}}, [](const Tensors &x) { return roll(x[0], 2); },
                     [](const Arrays &x) {
                       Array result = x[0];
                       const auto count = static_cast<std::int64_t>(x[0].values.size());
                       for (std::int64_t i = 0; i < count; ++i) result.values[static_cast<std::size_t>(i)] = x[0].values[static_cast<std::size_t>(modulo(i - 2, count))];
                       return result;
                     }));
}

// --- padding -----------------------------------------------------------------------------------------------------------

static std::int64_t padding_source(std::int64_t i, std::int64_t extent, PadMode mode) {
  if (mode == PadMode::Wrap) return modulo(i, extent);
  if (mode == PadMode::Edge) return std::clamp<std::int64_t>(i, 0, extent - 1);
  while (i < 0 || i >= extent) i = extent == 1 ? 0 : i < 0 ? -i : 2 * (extent - 1) - i;
  return i;
}

static void add_padding(std::vector<Row> &rows) {
  const std::vector<PadWidth> widths = {{2, 1}, {0, 4}};
  auto padded = [widths](const Array &x) {
    return Extents{x.extents[0] + 3, x.extents[1] + 4};
  };
  for (PadMode mode : {PadMode::Edge, PadMode::Reflect, PadMode::Wrap})
    rows.push_back(row("pad", mode == PadMode::Edge ? kAll : std::vector{DType::F32}, {{{3, 5}}, {{2, 2}}, {{1, 6}}, {{4, 1}}},
                       [=](const Tensors &x) { return pad(x[0], widths, mode); },
                       [=](const Arrays &x) {
                         return picked(x[0], padded(x[0]), [&](const Index &i) {
                           return Index{padding_source(i[0] - 2, x[0].extents[0], mode), padding_source(i[1], x[0].extents[1], mode)};
                         });
                       }));
  // update_slice is what pad with a constant, and assignments to slices of variables, are made of.
  for (const char *name : {"pad", "update_slice"})
    rows.push_back(row(name, kNumbers, {{{3, 5}}, {{2, 0}}, {{0, 0}}, {{40, 33}}}, [=](const Tensors &x) { return pad(x[0], widths, PadMode::Constant, 7); },
                       [=](const Arrays &x) {
                         return generate(padded(x[0]), [&](const Index &i) {
                           const bool inside = i[0] >= 2 && i[0] - 2 < x[0].extents[0] && i[1] < x[0].extents[1];
                           return inside ? x[0].values[offset_of(x[0], {i[0] - 2, i[1]})] : 7;
                         });
                       }));
}

// --- elements by position ------------------------------------------------------------------------------------------------

static void add_slices(std::vector<Row> &rows) {
  rows.push_back(row("strided_slice", kAll, {{{7, 5}}, {{4, 3}}, {{9, 40}}}, [](const Tensors &x) { return strided_slice(x[0], {-1, kEnd}, {0, kEnd}, {-3, -1}); },
                     [](const Arrays &x) {
                       const Extents &e = x[0].extents;
                       return picked(x[0], {(e[0] - 1 + 2) / 3, e[1]}, [&](const Index &i) { return Index{e[0] - 1 - 3 * i[0], e[1] - 1 - i[1]}; });
                     }));
  rows.push_back(row("dynamic_slice", kAll, {{{7, 5}}, {{4, 3}}, {{9, 40}}}, [](const Tensors &x) { return dynamic_slice(x[0], {-3, constant(1)}, {2, 2}); },
                     [](const Arrays &x) {
                       return picked(x[0], {2, 2}, [&](const Index &i) { return Index{x[0].extents[0] - 3 + i[0], 1 + i[1]}; });
                     }));
  rows.push_back(row("dynamic_update_slice", kAll, {{{7, 5}, {2, 3}}, {{4, 40}, {1, 33}}, {{2, 3}, {0, 3}}, {{3, 1}, {2, 1}}},
                     [](const Tensors &x) { return dynamic_update_slice(x[0], x[1], {-take(shape(x[1]), 0), 0}); },
                     [](const Arrays &x) {
                       return generate(x[0].extents, [&](const Index &i) {
                         const std::int64_t from = x[0].extents[0] - x[1].extents[0];
                         const bool updated = i[0] >= from && i[1] < x[1].extents[1];
                         return updated ? x[1].values[offset_of(x[1], {i[0] - from, i[1]})] : x[0].values[offset_of(x[0], i)];
                       });
                     }));
}

static void add_gathers(std::vector<Row> &rows) {
  rows.push_back(row("gather", kAll, {{{2, 5, 3}}, {{2, 7, 33}}, {{2, 5, 0}}}, [](const Tensors &x) { return gather(x[0], constant({{0, -1}, {4, 2}}), 1, 1); },
                     [](const Arrays &x) {
                       return picked(x[0], {2, 2, x[0].extents[2]}, [&](const Index &i) {
                         const std::int64_t from[2][2] = {{0, x[0].extents[1] - 1}, {4, 2}};
                         return Index{i[0], from[i[0]][i[1]], i[2]};
                       });
                     }));
  rows.push_back(row("gather_nd", kAll, {{{4, 5, 3}}, {{6, 7, 33}}}, [](const Tensors &x) { return gather_nd(x[0], constant({{0, 1}, {-1, 4}, {2, 2}})); },
                     [](const Arrays &x) {
                       return picked(x[0], {3, x[0].extents[2]}, [&](const Index &i) {
                         const std::int64_t from[3][2] = {{0, 1}, {x[0].extents[0] - 1, 4}, {2, 2}};
                         return Index{from[i[0]][0], from[i[0]][1], i[1]};
                       });
                     }));
  rows.push_back(row("take_along_axis", kAll, {{{3, 5}}, {{1, 6}}, {{3, 40}}}, [](const Tensors &x) { return take_along_axis(x[0], constant({{0, 2}, {-1, 0}, {4, 4}})); },
                     [](const Arrays &x) {
                       return picked(x[0], {3, 2}, [&](const Index &i) {
                         const std::int64_t from[3][2] = {{0, 2}, {x[0].extents[1] - 1, 0}, {4, 4}};
                         return Index{std::min(i[0], x[0].extents[0] - 1), from[i[0]][i[1]]};
                       });
                     }));
  rows.push_back(row("embedding", {DType::F32, DType::F16}, {{{4, 5}}, {{9, 40}}}, [](const Tensors &x) { return embedding(x[0], constant({{3, 0}, {1, 3}})); },
                     [](const Arrays &x) {
                       return picked(x[0], {2, 2, x[0].extents[1]}, [&](const Index &i) {
                         const std::int64_t from[2][2] = {{3, 0}, {1, 3}};
                         return Index{from[i[0]][i[1]], i[2]};
                       });
                     }));
}

static double combined(Scatter mode, double held, double update) {
  switch (mode) {
  case Scatter::Set: return update;
  case Scatter::Add: return held + update;
  case Scatter::Min: return std::min(held, update);
  default: return std::max(held, update);
  }
}

static void add_scatters(std::vector<Row> &rows) {
  for (Scatter mode : {Scatter::Set, Scatter::Add, Scatter::Min, Scatter::Max}) {
    const std::vector<DType> dtypes = mode == Scatter::Set ? kAll : kNumbers;
    static constexpr std::int64_t kAt[] = {2, 0, 2, -1};
    rows.push_back(row("scatter", dtypes, {{{5, 3}, {4, 3}}, {{4, 33}, {4, 33}}, {{3, 0}, {4, 0}}, {{4, 2}, {2}}, {{4, 40}, {4, 1}}},
                       [=](const Tensors &x) { return scatter(x[0], constant({2, 0, 2, -1}), x[1], mode); },
                       [=](const Arrays &x) {
                         Array result = x[0];
                         for_each_index({4, x[0].extents[1]}, [&](const Index &i) {
                           double &held = result.values[offset_of(result, {modulo(kAt[i[0]], x[0].extents[0]), i[1]})];
                           held = combined(mode, held, broadcast_element(x[1], i));
                         });
                         return result;
                       }));
    rows.push_back(row("put_along_axis", {dtypes[0], DType::I8}, {{{3, 5}, {3, 4}}, {{3, 40}, {}}},
                       [=](const Tensors &x) { return put_along_axis(x[0], constant({{2, 0, 2, -1}}), x[1], -1, mode); },
                       [=](const Arrays &x) {
                         Array result = x[0];
                         for_each_index({3, 4}, [&](const Index &i) {
                           double &held = result.values[offset_of(result, {i[0], modulo(kAt[i[1]], x[0].extents[1])})];
                           held = combined(mode, held, broadcast_element(x[1], i));
                         });
                         return result;
                       }));
  }
  rows.push_back(row("scatter_nd", kNumbers, {{{3, 4, 2}, {3, 2}}, {{5, 3, 33}, {33}}},
                     [](const Tensors &x) { return scatter_nd(x[0], constant({{0, 1}, {2, 2}, {0, 1}}), x[1], Scatter::Add); },
                     [](const Arrays &x) {
                       Array result = x[0];
                       for_each_index({3, x[0].extents[2]}, [&](const Index &i) {
                         result.values[offset_of(result, {i[0] == 1 ? 2 : 0, i[0] == 1 ? 2 : 1, i[1]})] += broadcast_element(x[1], i);
                       });
                       return result;
                     }));
}

static void add_one_hots(std::vector<Row> &rows) {
  rows.push_back(row("one_hot", {DType::I32, DType::U8}, {{{3, 5}}, {{0, 2}}}, [](const Tensors &x) { return one_hot(x[0], 3, 5.0f, -1, 0); },
                     [](const Arrays &x) {
                       return generate({3, x[0].extents[0], x[0].extents[1]}, [&](const Index &i) {
                         return x[0].values[offset_of(x[0], {i[1], i[2]})] == static_cast<double>(i[0]) ? 5.0 : -1.0;
                       });
                     }));
}

void add_indexing_rows(std::vector<Row> &rows) {
  add_shapes(rows);
  add_joining(rows);
  add_rearranging(rows);
  add_padding(rows);
  add_slices(rows);
  add_gathers(rows);
  add_scatters(rows);
  add_one_hots(rows);
}

} // namespace burin::test
