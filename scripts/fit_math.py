#!/usr/bin/env python3
"""Fits the polynomials and rationals of compiler/lowering/MathTables.h by the Remez exchange. Needs mpmath.

    fit_math.py            prints every table, with its largest error, relative to the function, once rounded
    fit_math.py exp32      prints one

The error that is minimised is the relative error of the function (not of the polynomial). Coefficients are rounded to the
target format from the lowest order up, and the rest is fitted again after each rounding, so that rounding costs little.
"""
import sys
from mpmath import (mp, mpf, matrix, lu_solve, asin, atan, cos, coth, digamma, erf, erfc, erfinv, exp, expm1, log, log1p,
                    loggamma, pi, sin, sqrt, tan)

mp.dps = 80


def to_format(value, bits):
    """`value` rounded to a significand of `bits` bits."""
    if value == 0:
        return mpf(0)
    exponent = mp.floor(mp.log(abs(value), 2))
    scale = mpf(2) ** (bits - 1 - exponent)
    return mp.nint(value * scale) / scale


def grid(low, high, count):
    return [(low + high) / 2 + (high - low) / 2 * cos(pi * (count - 1 - i) / (count - 1)) for i in range(count)]


def alternation(errors, count):
    """Indices of `count` extrema of alternating sign, or None."""
    extrema = []
    for i, e in enumerate(errors):
        if extrema and (errors[extrema[-1]] > 0) == (e > 0):
            if abs(e) > abs(errors[extrema[-1]]):
                extrema[-1] = i
        else:
            extrema.append(i)
    while len(extrema) > count:
        extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
    return extrema if len(extrema) == count else None


