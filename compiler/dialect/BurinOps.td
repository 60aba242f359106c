// The burin dialect: ops over tensors as the user wrote them, with variables and effects.
#ifndef BURIN_OPS
#define BURIN_OPS

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "compiler/dialect/BurinInterfaces.td"

def Burin_Dialect : Dialect {
  let name = "burin";
  let summary = "Tensor computations as the user wrote them";
  let description = [{
    Ops take and return ranked tensors. Elementwise ops broadcast as NumPy does and want one element type for all
    operands; promotion is spelled out by `burin.cast`. Unsigned element types are `uiN`, signed ones signless `iN`,
    booleans `i1`. Variables are function arguments of type `!burin.variable<...>`.
  }];
  let cppNamespace = "::burin::compiler";
  let useDefaultTypePrinterParser = 1;
  let hasConstantMaterializer = 1;
}

//===-- types --------------------------------------------------------------------------------------------------===//

def Burin_VariableType : TypeDef<Burin_Dialect, "Variable"> {
  let mnemonic = "variable";
  let summary = "A reference to a mutable tensor that lives outside of the function";
  let parameters = (ins "::mlir::RankedTensorType":$tensor);
  let assemblyFormat = "`<` $tensor `>`";
}

def Burin_Element : AnyTypeOf<[
    I1, I8, I16, I32, I64, UI8, UI16, UI32, UI64, F16, BF16, F32, F64, Complex<F32>, Complex<F64>], "burin element type">;
def Burin_Tensor : RankedTensorOf<[Burin_Element]>;
def Burin_BoolTensor : RankedTensorOf<[I1]>;

//===-- op classes ---------------------------------------------------------------------------------------------===//

// The numerics table of the tests has a row with the name of each op that is not marked Internal.
class Burin_Op<string mnemonic, list<Trait> traits = []> : Op<Burin_Dialect, mnemonic, traits>;

// An op whose result types follow from operands and attributes; its C++ part is `inferReturnTypes`.
class Burin_InferredOp<string mnemonic, list<Trait> traits = []>
    : Burin_Op<mnemonic, !listconcat(traits, [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>])>;

// Its gradient is in Gradients.cpp.
class Burin_DifferentiableOp<string mnemonic, list<Trait> traits = []>
    : Burin_InferredOp<mnemonic, !listconcat(traits, [DeclareOpInterfaceMethods<Burin_GradientInterface>])>;

// `accepts` says which element types (see enum Accepts). `scalar` is the body of a function with `ScalarBuilder &s` and the
// operands' values `x`, or `lhs` and `rhs`; it returns the result's value. It must do for vectors what it does for
// scalars: use `s` alone. It sees f16 and bf16 as f32, and its result is rounded once, unless `halves` says otherwise.
// `gradient` is the body of a function with `GradientBuilder &g`, the same operands as tensors, `result`, and `dy`, the
// gradient of the result. It returns a gradient for each operand, of the result's shape: the sum over broadcast dimensions
// is done for it. An op without is Burin_NoGradient.
class Burin_Elementwise<string mnemonic, string accepts, code scalar, code gradient = "", list<Trait> traits = []>
    : Burin_InferredOp<mnemonic, !listconcat(traits, [DeclareOpInterfaceMethods<Burin_ElementwiseInterface>],
                                             !if(!empty(gradient), [], [DeclareOpInterfaceMethods<Burin_GradientInterface>]))> {
  let results = (outs Burin_Tensor:$result);
  code elementwiseResult = "operandElementType";
  code namedOperands = "";
  code firstValue = "0"; // operands before this one are conditions, with an element type of their own
  code halves = "InF32";
  let extraClassDefinition = [{
    ::mlir::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, ::std::optional<::mlir::Location> location, ::mlir::ValueRange operands,
        ::mlir::DictionaryAttr attributes, ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return ::burin::compiler::inferElementwise(location, operands, }] # firstValue # [{, ::burin::compiler::Accepts::}] # accepts # [{,
          [&](::mlir::Type operandElementType) -> ::mlir::Type {
            $cppClass::Adaptor adaptor(operands, attributes, properties, regions);
            (void)adaptor;
            return }] # elementwiseResult # [{;
          }, types);
    }
    ::mlir::Value $cppClass::buildScalar(::mlir::OpBuilder &builder, ::mlir::Location location, ::mlir::ValueRange operands) {
      using ::burin::compiler::ScalarBuilder;
      auto expression = [&]([[maybe_unused]] ScalarBuilder &s, ::mlir::ValueRange operands) -> ::mlir::Value {
        }] # namedOperands # scalar # [{
      };
      return ScalarBuilder(builder, location, getOperation()).compute(operands, ScalarBuilder::Halves::}] # halves # [{, expression);
    }
  }] # !if(!empty(gradient), "", [{
    ::llvm::SmallVector<::mlir::Value> $cppClass::buildGradients(::mlir::OpBuilder &builder, ::mlir::Value dy) {
      ::burin::compiler::GradientBuilder g(builder, getOperation(), dy);
      auto gradients = [&](::mlir::ValueRange operands, [[maybe_unused]] ::mlir::Value result) -> ::llvm::SmallVector<::mlir::Value> {
        }] # namedOperands # gradient # [{
      };
      return g.sumToOperands(gradients(getOperation()->getOperands(), getResult()));
    }
  }]);
}

