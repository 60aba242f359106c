#include "lib/api/ops/ActionArguments.h"
#include "burin/Error.h"
#include <array>

namespace burin::detail {

// --- indices -------------------------------------------------------------------------------------------------------

static constexpr std::size_t kEntry = 6; // kind, whether there are a start and a stop, these, and the step

std::vector<std::int64_t> as_list(const Indices &indices) {
  std::vector<std::int64_t> list;
  for (const Index &entry : indices.entries()) {
    const Slice &range = entry.range();
    list.insert(list.end(), {static_cast<std::int64_t>(entry.kind()), range.start.has_value(), range.stop.has_value(),
                             range.start.value_or(0), range.stop.value_or(0), range.step});
  }
  return list;
}

static Index entry_of(std::span<const std::int64_t> entry, const ActionReader &reader) {
  const Slice range{entry[1] ? std::optional(entry[3]) : std::nullopt, entry[2] ? std::optional(entry[4]) : std::nullopt, entry[5]};
  if (entry[0] == static_cast<std::int64_t>(Index::Kind::Slice)) return {range, reader.location()};
  if (entry[0] == static_cast<std::int64_t>(Index::Kind::Ellipsis)) return {ellipsis, reader.location()};
  if (entry[0] == static_cast<std::int64_t>(Index::Kind::NewAxis)) return {newaxis, reader.location()};
  if (entry[0] == static_cast<std::int64_t>(Index::Kind::Tensor)) return {Tensor(), reader.location()};
  if (entry[0] != static_cast<std::int64_t>(Index::Kind::Position) || !range.start) reader.throw_damaged();
  return {*range.start, reader.location()};
}

Indices indices_of(const std::vector<std::int64_t> &list, const ActionReader &reader) {
  if (list.size() % kEntry) reader.throw_damaged();
  std::vector<Index> entries;
  for (std::size_t i = 0; i < list.size(); i += kEntry) entries.push_back(entry_of(std::span(list).subspan(i, kEntry), reader));
  return {std::move(entries), reader.location()};
}

// --- operands ------------------------------------------------------------------------------------------------------

/// A number of a type that has this dtype.
template <class T> static Operand number(T value, DType dtype, std::source_location location) {
  switch (dtype) {
  case DType::Bool: return {static_cast<bool>(value), location};
  case DType::I8: return {static_cast<std::int8_t>(value), location};
  case DType::I16: return {static_cast<std::int16_t>(value), location};
  case DType::I32: return {static_cast<std::int32_t>(value), location};
  case DType::I64: return {static_cast<std::int64_t>(value), location};
  case DType::U8: return {static_cast<std::uint8_t>(value), location};
  case DType::U16: return {static_cast<std::uint16_t>(value), location};
  case DType::U32: return {static_cast<std::uint32_t>(value), location};
  default: return {static_cast<std::uint64_t>(value), location};
  }
}

Operand read_operand(ActionReader &reader) {
  if (!reader.take<bool>()) return {Tensor(), reader.location()};
  const DType dtype = reader.take<DType>();
  if (dtype == DType::F32) return {static_cast<float>(reader.take<double>()), reader.location()};
  if (dtype == DType::F64) return {reader.take<double>(), reader.location()};
  if (is_floating(dtype) || is_complex(dtype)) reader.throw_damaged();
  return number(reader.take<std::int64_t>(), dtype, reader.location());
}

} // namespace burin::detail
