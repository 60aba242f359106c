"""What runtime kernels compute: scans, sorting, segments, decompositions, Fourier transforms; and contractions by einsum."""
import numpy as np

from cases import ALL_REAL, BOOL, COMPLEX, EPSILON, FLOATS, INTEGERS, NUMPY, REALS, Absolute, Row, between, full, moderate, random_shape, widened

LINE_CORNERS = [((0,), 0), ((1,), 0), ((67,), -1), ((3, 5), 0), ((3, 5), 1), ((2, 0, 3), 1), ((2, 0, 3), -1), ((300,), 0), ((2, 3, 40), 1), ((40, 2, 3), 0)]


def line_shapes(rng, index):
    """A shape and one of its axes."""
    if index < len(LINE_CORNERS):
        return LINE_CORNERS[index]
    shape = random_shape(rng, low_rank=1)
    return shape, int(rng.integers(-len(shape), len(shape)))


def flags(rng, *names):
    return {name: bool(rng.integers(2)) for name in names}


# --- scans -------------------------------------------------------------------------------------------------------------

def scan_shapes(rng, index):
    shape, axis = line_shapes(rng, index)
    return [shape], {"axis": axis, "reverse": bool(rng.integers(2)), **[{"exclusive": True}, {"include_initial": True}, {}][int(rng.integers(3))]}


def scan(accumulate, identity, wide):
    def reference(x, axis, reverse, exclusive=False, include_initial=False):
        values = widened(x) if wide and x.dtype.kind == "f" else x
        values = np.flip(values, axis) if reverse else values
        with np.errstate(all="ignore"):
            result = accumulate(values, axis=axis, dtype=values.dtype)
        first = np.full_like(np.take(result, [0], axis) if result.shape[axis] else np.zeros_like(values, shape=[
            1 if i == axis % x.ndim else extent for i, extent in enumerate(x.shape)]), identity(x.dtype))
        if exclusive or include_initial:
            result = np.concatenate([first, result], axis)
        if exclusive:
            result = np.take(result, range(x.shape[axis]), axis)
        return (np.flip(result, axis) if reverse else result).astype(x.dtype)
    return reference


def counting(reference):
    """Of bools, which NumPy counts in its widest integers."""
    return lambda x, **attributes: reference(x.astype(np.int64), **attributes)


def least(dtype):
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def scan_bound(growth):
    def bound(dtype, operands, result, axis, **_):
        magnitude = np.sum(np.abs(operands[0].astype(np.float64)), axis=axis, keepdims=True)
        return growth * EPSILON[dtype] * magnitude
    return bound


def product_bound(dtype, operands, result, axis, **_):
    return operands[0].shape[axis] * EPSILON[dtype] * np.abs(np.asarray(result, np.float64)) + float(np.finfo(np.float32).tiny) * 64


def without_zeros(rng, dtype, shape, style):
    """NumPy leaves open which of two zeros is the greater."""
    values = full(rng, dtype, shape, style)
    return np.where(values == 0, np.ones_like(values), values)


def maximum_accumulate(x, axis, dtype):
    return np.maximum.accumulate(x, axis=axis)


# --- sorting -----------------------------------------------------------------------------------------------------------

def sort_shapes(rng, index):
    shape, axis = line_shapes(rng, index)
    return [shape], {"axis": axis, **flags(rng, "descending")}


def order_of(x, axis, descending):
    """Stable; NaN greatest."""
    if not descending:
        return np.argsort(x, axis=axis, kind="stable")
    backwards = np.argsort(np.flip(x, axis), axis=axis, kind="stable")  # equal ones come last first
    return x.shape[axis] - 1 - np.flip(backwards, axis)


def argsort(x, axis, descending):
    return order_of(x, axis, descending).astype(np.int64)


def sort(x, axis, descending):
    return np.take_along_axis(x, order_of(x, axis, descending), axis)


def top_k_shapes(rng, index):
    shape, axis = line_shapes(rng, index)
    return [shape], {"axis": axis, "k": int(rng.integers(shape[axis] + 1)), **flags(rng, "smallest")}


def top_k(x, axis, k, smallest):
    order = np.take(order_of(x, axis, not smallest), range(k), axis)
    return np.take_along_axis(x, order, axis), order.astype(np.int64)


def search_shapes(rng, index):
    return [(int(rng.integers(0, 50)),), random_shape(rng)], flags(rng, "right")


