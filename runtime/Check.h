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

private:
  std::string message_, location_;
  std::vector<CheckedTensor> tensors_;
};

/// Fails if an element of its only tensor, a floating or complex one, is NaN or infinite.
class CheckFiniteEffect final : public EffectSite {
public:
  CheckFiniteEffect(std::string location, CheckedTensor tensor) : location_(std::move(location)), tensor_(std::move(tensor)) {}
  void run(std::span<const RuntimeTensor> tensors) const override;

private:
  std::string location_;
  CheckedTensor tensor_;
};

} // namespace burin::runtime