class Burin_Unary<string mnemonic, string accepts, code scalar, code gradient = "", list<Trait> traits = []>
    : Burin_Elementwise<mnemonic, accepts, scalar, gradient, traits> {
  let arguments = (ins Burin_Tensor:$x);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let namedOperands = "[[maybe_unused]] ::mlir::Value x = operands[0];";
}

class Burin_Binary<string mnemonic, string accepts, code scalar, code gradient = "", list<Trait> traits = []>
    : Burin_Elementwise<mnemonic, accepts, scalar, gradient, traits> {
  let arguments = (ins Burin_Tensor:$lhs, Burin_Tensor:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
  let namedOperands = "[[maybe_unused]] ::mlir::Value lhs = operands[0], rhs = operands[1];";
}

class Burin_Comparison<string mnemonic, string accepts, string predicate>
    : Burin_Binary<mnemonic, accepts, "return s.compare(ScalarBuilder::Predicate::" # predicate # ", lhs, rhs);",
                   traits = [Burin_NoGradient]> {
  let elementwiseResult = "::mlir::IntegerType::get(context, 1)";
}

//===-- arithmetic ---------------------------------------------------------------------------------------------===//

def Burin_AddOp : Burin_Binary<"add", "Number", "return s.add(lhs, rhs);", "return {dy, dy};", [Commutative, Burin_KeepsSpecial]> {
  let summary = "lhs + rhs; integers wrap";
}
def Burin_SubtractOp : Burin_Binary<"subtract", "Number", "return s.subtract(lhs, rhs);", "return {dy, g.negative(dy)};", [Burin_KeepsSpecial]> {
  let summary = "lhs - rhs; integers wrap";
  let hasFolder = 1;
}
def Burin_MultiplyOp : Burin_Binary<"multiply", "Number", "return s.multiply(lhs, rhs);",
    "return {g.multiply(dy, rhs), g.multiply(dy, lhs)};", [Commutative, Burin_KeepsSpecial]> {
  let summary = "lhs * rhs; integers wrap";
  let hasFolder = 1;
}
def Burin_DivideOp : Burin_Binary<"divide", "Inexact", "return s.divide(lhs, rhs);",
    "return {g.divide(dy, rhs), g.negative(g.multiply(g.divide(dy, rhs), result))};", [Burin_Costly]> {
  let summary = "lhs / rhs";
  let hasFolder = 1;
}
def Burin_FloorDivideOp : Burin_Binary<"floor_divide", "Real", "return s.floorDivide(lhs, rhs);",
    "return {g.none(), g.none()};", [Burin_Costly]> {
  let summary = "the largest whole number that is at most lhs / rhs; integers: 0 where rhs is 0";
}
def Burin_RemainderOp : Burin_Binary<"remainder", "Real", "return s.remainder(lhs, rhs);",
    "return {dy, g.negative(g.multiply(dy, g.floorDivide(lhs, rhs)))};", [Burin_Costly]> {
  let summary = "lhs - rhs * floor_divide(lhs, rhs), with the sign of rhs; integers: 0 where rhs is 0";
}
// At lhs = 0 the power is taken to be flat in rhs, which it is where rhs > 0; and at rhs = 0 to be flat in lhs, there too.
def Burin_PowOp : Burin_Binary<"pow", "Real", "return s.pow(lhs, rhs);", [{
    auto exponent = g.where(g.equal(rhs, g.zero()), g.one(), g.subtract(rhs, g.one()));
    auto base = g.where(g.equal(lhs, g.zero()), g.one(), lhs);
    return {g.multiply(dy, g.multiply(rhs, g.pow(lhs, exponent))), g.multiply(dy, g.multiply(result, g.log(base)))};
  }], [Burin_Costly]> {
  let summary = "lhs to the power rhs, special values as in C; integers wrap, and a negative power is cut to a whole number";
  let hasCanonicalizer = 1;
}
// Operands that tie get half of the gradient each, as in JAX.
def Burin_MaximumOp : Burin_Binary<"maximum", "Real", "return s.maximum(lhs, rhs);", [{
    auto ties = g.equal(lhs, rhs);
    return {g.shareOf(g.greater(lhs, rhs), ties), g.shareOf(g.less(lhs, rhs), ties)};
  }], [Commutative, Burin_KeepsFinite]> {
  let summary = "the greater one; NaN if either is NaN";
}
def Burin_MinimumOp : Burin_Binary<"minimum", "Real", "return s.minimum(lhs, rhs);", [{
    auto ties = g.equal(lhs, rhs);
    return {g.shareOf(g.less(lhs, rhs), ties), g.shareOf(g.greater(lhs, rhs), ties)};
  }], [Commutative, Burin_KeepsFinite]> {
  let summary = "the lesser one; NaN if either is NaN";
}
def Burin_NegativeOp : Burin_Unary<"negative", "Number", "return s.negative(x);", "return {g.negative(dy)};", [Burin_KeepsFinite, Burin_KeepsSpecial]> {
  let summary = "-x";
  let hasFolder = 1;
}
def Burin_AbsOp : Burin_Unary<"abs", "Number", "return s.abs(x);", "return {g.multiply(dy, g.sign(x))};", [Burin_KeepsSpecial]> {
  let elementwiseResult = "::burin::compiler::realType(operandElementType)";
  let summary = "|x|, of a complex number its modulus; the least integer stays itself";
}
def Burin_SignOp : Burin_Unary<"sign", "Real", "return s.sign(x);", "return {g.none()};", [Burin_KeepsFinite]> {
  let summary = "-1, 0 or 1; NaN for NaN";
}
def Burin_SquareOp : Burin_Unary<"square", "Number", "return s.multiply(x, x);",
    "return {g.multiply(dy, g.multiply(g.constant(2), x))};", [Burin_KeepsSpecial]> {
  let summary = "x * x";
}
def Burin_SqrtOp : Burin_Unary<"sqrt", "Inexact", "return s.sqrt(x);",
    "return {g.divide(dy, g.multiply(g.constant(2), result))};", [Burin_Costly, Burin_KeepsSpecial]> {
  let summary = "square root; NaN below 0";
}
def Burin_RsqrtOp : Burin_Unary<"rsqrt", "Float", "return s.divide(s.constant(1.0), s.sqrt(x));",
    "return {g.multiply(dy, g.multiply(g.constant(-0.5), g.divide(result, x)))};", [Burin_Costly]> {
  let summary = "1 / sqrt(x)";
}

//===-- exponential --------------------------------------------------------------------------------------------===//

def Burin_ExpOp : Burin_Unary<"exp", "Inexact", "return s.exp(x);", "return {g.multiply(dy, result)};", [Burin_Costly]> {
  let summary = "e to the power x";
}
def Burin_LogOp : Burin_Unary<"log", "Inexact", "return s.log(x);", "return {g.divide(dy, x)};", [Burin_Costly, Burin_KeepsSpecial]> {
  let summary = "natural logarithm; NaN below 0";
}
def Burin_TanhOp : Burin_Unary<"tanh", "Float", "return s.tanh(x);",
    "return {g.multiply(dy, g.subtract(g.one(), g.square(result)))};", [Burin_Costly, Burin_KeepsFinite]> {
  let summary = "hyperbolic tangent";
}
def Burin_SigmoidOp : Burin_Unary<"sigmoid", "Float", "return s.sigmoid(x);",
    "return {g.multiply(dy, g.multiply(result, g.subtract(g.one(), result)))};", [Burin_Costly, Burin_KeepsFinite]> {
  let summary = "1 / (1 + exp(-x))";
}
// Its gradient at 0 is 0.
def Burin_ReluOp : Burin_Unary<"relu", "Real", "return s.relu(x);",
    "return {g.where(g.greater(x, g.zero()), dy, g.zero())};", [Burin_KeepsFinite]> {
  let summary = "x where x > 0, else 0; NaN stays";
}

//===-- comparison, logic, choice ------------------------------------------------------------------------------===//

def Burin_EqualOp : Burin_Comparison<"equal", "Any", "Equal"> { let summary = "lhs == rhs"; }
def Burin_NotEqualOp : Burin_Comparison<"not_equal", "Any", "NotEqual"> { let summary = "lhs != rhs; true for NaN"; }
def Burin_LessOp : Burin_Comparison<"less", "Real", "Less"> { let summary = "lhs < rhs"; }
def Burin_LessEqualOp : Burin_Comparison<"less_equal", "Real", "LessEqual"> { let summary = "lhs <= rhs"; }
def Burin_GreaterOp : Burin_Comparison<"greater", "Real", "Greater"> { let summary = "lhs > rhs"; }
def Burin_GreaterEqualOp : Burin_Comparison<"greater_equal", "Real", "GreaterEqual"> { let summary = "lhs >= rhs"; }

def Burin_LogicalAndOp : Burin_Binary<"logical_and", "Bool", "return s.bitAnd(lhs, rhs);",
                                      traits = [Commutative, Burin_NoGradient]> {
  let summary = "both";
}
def Burin_LogicalOrOp : Burin_Binary<"logical_or", "Bool", "return s.bitOr(lhs, rhs);",
                                     traits = [Commutative, Burin_NoGradient]> {
  let summary = "either or both";
}
def Burin_LogicalXorOp : Burin_Binary<"logical_xor", "Bool", "return s.bitXor(lhs, rhs);",
                                      traits = [Commutative, Burin_NoGradient]> {
  let summary = "exactly one";
}
def Burin_LogicalNotOp : Burin_Unary<"logical_not", "Bool", "return s.logicalNot(x);", traits = [Burin_NoGradient]> {
  let summary = "not x";
  let hasFolder = 1;
}

def Burin_WhereOp : Burin_Elementwise<"where", "Any", "return s.select(condition, lhs, rhs);",
    "return {g.none(), g.where(condition, dy, g.zero()), g.where(condition, g.zero(), dy)};", [Burin_KeepsFinite]> {
  let summary = "lhs where condition, else rhs";
  let halves = "AsTheyAre";
  let arguments = (ins Burin_BoolTensor:$condition, Burin_Tensor:$lhs, Burin_Tensor:$rhs);
  let firstValue = "1";
  let namedOperands = "[[maybe_unused]] ::mlir::Value condition = operands[0], lhs = operands[1], rhs = operands[2];";
  let assemblyFormat = "$condition `,` $lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def Burin_CastOp : Burin_Unary<"cast", "Any", "return s.cast(x);", "return {g.castBack(x)};", [Burin_KeepsSpecial]> {
  let summary = "x with another element type: floats to integers truncate and saturate, NaN gives 0; anything but 0 is true";
  let arguments = (ins Burin_Tensor:$x, TypeAttr:$dtype);
  let elementwiseResult = "::burin::compiler::castType(location, operandElementType, adaptor.getDtype())";
  let halves = "AsTheyAre";
  let hasFolder = 1;
}

//===-- contraction --------------------------------------------------------------------------------------------===//

def Burin_MatmulOp : Burin_DifferentiableOp<"matmul", [Burin_KeepsSpecial]> {
  let summary = "Matrix product over the last two dimensions; leading ones are batches and broadcast";
  let arguments = (ins Burin_Tensor:$lhs, Burin_Tensor:$rhs);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

//===-- reductions ---------------------------------------------------------------------------------------------===//

class Burin_Reduction<string mnemonic, string accepts, string combiner, list<Trait> traits,
                      list<Trait> more = [DeclareOpInterfaceMethods<Burin_GradientInterface>]>
    : Burin_InferredOp<mnemonic, !listconcat(traits, more, [DeclareOpInterfaceMethods<Burin_ReductionInterface>])> {
  let arguments = (ins Burin_Tensor:$x, DenseI64ArrayAttr:$axes, BoolAttr:$keep_dims);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$x `axes` $axes attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let extraClassDefinition = [{
    ::mlir::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, ::std::optional<::mlir::Location> location, ::mlir::ValueRange operands,
        ::mlir::DictionaryAttr attributes, ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      $cppClass::Adaptor adaptor(operands, attributes, properties, regions);
      return ::burin::compiler::inferReduction(location, adaptor.getX().getType(), adaptor.getAxes(), adaptor.getKeepDims(),
                                               ::burin::compiler::Accepts::}] # accepts # [{,
                                               ::burin::compiler::hasIdentity($cppClass::combiner()), types);
    }
    ::burin::compiler::Combiner $cppClass::combiner() { return ::burin::compiler::Combiner::}] # combiner # [{; }
    ::mlir::OpFoldResult $cppClass::fold(FoldAdaptor adaptor) {
      // A reduction over no axis, of the same shape, is its operand.
      return getAxes().empty() && getX().getType() == getType() ? ::mlir::OpFoldResult(getX()) : ::mlir::OpFoldResult();
    }
  }];
}
def Burin_ReduceSumOp : Burin_Reduction<"reduce_sum", "Number", "Sum", [Burin_KeepsSpecial]> { let summary = "Sum over axes; integers wrap"; }
def Burin_ReduceMaxOp : Burin_Reduction<"reduce_max", "Real", "Max", [Burin_KeepsFinite]> { let summary = "Greatest over axes; NaN if any is NaN"; }
def Burin_ReduceMinOp : Burin_Reduction<"reduce_min", "Real", "Min", [Burin_KeepsFinite]> { let summary = "Least over axes; NaN if any is NaN"; }

