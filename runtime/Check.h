#pragma once
#include "burin/DType.h"
#include "runtime/EffectSite.h"
#include <cstdint>
#include <string>
#include <vector>

/// Checks of values while a function runs. Both throw CheckError with the first places that fail and the values there.
namespace burin::runtime {

/// What a check knows of a tensor before it runs.
struct CheckedTensor {
  DType dtype;
  std::vector<std::int64_t> extents; ///< unless they are known only when it runs
};

/// Fails unless all of tensor 0, a bool one, is true. The others are shown: at the places that fail if they broadcast to it.
class CheckEffect final : public EffectSite {
public:
  /// `location`: "  (at train.cpp:41)", or empty.
  CheckEffect(std::string message, std::string location, std::vector<CheckedTensor> tensors)
      : message_(std::move(message)), location_(std::move(location)), tensors_(std::move(tensors)) {}
  void run(std::span<const RuntimeTensor> tensors) const override;
  std::string encode() const override;

private:
  std::string message_, location_;
  std::vector<CheckedTensor> tensors_;
};

/// Fails if an element of its only tensor, a floating or complex one, is NaN or infinite.
class CheckFiniteEffect final : public EffectSite {
public:
  CheckFiniteEffect(std::string location, CheckedTensor tensor) : location_(std::move(location)), tensor_(std::move(tensor)) {}
  void run(std::span<const RuntimeTensor> tensors) const override;
  std::string encode() const override;

private:
  std::string location_;
  CheckedTensor tensor_;
};

/// Fails if the result of an op, tensor 0, has a NaN or an infinity that the op made: where its operands, the other tensors, have none.
/// Those of an op that works element by element count at the same place, others as a whole.
class NumericsEffect final : public EffectSite {
public:
  /// `op` is its name, `location` as above. Tensors that are neither floating nor complex count as numbers.
  NumericsEffect(std::string op, std::string location, bool elementwise, std::vector<CheckedTensor> tensors)
      : op_(std::move(op)), location_(std::move(location)), elementwise_(elementwise), tensors_(std::move(tensors)) {}
  void run(std::span<const RuntimeTensor> tensors) const override;
  std::string encode() const override;

private:
  bool has_special_operand(std::span<const RuntimeTensor> tensors) const;
  bool is_made_at(std::int64_t place, std::span<const RuntimeTensor> tensors) const;

  std::string op_, location_;
  bool elementwise_;
  std::vector<CheckedTensor> tensors_;
};

} // namespace burin::runtime
