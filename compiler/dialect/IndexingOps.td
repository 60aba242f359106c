// Reads and updates of a tensor at positions: of index tensors, of run-time starts, of slices. Part of BurinOps.td.
#ifndef BURIN_INDEXING_OPS
#define BURIN_INDEXING_OPS

// `dims` says for each dimension of x where its position comes from: d >= 0 is dimension d of the result (of a read) or of the
// updates; -1 - k is index operand k. The index operands broadcast to the extents of dimensions `index_dims`. A dimension
// that both x and the indices give is a batch: their extents broadcast. `in_bounds`: no index is out of range, so none is checked.
//
//   take along axis 1 of 3:       dims [0, -1, 2 + (r - 1)], index_dims [1 .. r] for indices of rank r
//   x[:, i, j]:                   dims [0, -1, -2], index_dims [1 .. r]
//   take_along_axis 1 of 2:       dims [0, -1], index_dims [0, 1]
class Burin_Indexed<string mnemonic, list<Trait> traits = []>
    : Burin_DifferentiableOp<mnemonic, !listconcat(traits, [DeclareOpInterfaceMethods<Burin_IndexedInterface>,
                                                            DeclareOpInterfaceMethods<Burin_RuntimeCheckInterface>])> {
  let results = (outs Burin_Tensor:$result);
  let extraClassDefinition = [{
    void $cppClass::buildChecks(::mlir::OpBuilder &builder) { ::burin::compiler::buildIndexChecks(builder, getOperation()); }
  }];
}
class Burin_Updating<string mnemonic, list<string> combine = [], list<Trait> traits = []>
    : Burin_Indexed<mnemonic, !listconcat([DeclareOpInterfaceMethods<Burin_UpdateInterface, combine>], traits)>;

def Burin_GatherOp : Burin_Indexed<"gather", [Burin_KeepsFinite]> {
  let summary = "Elements of x at the positions that index tensors give; negative indices count from the end";
  let arguments = (ins Burin_Tensor:$x, Variadic<Burin_Tensor>:$indices, DenseI64ArrayAttr:$dims, DenseI64ArrayAttr:$index_dims,
                       DefaultValuedAttr<BoolAttr, "false">:$in_bounds);
  let assemblyFormat = "$x `at` $indices attr-dict `:` functional-type(operands, results)";
}
def Burin_ScatterOp : Burin_Updating<"scatter", ["combine"]> {
  let summary = "x with updates at the positions that index tensors give: set there, or combined by add, min or max, in order";
  let arguments = (ins Burin_Tensor:$x, Burin_Tensor:$updates, Variadic<Burin_Tensor>:$indices, DenseI64ArrayAttr:$dims,
                       DenseI64ArrayAttr:$index_dims, StrAttr:$combiner, DefaultValuedAttr<BoolAttr, "false">:$in_bounds);
  let assemblyFormat = "$x `with` $updates `at` $indices attr-dict `:` functional-type(operands, results)";
}
def Burin_DynamicSliceOp : Burin_Indexed<"dynamic_slice", [Burin_KeepsFinite]> {
  let summary = "The part of x of extents sizes that begins at starts, one integer for each dimension; negative ones count from the end";
  let arguments = (ins Burin_Tensor:$x, Variadic<Burin_Tensor>:$starts, DenseI64ArrayAttr:$sizes);
  let assemblyFormat = "$x (`at` $starts^)? attr-dict `:` functional-type(operands, results)";
}
def Burin_DynamicUpdateSliceOp : Burin_Updating<"dynamic_update_slice", [], [Burin_KeepsFinite]> {
  let summary = "x with the part that begins at starts, one integer for each dimension, replaced by update";
  let arguments = (ins Burin_Tensor:$x, Burin_Tensor:$update, Variadic<Burin_Tensor>:$starts);
  let assemblyFormat = "$x `with` $update (`at` $starts^)? attr-dict `:` functional-type(operands, results)";
}
def Burin_UpdateSliceOp : Burin_Updating<"update_slice", [], [Burin_KeepsFinite]> {
  let summary = "x with the elements that slice picks replaced by update, which broadcasts to them";
  let arguments = (ins Burin_Tensor:$x, Burin_Tensor:$update, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$stops, DenseI64ArrayAttr:$steps);
  let assemblyFormat = "$x `with` $update attr-dict `:` functional-type(operands, results)";
}

#endif
