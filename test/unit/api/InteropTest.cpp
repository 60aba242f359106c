// Values that come from, and go to, memory of others.
#include "burin/burin.h"
#include "burin/interop/DLPack.h"
#include "burin/interop/Eigen.h"
#include "test/unit/api/Thrown.h"
#include <numeric>

using namespace burin;
using burin::test::thrown;

TEST(Memory, V1_IsSharedAndReleasedWithTheLastHandle) {
  std::vector<float> values = {1, 2, 3, 4};
  int released = 0;
  {
    const Tensor x = from_memory(values.data(), {2, 2}, [&] { ++released; });
    EXPECT_EQ(x.view<float>().data(), values.data());
    const Tensor y = x;
    EXPECT_EQ((x + y).to_vector<float>(), (std::vector<float>{2, 4, 6, 8}));
    EXPECT_EQ(released, 0);
  }
  EXPECT_EQ(released, 1);
}

TEST(Memory, V3_AVariableNeverWritesToIt) {
  std::vector<float> values = {1, 2};
  Variable v(from_memory(values.data(), {2}));
  auto step = function([&] { v.assign_add(1.f); });
  step();
  step();
  EXPECT_EQ(v.to_vector<float>(), (std::vector<float>{3, 4}));
  EXPECT_EQ(values, (std::vector<float>{1, 2}));
}

TEST(Memory, V1_NeedsNoMoreAlignmentThanItsElements) {
  std::vector<float> values(1000);
  std::iota(values.begin(), values.end(), 0.f);
  for (int offset = 0; offset < 16; ++offset)
    EXPECT_EQ(sum(from_memory(values.data() + offset, {900})).item<float>(), 900 * offset + 899 * 450.f) << offset;
}

TEST(Memory, V2_WrongAddresses) {
  EXPECT_EQ(THROWN(Error, from_memory<float>(nullptr, {2})), "from_memory: the address is null, but f32[2] has 8 bytes");
  alignas(8) const char bytes[16] = {};
  EXPECT_EQ(THROWN(Error, from_memory(reinterpret_cast<const float *>(bytes + 1), {2})),
            "from_memory: the address is no multiple of 4, as elements of f32 want it");
  EXPECT_EQ(from_memory<float>(nullptr, {0}).element_count(), 0);
}

TEST(Memory, V2_StridedViews) {
  const Tensor x = constant({{1, 2, 3}, {4, 5, 6}});
  const StridedView<int> view = strided_view<int>(x);
  EXPECT_EQ(view(1, 2), 6);
  EXPECT_EQ(&view(0, 0), x.view<int>().data());
  // Transposed and backwards.
  const StridedView<int> other{view.data + 2, Shape{3, 2}, {-1, 3}};
  EXPECT_EQ(from_strided(other).to_vector<int>(), (std::vector<int>{3, 6, 2, 5, 1, 4}));
  EXPECT_EQ(from_strided(StridedView<int>{view.data, Shape{2, 2}, {}}).to_vector<int>(), (std::vector<int>{1, 1, 1, 1}));
}

TEST(Halves, V2_AreElements) {
  const Tensor x = Tensor::from_vector(std::vector{float16(1.5f), float16(65536.f), float16(1e-8f)});
  EXPECT_EQ(x.dtype(), DType::F16);
  EXPECT_EQ(cast(x, DType::F32).to_vector<float>(), (std::vector<float>{1.5f, INFINITY, 0}));
  EXPECT_EQ(float(x.view<float16>()[0]), 1.5f);
  EXPECT_EQ(cast(constant(3.140625f), DType::BF16).item<bfloat16>(), bfloat16(3.14f));
  EXPECT_EQ(constant(float16(0.5f)).item<double>(), 0.5);
}

TEST(Halves, N2_RoundAsCastDoes) {
  std::vector<float> values;
  for (int i = 0; i < 60000; ++i) values.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(i) * 71581u));
  const Tensor x = Tensor::from_vector(values);
  const auto f16 = cast(x, DType::F16).to_vector<float16>();
  const auto bf16 = cast(x, DType::BF16).to_vector<bfloat16>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i])) continue;
    ASSERT_EQ(f16[i].bits, float16(values[i]).bits) << values[i];
    ASSERT_EQ(bf16[i].bits, bfloat16(values[i]).bits) << values[i];
  }
}

TEST(EigenMaps, V1_TensorsAreMappedWithoutACopy) {
  const Tensor x = constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}});
  const auto map = eigen_matrix<float>(x);
  EXPECT_EQ(map.data(), x.view<float>().data());
  EXPECT_EQ(map(1, 0), 4);
  EXPECT_EQ(eigen_vector<float>(constant({1.f, 2.f})).sum(), 3);
  EXPECT_EQ(THROWN(ShapeError, eigen_vector<float>(x)), "eigen_vector: expected rank 1, found f32[2,3] of rank 2");
  EXPECT_EQ(THROWN(ShapeError, eigen_matrix<float>(constant({1.f}))), "eigen_matrix: expected rank 2, found f32[1] of rank 1");
  EXPECT_EQ(THROWN(DTypeError, eigen_matrix<double>(x)),
            "view: the tensor is f32[2,3], but elements of f64 were asked for: ask for its own, or use burin::cast");
}

