#pragma once
#include "burin/Operand.h"
#include <optional>

/// Activations and normalisations. Floating dtypes; the result has that of the operands. Broadcasting and errors as Ops.h says.
namespace burin {

/// x where x >= 0, else slope * x.
Tensor leaky_relu(const Operand &x, double slope = 0.01);
/// x where x > 0, else alpha * (exp(x) - 1) (Clevert et al., 2015).
Tensor elu(const Operand &x, double alpha = 1);
enum class Gelu { Exact, Tanh };
/// Exact: x Phi(x), Phi being the normal distribution function; Tanh: the approximation with
/// tanh(sqrt(2/pi) (x + 0.044715 x^3)) (both: Hendrycks and Gimpel, 2016).
Tensor gelu(const Operand &x, Gelu form = Gelu::Exact);
/// x sigmoid(x), also called swish.
Tensor silu(const Operand &x);

/// log(softmax(x)) along `axis`: x - max(x) - log(sum(exp(x - max(x)))).
Tensor log_softmax(const Operand &x, int axis = -1);

/// (x - mean) / sqrt(variance + epsilon) over `axes`, times `scale`, plus `offset`, where these are given and broadcast (Ba et al.,
/// 2016). f16 and bf16: mean and variance are computed in f32.
Tensor layer_norm(const Operand &x, const Tensor &scale = {}, const Tensor &offset = {}, const Axes &axes = -1, double epsilon = 1e-5,
                  std::source_location location = std::source_location::current());
/// x / sqrt(mean(x^2) + epsilon) over `axes`, times `scale` where given (Zhang and Sennrich, 2019). f16 and bf16: the mean is in f32.
Tensor rms_norm(const Operand &x, const Tensor &scale = {}, const Axes &axes = -1, double epsilon = 1e-5,
                std::source_location location = std::source_location::current());
/// (x - mean) / sqrt(variance + epsilon), times `scale`, plus `offset` (Ioffe and Szegedy, 2015). All four are vectors along `axis` of x;
/// scale and offset may be left out. For training, give the batch's own: `mean(x, {0, 1, 2})` and `var(x, {0, 1, 2})`.
/// Throws ShapeError for another shape.
Tensor batch_norm(const Operand &x, const Tensor &mean, const Tensor &variance, const Tensor &scale = {}, const Tensor &offset = {},
                  int axis = -1, double epsilon = 1e-5, std::source_location location = std::source_location::current());

struct AttentionOptions {
  Tensor mask = {}; ///< broadcasts to [..., m, n]: bool, true where a query sees a key; or floating, added to the scores
  bool causal = false; ///< query i sees keys 0 to i alone
  std::optional<double> scale = {}; ///< of the scores; 1 / sqrt(d) if not given
};
/// softmax(scale * query keyᵀ + mask) value (Vaswani et al., 2017), for `query` [..., m, d], `key` [..., n, d] and `value` [..., n, e];
/// leading dimensions broadcast. Shape: [..., m, e]. Dtype: promoted, floating. NaN for a query that sees no key.
/// Throws ShapeError for fewer than two dimensions, and for other extents.
Tensor scaled_dot_product_attention(const Operand &query, const Operand &key, const Operand &value, const AttentionOptions &options = {});

} // namespace burin
