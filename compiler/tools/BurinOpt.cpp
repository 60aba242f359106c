// burin-opt: runs our passes, and MLIR's, on MLIR text. For the tests.
#include "compiler/pipeline/Module.h"
#include "compiler/pipeline/Stages.h"
#include "mlir/InitAllDialects.h"
#include "mlir/InitAllPasses.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::registerAllDialects(registry);
  mlir::registerAllPasses();
  burin::compiler::registerDialects(registry);
  burin::compiler::registerPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "Burin's optimizer driver\n", registry));
}
