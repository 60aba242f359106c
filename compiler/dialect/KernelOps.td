// Ops that a runtime kernel computes (runtime/kernels): sorting, scans, segments, decompositions, Fourier transforms.
#ifndef BURIN_KERNEL_OPS
#define BURIN_KERNEL_OPS

// `arguments` are what the kernel `burin_rt_kernel_<mnemonic>` is told besides operands and results: expressions of the op's
// own getters, which convert to int64_t. Inference is in KernelInference.cpp; the gradient, if it has one, in KernelGradients.cpp.
class Burin_KernelOp<string mnemonic, string numbers = "", list<Trait> traits = []>
    : Burin_InferredOp<mnemonic, !listconcat(traits, [DeclareOpInterfaceMethods<Burin_RuntimeKernelInterface>])> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDefinition = [{
    ::llvm::StringRef $cppClass::kernelSymbol() { return "burin_rt_kernel_}] # mnemonic # [{"; }
    ::llvm::SmallVector<int64_t> $cppClass::kernelArguments() { return ::burin::compiler::kernelNumbers(}] # numbers # [{); }
  }];
}

class Burin_DifferentiableKernelOp<string mnemonic, string numbers = "", list<Trait> traits = []>
    : Burin_KernelOp<mnemonic, numbers, !listconcat(traits, [DeclareOpInterfaceMethods<Burin_GradientInterface>])>;

// The same with several results. Its C++ part is `buildGradientsOfAll`.
class Burin_DifferentiableKernelOpOfMany<string mnemonic, string numbers = "", list<Trait> traits = []>
    : Burin_KernelOp<mnemonic, numbers, !listconcat(traits, [DeclareOpInterfaceMethods<Burin_GradientInterface, ["buildGradientsOfAll"]>])> {
  let extraClassDefinition = [{
    ::llvm::StringRef $cppClass::kernelSymbol() { return "burin_rt_kernel_}] # mnemonic # [{"; }
    ::llvm::SmallVector<int64_t> $cppClass::kernelArguments() { return ::burin::compiler::kernelNumbers(}] # numbers # [{); }
    ::llvm::SmallVector<::mlir::Value> $cppClass::buildGradients(::mlir::OpBuilder &, ::mlir::Value) {
      llvm_unreachable("an op of several results");
    }
  }];
}

//===-- scans --------------------------------------------------------------------------------------------------===//

// One result for each element of the axis; or, with `include_initial`, one more. An exclusive scan leaves out the element
// itself, a reverse one starts from the end.
class Burin_Scan<string mnemonic>
    : Burin_DifferentiableKernelOp<mnemonic, "getAxis(), getReverse(), getExclusive(), getIncludeInitial()"> {
  let arguments = (ins Burin_Tensor:$x, I64Attr:$axis, BoolAttr:$reverse, BoolAttr:$exclusive, BoolAttr:$include_initial);
  let results = (outs Burin_Tensor:$result);
}
def Burin_CumulativeSumOp : Burin_Scan<"cumulative_sum"> {
  let summary = "The sum of all elements up to each along axis; error growth no worse than pairwise; integers wrap";
}
def Burin_CumulativeProdOp : Burin_Scan<"cumulative_prod"> {
  let summary = "The product of all elements up to each along axis, from left to right; integers wrap";
}
def Burin_CumulativeMaxOp : Burin_Scan<"cumulative_max"> {
  let summary = "The greatest of all elements up to each along axis; NaN from the first NaN on";
}

//===-- sorting ------------------------------------------------------------------------------------------------===//

// The order is that of the numbers, -0 and 0 being equal, and NaN greater than all. It is stable.
def Burin_SortOp : Burin_DifferentiableKernelOp<"sort", "getAxis(), getDescending()"> {
  let summary = "The elements along axis in ascending or descending order; NaN counts as the greatest";
  let arguments = (ins Burin_Tensor:$x, I64Attr:$axis, BoolAttr:$descending);
  let results = (outs Burin_Tensor:$result);
}
def Burin_ArgsortOp : Burin_KernelOp<"argsort", "getAxis(), getDescending()", [Burin_NoGradient]> {
  let summary = "The i64 indices along axis that sort x; those of equal elements in ascending order";
  let arguments = (ins Burin_Tensor:$x, I64Attr:$axis, BoolAttr:$descending);
  let results = (outs Burin_Tensor:$result);
}
def Burin_TopKOp : Burin_DifferentiableKernelOpOfMany<"top_k", "getK(), getAxis(), getSmallest()"> {
  let summary = "The k greatest or smallest elements along axis in order, and their i64 indices; the first of equal ones";
  let arguments = (ins Burin_Tensor:$x, I64Attr:$k, I64Attr:$axis, BoolAttr:$smallest);
  let results = (outs Burin_Tensor:$values, Burin_Tensor:$indices);
}
def Burin_SearchsortedOp : Burin_KernelOp<"searchsorted", "getRight()", [Burin_NoGradient]> {
  let summary = "Where each of values would go into sorted, before its equals or behind them";
  let arguments = (ins Burin_Tensor:$sorted, Burin_Tensor:$values, BoolAttr:$right);
  let results = (outs Burin_Tensor:$result);
}

//===-- segments -----------------------------------------------------------------------------------------------===//