def in_order(rng, dtype, shape, style):
    values = full(rng, dtype, shape, style)
    return np.sort(values) if len(shape) == 1 else values


# --- segments ----------------------------------------------------------------------------------------------------------

def segment_shapes(rng, index):
    shape = random_shape(rng, low_rank=1)
    return [shape, (shape[0],)], {"count": 6}


def segmented(combine, initial):
    def reference(data, segments, count):
        wide = widened(data) if data.dtype.kind == "f" else data
        result = np.full((count, *data.shape[1:]), initial(data.dtype), dtype=wide.dtype)
        with np.errstate(all="ignore"):
            combine.at(result, segments.astype(np.int64), wide)
        return result.astype(data.dtype)
    return reference


def segment_bound(dtype, operands, result, count):
    return 16 * EPSILON[dtype] * np.sum(np.abs(operands[0].astype(np.float64)))


def counted_shapes(rng, index):
    return [random_shape(rng)], {"length": 9}


# --- Fourier transforms ------------------------------------------------------------------------------------------------

NORMS = ["backward", "ortho", "forward"]


def transform_shapes(rng, index):
    shape, axis = (random_shape(rng, low_rank=1, zeros=False), -1) if rng.random() < 0.5 else line_shapes(rng, 4 + index % 5 + 3 * (index > 9))
    shape = tuple(extent or 2 for extent in shape)
    return [shape], {"axis": int(rng.integers(-len(shape), len(shape))), "norm": int(rng.integers(3)),
                     **({"n": int(rng.integers(1, 20))} if rng.random() < 0.5 else {})}


def inverse_shapes(rng, index):
    shapes, attributes = transform_shapes(rng, index)
    if "n" not in attributes and shapes[0][attributes["axis"]] == 1:
        attributes["n"] = 3
    return shapes, attributes


def transform(function):
    def reference(x, axis, norm, n=None):
        single = x.dtype in (np.float16, np.float32, np.complex64)
        result = function(x.astype(np.complex128 if x.dtype.kind == "c" else np.float64), n=n, axis=axis, norm=NORMS[norm])
        narrow = np.complex64 if result.dtype.kind == "c" else np.float32
        return result.astype(narrow) if single else result
    return reference


def transform_bound(dtype, operands, result, **_):
    epsilon = max(EPSILON.get(dtype, 0), 2.0**-23) if dtype in ("f16", "bf16", "f32", "c64") else 2.0**-52
    return 64 * (2.0**-23 if epsilon > 2.0**-23 else epsilon) * (np.sum(np.abs(operands[0].astype(np.complex128))) + 1)


# --- linear algebra ----------------------------------------------------------------------------------------------------

def batch(rng):
    return tuple(int(extent) for extent in rng.integers(1, 4, rng.integers(0, 3)))


def square_shapes(rng, index):
    n = int(rng.integers(0, 8)) if index else 3
    return [(*batch(rng), n, n)], {}


def solve_shapes(rng, index):
    n, lead = int(rng.integers(1, 7)), batch(rng)
    return [(*lead, n, n), (*lead, n, int(rng.integers(1, 4)))], {}


def triangular_shapes(rng, index):
    return solve_shapes(rng, index)[0], flags(rng, "upper", "transposed")


def triangular_solve(a, b, upper, transposed):
    """By substitution, in the wider format: a triangle of random numbers is too ill conditioned for NumPy's solve to be a reference."""
    triangle = np.triu(a) if upper else np.tril(a)
    triangle = np.swapaxes(triangle, -1, -2) if transposed else triangle
    x = np.zeros_like(b)
    for row in range(a.shape[-1])[::-1 if upper != transposed else 1]:
        known = np.sum(triangle[..., row, :, np.newaxis] * x, axis=-2)
        x[..., row, :] = (b[..., row, :] - known) / triangle[..., row, row, np.newaxis]
    return x


def triangular_bound(dtype, operands, result, upper, transposed):
    """Substitution is stable row by row: within n eps |T^-1| |T| |x| (Higham, Accuracy and Stability, theorem 8.5)."""
    triangle = (np.triu if upper else np.tril)(operands[0].astype(np.float64))
    triangle = np.swapaxes(triangle, -1, -2) if transposed else triangle
    growth = np.abs(np.linalg.inv(triangle)) @ np.abs(triangle) @ np.abs(np.asarray(result, np.float64))
    return 16 * operands[0].shape[-1] * EPSILON[dtype] * growth


