#include "test/compiler/GradientCases.h"
#include <vector>

namespace burin::test {

static constexpr double kStep = 1e-3;

static std::vector<Case> scans() {
  const std::string x = "(tensor<2x4xf64>) -> tensor<2x4xf64>", more = "(tensor<2x4xf64>) -> tensor<2x5xf64>";
  auto options = [](const char *reverse, const char *exclusive, const char *initial) {
    return std::string("{axis = 1 : i64, reverse = ") + reverse + ", exclusive = " + exclusive + ", include_initial = " + initial + "} : ";
  };
  std::vector<Case> cases;
  for (std::string op : {"burin.cumulative_sum", "burin.cumulative_prod", "burin.cumulative_max"})
    for (const char *reverse : {"false", "true"}) {
      cases.push_back({op + " %a " + options(reverse, "false", "false") + x});
      cases.push_back({op + " %a " + options(reverse, "true", "false") + x});
      cases.push_back({op + " %a " + options(reverse, "false", "true") + more});
    }
  // Zeros, which a result can't be divided by.
  cases.push_back({"burin.cumulative_prod %a " + options("false", "false", "false") + x, {}, kStep, {2, 0, 3, 4, 5, 0, 0, 1.5}});
  cases.push_back({"burin.cumulative_prod %a " + options("true", "false", "true") + more, {}, kStep, {2, 0, 3, 4, 0, 2, 3, 4}});
  return cases;
}

static std::vector<Case> sorting() {
  return {
      {"burin.sort %a {axis = 0 : i64, descending = false} : (tensor<4x2xf64>) -> tensor<4x2xf64>"},
      {"burin.sort %a {axis = 1 : i64, descending = true} : (tensor<2x3xf64>) -> tensor<2x3xf64>"},
      {"burin.top_k %a {k = 2 : i64, axis = 1 : i64, smallest = false} : (tensor<2x4xf64>) -> (tensor<2x2xf64>, tensor<2x2xi64>)"},
      {"burin.top_k %a {k = 1 : i64, axis = 0 : i64, smallest = true} : (tensor<4x2xf64>) -> (tensor<1x2xf64>, tensor<1x2xi64>)"},
      {"burin.segment_sum %a, %b {count = 3 : i64} : (tensor<4x2xf64>, tensor<4xi64>) -> tensor<3x2xf64>", {2, 0, 2, 2}},
      {"burin.segment_max %a, %b {count = 3 : i64} : (tensor<4x2xf64>, tensor<4xi64>) -> tensor<3x2xf64>", {2, 0, 2, 1}},
  };
}

static std::vector<Case> linear_algebra() {
  const std::vector<double> definite = {4, 9, 9, 1, 5, 9, -1, 2, 6}, triangle = {2, 9, 9, 1, -3, 9, -1, 2, 4};
  const std::vector<double> regular = {4, 1, 2, -1, 5, 1, 2, 2, 6}, tall = {4, 1, -1, 5, 2, 3, 1, -3}, wide = {4, 1, -1, 5, 2, 3, 2, 1};
  const std::vector<double> batch = {4, 1, -1, 5, 2, 3, -6, 1};
  const std::string square = " : (tensor<3x3xf64>) -> tensor<3x3xf64>", system = " : (tensor<3x3xf64>, tensor<3x2xf64>) -> tensor<3x2xf64>";
  return {
      {"burin.cholesky %a" + square, {}, kStep, definite, false},
      {"burin.triangular_solve %a, %b {lower = true, transposed = false, unit = false}" + system, {}, kStep, triangle, false},
      {"burin.triangular_solve %a, %b {lower = true, transposed = true, unit = true}" + system, {}, kStep, triangle, false},
      {"burin.triangular_solve %a, %b {lower = false, transposed = false, unit = true}" + system, {}, kStep, regular, false},
      {"burin.triangular_solve %a, %b {lower = false, transposed = true, unit = false}" + system, {}, kStep, regular, false},
      {"burin.solve %a, %b" + system, {}, kStep, regular, false},
      {"burin.inv %a" + square, {}, kStep, regular, false},
      {"burin.inv %a : (tensor<2x2x2xf64>) -> tensor<2x2x2xf64>", {}, kStep, batch, false},
      {"burin.det %a : (tensor<3x3xf64>) -> tensor<f64>", {}, kStep, regular, false},
      {"burin.det %a : (tensor<2x2x2xf64>) -> tensor<2xf64>", {}, kStep, batch, false},
      {"burin.slogdet %a : (tensor<2x2x2xf64>) -> (tensor<2xf64>, tensor<2xf64>)", {}, kStep, batch, false},
      {"burin.qr %a {full = false} : (tensor<3x3xf64>) -> (tensor<3x3xf64>, tensor<3x3xf64>)", {}, kStep, regular, false},
      {"burin.qr %a {full = false} : (tensor<4x2xf64>) -> (tensor<4x2xf64>, tensor<2x2xf64>)", {}, kStep, tall, false},
      {"burin.qr %a {full = true} : (tensor<2x4xf64>) -> (tensor<2x2xf64>, tensor<2x4xf64>)", {}, kStep, wide, false},
      {"burin.svd %a {full = true} : (tensor<3x3xf64>) -> (tensor<3x3xf64>, tensor<3xf64>, tensor<3x3xf64>)", {}, kStep, regular, false},
      {"burin.svd %a {full = false} : (tensor<4x2xf64>) -> (tensor<4x2xf64>, tensor<2xf64>, tensor<2x2xf64>)", {}, kStep, tall, false},
      {"burin.svd %a {full = false} : (tensor<2x4xf64>) -> (tensor<2x2xf64>, tensor<2xf64>, tensor<2x4xf64>)", {}, kStep, wide, false},
      {"burin.eigh %a : (tensor<3x3xf64>) -> (tensor<3xf64>, tensor<3x3xf64>)", {}, kStep, definite, false},
  };
}

std::vector<Case> kernelCases() {
  std::vector<Case> cases;
  for (const std::vector<Case> &more : {scans(), sorting(), linear_algebra()}) cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

} // namespace burin::test
