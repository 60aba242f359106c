// What is wrong with a file, said so. That NumPy reads what Burin writes and the other way round: test/numpy/files.py.
#include "burin/burin.h"
#include "test/unit/api/Thrown.h"
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

using namespace burin;

static std::string temporary(const std::string &name) { return testing::TempDir() + "burin-" + name; }

static void write(const std::string &path, const std::string &bytes) { std::ofstream(path, std::ios::binary) << bytes; }

static std::string read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// A file of version 1.0 with that dictionary and those values.
static std::string npy(const std::string &dictionary, const std::string &values) {
  std::string text = "\x93NUMPY";
  text += {'\x01', '\x00', static_cast<char>(dictionary.size()), '\x00'};
  return text + dictionary + values;
}

/// What loading these bytes throws, without the file's name.
static std::string refused(const std::string &bytes) {
  const std::string path = temporary("refused.npy"), start = "load_npy: '" + path + "': ";
  write(path, bytes);
  const std::string text = THROWN(IoError, load_npy(path));
  EXPECT_TRUE(text.starts_with(start)) << text;
  return text.substr(std::min(start.size(), text.size()));
}

static std::string header(const std::string &descr, const std::string &shape) {
  return "{'descr': " + descr + ", 'fortran_order': False, 'shape': " + shape + ", }";
}

template <class T> static void expect_same(const Tensor &x, const Tensor &y) {
  EXPECT_EQ(x.shape(), y.shape());
  EXPECT_EQ(x.to_vector<T>(), y.to_vector<T>());
}

TEST(Npy, V10_FilesRoundTrip) {
  const std::string path = temporary("round.npy");
  save_npy(path, constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}));
  expect_same<float>(load_npy(path), constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}));
  save_npy(path, constant(std::complex<double>(1, -2)));
  expect_same<std::complex<double>>(load_npy(path), constant(std::complex<double>(1, -2)));
  save_npy(path, zeros({0, 3}, DType::I16));
  EXPECT_EQ(load_npy(path).shape(), Shape({0, 3}));
  for (int i = 0; i < kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    const std::vector<std::byte> bytes(6 * byte_size(dtype), std::byte{1});
    const Tensor made = detail::make_tensor(dtype, Shape{2, 3}, bytes.data(), 6, {});
    save_npy(path, made);
    const Tensor loaded = load_npy(path);
    ASSERT_EQ(loaded.dtype(), dtype);
    EXPECT_EQ(std::memcmp(detail::checked_data(loaded, dtype, "", {}), bytes.data(), bytes.size()), 0) << name(dtype);
  }
}

TEST(Npy, V10_TheHeaderIsNumPysOwn) {
  const std::string path = temporary("header.npy");
  save_npy(path, constant({1.f, 2.f}));
  const std::string bytes = read(path), start = npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "");
  EXPECT_EQ(bytes.substr(10, start.size() - 10), start.substr(10));
  EXPECT_EQ((bytes.size() - 8) % 64, 0u);
  EXPECT_EQ(bytes[bytes.size() - 9], '\n');
}

TEST(Npy, V10_FortranOrderAndBigEndiansAreReadRight) {
  const std::string path = temporary("orders.npy");
  write(path, npy("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", std::string("\0\1\0\4\0\2\0\5\0\3\0\6", 12)));
  expect_same<std::int16_t>(load_npy(path), Tensor::from_vector(std::vector<std::int16_t>{1, 2, 3, 4, 5, 6}, {2, 3}));
}

TEST(Npy, V10_ArchivesRoundTrip) {
  const std::string path = temporary("round.npz");
  const std::map<std::string, Tensor> tensors = {{"w", constant({1.f, 2.f})},
                                                 {"dense/b", constant(7)},
                                                 {"gr\xc3\xb6\xc3\x9f"
                                                  "e",
                                                  zeros({0})}};
  for (const Compression compression : {Compression::No, Compression::Yes}) {
    save_npz(path, tensors, compression);
    const auto loaded = load_npz(path);
    ASSERT_EQ(loaded.size(), 3u);
    expect_same<float>(loaded.at("w"), tensors.at("w"));
    EXPECT_EQ(loaded.at("dense/b").item<int>(), 7);
    EXPECT_EQ(loaded
                  .at("gr\xc3\xb6\xc3\x9f"
                      "e")
                  .shape(),
              Shape{0});
  }
  save_npz(path, {});
  EXPECT_TRUE(load_npz(path).empty());
}

