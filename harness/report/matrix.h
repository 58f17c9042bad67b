// The table at the end of a run: one row per target, one column per emitter, counts in the cells.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/report/report.h"

namespace harness {

/// Numbers of one cell: jobs by what is printed for them ("pass", "fail", "known", "skip", …).
struct MatrixCell {
    std::map<std::string, std::size_t> counts;
    [[nodiscard]] bool has_failure() const;
    [[nodiscard]] bool is_empty() const { return counts.empty(); }
    /// "995 pass, 1 fail, 132 skip"; "-" when empty.
    [[nodiscard]] std::string text() const;
};

struct Matrix {
    std::vector<std::string> columns;  ///< "source bytecode", "bytecode", "native", "viper"
    /// Target, with arch and compiler where the target has several.
    std::vector<std::string> rows;
    std::vector<std::vector<MatrixCell>> cells;  ///< [row][column]
};

/// Counts results and the combinations that the plan left out.
[[nodiscard]] Matrix make_matrix(const RunRecord& record);

enum class Colour { Off, On };

/// A table when it fits into `width` columns, else one line per cell below its target. Ends with a newline;
/// empty when the matrix is.
[[nodiscard]] std::string print_matrix(const Matrix& matrix, std::size_t width, Colour colour);

}  // namespace harness
