// Each message of convolutions and pooling that the library throws by itself, and that the dialect's come with the op's name.
#include "burin/burin.h"
#include "burin/ops/Convolution.h"
#include "test/unit/api/Thrown.h"

using namespace burin;

static Tensor images() { return zeros({1, 5, 6, 4}); }
static Tensor filter() { return zeros({3, 3, 4, 8}); }

TEST(WindowErrors, Dimensions) {
  EXPECT_EQ(THROWN(ShapeError, conv2d(zeros({5, 6, 4}), filter())),
            "conv2d: expected x of [batch, height, width, channels], found f32[5,6,4]");
  EXPECT_EQ(THROWN(ShapeError, conv2d(zeros({5, 6, 4}), filter(), {.layout = Layout::ChannelsFirst})),
            "conv2d: expected x of [batch, channels, height, width], found f32[5,6,4]");
  EXPECT_EQ(THROWN(ShapeError, conv1d(images(), zeros({3, 4, 8}))), "conv1d: expected x of [batch, width, channels], found f32[1,5,6,4]");
  EXPECT_EQ(THROWN(ShapeError, conv2d(images(), zeros({3, 4, 8}))), "conv2d: expected a filter of 4 dimensions, found f32[3,4,8]");
  EXPECT_EQ(THROWN(ShapeError, max_pool(zeros({3, 4}), {2})), "max_pool: expected x of [batch, spatial..., channels], found f32[3,4]");
  EXPECT_EQ(THROWN(ShapeError, max_pool(images(), {2, 2, 2})), "max_pool: expected x of [batch, spatial..., channels], found f32[1,5,6,4]");
}

TEST(WindowErrors, Options) {
  EXPECT_EQ(THROWN(ShapeError, conv2d(images(), filter(), {.strides = {1, 2, 3}})),
            "conv2d: expected 2 numbers as stride, or one, found 3");
  EXPECT_EQ(THROWN(ShapeError, conv2d(images(), filter(), {.strides = {1, 0}})),
            "conv2d: the stride of spatial dimension 1 is 0, expected 1 to 2^31 - 1");
  EXPECT_EQ(THROWN(ShapeError, conv2d(images(), filter(), {.dilations = {-2}})),
            "conv2d: the dilation of spatial dimension 0 is -2, expected 1 to 2^31 - 1");
  EXPECT_EQ(THROWN(ShapeError, conv2d(images(), filter(), {.padding = {{1, 1}, {1, 1}, {1, 1}}})),
            "conv2d: expected 2 widths of padding, or one, found 3");
  EXPECT_EQ(THROWN(ShapeError, conv2d(images(), filter(), {.padding = {{1, -1}}})),
            "conv2d: the padding of spatial dimension 0 is -1, expected 0 to 2^31 - 1");
  EXPECT_EQ(THROWN(ShapeError, avg_pool(images(), {0})), "avg_pool: the window of spatial dimension 0 is 0, expected 1 to 2^31 - 1");
}

TEST(WindowErrors, Windows) {
  EXPECT_EQ(THROWN(ShapeError, conv2d(images(), filter(), {.dilations = {3}})),
            "conv2d: the window reaches over 7 elements of spatial dimension 0, x has 5 there with its padding");
  EXPECT_EQ(THROWN(ShapeError, max_pool(images(), {6})),
            "max_pool: the window reaches over 6 elements of spatial dimension 0, x has 5 there with its padding");
  EXPECT_EQ(THROWN(ShapeError, max_pool(zeros({1, 0, 4, 2}), {1})), "max_pool: spatial dimension 0 of x is empty: no window fits");
  EXPECT_EQ(THROWN(ShapeError, conv2d_transpose(images(), zeros({0, 3, 8, 4}))),
            "conv2d_transpose: the filter f32[0,3,8,4] has an empty window");
}

TEST(WindowErrors, Channels) {
  EXPECT_EQ(THROWN(ShapeError, conv2d(images(), zeros({3, 3, 3, 8}))),
            "conv2d: x has 4 channels in 1 group, the filter f32[3,3,3,8] takes 3 of each");
  EXPECT_EQ(THROWN(ShapeError, conv2d(images(), filter(), {.groups = 2})),
            "conv2d: x has 4 channels in 2 groups, the filter f32[3,3,4,8] takes 4 of each");
  EXPECT_EQ(THROWN(ShapeError, conv2d(images(), filter(), {.groups = 0})), "conv2d: expected at least 1 group, found 0");
  EXPECT_EQ(THROWN(ShapeError, depthwise_conv2d(images(), zeros({3, 3, 5, 1}))),
            "depthwise_conv2d: x has 4 channels, the filter f32[3,3,5,1] has 5");
  EXPECT_EQ(THROWN(ShapeError, depthwise_conv2d(images(), zeros({3, 3, 4, 1}), {.groups = 4})),
            "depthwise_conv2d: each channel is a group: expected options.groups 1, found 4");
  EXPECT_EQ(THROWN(ShapeError, conv2d_transpose(images(), filter())),
            "conv2d_transpose: x has 4 channels in 1 group, the filter f32[3,3,4,8] takes 8");
}

TEST(WindowErrors, DTypes) {
  const Tensor mask = cast(images(), DType::Bool);
  EXPECT_EQ(THROWN(DTypeError, conv2d(mask, cast(filter(), DType::Bool))),
            "conv2d: expected an integer, floating or complex element type, found bool[1,5,6,4]; cast it first");
  EXPECT_EQ(THROWN(DTypeError, max_pool(cast(images(), DType::Complex64), {2})),
            "max_pool: expected an integer or floating element type, found c64[1,5,6,4]; take its real part, imaginary part or absolute "
            "value first");
  EXPECT_EQ(THROWN(DTypeError, avg_pool(cast(images(), DType::I32), {2})),
            "avg_pool: expected a floating element type, found i32[1,5,6,4]; cast it first");
}

TEST(WindowErrors, ComeWhenAFunctionIsTraced) {
  auto f = function([](Tensor x, Tensor w) { return conv2d(x, w); });
  EXPECT_EQ(THROWN(ShapeError, f(images(), zeros({3, 3, 3, 8}))),
            "conv2d: x has 4 channels in 1 group, the filter f32[3,3,3,8] takes 3 of each");
}
