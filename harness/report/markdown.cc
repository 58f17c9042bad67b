#include "harness/report/markdown.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/report/failure_text.h"
#include "harness/report/matrix.h"
#include "harness/report/text.h"

namespace harness {

namespace markdown {

std::string cell(std::string_view text) {
    constexpr std::size_t kMostColumns = 160;
    std::string line = visible_line(text.substr(0, text.find('\n')), kMostColumns);
    std::string result;
    for (const char c : line) {
        // Source: GitHub Flavored Markdown, 2.4 (escapes of ASCII punctuation) and 4.10 (tables).
        if (std::string_view("\\`*_{}[]<>#|~").find(c) != std::string_view::npos) result += '\\';
        result += c;
    }
    return result;
}

std::string row(const std::vector<std::string>& cells) {
    std::string text = "|";
    for (const std::string& one : cells) text += " " + one + " |";
    return text + "\n";
}

std::string head(const std::vector<std::string>& titles) {
    std::string line = "|";
    for (std::size_t i = 0; i < titles.size(); ++i) line += " --- |";
    return row(titles) + line + "\n";
}

std::string block(std::string_view text) {
    std::string fence = "```";
    while (text.find(fence) != std::string_view::npos) fence += '`';
    std::string body(text);
    if (!body.ends_with('\n')) body += '\n';
    return fence + "\n" + body + fence + "\n";
}

}  // namespace markdown

namespace {

std::string matrix_markdown(const RunRecord& record) {
    const Matrix matrix = make_matrix(record);
    std::vector<std::string> titles{"target"};
    for (const std::string& column : matrix.columns) titles.push_back(markdown::cell(column));
    std::string text = markdown::head(titles);
    for (std::size_t i = 0; i < matrix.rows.size(); ++i) {
        std::vector<std::string> cells{markdown::cell(matrix.rows[i])};
        for (const MatrixCell& one : matrix.cells[i])
            cells.push_back(one.has_failure() ? "**" + one.text() + "**" : one.text());
        text += markdown::row(cells);
    }
    return text;
}

}  // namespace

std::string markdown_report(const RunRecord& record) {
    constexpr std::size_t kMostBlocks = 50;
    const Totals& totals = record.totals;
    std::string text = "### mpyconform\n\n`" + visible_line(record.plan.command_line, 1000) + "`\n\n";
    text += fmt::format("**{} passed, {} failed, {} skipped**", totals[Standing::Passed],
                        totals[Standing::Failed], totals[Standing::Skipped]);
    if (totals[Standing::Error] != 0) text += fmt::format(", {} without a verdict", totals[Standing::Error]);
    if (totals[Standing::Known] != 0) text += fmt::format(", {} known failures", totals[Standing::Known]);
    if (record.facts.interrupted) text += ", interrupted";
    text += "\n\n" + matrix_markdown(record);
    for (const TargetSummary& target : record.plan.environment.targets)
        if (!target.description.unavailable.empty())
            text += fmt::format("\n{} cannot be used:\n\n{}", target.description.name,
                                markdown::block(target.description.unavailable));
    std::size_t printed = 0;
    for (const RecordedResult& recorded : record.results) {
        const Standing standing = standing_of(recorded.result);
        if (standing != Standing::Failed && standing != Standing::Error) continue;
        if (printed++ < kMostBlocks)
            text += "\n" + markdown::block(failure_block(recorded));
        else
            text += "\n- " + markdown::cell(failure_line(recorded.result));
    }
    return text + (printed > kMostBlocks ? "\n" : "");
}

}  // namespace harness