class Burin_ArgReduction<string mnemonic, string isMax> : Burin_InferredOp<mnemonic, [Burin_NoGradient]> {
  let arguments = (ins Burin_Tensor:$x, I64Attr:$axis, BoolAttr:$keep_dims);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let extraClassDeclaration = "static constexpr bool isMax = " # isMax # ";";
  let extraClassDefinition = [{
    ::mlir::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, ::std::optional<::mlir::Location> location, ::mlir::ValueRange operands,
        ::mlir::DictionaryAttr attributes, ::mlir::OpaqueProperties properties, ::mlir::RegionRange regions,
        ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      $cppClass::Adaptor adaptor(operands, attributes, properties, regions);
      return ::burin::compiler::inferArgReduction(location, adaptor.getX().getType(), adaptor.getAxis(),
                                                  adaptor.getKeepDims(), types);
    }
  }];
}
def Burin_ReduceProdOp : Burin_Reduction<"reduce_prod", "Real", "Prod", [Burin_KeepsSpecial]> { let summary = "Product over axes; integers wrap"; }
def Burin_ReduceAnyOp : Burin_Reduction<"reduce_any", "Bool", "Or", [], [Burin_NoGradient]> { let summary = "Whether any over axes is true"; }
def Burin_ReduceAllOp : Burin_Reduction<"reduce_all", "Bool", "And", [], [Burin_NoGradient]> { let summary = "Whether all over axes are true"; }