TEST(EigenMaps, V1_MatricesBecomeTensors) {
  const Eigen::MatrixXd columns = (Eigen::MatrixXd(2, 2) << 1, 2, 3, 4).finished();
  EXPECT_EQ(from_eigen(columns).to_vector<double>(), (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(from_eigen(columns * 2).to_vector<double>(), (std::vector<double>{2, 4, 6, 8}));
  EXPECT_EQ(from_eigen(columns.transpose()).to_vector<double>(), (std::vector<double>{1, 3, 2, 4}));
  EXPECT_EQ(from_eigen(Eigen::VectorXf(3)).shape(), Shape{3});
  EXPECT_EQ(from_eigen(EigenMatrix<float>(0, 4)).shape(), Shape({0, 4}));
  EigenMatrix<float> rows = EigenMatrix<float>::Ones(3, 5);
  const float *data = rows.data();
  const Tensor moved = from_eigen(std::move(rows));
  EXPECT_EQ(moved.view<float>().data(), data);
  EXPECT_EQ(sum(moved).item<float>(), 15);
}

TEST(DlPack, V1_TensorsAreLentWithoutACopy) {
  Tensor x = constant({{1.f, 2.f, 3.f}, {4.f, 5.f, 6.f}});
  const float *data = x.view<float>().data();
  DLManagedTensor *lent = to_dlpack(x);
  x = Tensor(); // the loan keeps the data alive
  EXPECT_EQ(lent->dl_tensor.data, data);
  EXPECT_EQ(lent->dl_tensor.ndim, 2);
  EXPECT_EQ(lent->dl_tensor.shape[1], 3);
  EXPECT_EQ(lent->dl_tensor.strides[0], 3);
  const Tensor back = from_dlpack(lent);
  EXPECT_EQ(back.view<float>().data(), data);
  EXPECT_EQ(sum(back).item<float>(), 21);
}

TEST(DlPack, V1_EachDTypeGoesAndComes) {
  for (int i = 0; i < kDTypeCount; ++i) {
    const std::vector<char> bytes(16 * 3, 1);
    const auto dtype = static_cast<DType>(i);
    const Tensor x = detail::make_tensor(dtype, Shape{3}, bytes.data(), 3, {});
    EXPECT_EQ(from_dlpack(to_dlpack(x)).dtype(), dtype) << name(dtype);
  }
}

TEST(DlPack, V1_WhatIsNotDenseIsCopiedAndGivenBackAtOnce) {
  float values[] = {1, 2, 3, 4, 5, 6};
  std::int64_t shape[] = {3, 2}, strides[] = {1, 3};
  int deleted = 0;
  DLManagedTensor foreign{{values, {kDLCPU, 0}, 2, {kDLFloat, 32, 1}, shape, strides, 0}, &deleted, [](DLManagedTensor *self) {
                            ++*static_cast<int *>(self->manager_ctx);
                          }};
  EXPECT_EQ(from_dlpack(&foreign).to_vector<float>(), (std::vector<float>{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(deleted, 1);
  foreign.dl_tensor.strides = nullptr;
  foreign.dl_tensor.ndim = 1;
  foreign.dl_tensor.byte_offset = 4;
  {
    const Tensor x = from_dlpack(&foreign);
    EXPECT_EQ(x.view<float>().data(), values + 1);
    EXPECT_EQ(deleted, 1);
  }
  EXPECT_EQ(deleted, 2);
}

TEST(DlPack, V2_WhatNoTensorCanHold) {
  float value = 0;
  std::int64_t shape[] = {1};
  DLManagedTensor foreign{{&value, {kDLCUDA, 0}, 1, {kDLFloat, 32, 1}, shape, nullptr, 0}, nullptr, nullptr};
  EXPECT_EQ(thrown<Error>([&] { from_dlpack(&foreign); }), "from_dlpack: the memory is a device's of type 2, not the host's");
  foreign.dl_tensor.device.device_type = kDLCPU;
  foreign.dl_tensor.dtype.lanes = 4;
  EXPECT_TRUE(
      thrown<DTypeError>([&] { from_dlpack(&foreign); }).starts_with("from_dlpack: no dtype has code 2, 32 bits and 4 lanes  (at "));
  function([](Tensor x) {
    EXPECT_THROW(to_dlpack(x), SymbolicValueError);
    return x;
  })(constant(1.f));
}
