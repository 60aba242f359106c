// Ops over windows that slide along the spatial dimensions of x: convolutions and pooling. Part of BurinOps.td.
#ifndef BURIN_WINDOW_OPS
#define BURIN_WINDOW_OPS

// x is [batch, spatial..., channels]. Along each spatial dimension x gets `base_dilation` - 1 elements between neighbours, then
// `low` before the first and `high` behind the last (negative: so many fewer). The window's elements lie `window_dilation` apart,
// and it moves by `strides`. Padding counts as zero; in max_pool it never wins.
class Burin_WindowOp<string mnemonic> : Burin_DifferentiableOp<mnemonic, [DeclareOpInterfaceMethods<Burin_WindowInterface>]> {
  let results = (outs Burin_Tensor:$result);
}

def Burin_ConvolutionOp : Burin_WindowOp<"convolution"> {
  let summary = "Sums of products of filter with the windows of x";
  let description = [{
    The filter is [window..., input channels / groups, output channels], and isn't flipped. Group g of the output channels sees group g of
    the input channels alone.
  }];
  let arguments = (ins Burin_Tensor:$x, Burin_Tensor:$filter, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                       DenseI64ArrayAttr:$base_dilation, DenseI64ArrayAttr:$window_dilation, DefaultValuedAttr<I64Attr, "1">:$groups);
  let assemblyFormat = "$x `,` $filter attr-dict `:` functional-type(operands, results)";
}

class Burin_PoolOp<string mnemonic> : Burin_WindowOp<mnemonic> {
  let arguments = (ins Burin_Tensor:$x, DenseI64ArrayAttr:$window, DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$low,
                       DenseI64ArrayAttr:$high, DenseI64ArrayAttr:$base_dilation, DenseI64ArrayAttr:$window_dilation);
  let assemblyFormat = "$x `window` $window attr-dict `:` functional-type(operands, results)";
}
def Burin_SumPoolOp : Burin_PoolOp<"sum_pool"> {
  let summary = "Sum of each channel over the windows of x";
}
def Burin_MaxPoolOp : Burin_PoolOp<"max_pool"> {
  let summary = "Greatest element of each channel in the windows of x; NaN if any is NaN";
}

#endif
