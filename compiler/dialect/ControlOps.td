// Structured control flow. Regions see the values around them, have one block each, and end with burin.yield.
#ifndef BURIN_CONTROL_OPS
#define BURIN_CONTROL_OPS

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "compiler/dialect/BurinInterfaces.td"

// Burin_NoGradient keeps the slot: a gradient of these ops differentiates their regions.
class Burin_ControlOp<string mnemonic, list<Trait> traits = []>
    : Burin_Op<mnemonic, !listconcat(traits, [Burin_Control, Burin_NoGradient])>;

def Burin_IfOp : Burin_ControlOp<"if", [RecursiveMemoryEffects, NoRegionArguments, SingleBlock]> {
  let summary = "Runs one of two regions and gives what it yields";
  let description = [{
    `condition` is a boolean scalar.

        %r = burin.if %c : (tensor<i1>) -> tensor<f32> then { burin.yield %x : tensor<f32> } else { burin.yield %y : tensor<f32> }
  }];
  let arguments = (ins Burin_Tensor:$condition);
  let results = (outs Variadic<Burin_Tensor>:$results);
  let regions = (region SizedRegion<1>:$thenBody, SizedRegion<1>:$elseBody);
  let assemblyFormat = "$condition attr-dict `:` functional-type(operands, results) `then` $thenBody `else` $elseBody";
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    ::mlir::Block &thenBlock() { return getThenBody().front(); }
    ::mlir::Block &elseBlock() { return getElseBody().front(); }
  }];
}

def Burin_WhileOp : Burin_ControlOp<"while", [RecursiveMemoryEffects, SingleBlock]> {
  let summary = "Runs `body` for as long as `test` yields true";
  let description = [{
    Both regions take the state, which `inits` start; `body` yields the next one. The results are the state for which `test`
    first yielded false.

        %r = burin.while %i : tensor<i64> test {
        ^bb0(%k: tensor<i64>):
          %c = burin.less %k, %n : (tensor<i64>, tensor<i64>) -> tensor<i1>
          burin.yield %c : tensor<i1>
        } do {
        ^bb0(%k: tensor<i64>):
          %next = burin.add %k, %k : (tensor<i64>, tensor<i64>) -> tensor<i64>
          burin.yield %next : tensor<i64>
        }
  }];
  let arguments = (ins Variadic<Burin_Tensor>:$inits);
  let results = (outs Variadic<Burin_Tensor>:$results);
  let regions = (region SizedRegion<1>:$test, SizedRegion<1>:$body);
  let assemblyFormat = "($inits^ `:` type($inits))? (`->` type($results)^)? `test` $test `do` $body attr-dict";
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    ::mlir::Block &testBlock() { return getTest().front(); }
    ::mlir::Block &bodyBlock() { return getBody().front(); }
  }];
}

def Burin_ForOp : Burin_ControlOp<"for", [RecursiveMemoryEffects, SingleBlock]> {
  let summary = "Runs `body` a given number of times";
  let description = [{
    `body` takes the number of the trip, from 0 to count - 1, and the state, which `inits` start; it yields the next state.
    No trip if `count` is negative.

        %r = burin.for %n times, %x : (tensor<i64>, tensor<f32>) -> tensor<f32> do {
        ^bb0(%i: tensor<i64>, %s: tensor<f32>):
          %next = burin.square %s : (tensor<f32>) -> tensor<f32>
          burin.yield %next : tensor<f32>
        }
  }];
  let arguments = (ins Burin_Tensor:$count, Variadic<Burin_Tensor>:$inits);
  let results = (outs Variadic<Burin_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$count `times` (`,` $inits^)? `:` functional-type(operands, results) `do` $body attr-dict";
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    ::mlir::Block &bodyBlock() { return getBody().front(); }
    ::mlir::BlockArgument tripNumber() { return bodyBlock().getArgument(0); }
    /// How often the body runs, where that is known.
    ::std::optional<int64_t> constantCount();
  }];
}

// What a loop over rows reads and writes: the state it carries is one array that it fills in place.
def Burin_GetRowOp : Burin_ControlOp<"get_row", [Pure, Burin_KeepsFinite, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "x[index] along the first dimension; index is in range";
  let arguments = (ins Burin_Tensor:$x, Burin_Tensor:$index);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$x `,` $index attr-dict `:` functional-type(operands, results)";
}
def Burin_SetRowOp : Burin_ControlOp<"set_row", [Pure, Burin_KeepsFinite, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "x with x[index] replaced by row; index is in range";
  let arguments = (ins Burin_Tensor:$x, Burin_Tensor:$index, Burin_Tensor:$row);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$x `,` $index `,` $row attr-dict `:` functional-type(operands, results)";
}
def Burin_UninitializedOp : Burin_ControlOp<"uninitialized", [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "Elements that nobody reads before they are set";
  let arguments = (ins DenseI64ArrayAttr:$shape, TypeAttr:$dtype);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "attr-dict `:` functional-type(operands, results)";
}

def Burin_RequireOp : Burin_ControlOp<"require", [MemoryEffects<[MemWrite<Burin_CallResource>]>, Burin_FailureInterface,
                                                 DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "Fails the call with an Error of text `message` unless `condition`, a boolean scalar, is true";
  let arguments = (ins Burin_Buffer:$condition, Variadic<AnyType>:$state, StrAttr:$message);
  let assemblyFormat = "$condition `,` $message attr-dict `:` type($condition) (`state` $state^ `:` type($state))?";
}

#endif