class Burin_Segment<string mnemonic> : Burin_DifferentiableKernelOp<mnemonic> {
  let arguments = (ins Burin_Tensor:$data, Burin_Tensor:$segments, I64Attr:$count);
  let results = (outs Burin_Tensor:$result);
}
def Burin_SegmentSumOp : Burin_Segment<"segment_sum"> {
  let summary = "For each of count segments the sum of the rows of data that belong to it; error growth no worse than pairwise";
}
def Burin_SegmentMaxOp : Burin_Segment<"segment_max"> {
  let summary = "For each of count segments the greatest of the rows of data that belong to it; the least value for none";
}

//===-- linear algebra -----------------------------------------------------------------------------------------===//

// Of matrices of f32 or f64, the last two dimensions; those before are batches, equal for all operands. A matrix that LAPACK
// can't work with (singular, not positive definite, with NaNs) fails the call.
def Burin_CholeskyOp : Burin_DifferentiableKernelOp<"cholesky"> {
  let summary = "The lower triangular L with L Lᵀ = x; reads the lower triangle of x alone";
  let arguments = (ins Burin_Tensor:$x);
  let results = (outs Burin_Tensor:$result);
}
def Burin_TriangularSolveOp : Burin_DifferentiableKernelOp<"triangular_solve", "getLower(), getTransposed(), getUnit()"> {
  let summary = "The x with a x = b (or aᵀ x = b) of a triangular a, with ones on its diagonal if `unit`; reads that triangle alone";
  let arguments = (ins Burin_Tensor:$a, Burin_Tensor:$b, BoolAttr:$lower, BoolAttr:$transposed, BoolAttr:$unit);
  let results = (outs Burin_Tensor:$result);
}
def Burin_SolveOp : Burin_DifferentiableKernelOp<"solve"> {
  let summary = "The x with a x = b";
  let arguments = (ins Burin_Tensor:$a, Burin_Tensor:$b);
  let results = (outs Burin_Tensor:$result);
}
def Burin_InvOp : Burin_DifferentiableKernelOp<"inv"> {
  let summary = "The inverse of x";
  let arguments = (ins Burin_Tensor:$x);
  let results = (outs Burin_Tensor:$result);
}
def Burin_DetOp : Burin_DifferentiableKernelOp<"det"> {
  let summary = "The determinant of x; 1 for an empty matrix";
  let arguments = (ins Burin_Tensor:$x);
  let results = (outs Burin_Tensor:$result);
}
def Burin_SlogdetOp : Burin_DifferentiableKernelOpOfMany<"slogdet"> {
  let summary = "The determinant's sign and the logarithm of its magnitude; 0 and -inf for a singular x";
  let arguments = (ins Burin_Tensor:$x);
  let results = (outs Burin_Tensor:$sign, Burin_Tensor:$logarithm);
}
def Burin_QrOp : Burin_DifferentiableKernelOpOfMany<"qr"> {
  let summary = "x = q r with orthonormal columns of q, as many as the lesser extent (or as rows, if `full`), and r upper triangular";
  let arguments = (ins Burin_Tensor:$x, BoolAttr:$full);
  let results = (outs Burin_Tensor:$q, Burin_Tensor:$r);
}
def Burin_SvdOp : Burin_DifferentiableKernelOpOfMany<"svd", "getFull()"> {
  let summary = "x = u diag(s) vᵀ, singular values descending; as many vectors as the lesser extent, or whole bases if `full`";
  let arguments = (ins Burin_Tensor:$x, BoolAttr:$full);
  let results = (outs Burin_Tensor:$u, Burin_Tensor:$s, Burin_Tensor:$vt);
}
def Burin_EighOp : Burin_DifferentiableKernelOpOfMany<"eigh"> {
  let summary = "Eigenvalues, ascending, and eigenvectors, in columns, of a symmetric x; reads its lower triangle alone";
  let arguments = (ins Burin_Tensor:$x);
  let results = (outs Burin_Tensor:$values, Burin_Tensor:$vectors);
}

//===-- Fourier transforms -------------------------------------------------------------------------------------===//

// Of lines along axis, cut or filled up with zeros to `n` elements (for irfft: of the result). `scale` is 0: none, 1: by 1/n,
// 2: by 1/sqrt(n).
def Burin_FftOp : Burin_KernelOp<"fft", "getAxis(), getN(), getInverse(), getScale()", [Burin_NoGradient]> {
  let summary = "The discrete Fourier transform of real or complex lines, or its inverse";
  let arguments = (ins Burin_Tensor:$x, I64Attr:$axis, I64Attr:$n, BoolAttr:$inverse, I64Attr:$scale);
  let results = (outs Burin_Tensor:$result);
}
def Burin_RfftOp : Burin_KernelOp<"rfft", "getAxis(), getN(), getScale()", [Burin_NoGradient]> {
  let summary = "The first n / 2 + 1 elements of the transform of real lines; the others mirror them";
  let arguments = (ins Burin_Tensor:$x, I64Attr:$axis, I64Attr:$n, I64Attr:$scale);
  let results = (outs Burin_Tensor:$result);
}
def Burin_IrfftOp : Burin_KernelOp<"irfft", "getAxis(), getN(), getScale()", [Burin_NoGradient]> {
  let summary = "The n real elements whose transform starts with x";
  let arguments = (ins Burin_Tensor:$x, I64Attr:$axis, I64Attr:$n, I64Attr:$scale);
  let results = (outs Burin_Tensor:$result);
}

#endif