TEST(Npy, V10_TheSameTensorsGiveTheSameBytes) {
  save_npz(temporary("a.npz"), {{"x", ones({100})}}, Compression::Yes);
  save_npz(temporary("b.npz"), {{"x", ones({100})}}, Compression::Yes);
  EXPECT_EQ(read(temporary("a.npz")), read(temporary("b.npz")));
  EXPECT_LT(read(temporary("a.npz")).size(), 300u);
}

TEST(Npy, V10_WhatIsNoNpyFile) {
  EXPECT_EQ(refused(""), "the file is truncated: it ends 0 bytes into the magic string of 8 bytes");
  EXPECT_EQ(refused("PK\3\4 something else"), "this is no .npy file: it does not start with \\x93NUMPY");
  EXPECT_EQ(refused(std::string("\x93NUMPY\x04\x00\x00\x00", 10)), "version 4.0 of the format is not known, only 1.0, 2.0 and 3.0");
  EXPECT_EQ(THROWN(IoError, load_npy("/no/such/file.npy")), "load_npy: '/no/such/file.npy': can't be opened: No such file or directory");
  EXPECT_EQ(THROWN(IoError, load_npy("/tmp")).substr(0, 30), "load_npy: '/tmp': can't be rea");
  EXPECT_EQ(THROWN(IoError, save_npy("/no/such/file.npy", constant(1))),
            "save_npy: '/no/such/file.npy': can't be opened: No such file or directory");
}

TEST(Npy, V10_TruncatedFiles) {
  const std::string path = temporary("whole.npy");
  save_npy(path, constant({1.0, 2.0}));
  const std::string whole = read(path);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(refused(whole.substr(0, size)).find("truncated"), std::string::npos) << size;
  EXPECT_EQ(refused(whole.substr(0, whole.size() - 1)),
            "the file is truncated: the header says f64[2], which takes 16 bytes, but 15 follow");
}

