"""Activations, normalisations, losses: in the next wider format, within a few roundings of the operands' own."""
import math

import numpy as np

from cases import EPSILON, Absolute, Row, between, moderate, random_shape, unary_shapes, widened

DTYPES = ["f16", "bf16", "f32", "f64"]


def within(roundings, magnitude=lambda operands, result: np.abs(np.asarray(result, np.float64)) + 1):
    """An error of so many roundings of numbers of that magnitude."""
    def bound(dtype, operands, result, **_):
        return roundings * EPSILON[dtype] * np.asarray(magnitude(operands, result), np.float64)
    return Absolute(bound)


def with_attributes(**choices):
    def shapes(rng, index):
        return unary_shapes(rng, index)[0], {name: values[int(rng.integers(len(values)))] for name, values in choices.items()}
    return shapes


def erf(x):
    return np.asarray(np.vectorize(lambda value: math.erf(float(value)), otypes=[np.float64])(x)).reshape(x.shape)


def gelu(x, tanh):
    inner = np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)) if tanh else erf(x / math.sqrt(2))
    return x / 2 * (1 + inner)


def lines(rng, index):
    """A shape that has elements, and one of its axes."""
    shape = random_shape(rng, low_rank=1, high_rank=4, zeros=False)
    return shape, int(rng.integers(-len(shape), len(shape)))


def log_softmax(x, axis):
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def vectors(count, last=False):
    """A shape with an axis, and vectors along it."""
    def shapes(rng, index):
        shape, axis = lines(rng, index)
        axis = -1 if last else axis
        return [shape, *([(shape[axis],)] * count)], {"axis": axis}
    return shapes


def layer_norm(x, scale, offset, axis):
    centred = x - np.mean(x, axis=axis, keepdims=True)
    return centred / np.sqrt(np.mean(centred**2, axis=axis, keepdims=True) + 1e-5) * scale + offset


def rms_norm(x, scale, axis):
    return x / np.sqrt(np.mean(x**2, axis=axis, keepdims=True) + 1e-5) * scale


def along(vector, x, axis):
    return vector.reshape([-1 if i == axis % x.ndim else 1 for i in range(x.ndim)])


def batch_norm(x, mean, variance, scale, offset, axis):
    mean, variance, scale, offset = (along(vector, x, axis) for vector in (mean, variance, scale, offset))
    return (x - mean) / np.sqrt(variance + 1e-5) * scale + offset


def pairs(rng, index, **attributes):
    shape = random_shape(rng, zeros=False)
    return [shape, shape], {"reduction": int(rng.integers(3)), **attributes}


def reduced(loss):
    def reference(x, y, reduction, **attributes):
        value = loss(x - y, **attributes)
        return [value, np.sum(value), np.mean(value)][reduction]
    return reference


def huber(distance, delta):
    size = np.abs(distance)
    return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))


def examples(rng, index):
    """With three classes or more."""
    shape, axis = lines(rng, index)
    shape = tuple(max(3, extent) if i == axis % len(shape) else extent for i, extent in enumerate(shape))
    return [shape, tuple(extent for i, extent in enumerate(shape) if i != axis % len(shape))], {"axis": axis}


def cross_entropy(x, target, axis):
    picked = np.take_along_axis(log_softmax(x, axis), np.expand_dims(target, axis), axis)
    return -np.mean(picked)


def attention_shapes(rng, index):
    lead = tuple(int(extent) for extent in rng.integers(1, 4, int(rng.integers(0, 3))))
    queries, keys, depth, width = (int(extent) for extent in rng.integers(1, 9, 4))
    return [(*lead, queries, depth), (*lead, keys, depth), (*lead, keys, width)], {"causal": bool(rng.integers(2))}


def attention(query, key, value, causal):
    scores = query @ np.swapaxes(key, -1, -2) / math.sqrt(query.shape[-1])
    if causal:
        scores = np.where(np.tri(*scores.shape[-2:], dtype=bool), scores, -np.inf)
    return np.exp(log_softmax(scores, -1)) @ value


def row(op, reference, shapes, tolerance, **rest):
    return Row(op, reference, DTYPES, shapes, **{"domains": (moderate,), "tolerance": tolerance, "wide": True, **rest})


def spread(operands, result):
    """Normalised values are quotients whose divisor may cancel all but the epsilon: 1 / sqrt(1e-5) times the rounding of x."""
    return 400 * (1 + np.max(np.abs(np.asarray(operands[0], np.float64)))) * (1 + np.max(np.abs(np.asarray(operands[1], np.float64))))


ROWS = [
    row("leaky_relu", lambda x, slope: np.where(x >= 0, x, slope * x), with_attributes(slope=[0.01, 0.25]), within(2)),
    row("elu", lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(x)), with_attributes(alpha=[1, 0.5]), within(3)),
    row("gelu", gelu, with_attributes(tanh=[True, False]), within(6)),
    row("silu", lambda x: x / (1 + np.exp(-x)), unary_shapes, within(4)),
    row("log_softmax", log_softmax, lambda rng, index: ([(found := lines(rng, index))[0]], {"axis": found[1]}), within(8)),
    row("layer_norm", layer_norm, vectors(2, last=True), within(8, spread)),
    row("rms_norm", rms_norm, vectors(1, last=True), within(8, spread)),
    row("batch_norm", batch_norm, vectors(4), within(8, spread), domains=(moderate, moderate, between(0, 4), moderate)),
    row("mse", reduced(np.square), pairs, within(16, lambda operands, result: np.abs(np.asarray(result, np.float64)) + 64)),
    row("mae", reduced(np.abs), pairs, within(16, lambda operands, result: np.abs(np.asarray(result, np.float64)) + 64)),
    row("huber", reduced(huber), lambda rng, index: pairs(rng, index, delta=[1, 0.5][index % 2]),
        within(16, lambda operands, result: np.abs(np.asarray(result, np.float64)) + 64)),
    Row("cross_entropy", lambda x, target, axis: cross_entropy(widened(x), target, axis), ["f32", "f64"], examples,
        (moderate, between(0, 2)), within(32), others=("i64",), wide=False, result=lambda dtype: dtype),
    Row("attention", attention, ["f32", "f64"], attention_shapes, (moderate,), within(64), wide=True),
]
