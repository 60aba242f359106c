#!/usr/bin/env python3
"""JAX as a peer of the benchmarks; figures.py says how it is asked."""
import jax
import jax.numpy as jnp
from jax import lax

from figures import serve

jax.config.update("jax_enable_x64", True)  # the scalar loop's state has 64 bits; all else names its type


def scalar_loop(extents, inputs):
    def step(state):
        i, v = state
        v = v ^ (v << 13)
        v = v ^ (v >> 7)
        v = v ^ (v << 17)
        return i + 1, v

    def run(trips):
        _, v = lax.while_loop(lambda state: state[0] < trips, step, (jnp.int64(0), jnp.uint64(1)))
        return (v >> 40).astype(jnp.float32)

    return run, (jnp.int64(extents[0]),)


def recurrence(extents, inputs):
    steps, width = extents

    def run(xs, w, b):
        def step(h, x):
            h = jnp.tanh(w @ h + x + b)
            return h, h

        return lax.scan(step, jnp.zeros(width, jnp.float32), xs)[1]

    x, w, b = inputs
    return run, (x.reshape(steps, width), w.reshape(width, width), b)


def mandelbrot(extents, inputs):
    rows, columns, trips = extents

    def run(x, y):
        def step(_, state):
            re, im, count = state
            re2, im2 = re * re, im * im
            return re2 - im2 + x, 2 * (re * im) + y, count + (re2 + im2 <= 4).astype(jnp.int32)

        zero = jnp.zeros((rows, columns), jnp.float32)
        return lax.fori_loop(0, trips, step, (zero, zero, jnp.zeros((rows, columns), jnp.int32)))[2].sum(axis=1)

    x, y = inputs
    return run, (x, y.reshape(rows, 1))


def training(extents, inputs):
    batch, n_in, n_hidden, n_out = extents

    def loss(weights, x, targets):
        w1, b1, w2, b2 = weights
        logits = jax.nn.relu(x @ w1 + b1) @ w2 + b2
        return jnp.mean(jax.nn.logsumexp(logits, axis=1) - jnp.sum(logits * targets, axis=1))

    def run(weights, x, targets):
        return jax.tree.map(lambda w, g: w - g, weights, jax.grad(loss)(weights, x, targets))

    x, targets, w1, b1, w2, b2 = inputs
    weights = (w1.reshape(n_in, n_hidden), b1, w2.reshape(n_hidden, n_out), b2)
    return run, (weights, x.reshape(batch, n_in), targets.reshape(batch, n_out))


PROBLEMS = {"scalar_loop": scalar_loop, "recurrence": recurrence, "mandelbrot": mandelbrot, "training": training}


def prepare(name, extents, inputs):
    run, arguments = PROBLEMS[name](extents, [jnp.asarray(each) for each in inputs])
    compiled = jax.jit(run).lower(*arguments).compile()
    return lambda: jax.tree.leaves(jax.block_until_ready(compiled(*arguments)))[0]


if __name__ == "__main__":
    serve(prepare, jax.__version__)
