// Pieces of Markdown as code hosts show it, and the report of one run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/report/report.h"

namespace harness {

namespace markdown {

/// Any text as one cell of a table: nothing in it is taken for markup or ends the cell.
[[nodiscard]] std::string cell(std::string_view text);
/// Cells that are Markdown already.
[[nodiscard]] std::string row(const std::vector<std::string>& cells);
/// The first row and the line below it.
[[nodiscard]] std::string head(const std::vector<std::string>& titles);
/// Text as it is, in a fenced block that nothing in it can close.
[[nodiscard]] std::string block(std::string_view text);

}  // namespace markdown

/// The matrix, then each failure with its block, bounded: fit for a comment on a pull request.
[[nodiscard]] std::string markdown_report(const RunRecord& record);

}  // namespace harness
