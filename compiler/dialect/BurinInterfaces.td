// Interfaces and traits through which passes see the ops, so that no pass lists them.
#ifndef BURIN_INTERFACES
#define BURIN_INTERFACES

include "mlir/IR/OpBase.td"

def Burin_ElementwiseInterface : OpInterface<"ElementwiseInterface"> {
  let description = "An op that computes each element of its result from the operands' elements at the same place.";
  let cppNamespace = "::burin::compiler";
  let methods = [
    InterfaceMethod<"Emits the scalar expression on values of the operands' storage types; the same on vectors of them.",
                    "::mlir::Value", "buildScalar",
                    (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$location, "::mlir::ValueRange":$operands)>
  ];
}

def Burin_ReductionInterface : OpInterface<"ReductionInterface"> {
  let description = "A reduction of operand 0 over the attribute `axes` by an associative combiner.";
  let cppNamespace = "::burin::compiler";
  let methods = [StaticInterfaceMethod<"What combines two elements.", "::burin::compiler::Combiner", "combiner", (ins)>];
}

// The op has no gradient: its result does not change, or jumps, with its operands.
def Burin_NoGradient : NativeOpTrait<"NoGradient"> { let cppNamespace = "::burin::compiler"; }
// One element costs tens of instructions: worth storing rather than computing twice.
def Burin_Costly : NativeOpTrait<"Costly"> { let cppNamespace = "::burin::compiler"; }
// The op only rearranges elements: a consumer can read its operand in its stead, by an affine map of the indices.
def Burin_ViewInterface : OpInterface<"ViewInterface"> {
  let description = "A pure rearrangement of operand 0's elements.";
  let cppNamespace = "::burin::compiler";
  let methods = [InterfaceMethod<"From an index of the result to the index of the operand's element.",
                                 "::mlir::AffineMap", "indexMap", (ins)>];
}
// The op is made by the compiler, never by a user.
def Burin_Internal : NativeOpTrait<"Internal"> { let cppNamespace = "::burin::compiler"; }

#endif
