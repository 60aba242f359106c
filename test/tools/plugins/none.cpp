// A shared library without BURIN_FUNCTION.
extern "C" int answer() { return 42; }