def any_matrix_shapes(rng, index):
    return [(*batch(rng), int(rng.integers(1, 7)), int(rng.integers(1, 7)))], {}


def regular(rng, dtype, shape, style):
    """Well conditioned where square: a dominant diagonal."""
    values = rng.uniform(-1, 1, shape)
    if len(shape) >= 2 and shape[-1] == shape[-2]:
        values = values + np.eye(shape[-1]) * (shape[-1] + 2)
    return values.astype(NUMPY[dtype])


def cholesky(x):
    """Of a definite matrix made of x, as the driver makes it."""
    return np.linalg.cholesky(x @ np.swapaxes(x, -1, -2) + np.eye(x.shape[-1], dtype=x.dtype) * 2)


def algebra_bound(dtype, operands, result, **_):
    results = result if isinstance(result, list) else [result]
    bounds = [200 * EPSILON[dtype] * (np.abs(np.asarray(one, np.float64)) + np.max(np.abs(np.asarray(one, np.float64)), initial=1.0)) for one in results]
    return bounds if isinstance(result, list) else bounds[0]


# --- contractions ------------------------------------------------------------------------------------------------------

SUBSCRIPTS = ["ij,jk->ik", "ij,jk", "ij->ji", "ii", "ii->i", "iij->ji", "...ij,...jk->...ik", "i,j->ij", "ij,ij->", "bij,bkj->bik", "ij,jk,kl->il",
              "ijk,jil->kl", "abc,cd,dab->", "...i,...i->...", "i...->...i", "ij,j,i", "aB,Ba", "ijkl,jkm->ilm", "i,i,i,i,i,i,i,i,i->i", ",ij->ij"]


def einsum_shapes(rng, index):
    text = SUBSCRIPTS[index % len(SUBSCRIPTS)]
    extents = {letter: int(rng.integers(0 if rng.random() < 0.05 else 1, 5)) for letter in text if letter.isalpha()}
    lead = batch(rng)
    shapes = []
    for term in text.split("->")[0].split(","):
        before, dots, behind = term.partition("...")
        middle = tuple(1 if rng.random() < 0.2 else extent for extent in lead[int(rng.integers(len(lead) + 1)):]) if dots else ()
        shapes.append((*(extents[c] for c in before), *middle, *(extents[c] for c in behind)))
    return shapes, {"subscripts": text}


def einsum(*operands, subscripts):
    wide = [widened(operand) for operand in operands]
    with np.errstate(all="ignore"):
        return np.asarray(np.einsum(subscripts, *wide)).astype(operands[0].dtype)


def product_sum_bound(dtype, operands, result, **attributes):
    largest = np.prod([np.max(np.abs(operand.astype(np.float64)), initial=0) for operand in operands])
    return 32 * EPSILON.get(dtype, 0) * largest * np.prod([max(1, operand.size) for operand in operands])


def tensordot_shapes(rng, index):
    shared = [int(extent) for extent in rng.integers(1, 4, rng.integers(0, 3))]
    return [(*batch(rng), *shared), (*shared, *batch(rng))], {"count": len(shared)}


def dot_shapes(rng, index):
    inner = int(rng.integers(0, 5))
    choices = [((inner,), (inner,)), ((3, inner), (inner,)), ((3, inner), (inner, 2)), ((2, 3, inner), (2, inner, 2)), ((), (inner, 2)), ((inner,), (2, inner, 3))]
    return list(choices[index % len(choices)]), {}


def by_numpy(function):
    def reference(a, b, **attributes):
        with np.errstate(all="ignore"):
            return np.asarray(function(widened(a), widened(b), **attributes)).astype(a.dtype)
    return reference


def vecdot_shapes(rng, index):
    inner, lead = int(rng.integers(0, 6)), batch(rng)
    return [(*lead, inner), (*lead[int(rng.integers(len(lead) + 1)):], inner)], {"axis": -1}


def outer_shapes(rng, index):
    return [random_shape(rng, high_rank=2), random_shape(rng, high_rank=2)], {}


def exactly_and_nearly(op, reference, shapes, bound=product_sum_bound):
    """Integers wrap and are exact; floats are summed in another order."""
    return [Row(op, reference, INTEGERS, shapes), Row(op, reference, FLOATS, shapes, (moderate,), Absolute(bound))]


