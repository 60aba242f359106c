#pragma once
#include "test/numerics/OpTable.h"

namespace burin::test {

/// Convolutions and pooling.
void add_window_rows(std::vector<Row> &rows);

} // namespace burin::test
