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

def Burin_WindowInterface : OpInterface<"WindowInterface"> {
  let description = "An op that combines the elements of windows that slide along the spatial dimensions of operand 0.";
  let cppNamespace = "::burin::compiler";
  let methods = [
    InterfaceMethod<"One for each spatial dimension.", "::llvm::SmallVector<::burin::compiler::Window>", "windows", (ins)>,
    InterfaceMethod<"Says how x is padded now: with nothing, and without base dilation.", "void", "setUnpadded", (ins)>
  ];
}

def Burin_GradientInterface : OpInterface<"GradientInterface"> {
  let description = [{
    An op with one result, and what it takes to propagate a gradient through it. Where a result jumps between flat pieces
    its gradient is zero; where it has a kink, the gradient lies between those of either side and is zero, or half of each.
  }];
  let cppNamespace = "::burin::compiler";
  let methods = [
    InterfaceMethod<"Emits, for each operand, the gradient of a scalar with regard to it, of the operand's type; null where "
                    "it is zero everywhere or the operand isn't floating. `resultGradient`, the gradient with regard to the "
                    "result, is of the result's type, which is floating.",
                    "::llvm::SmallVector<::mlir::Value>", "buildGradients",
                    (ins "::mlir::OpBuilder &":$builder, "::mlir::Value":$resultGradient)>,
    InterfaceMethod<"The same of an op with any number of results: `resultGradients` has one for each, null for a result that isn't "
                    "floating. An op that has no such gradient in this case says why in a diagnostic.",
                    "::llvm::SmallVector<::mlir::Value>", "buildGradientsOfAll",
                    (ins "::mlir::OpBuilder &":$builder, "::mlir::ValueRange":$resultGradients), "",
                    "return $_op.buildGradients(builder, resultGradients[0]);">
  ];
}

def Burin_RuntimeKernelInterface : OpInterface<"RuntimeKernelInterface"> {
  let description = [{
    An op that one call of a runtime kernel computes (runtime/kernels): a library's routine, or an algorithm that is no loop
    nest. It joins no cluster; the kernel gets its operands and results as dense buffers with their extents.
  }];
  let cppNamespace = "::burin::compiler";
  let methods = [
    StaticInterfaceMethod<"The kernel's symbol, one of the runtime's table.", "::llvm::StringRef", "kernelSymbol", (ins)>,
    InterfaceMethod<"What the kernel is told besides operands and results.", "::llvm::SmallVector<int64_t>", "kernelArguments", (ins)>
  ];
}

def Burin_RandomInterface : OpInterface<"RandomInterface"> {
  let description = "An op whose elements are made of random bits, each of its own ones. Operand 0 is the key (RandomOps.td).";
  let cppNamespace = "::burin::compiler";
  let methods = [
    InterfaceMethod<"How many bits an element takes: 32, 64 or 128.", "int64_t", "bitsPerElement", (ins)>,
    InterfaceMethod<"Emits an element, of the result's storage type, from its bits: an integer, or two of 64 bits, the lower one first.",
                    "::mlir::Value", "buildElement",
                    (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$location, "::mlir::ValueRange":$bits)>
  ];
}