def Burin_ArgmaxOp : Burin_ArgReduction<"argmax", "true"> {
  let summary = "i64 index of the first greatest element along axis; a NaN is greater than all";
}
def Burin_ArgminOp : Burin_ArgReduction<"argmin", "false"> {
  let summary = "i64 index of the first least element along axis; a NaN is less than all";
}

//===-- shape, joining, indexing -------------------------------------------------------------------------------===//

class Burin_Rearrangement<string mnemonic>
    : Burin_DifferentiableOp<mnemonic, [Burin_KeepsFinite, Burin_KeepsSpecial, DeclareOpInterfaceMethods<Burin_ViewInterface>]>;

def Burin_ReshapeOp : Burin_DifferentiableOp<"reshape", [Burin_KeepsFinite, Burin_KeepsSpecial]> {
  let summary = "The same elements in row-major order under another shape; no copy";
  let arguments = (ins Burin_Tensor:$x, DenseI64ArrayAttr:$shape);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}
def Burin_TransposeOp : Burin_Rearrangement<"transpose"> {
  let summary = "Dimension i of the result is dimension permutation[i] of x";
  let arguments = (ins Burin_Tensor:$x, DenseI64ArrayAttr:$permutation);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}
def Burin_BroadcastToOp : Burin_Rearrangement<"broadcast_to"> {
  let summary = "x repeated along new leading dimensions and those of extent 1";
  let arguments = (ins Burin_Tensor:$x, DenseI64ArrayAttr:$shape);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}
