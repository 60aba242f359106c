#!/usr/bin/env python3
"""Writes expectations.data: what TensorFlow's tf.print makes of the cases below.

  pip install tensorflow-cpu; python3 test/print/make_expectations.py test/print/expectations.data

Each case is three lines: its name, its arguments (for the containers: none, the test spells those out in C++ under the
same name), and the text. test/unit/api/PrintExpectationsTest.cpp reads them, prints the same and compares bytes. Left out
is what TensorFlow doesn't print as a rule would have it: the sign of a NaN (it differs by processor), subnormal f32 (it
flushes them), complex numbers ("?"), tensors without elements behind an extent ("[\\n ...]"), and containers of more than
80 columns (Python breaks their lines before it knows the values)."""
import json
import math
import os
import pathlib
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy
import tensorflow as tf

DTYPES = {
    "bool": tf.bool, "i8": tf.int8, "i16": tf.int16, "i32": tf.int32, "i64": tf.int64, "u8": tf.uint8, "u16": tf.uint16,
    "u32": tf.uint32, "u64": tf.uint64, "f16": tf.float16, "bf16": tf.bfloat16, "f32": tf.float32, "f64": tf.float64,
}
FLOATS = ["f16", "bf16", "f32", "f64"]
SHAPES = [(), (3,), (2, 3), (2, 1, 3), (1, 2, 2, 2), (2, 1, 2, 1, 2)]
LONG_SHAPES = [(13,), (8, 9), (3, 12, 2), (2, 7, 1, 8), (1, 2, 3, 2, 7)]
SUMMARIZE = [-1, 1, 2, 3, 5]


def values(dtype: str, shape: tuple, generator: numpy.random.Generator):
    if dtype == "bool":
        return generator.integers(0, 2, shape).astype(bool)
    if dtype in FLOATS:
        scale = 10.0 ** generator.integers(-3, 4, shape)
        return numpy.asarray(generator.standard_normal(shape) * scale)
    limits = numpy.iinfo(DTYPES[dtype].as_numpy_dtype)
    return numpy.asarray(generator.integers(limits.min, limits.max, shape, DTYPES[dtype].as_numpy_dtype, endpoint=True))


def any_floats(dtype: str, count: int, generator: numpy.random.Generator):
    """Of random bits, without subnormals and NaNs."""
    bits = {"f16": numpy.uint16, "bf16": numpy.uint16, "f32": numpy.uint32, "f64": numpy.uint64}[dtype]
    made = generator.integers(0, numpy.iinfo(bits).max, 16 * count, bits, endpoint=True).view(DTYPES[dtype].as_numpy_dtype)
    tiny = {"f16": 2.0**-14, "bf16": 2.0**-126, "f32": 2.0**-126, "f64": 2.0**-1022}[dtype]
    wide = made.astype(numpy.float64)
    return made[numpy.isfinite(wide) & (numpy.abs(wide) >= tiny)][:count]


class Writer:
    def __init__(self, path: str):
        self.file = open(path, "w")
        self.file.write(f"# Made by make_expectations.py with TensorFlow {tf.__version__}.\n")
        self.sink = pathlib.Path(tempfile.mkdtemp()) / "line"
        self.count = 0

    def printed(self, arguments, options) -> str:
        self.sink.unlink(missing_ok=True)
        tf.print(*arguments, output_stream=f"file://{self.sink}", **options)
        return self.sink.read_bytes().decode()

    def case(self, name: str, arguments: list, spelled: list, **options):
        self.count += 1
        settings = "".join(f" {key}={json.dumps(value)}" for key, value in options.items())
        self.file.write(f"case {name}{settings}\n" + "".join(f"{argument}\n" for argument in spelled))
        self.file.write(f"expect {json.dumps(self.printed(arguments, options))}\n")

    def tensors(self, name: str, dtype: str, arrays: list, texts: list = [], **options):
        """Texts and tensors in turn."""
        arguments, spelled = [], []
        for i in range(max(len(arrays), len(texts))):
            if i < len(texts):
                arguments.append(texts[i])
                spelled.append(f"text {json.dumps(texts[i])}")
            if i < len(arrays):
                tensor = tf.cast(tf.constant(arrays[i]), DTYPES[dtype])
                data = tensor.numpy().tobytes().hex()
                extents = ",".join(str(extent) for extent in tensor.shape)
                arguments.append(tensor)
                spelled.append(f"tensor {dtype} [{extents}] {data}")
        self.case(name, arguments, spelled, **options)


def write_tensors(writer: Writer, generator: numpy.random.Generator):
    for dtype in DTYPES:
        for shape in SHAPES:
            writer.tensors(f"{dtype}-rank{len(shape)}", dtype, [values(dtype, shape, generator)])
    for index, dtype in enumerate(DTYPES):
        summarize = SUMMARIZE[index % len(SUMMARIZE)]
        writer.tensors(f"{dtype}-long", dtype, [values(dtype, (4, 15), generator)], summarize=summarize)
    for shape in LONG_SHAPES:
        for summarize in SUMMARIZE:
            writer.tensors(f"rank{len(shape)}-summarize", "i32", [values("i8", shape, generator)], summarize=summarize)
    for length in range(1, 13):
        writer.tensors(f"length{length}", "i32", [numpy.arange(length)])
    writer.tensors("no-elements", "f32", [numpy.zeros((0,)), numpy.zeros((0, 3))])


