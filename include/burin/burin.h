#pragma once
/// All of Burin.
#include "burin/DType.h"
#include "burin/Error.h"
#include "burin/Function.h"
#include "burin/Operand.h"
#include "burin/Ops.h"
#include "burin/Options.h"
#include "burin/Print.h"
#include "burin/Shape.h"
#include "burin/Tensor.h"
#include "burin/Variable.h"