def Burin_SliceOp : Burin_DifferentiableOp<"slice", [Burin_KeepsFinite]> {
  let summary = "Elements starts[i], starts[i] + steps[i], ... before stops[i] of each dimension; with a negative step backwards";
  let arguments = (ins Burin_Tensor:$x, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$stops, DenseI64ArrayAttr:$steps);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$x attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}
def Burin_ConcatOp : Burin_DifferentiableOp<"concat", [Burin_KeepsFinite]> {
  let summary = "The operands one behind the other along axis";
  let arguments = (ins Variadic<Burin_Tensor>:$parts, I64Attr:$axis);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$parts attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

//===-- creation -----------------------------------------------------------------------------------------------===//

def Burin_ConstantOp : Burin_Op<"constant", [Pure, ConstantLike, Burin_NoGradient, AllTypesMatch<["value", "result"]>]> {
  let summary = "Values known when the function is traced";
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}
def Burin_IotaOp : Burin_InferredOp<"iota", [Burin_NoGradient]> {
  let summary = "Each element is its index along axis";
  let arguments = (ins DenseI64ArrayAttr:$shape, I64Attr:$axis, TypeAttr:$dtype);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "attr-dict `:` functional-type(operands, results)";
}

//===-- effects ------------------------------------------------------------------------------------------------===//

// Effects are ordered by what they are on, and passes ask for nothing else. Each effect reads the resource `call`, whether
// the call goes on; what may fail writes it. So no effect moves across an op that may end the call, and checks keep their
// order. Variables are told apart by the operand.
def Burin_VariableResource : Resource<"::burin::compiler::VariableResource">;
def Burin_PrintResource : Resource<"::burin::compiler::PrintResource">;
def Burin_HostResource : Resource<"::burin::compiler::HostResource">;
def Burin_CallResource : Resource<"::burin::compiler::CallResource">;

def Burin_Buffer : AnyTypeOf<[Burin_Tensor, AnyMemRef]>;

// What the runtime does at one place of the function, number `site` of those that the library keeps for it.
class Burin_SiteOp<string mnemonic, list<Trait> traits = []>
    : Burin_Op<mnemonic, !listconcat(traits, [AttrSizedOperandSegments, Burin_FailureInterface, Burin_RuntimeCallInterface])>;

// A variable is no tensor: what its reads add up to is up to the differentiation pass.
def Burin_ReadOp : Burin_Op<"read", [DeclareOpInterfaceMethods<InferTypeOpInterface>, Burin_NoGradient]> {
  let summary = "The variable's value at this point of the program";
  let arguments = (ins Arg<Burin_VariableType, "", [MemRead<Burin_VariableResource>]>:$variable);
  let results = (outs Burin_Tensor:$result);
  let assemblyFormat = "$variable attr-dict `:` functional-type(operands, results)";
}
def Burin_AssignOp : Burin_Op<"assign", [MemoryEffects<[MemRead<Burin_CallResource>]>]> {
  let summary = "Gives the variable a new value of the same type";
  let arguments = (ins Arg<Burin_VariableType, "", [MemWrite<Burin_VariableResource>]>:$variable, Burin_Tensor:$value);
  let assemblyFormat = "$variable `,` $value attr-dict `:` type(operands)";
  let hasVerifier = 1;
}
def Burin_PrintOp : Burin_SiteOp<"print", [DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "Prints text and tensors on every run; `format` is for the reader; a callback or a file may fail";
  let arguments = (ins Variadic<Burin_Buffer>:$tensors, Variadic<AnyType>:$state, I64Attr:$site, StrAttr:$format, UnitAttr:$may_fail);
  let assemblyFormat = "$format (`,` $tensors^)? attr-dict (`:` type($tensors)^)? (`state` $state^ `:` type($state))?";
}
def Burin_CheckOp : Burin_SiteOp<"check", [MemoryEffects<[MemWrite<Burin_CallResource>]>]> {
  let summary = "Fails the call with `message` unless all of condition, tensor 0, is true; the other tensors are shown";
  let arguments = (ins Variadic<Burin_Buffer>:$tensors, Variadic<AnyType>:$state, I64Attr:$site, StrAttr:$message);
  let assemblyFormat = "$message `,` $tensors attr-dict `:` type($tensors) (`state` $state^ `:` type($state))?";
}
def Burin_CheckFiniteOp : Burin_SiteOp<"check_finite", [MemoryEffects<[MemWrite<Burin_CallResource>]>]> {
  let summary = "Fails the call if an element is NaN or infinite";
  let arguments = (ins Variadic<Burin_Buffer>:$tensors, Variadic<AnyType>:$state, I64Attr:$site);
  let assemblyFormat = "$tensors attr-dict `:` type($tensors) (`state` $state^ `:` type($state))?";
}
def Burin_HostCallOp : Burin_SiteOp<"host_call", [MemoryEffects<[MemWrite<Burin_HostResource>, MemWrite<Burin_CallResource>]>]> {
  let summary = "Calls a function of the user's with the tensors' values; `name` is for the reader";
  let arguments = (ins Variadic<Burin_Buffer>:$tensors, Variadic<AnyType>:$state, I64Attr:$site, StrAttr:$name);
  let results = (outs Variadic<Burin_Tensor>:$results);
  let assemblyFormat = "$name `(` $tensors `)` attr-dict `:` functional-type($tensors, $results) (`state` $state^ `:` type($state))?";
}

//===-- what the compiler adds ---------------------------------------------------------------------------------===//

def Burin_ClusterOp : Burin_Op<"cluster", [RecursiveMemoryEffects, SingleBlock, NoRegionArguments, Burin_Internal]> {
  let summary = "Ops that become one loop nest";
  let description = [{
    `kind` is `elementwise`, `row` (reductions with their elementwise neighbours), `matmul` (a contraction with its
    elementwise consumers), `window` (the same of a convolution or pooling), `arg` (argmax, argmin), or `concat`.
    `outer` leading dimensions are loops that all ops of the cluster share.
    The body first holds burin ops, then linalg ops on tensors, then linalg ops on buffers; then loops replace it.
  }];
  let arguments = (ins StrAttr:$kind, I64Attr:$outer);
  let results = (outs Variadic<AnyType>:$results);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$kind `outer` $outer attr-dict-with-keyword (`->` type($results)^)? $body";
}
def Burin_ParallelOp : Burin_Op<"parallel", [Burin_Internal]> {
  let summary = "Runs tasks 0 to count - 1 of a function of this module, on the thread pool";
  let description = [{
    The task function takes the captures, then its range: the first task, and the one behind the last. Captures are scalars,
    pointers and buffers that are passed as bare pointers.
  }];
  let arguments = (ins FlatSymbolRefAttr:$task, AnyTypeOf<[Index, I64]>:$count, Variadic<AnyType>:$captures);
  let assemblyFormat = "$task `count` $count (`with` $captures^)? attr-dict `:` type($count) (`,` type($captures)^)?";
}
def Burin_CheckIndicesOp : Burin_Op<"check_indices", [MemoryEffects<[MemWrite<Burin_CallResource>]>, Burin_FailureInterface, Burin_Internal]> {
  let summary = "Fails the call if an index, counted from the end of extent if negative, is not in [0, limit); `message` has {} where it goes";
  let arguments = (ins Burin_Buffer:$indices, Variadic<AnyType>:$state, I64Attr:$extent, I64Attr:$limit, BoolAttr:$is_unsigned, StrAttr:$message);
  let assemblyFormat = "$indices `extent` $extent `limit` $limit attr-dict `:` type($indices) (`state` $state^ `:` type($state))?";
}
def Burin_ExitCallOp : Burin_Op<"exit_call", [MemoryEffects<[MemWrite<Burin_CallResource>]>, Burin_Internal]> {
  let summary = "Ends the function at once: what follows is not run";
  let assemblyFormat = "attr-dict";
}
def Burin_CallKernelOp : Burin_Op<"call_kernel", [AttrSizedOperandSegments, MemoryEffects<[MemWrite<Burin_CallResource>]>, Burin_Internal]> {
  let summary = "One call of a runtime kernel; `dtypes` are the element types of inputs and results as the user knows them";
  let description = [{
    First on tensors, with results; then on buffers, which are `outputs`. `numbers` are the kernel's own arguments, `label` the
    name of the user's op.
  }];
  let arguments = (ins StrAttr:$kernel, Variadic<AnyTypeOf<[Burin_Tensor, AnyMemRef]>>:$inputs, Variadic<AnyMemRef>:$outputs,
                   DenseI64ArrayAttr:$numbers, TypeArrayAttr:$dtypes, StrAttr:$label);
  let results = (outs Variadic<Burin_Tensor>:$results);
  let assemblyFormat = "$kernel `(` $inputs `)` (`outs` `(` $outputs^ `:` type($outputs) `)`)? attr-dict `:` functional-type($inputs, results)";
}
def Burin_UpdateOp : Burin_Op<"update", [SingleBlock, Burin_Internal]> {
  let summary = "Replaces elements of target, one by one in row-major order of loops over extents, by what the body makes of them";
  let description = [{
    `maps` are from an index of the loops: to the position in the target, with the elements of `indices` for symbols; to the element
    of `values`; to the element of each of `indices`. An index counts from the end if it is negative, and is held within the
    target: [0, its extent - `sizes`]. On tensors the result is the target's new value; on buffers the target is written.
  }];
  let arguments = (ins AnyType:$target, AnyType:$values, Variadic<AnyType>:$indices, DenseI64ArrayAttr:$extents, AffineMapArrayAttr:$maps,
                       DenseI64ArrayAttr:$sizes, DenseBoolArrayAttr:$unsigned_indices);
  let results = (outs Optional<AnyType>:$result);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$target `with` $values (`at` $indices^)? attr-dict-with-keyword `:` functional-type(operands, results) $body";
}
def Burin_YieldOp : Burin_Op<"yield", [Pure, Terminator, ParentOneOf<["ClusterOp", "UpdateOp", "IfOp", "WhileOp", "ForOp"]>, Burin_Internal]> {
  let summary = "What a cluster, the body of an update, or a region of control flow gives";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

include "compiler/dialect/NumericsOps.td"
include "compiler/dialect/KernelOps.td"
include "compiler/dialect/IndexingOps.td"
include "compiler/dialect/ElementwiseOps.td"
include "compiler/dialect/WindowOps.td"
include "compiler/dialect/ControlOps.td"
include "compiler/dialect/RandomOps.td"

#endif