def write_floats(writer: Writer, generator: numpy.random.Generator):
    special = [0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 43.5, 0.1, 1 / 3, 1e-4, 1e-5, 123456.0, 1e5, 1e6, 1234567.0,
               16777217.0, 1e15, 1e16, 123456789012345678.0, 1e-30, 3e38, 1e300, math.pi, 65504.0, 0.30000000000000004]
    for dtype in FLOATS:
        for number in (3.0, 0.1, 1e6, 2 / 3, -math.inf, math.nan):
            writer.tensors(f"{dtype}-scalar", dtype, [numpy.float64(number)])
        writer.tensors(f"{dtype}-special", dtype, [numpy.array(special)], summarize=-1)
        for _ in range(4):
            writer.tensors(f"{dtype}-any", dtype, [any_floats(dtype, 24, generator)], summarize=-1)


def write_texts(writer: Writer):
    x, y = numpy.arange(3), numpy.ones((2, 2))
    writer.tensors("text-alone", "f32", [], ["hello"])
    writer.tensors("text-and-tensor", "f32", [x], ["loss:"])
    writer.tensors("two-texts", "f32", [x, y], ["x is", "and y is"])
    writer.tensors("text-last", "f32", [x], ["x", "done"])
    writer.tensors("braces", "f32", [x], ["{} {0} {x} {{}}"])
    writer.tensors("percent", "f32", [x], ["100% %s %d %%"])
    writer.tensors("quotes", "f32", [x], ["it's \"so\" \\ there"])
    writer.tensors("lines", "f32", [y], ["two\nlines\tand a tab"])
    writer.tensors("empty-text", "f32", [x, x], ["", ""])
    writer.tensors("utf8", "f32", [x], ["Größe μ →"])
    for sep in ("", ", ", " | ", "\n"):
        writer.tensors("sep", "i32", [x, y], ["a", "b"], sep=sep)
    for end in ("", "\n\n", "; ", "%"):
        writer.tensors("end", "i32", [x], ["a"], end=end)
    writer.tensors("sep-and-end", "i32", [x, x], ["a", "b"], sep="--", end="!\n", summarize=1)


def write_containers(writer: Writer):
    """Under these names PrintExpectationsTest.cpp has the same in C++."""
    i = tf.range(3)
    f = tf.constant([[0.5, 1.0], [1.5, 2.0]])
    s = tf.constant(2.5)
    long = tf.range(20)
    containers = {
        "list": ([i, s],), "list-of-one": ([i],), "empty-list": ([],), "list-of-lists": ([[i], [i, i]],), "list-of-matrices": ([f, f],),
        "tuple": ((i, s),), "tuple-of-one": ((i,),), "empty-tuple": ((),), "nested-tuple": (((1, i), s),),
        "map": ({"b": s, "a": i},), "empty-map": ({},), "map-of-lists": ({"x": [i, s], "y": []},), "map-of-maps": ({"m": {"n": s}},),
        "numbers": (1, -7, 10**18, 0), "list-of-numbers": ([1, 2, 3],), "doubles": (0.5, 2.5, -1e22, 0.1), "list-of-doubles": ([0.5, 0.25],),
        "text-in-list": (["a", "b c"],), "text-in-tuple": (("loss", s),), "text-in-map": ({"k": "v"},), "key-with-quote": ({"it's": s},),
        "both-quotes": (["a'b\"c"],), "backslash": (["a\\b"],), "newline-in-list": (["a\nb\tc\x01"],), "text-of-braces": (["{}", "%s"],),
        "text-list-text": ("x", [i, i], "end"), "int-keys": ({2: s, 1: i},), "list-of-tuples": ([(i, s), (i, s)],),
        "tuple-of-lists": (([i], [s]),), "deep": ([[[[s]]]],), "mixed": ("step", 3, ({"loss": s}, (i, [s])), i),
    }
    for name, arguments in containers.items():
        writer.case("container-" + name, arguments, [])
    writer.case("container-summarized", ((long, (long,)),), [], summarize=2)
    writer.case("container-all", ([long],), [], summarize=-1)
    writer.case("container-sep", ([i], {"a": s}), [], sep="; ")
    writer.case("container-variable", (tf.Variable([1.0, 2.0]), [tf.Variable(3)]), [])


def main():
    writer = Writer(sys.argv[1])
    generator = numpy.random.default_rng(1)
    write_tensors(writer, generator)
    write_floats(writer, generator)
    write_texts(writer)
    write_containers(writer)
    print(f"{writer.count} cases", file=sys.stderr)


if __name__ == "__main__":
    main()