ROWS = [
    Row("cumulative_sum", scan(np.add.accumulate, lambda dtype: 0, False), INTEGERS, scan_shapes),
    Row("cumulative_sum", scan(np.add.accumulate, lambda dtype: 0, True), FLOATS, scan_shapes, (moderate,), Absolute(scan_bound(12))),
    Row("cumulative_sum", counting(scan(np.add.accumulate, lambda dtype: 0, False)), BOOL, scan_shapes),
    Row("cumulative_prod", scan(np.multiply.accumulate, lambda dtype: 1, False), INTEGERS, scan_shapes),
    Row("cumulative_prod", counting(scan(np.multiply.accumulate, lambda dtype: 1, False)), BOOL, scan_shapes),
    Row("cumulative_max", scan(maximum_accumulate, lambda dtype: False, False), BOOL, scan_shapes),
    Row("cumulative_prod", scan(np.multiply.accumulate, lambda dtype: 1, True), ["f32", "f64"], scan_shapes, (between(0.8, 1.2),), Absolute(product_bound)),
    Row("cumulative_max", scan(maximum_accumulate, least, False), REALS, scan_shapes, (without_zeros,)),
    Row("sort", sort, ALL_REAL, sort_shapes),
    Row("argsort", argsort, ALL_REAL, sort_shapes),
    Row("top_k", top_k, ALL_REAL, top_k_shapes),
    Row("searchsorted", lambda x, v, right: np.searchsorted(x, v, side="right" if right else "left").astype(np.int64), ALL_REAL, search_shapes, (in_order, full)),
    Row("segment_sum", segmented(np.add, lambda dtype: 0), INTEGERS, segment_shapes, (full, between(0, 5)), others=("i32",)),
    Row("segment_sum", segmented(np.add, lambda dtype: 0), FLOATS, segment_shapes, (moderate, between(0, 5)), Absolute(segment_bound), others=("i64",)),
    Row("segment_max", segmented(np.maximum, least), REALS, segment_shapes, (without_zeros, between(0, 5)), others=("u8",)),
    Row("bincount", lambda x, length: np.bincount(x.reshape(-1).astype(np.int64), minlength=length).astype(np.int64), INTEGERS, counted_shapes, (between(0, 8),)),
    Row("fft", transform(np.fft.fft), ["f32", "f64", "f16", "i32", *COMPLEX], transform_shapes, (moderate,), Absolute(transform_bound)),
    Row("ifft", transform(np.fft.ifft), ["f32", "f64", *COMPLEX], transform_shapes, (moderate,), Absolute(transform_bound)),
    Row("rfft", transform(np.fft.rfft), ["f32", "f64", "i32"], transform_shapes, (moderate,), Absolute(transform_bound)),
    Row("irfft", transform(np.fft.irfft), COMPLEX, inverse_shapes, (moderate,), Absolute(transform_bound)),
    Row("solve", np.linalg.solve, ["f32", "f64"], solve_shapes, (regular,), Absolute(algebra_bound)),
    Row("triangular_solve", triangular_solve, ["f32", "f64"], triangular_shapes, (regular,), Absolute(triangular_bound), wide=True),
    Row("inv", np.linalg.inv, ["f32", "f64"], square_shapes, (regular,), Absolute(algebra_bound)),
    Row("det", np.linalg.det, ["f32", "f64"], square_shapes, (regular,), Absolute(algebra_bound)),
    Row("slogdet", np.linalg.slogdet, ["f32", "f64"], square_shapes, (regular,), Absolute(algebra_bound)),
    Row("cholesky", cholesky, ["f32", "f64"], square_shapes, (between(-1, 1),), Absolute(algebra_bound)),
    Row("singular_values", lambda x: np.linalg.svd(x, compute_uv=False), ["f32", "f64"], any_matrix_shapes, (regular,), Absolute(algebra_bound)),
    Row("eigenvalues", np.linalg.eigvalsh, ["f32", "f64"], square_shapes, (between(-1, 1),), Absolute(algebra_bound)),
    *exactly_and_nearly("einsum", einsum, einsum_shapes),
    *exactly_and_nearly("tensordot", by_numpy(lambda a, b, count: np.tensordot(a, b, count)), tensordot_shapes),
    *exactly_and_nearly("dot", by_numpy(np.dot), dot_shapes),
    *exactly_and_nearly("outer", by_numpy(np.outer), outer_shapes),
    *exactly_and_nearly("vecdot", by_numpy(lambda a, b, axis: np.sum(a * b, axis=axis, dtype=a.dtype)), vecdot_shapes),
]
