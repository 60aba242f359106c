#pragma once
#include "runtime/kernels/Elements.h"
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

/// Unsigned numbers that are ordered as elements are: NaN greatest of all.
namespace burin::runtime {

template <std::size_t Bytes>
using UnsignedOf =
    std::conditional_t<Bytes == 1, std::uint8_t,
                       std::conditional_t<Bytes == 2, std::uint16_t, std::conditional_t<Bytes == 4, std::uint32_t, std::uint64_t>>>;
template <class T> using KeyOf = UnsignedOf<sizeof(T)>;

/// Whether -0 is told from 0: it must be where the element is made from its key again, and must not where equals keep their order.
enum class Zeros { Apart, Equal };

template <class T>
inline constexpr int kFractionBits = std::is_same_v<T, Float16>    ? 10
                                     : std::is_same_v<T, BFloat16> ? 7
                                     : sizeof(T) == 4              ? 23
                                                                   : 52;

template <class T, Zeros zeros> KeyOf<T> key_of(T value) {
  using Key = KeyOf<T>;
  constexpr Key sign = static_cast<Key>(Key(1) << (8 * sizeof(Key) - 1));
  const Key bits = std::bit_cast<Key>(value);
  if constexpr (is_float<T>) {
    constexpr Key infinity = static_cast<Key>(static_cast<Key>(~sign) >> kFractionBits<T> << kFractionBits<T>);
    const Key magnitude = static_cast<Key>(bits & static_cast<Key>(~sign));
    if (magnitude > infinity) return static_cast<Key>(~Key(0));
    if (zeros == Zeros::Equal && magnitude == 0) return sign;
    return bits & sign ? static_cast<Key>(~bits) : static_cast<Key>(bits | sign);
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<Key>(bits ^ sign);
  } else {
    return bits;
  }
}

/// The element whose key, with zeros apart, is `key`. Of the NaNs the positive one without payload.
template <class T> T value_of(KeyOf<T> key) {
  using Key = KeyOf<T>;
  constexpr Key sign = static_cast<Key>(Key(1) << (8 * sizeof(Key) - 1));
  if constexpr (is_float<T>) {
    constexpr Key nan = static_cast<Key>(static_cast<Key>(~sign) >> (kFractionBits<T> - 1) << (kFractionBits<T> - 1));
    if (key == static_cast<Key>(~Key(0))) return std::bit_cast<T>(nan);
    return std::bit_cast<T>(key & sign ? static_cast<Key>(key ^ sign) : static_cast<Key>(~key));
  } else if constexpr (std::is_signed_v<T>) {
    return std::bit_cast<T>(static_cast<Key>(key ^ sign));
  } else {
    return key;
  }
}

/// A key with the place that it came from.
template <class Key> struct Placed {
  Key key;
  std::uint32_t index;
};

/// Sorts `count` items by `key(item)`, equal ones in their order, and gives the place of the result: `items` or `spare`. Byte
/// by byte from the lowest; a byte that all keys share costs nothing.
template <class Item, class GetKey> Item *radix_sort(Item *items, Item *spare, std::size_t count, GetKey key) {
  using Key = decltype(key(items[0]));
  constexpr std::size_t digits = sizeof(Key);
  std::array<std::array<std::size_t, 256>, digits> counts{};
  for (std::size_t i = 0; i < count; ++i) {
    const Key k = key(items[i]);
    for (std::size_t digit = 0; digit < digits; ++digit) ++counts[digit][k >> (8 * digit) & 255u];
  }
  for (std::size_t digit = 0; digit < digits; ++digit) {
    std::array<std::size_t, 256> &starts = counts[digit];
    const auto byte = [&](const Item &item) { return static_cast<std::size_t>(key(item) >> (8 * digit) & 255u); };
    if (count == 0 || starts[byte(items[0])] == count) continue;
    std::size_t start = 0;
    for (std::size_t &entry : starts) start += std::exchange(entry, start);
    for (std::size_t i = 0; i < count; ++i) spare[starts[byte(items[i])]++] = items[i];
    std::swap(items, spare);
  }
  return items;
}

} // namespace burin::runtime