// The op has no gradient, since it has no floating operand or no floating result.
def Burin_NoGradient : NativeOpTrait<"NoGradient"> { let cppNamespace = "::burin::compiler"; }
// One element costs tens of instructions: worth storing rather than computing twice.
def Burin_Costly : NativeOpTrait<"Costly"> { let cppNamespace = "::burin::compiler"; }
// Of finite numbers the op makes neither a NaN nor an infinity.
def Burin_KeepsFinite : NativeOpTrait<"KeepsFinite"> { let cppNamespace = "::burin::compiler"; }
// Where an operand is NaN or infinite, the result is, too: an elementwise op's at the same place, another's somewhere.
def Burin_KeepsSpecial : NativeOpTrait<"KeepsSpecial"> { let cppNamespace = "::burin::compiler"; }
// The op only rearranges elements: a consumer can read its operand in its stead, by an affine map of the indices.
def Burin_ViewInterface : OpInterface<"ViewInterface"> {
  let description = "A pure rearrangement of operand 0's elements.";
  let cppNamespace = "::burin::compiler";
  let methods = [InterfaceMethod<"From an index of the result to the index of the operand's element.",
                                 "::mlir::AffineMap", "indexMap", (ins)>];
}
def Burin_IndexedInterface : OpInterface<"IndexedInterface"> {
  let description = [{
    An op that reads or updates operand 0 at positions that other operands, of integers, take part in. Its loops run over the
    elements of what it reads, or of what it puts in.
  }];
  let cppNamespace = "::burin::compiler";
  let methods = [
    InterfaceMethod<"From an index of the loops (dimensions) and what `indexReads` read there (symbols) to an index of operand 0.",
                    "::mlir::AffineMap", "position", (ins)>,
    InterfaceMethod<"What is read of the index operands, in order.", "::llvm::SmallVector<::burin::compiler::IndexRead>", "indexReads", (ins)>
  ];
}
def Burin_UpdateInterface : OpInterface<"UpdateInterface", [Burin_IndexedInterface]> {
  let description = [{
    An IndexedInterface op that gives operand 0 with some elements replaced. Operand 1 broadcasts to the loops, which run in
    row-major order: of several updates of one element the later ones see what the earlier ones left.
  }];
  let cppNamespace = "::burin::compiler";
  let methods = [
    InterfaceMethod<"The extents of the loops.", "::llvm::SmallVector<int64_t>", "updatedShape", (ins)>,
    InterfaceMethod<"Emits what becomes of an element that held `held`, both values being of the storage type.", "::mlir::Value", "combine",
                    (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$location, "::mlir::Value":$held, "::mlir::Value":$update),
                    /*methodBody=*/"", /*defaultImplementation=*/"return update;">
  ];
}

//===-- effects ------------------------------------------------------------------------------------------------===//

def Burin_FailureInterface : OpInterface<"FailureInterface"> {
  let description = [{
    An op that may end the call. Its operands `state` are what the variables hold then (rule E5): the value, at this point of
    the program, of each variable that the function writes, in the order of `burin.updates`. burin-lift-variables adds them;
    so what must have been computed before the op, and what must be kept for it, is plain data flow.
  }];
  let cppNamespace = "::burin::compiler";
  let methods = [
    InterfaceMethod<"The operands, for passes that add to them.", "::mlir::MutableOperandRange", "getStateMutable", (ins)>
  ];
}

def Burin_RuntimeCallInterface : OpInterface<"RuntimeCallInterface"> {
  let description = "An effect that the runtime has: the function's site number `site`, run with the op's tensors.";
  let cppNamespace = "::burin::compiler";
  let methods = [
    InterfaceMethod<"The number of the site.", "uint64_t", "getSite", (ins)>,
    InterfaceMethod<"The operands that are handed to the site, inputs before destinations; state is not.", "::mlir::OperandRange", "getTensors", (ins)>,
    InterfaceMethod<"The same, to add destinations to.", "::mlir::MutableOperandRange", "getTensorsMutable", (ins)>
  ];
}

def Burin_RuntimeCheckInterface : OpInterface<"RuntimeCheckInterface"> {
  let description = "A pure op that fails for some values of its operands: at run time checks that stand before it find out.";
  let cppNamespace = "::burin::compiler";
  let methods = [InterfaceMethod<"Emits the checks.", "void", "buildChecks", (ins "::mlir::OpBuilder &":$builder)>];
}

// The op is part of control flow: it has no row in the numerics table, test/unit/api/Control*Test.cpp has its tests.
def Burin_Control : NativeOpTrait<"Control"> { let cppNamespace = "::burin::compiler"; }
// The op is made by the compiler, never by a user.
def Burin_Internal : NativeOpTrait<"Internal"> { let cppNamespace = "::burin::compiler"; }

#endif