def remez(target, weight, count, low, high, rounds=20, density=24):
    """The polynomial of `count` coefficients that minimises max |(P - target) * weight| on [low, high]."""
    fine = grid(low, high, density * (count + 2))
    targets, weights = [target(x) for x in fine], [weight(x) for x in fine]
    points = [(len(fine) - 1) * i // count for i in range(count + 1)]
    best, least = None, None
    for _ in range(rounds):
        a, rhs = matrix(count + 1, count + 1), matrix(count + 1, 1)
        for i, p in enumerate(points):
            for k in range(count):
                a[i, k] = fine[p] ** k
            a[i, count] = -((-1) ** i) / weights[p]
            rhs[i] = targets[p]
        solution = lu_solve(a, rhs)
        c, level = [solution[k] for k in range(count)], abs(solution[count])
        errors = [(horner(c, x) - t) * w for x, t, w in zip(fine, targets, weights)]
        worst = max(abs(e) for e in errors)
        if best is None or worst < least:
            best, least = c, worst
        points = alternation(errors, count + 1)
        if points is None or worst < level * mpf("1.001"):
            break
    return best


def horner(coefficients, x):
    value = mpf(0)
    for c in reversed(coefficients):
        value = value * x + c
    return value


def polynomial(target, weight, degree, low, high, bits, leading=(), fitted_again=100):
    """Rounded coefficients of a polynomial, lowest power first: each is rounded, then the higher ones are fitted again.

    `leading`: coefficients fixed beforehand. After `fitted_again` fits the rest is rounded together.
    """
    fixed = [mpf(c) for c in leading]
    while len(fixed) <= degree:
        if len(fixed) == fitted_again:
            fixed += [to_format(x, bits) for x in c[1:]]
            break
        k = len(fixed)
        rest = lambda x: (target(x) - horner(fixed, x)) / x ** k
        c = remez(rest, lambda x: weight(x) * abs(x) ** k, degree + 1 - k, low, high)
        fixed.append(to_format(c[0], bits))
    error = max(abs((horner(fixed, x) - target(x)) * weight(x)) for x in grid(low, high, 2000))
    return fixed, error


def show(name, coefficients, error, bits):
    print(f"// {name}: relative error {mp.nstr(error, 3)} = {mp.nstr(error * 2 ** bits, 3)} half ulp")
    print("{" + ", ".join(repr(float(c)) for c in coefficients) + "}")


def exponential(bits, degree):
    bound = log(2) / 2 * mpf("1.0003")
    return polynomial(exp, lambda x: 1 / exp(x), degree, -bound, bound, bits, leading=(1, 1))


def exponential2(bits, degree):
    return polynomial(lambda x: mpf(2) ** x, lambda x: mpf(2) ** -x, degree, mpf("-0.5002"), mpf("0.5002"), bits, leading=(1,))


def exponential_less_1(bits, degree):
    bound = log(2) / 2 * mpf("1.0003")
    c, error = polynomial(lambda x: expm1(x) / x, lambda x: x / expm1(x), degree + 1, -bound, bound, bits, leading=(1,))
    return c[1:], error


def logarithm32(bits, degree):
    c, error = polynomial(lambda x: log1p(x) / x, lambda x: x / log1p(x), degree + 2, mpf("-0.25"), mpf("0.5"), bits,
                          leading=(1, -0.5))
    return c[2:], error


def logarithm64(bits, degree):
    def f(z):
        return log((1 + sqrt(z)) / (1 - sqrt(z))) / sqrt(z)  # 2 + z P(z)
    return polynomial(lambda z: (f(z) - 2) / z, lambda z: z / f(z), degree, mpf("1e-9"), mpf("0.0401"), bits)


def logarithm_for_powers(degree):
    """Q of log((1 + s) / (1 - s)) = 2 s + 2/3 s^3 + s^5 Q(s^2)."""
    def f(z):
        return (log((1 + sqrt(z)) / (1 - sqrt(z))) / sqrt(z) - 2 - 2 * z / 3) / z ** 2
    return polynomial(f, lambda z: 1 / f(z), degree, mpf("1e-9"), mpf("0.0401"), 53, fitted_again=4)


def r_coth_r(bits, degree, bound):
    def f(z):
        return sqrt(z) * coth(sqrt(z))
    return polynomial(f, lambda z: 1 / f(z), degree, mpf("1e-12"), (bound * mpf("1.001")) ** 2, bits, leading=(1,))


def error_exponent(bits, degree, bound):
    def g(a):
        return -log(erfc(a))
    def weight(a):  # of a relative error of g, in erf = 1 - exp(-g)
        return a * exp(-g(a)) / erf(a)
    first = to_format(2 / sqrt(pi), bits)  # the second coefficient is what the first lacks
    c, error = polynomial(lambda a: g(a) / a - first, weight, degree, mpf("1e-7"), mpf(bound), bits, fitted_again=8)
    return [-first] + [-x for x in c], error


def of_square(f, degree, high, bits, low="1e-9", leading=(1,), fitted_again=4):
    """f(x) / x in powers of x^2, for |x| <= high."""
    def g(z):
        return f(sqrt(z)) / sqrt(z)
    return polynomial(g, lambda z: 1 / g(z), degree, mpf(low), mpf(high) ** 2, bits, leading=leading, fitted_again=fitted_again)


def cosine(bits, degree, bound):
    return polynomial(lambda z: cos(sqrt(z)), lambda z: 1 / cos(sqrt(z)), degree, mpf("1e-9"), mpf(bound) ** 2, bits,
                      leading=(1, -0.5))


def scaled_erfc(bits, degree, middle, high):
    """(1 + 2 a) exp(a^2) erfc(a) in powers of t = (a - middle) / (a + middle) <= high (the idea is Shepherd and Laframboise's)."""
    def f(t):
        a = middle * (1 + t) / (1 - t)
        return (1 + 2 * a) * exp(a * a) * erfc(a)
    return polynomial(f, lambda t: 1 / f(t), degree, mpf(-1), high, bits, fitted_again=2)


def inverse_error(degree, low, high, middle, root):
    """erfinv(x) / x in powers of w - middle, with w = -log(1 - x^2), or its root: the variable is Giles'."""
    def f(u):
        w = (u + middle) ** 2 if root else u + middle
        if w < mpf("1e-30"):
            return sqrt(pi) / 2
        x = sqrt(-expm1(-w))
        # erfc and a Newton step where 1 - x has no digits left
        return erfinv(x) / x
    return polynomial(f, lambda u: 1 / f(u), degree, mpf(low) - middle, mpf(high) - middle, 53, fitted_again=2)


def normal_quantile(degree, shift, middle, bits):
    """z / (1 - 2p), where z is exceeded with probability p, in powers of sqrt(w + shift) - middle, w = -log(4 p (1 - p)) <= 31 log(2)."""
    def f(u):
        w = (u + middle) ** 2 - shift
        x = sqrt(-expm1(-w)) if w > mpf("1e-30") else mpf(0)
        return sqrt(2) * erfinv(x) / x if x else sqrt(pi / 2)
    return polynomial(f, lambda u: 1 / f(u), degree, sqrt(mpf(shift)) - middle, sqrt(31 * log(2) + shift) - middle, bits, fitted_again=3)


def log_gamma_at_2(degree):
    """lgamma(2 + t) / t."""
    def f(t):
        return loggamma(2 + t) / t if t else 1 - mp.euler
    return polynomial(f, lambda t: 1 / f(t), degree, mpf("-0.5001"), mpf("0.5001"), 53, fitted_again=4)


def stirling(degree):
    """x (lgamma(x) - (x - 1/2) log(x) + x - log(2 pi) / 2) in powers of x^-2, for x >= 8."""
    def f(z):
        x = 1 / sqrt(z)
        return x * (loggamma(x) - (x - 0.5) * log(x) + x - log(2 * pi) / 2)
    return polynomial(f, lambda z: 1 / f(z), degree, mpf("1e-8"), mpf(1) / 64, 53, fitted_again=3)


def digamma_tail(degree):
    """x^2 (log(x) - 1/(2 x) - digamma(x)) in powers of x^-2, for x >= 10."""
    def f(z):
        x = 1 / sqrt(z)
        return x * x * (log(x) - 1 / (2 * x) - digamma(x))
    return polynomial(f, lambda z: 1 / f(z), degree, mpf("1e-8"), mpf(1) / 100, 53, fitted_again=3)


TABLES = {
    "exp32": lambda: exponential(24, 6),
    "exp64": lambda: exponential(53, 11),
    "exp2_32": lambda: exponential2(24, 6),
    "exp2_64": lambda: exponential2(53, 11),
    "expm1_32": lambda: exponential_less_1(24, 5 - 1),
    "expm1_64": lambda: exponential_less_1(53, 11 - 1),
    "log32": lambda: logarithm32(24, 7),
    "log64": lambda: logarithm64(53, 6),
    "powerLog64": lambda: logarithm_for_powers(8),
    "rCothR32": lambda: r_coth_r(24, 2, log(2) / 4),
    "rCothR64": lambda: r_coth_r(53, 6, log(2) / 2),
    "logErfc32": lambda: error_exponent(24, 8, "3.95"),
    "logErfc64": lambda: error_exponent(53, 24, "5.95"),
    "sin32": lambda: of_square(sin, 3, "0.7856", 24),
    "sin64": lambda: of_square(sin, 6, "0.7856", 53),
    "cos32": lambda: cosine(24, 4, "0.7856"),
    "cos64": lambda: cosine(53, 7, "0.7856"),
    "tan64": lambda: of_square(tan, 14, "0.7856", 53),
    "asin64": lambda: of_square(asin, 13, "0.5001", 53),
    "atan64": lambda: of_square(atan, 12, "0.4143", 53),
    "erfcx32": lambda: scaled_erfc(53, 9, 2, mpf("0.67")),
    "erfcx64": lambda: scaled_erfc(53, 22, 4, mpf("0.751")),
    "erfinvLow64": lambda: inverse_error(22, 0, "6.25", mpf("3.125"), False),
    "erfinvMiddle64": lambda: inverse_error(18, "2.5", 4, mpf("3.25"), True),
    "erfinvHigh64": lambda: inverse_error(16, 4, "6.1", 5, True),
    "normalQuantile32": lambda: normal_quantile(13, 2, mpf("3.125"), 24),
    "lgamma2_64": lambda: log_gamma_at_2(19),
    "stirling64": lambda: stirling(6),
    "digammaTail64": lambda: digamma_tail(6),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        show(name, *TABLES[name](), 53 if name.endswith("64") else 24)
        sys.stdout.flush()