TEST(Npy, V10_AHeaderThatLies) {
  EXPECT_EQ(refused(npy(header("'<f4'", "(2, 3)"), std::string(25, 'x'))), "the header says f32[2,3], which takes 24 bytes, but 25 follow");
  EXPECT_EQ(refused(npy(header("'<f8'", "(4611686018427387904, 4)"), "x")),
            "the header's shape [4611686018427387904,4] has more than 2^63 - 1 bytes of f64");
  EXPECT_EQ(refused(npy(header("'<f8'", "(1152921504606846975,)"), "x")),
            "the file is truncated: the header says f64[1152921504606846975], which takes 9223372036854775800 bytes, but 1 follow");
  EXPECT_EQ(refused(npy(header("'<f8'", "(18446744073709551616,)"), "")),
            "an extent does not fit 64 bits: " + header("'<f8'", "(18446744073709551616,)"));
  EXPECT_EQ(refused(npy(header("'<f8'", "(-1,)"), "")), "an extent is negative: " + header("'<f8'", "(-1,)"));
  EXPECT_EQ(refused(npy(header("'<f8'", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"), "xxxxxxxx")),
            "the tensor has more than 8 dimensions: " + header("'<f8'", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"));
}

TEST(Npy, V10_OtherElementTypes) {
  const std::string known = "; known are booleans, integers, floats and complex numbers";
  EXPECT_EQ(refused(npy(header("'|O'", "()"), "")), "elements of type '|O' are not supported (Python objects)" + known);
  EXPECT_EQ(refused(npy(header("'<U3'", "()"), "")), "elements of type '<U3' are not supported (text)" + known);
  EXPECT_EQ(refused(npy(header("'<f16'", "()"), "")), "elements of type '<f16' are not supported" + known);
  EXPECT_EQ(refused(npy(header("'<M8[s]'", "()"), "")), "elements of type '<M8[s]' are not supported" + known);
  EXPECT_EQ(refused(npy(header("[('x', '<f4')]", "()"), "")),
            "structures are not supported, only numbers: " + header("[('x', '<f4')]", "()"));
}

TEST(Npy, V10_AHeaderThatIsNoDictionary) {
  EXPECT_EQ(refused(npy("[]", "")), "the header is wrong at character 0: expected '{' in []");
  EXPECT_EQ(refused(npy("{'descr': '<f4'}", "")), "the header lacks descr, fortran_order or shape: {'descr': '<f4'}");
  EXPECT_EQ(refused(npy("{'descr': '<f4', 'descr': '<f4'}", "")), "the header has an entry twice: {'descr': '<f4', 'descr': '<f4'}");
  EXPECT_EQ(refused(npy("{'colour': '\xff'}", "")), "the header has an entry that is not known, 'colour'");
  EXPECT_EQ(refused(npy(header("'<f4'", "(3)"), "")),
            "the header is wrong at character 53: expected a comma: (3) is no tuple in " + header("'<f4'", "(3)"));
}

TEST(Npy, V10_ArchivesThatAreNone) {
  const std::string path = temporary("none.npz");
  write(path, "nothing of a zip archive");
  EXPECT_EQ(THROWN(IoError, load_npz(path)), "load_npz: '" + path + "': can't be opened as a zip archive: Not a zip archive");
  EXPECT_EQ(THROWN(IoError, save_npz(path, {{"", constant(1)}})),
            "save_npz: '" + path + "': a tensor's name must be valid UTF-8 and not empty: ''");
  EXPECT_EQ(THROWN(IoError, save_npz(path, {{"\xff", constant(1)}})),
            "save_npz: '" + path + "': a tensor's name must be valid UTF-8 and not empty: '?'");
}

TEST(Npy, V4_SymbolicTensorsHaveNoValuesToSave) {
  function([](Tensor x) {
    EXPECT_THROW(save_npy(temporary("none.npy"), x), SymbolicValueError);
    EXPECT_THROW(save_npz(temporary("none.npz"), {{"x", x}}), SymbolicValueError);
    return x;
  })(constant(1.f));
  EXPECT_THROW(save_npy(temporary("none.npy"), Tensor()), Error);
}

/// Loads each of many damaged copies of a file; each must load or throw IoError.
template <class Load> static void mutate(const std::string &name, Load load) {
  const std::string path = temporary(name), whole = read(path);
  std::mt19937 random(7);
  int loaded = 0, thrown = 0;
  for (int i = 0; i < 700; ++i) {
    std::string bytes = whole;
    for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; --flips) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    if (random() % 8 == 0) bytes.insert(random() % (bytes.size() + 1), std::string(random() % 9, static_cast<char>(random())));
    std::filesystem::remove(path + ".damaged"); // to write over a file is slow
    write(path + ".damaged", bytes);
    try {
      load(path + ".damaged");
      ++loaded;
    } catch (const IoError &) { ++thrown; }
  }
  EXPECT_GT(thrown, 100);
  EXPECT_GT(loaded, 0);
}

TEST(Npy, V10_DamagedFilesNeverCrash) {
  save_npy(temporary("mutated.npy"), constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}}));
  mutate("mutated.npy", [](const std::string &path) { load_npy(path); });
  save_npz(temporary("mutated.npz"), {{"a", constant({1, 2, 3})}, {"b", constant(std::vector<float>(64, 1.f))}}, Compression::Yes);
  mutate("mutated.npz", [](const std::string &path) { load_npz(path); });
  save_npz(temporary("stored.npz"), {{"a", constant({1, 2, 3})}, {"b", constant({1.0})}});
  mutate("stored.npz", [](const std::string &path) { load_npz(path); });
}
