# lit: tests of the compiler and its tools. Run from a build folder: lit build/dev/test
import os

import lit.formats

config.name = "burin"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.burin_binary_dir
config.excludes = ["unit", "numerics", "compiler", "docs", "consumer", "lint"]
config.environment["PATH"] = os.pathsep.join([config.burin_tools_dir, config.llvm_tools_dir, config.environment.get("PATH", "")])
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.substitutions.append(("%plugin_dir", config.burin_plugin_dir))
