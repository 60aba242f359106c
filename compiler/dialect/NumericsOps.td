// Debug::CheckNumerics: what looks for the ops that make NaN and infinities. Part of BurinOps.td.
#ifndef BURIN_NUMERICS_OPS
#define BURIN_NUMERICS_OPS

def Burin_CheckNumericsOp : Burin_SiteOp<"check_numerics", [MemoryEffects<[MemWrite<Burin_CallResource>]>]> {
  let summary = "Fails the call if the result of an op, tensor 0, has a NaN or an infinity that its operands, the others, haven't";
  let arguments = (ins Variadic<Burin_Buffer>:$tensors, Variadic<AnyType>:$state, I64Attr:$site);
  let assemblyFormat = "$tensors attr-dict `:` type($tensors) (`state` $state^ `:` type($state))?";
}

//===-- what burin-guard-numerics makes of it ----------------------------------------------------------------------===//

def Burin_MakesSpecialOp : Burin_Op<"makes_special", [Pure, Burin_Internal]> {
  let summary = "Whether x is NaN or infinite where all `sources`, which broadcast to it, are finite; or another one in its cluster";
  let arguments = (ins Burin_Tensor:$x, Variadic<Burin_Tensor>:$sources);
  let results = (outs Burin_BoolTensor:$result);
  let assemblyFormat = "$x (`of` $sources^)? attr-dict `:` functional-type(operands, results)";
}
def Burin_GuardNumericsOp
    : Burin_Op<"guard_numerics", [AttrSizedOperandSegments, MemoryEffects<[MemWrite<Burin_CallResource>]>, Burin_FailureInterface,
                                  Burin_Internal]> {
  let summary = "If a flag is up, has the runtime run what guard `number` is of again, op by op, from `inputs`; a check may fail there";
  let arguments = (ins I64Attr:$number, Variadic<Burin_Buffer>:$flags, Variadic<Burin_Buffer>:$inputs, Variadic<AnyType>:$state);
  let assemblyFormat = [{$number `flags` $flags `:` type($flags) (`inputs` $inputs^ `:` type($inputs))?
    (`state` $state^ `:` type($state))? attr-dict}];
}
def Burin_RaiseFlagOp : Burin_Op<"raise_flag", [Pure, Burin_Internal]> {
  let summary = "1 if `condition`, else `held`: in the body of a loop nest, what becomes of a flag that all elements share";
  let arguments = (ins I8:$held, I1:$condition);
  let results = (outs I8:$result);
  let assemblyFormat = "$held `if` $condition attr-dict";
}

#endif
