// Random numbers from Philox 4x32-10. Part of BurinOps.td.
#ifndef BURIN_RANDOM_OPS
#define BURIN_RANDOM_OPS

// A draw is a pure function: element number i gets the bits that the generator gives for i and the key, a tensor of two ui64,
// the seed and the number of the stream. What the element is made of them is in RandomOps.cpp.
class Burin_RandomOp<string mnemonic, string accepts, dag options = (ins)>
    : Burin_InferredOp<mnemonic, [Burin_NoGradient, Burin_Costly, Burin_KeepsFinite, DeclareOpInterfaceMethods<Burin_RandomInterface>]> {
  let arguments = !con((ins Burin_Tensor:$key, DenseI64ArrayAttr:$shape, TypeAttr:$dtype), options);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$key attr-dict `:` functional-type(operands, results)";
  let extraClassDefinition = [{
    ::mlir::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, ::std::optional<::mlir::Location> location, ::mlir::ValueRange operands,
        ::mlir::DictionaryAttr attributes, ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      $cppClass::Adaptor adaptor(operands, attributes, properties, regions);
      return ::burin::compiler::inferRandom(location, adaptor.getKey().getType(), adaptor.getShape(), adaptor.getDtype(),
                                            ::burin::compiler::Accepts::}] # accepts # [{, types);
    }
  }];
}

def Burin_RandomBitsOp : Burin_RandomOp<"random_bits", "Integer"> { let summary = "Random bits as ui32 or ui64"; }
def Burin_RandomUniformOp : Burin_RandomOp<"random_uniform", "Float", (ins F64Attr:$low, F64Attr:$high)> {
  let summary = "Random numbers from low on and below high, all parts of it alike";
}
def Burin_RandomNormalOp : Burin_RandomOp<"random_normal", "Float", (ins F64Attr:$mean, F64Attr:$stddev)> {
  let summary = "Random numbers of the normal distribution";
}
def Burin_RandomTruncatedNormalOp
    : Burin_RandomOp<"random_truncated_normal", "Float", (ins F64Attr:$mean, F64Attr:$stddev, F64Attr:$lower, F64Attr:$upper)> {
  let summary = "Random numbers of the normal distribution between lower and upper standard deviations from the mean";
}
def Burin_RandomIntegersOp : Burin_RandomOp<"random_integers", "Integer", (ins I64Attr:$low, I64Attr:$span)> {
  let summary = "Random integers from low on, span of them (unsigned), all alike";
}

//===-- what draws are made of ---------------------------------------------------------------------------------===//

def Burin_ElementNumbersOp : Burin_Op<"element_numbers", [Pure, Burin_Internal]> {
  let summary = "Stands for a tensor, or a buffer, whose elements are their own numbers in row-major order; it has no memory";
  let results = (outs AnyTypeOf<[RankedTensorOf<[Index]>, MemRefOf<[Index]>]>:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
}
def Burin_PhiloxOp : Burin_Op<"philox", [Pure, Burin_Internal]> {
  let summary = "The random bits of element `number`";
  let description = [{
    A block of Philox 4x32-10 has 128 bits: those of 4 elements of 32 bits each, 2 of 64, or one of 128, which gets word `word`
    of 64. A vector of results is that of a vector of numbers; or, where the number is one, of as many elements from there on,
    which begin a block.
  }];
  let arguments = (ins AnyTypeOf<[Index, VectorOfAnyRankOf<[Index]>]>:$number, I64:$seed, I64:$stream, I64Attr:$bits, I64Attr:$word);
  let results = (outs AnyTypeOf<[I32, I64, VectorOfAnyRankOf<[I32, I64]>]>:$result);
  let assemblyFormat = "$number `,` $seed `,` $stream attr-dict `:` type($number) `->` type($result)";
}

#endif
