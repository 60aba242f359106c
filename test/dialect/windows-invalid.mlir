// RUN: burin-opt %s -split-input-file -verify-diagnostics=only-expected

func.func @channels(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x3x8xf32>) {
  // expected-error @+1 {{x has 4 channels in 1 group, the filter f32[3,3,3,8] takes 3 of each}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x5x6x4xf32>, tensor<3x3x3x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @channels_in_groups(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{x has 4 channels in 2 groups, the filter f32[3,3,4,8] takes 4 of each}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>, groups = 2}
    : (tensor<1x5x6x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @groups(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x2x7xf32>) {
  // expected-error @+1 {{the filter f32[3,3,2,7] makes 7 channels, expected a multiple of 2 groups}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>, groups = 2}
    : (tensor<1x5x6x4xf32>, tensor<3x3x2x7xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @no_group(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{expected at least 1 group, found 0}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>, groups = 0}
    : (tensor<1x5x6x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @element_types(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x4x8xf64>) {
  // expected-error @+1 {{element types differ: x f32[1,5,6,4], filter f64[3,3,4,8]}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x5x6x4xf32>, tensor<3x3x4x8xf64>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @booleans(%x: tensor<1x5x6x4xi1>, %f: tensor<3x3x4x8xi1>) {
  // expected-error @+1 {{expected an integer, floating or complex element type, found bool[1,5,6,4]; cast it first}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x5x6x4xi1>, tensor<3x3x4x8xi1>) -> tensor<1x3x4x8xi1>
  return
}

// -----

func.func @dimensions(%x: tensor<1x5x4xf32>, %f: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{expected x of a batch, 2 spatial dimensions for the window, and channels, found f32[1,5,4]}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x5x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @no_window(%x: tensor<1x5x6x4xf32>, %f: tensor<4x8xf32>) {
  // expected-error @+1 {{expected a filter of a window, input and output channels, found f32[4,8]}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x5x6x4xf32>, tensor<4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @reach(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{the window reaches over 7 elements of spatial dimension 0, x has 6 there with its padding}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 1, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 3, 1>}
    : (tensor<1x5x6x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @stride(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{the stride of spatial dimension 1 is 0, expected at least 1}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 0>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x5x6x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @dilation(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{the dilation of spatial dimension 0 is -1, expected at least 1}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: -1, 1>}
    : (tensor<1x5x6x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @base_dilation(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{the base dilation of spatial dimension 0 is 0, expected at least 1}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 0, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x5x6x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @empty_window(%x: tensor<1x5x6x4xf32>, %f: tensor<3x0x4x8xf32>) {
  // expected-error @+1 {{the window of spatial dimension 1 is 0, expected at least 1}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x5x6x4xf32>, tensor<3x0x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @empty_dimension(%x: tensor<1x0x6x4xf32>, %f: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{spatial dimension 0 of x is empty: no window fits}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x0x6x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @counts(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{expected 2 numbers in high, found 1}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x5x6x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @huge(%x: tensor<1x5x6x4xf32>, %f: tensor<3x3x4x8xf32>) {
  // expected-error @+1 {{spatial dimension 1: 4294967296 exceeds 2^31 - 1}}
  %0 = burin.convolution %x, %f {strides = array<i64: 1, 1>, low = array<i64: 0, 0>, high = array<i64: 0, 4294967296>, base_dilation = array<i64: 1, 1>, window_dilation = array<i64: 1, 1>}
    : (tensor<1x5x6x4xf32>, tensor<3x3x4x8xf32>) -> tensor<1x3x4x8xf32>
  return
}

// -----

func.func @negative_padding_of_a_maximum(%x: tensor<1x5x4xf32>) {
  // expected-error @+1 {{the padding -1 is negative}}
  %0 = burin.max_pool %x window [2] {strides = array<i64: 1>, low = array<i64: -1>, high = array<i64: 0>, base_dilation = array<i64: 1>, window_dilation = array<i64: 1>}
    : (tensor<1x5x4xf32>) -> tensor<1x3x4xf32>
  return
}

// -----

func.func @maximum_of_complex(%x: tensor<1x5x4xcomplex<f32>>) {
  // expected-error @+1 {{expected an integer or floating element type, found c64[1,5,4]}}
  %0 = burin.max_pool %x window [2] {strides = array<i64: 1>, low = array<i64: 0>, high = array<i64: 0>, base_dilation = array<i64: 1>, window_dilation = array<i64: 1>}
    : (tensor<1x5x4xcomplex<f32>>) -> tensor<1x4x4xcomplex<f32>>
  return
}
