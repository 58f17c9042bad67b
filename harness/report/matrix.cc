#include "harness/report/matrix.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "harness/report/text.h"

namespace harness {
namespace {

/// Words of a cell in the order in which they are printed.
struct CellWord {
    std::string_view word;
    bool failure;
};
constexpr std::array kCellWords{
    CellWord{"pass", false},        CellWord{"checked", false},     CellWord{"fail", true},
    CellWord{"crash", true},        CellWord{"timeout", true},      CellWord{"known changed", true},
    CellWord{"known gone", true},   CellWord{"error", true},        CellWord{"known", false},
    CellWord{"flaky", false},       CellWord{"quarantined", false}, CellWord{"skip", false},
    CellWord{"unsupported", false}, CellWord{"not run", false},
};

std::string_view cell_word(const JobResult& result) {
    if (standing_of(result) == Standing::Quarantined) return word(Standing::Quarantined);
    if (result.known_failure) switch (result.known_failure->state) {
            case KnownFailureNote::State::Matches:
                return "known";
            case KnownFailureNote::State::Changed:
                return "known changed";
            case KnownFailureNote::State::Gone:
                return "known gone";
        }
    if (standing_of(result) == Standing::Flaky) return "flaky";
    return word(result.judgement.verdict);
}

/// Names rows: arch and compiler are only worth a word where the target has more than one.
class RowNames {
  public:
    void note(const Job& job) {
        if (!job.arch.empty()) archs_[job.target].insert(job.arch);
        if (!job.compiler.empty()) compilers_[job.target].insert(job.compiler);
    }
    [[nodiscard]] std::string name(const Job& job) const {
        std::string result = job.target;
        if (!job.arch.empty() && archs_.at(job.target).size() > 1) result += " " + job.arch;
        if (!job.compiler.empty() && compilers_.at(job.target).size() > 1) result += " " + job.compiler;
        return result;
    }

  private:
    std::map<std::string, std::set<std::string>> archs_;
    std::map<std::string, std::set<std::string>> compilers_;
};

struct RowOrder {
    std::size_t target = 0;
    std::string name;
    auto operator<=>(const RowOrder&) const = default;
};

struct ColumnOrder {
    Mode mode;
    Emitter emitter;
    std::string name;
    auto operator<=>(const ColumnOrder&) const = default;
};

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kGreen = "\x1b[32m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string coloured(const MatrixCell& cell, const std::string& text, Colour colour) {
    if (colour == Colour::Off || cell.is_empty()) return text;
    const bool passes = cell.counts.contains("pass");
    if (!cell.has_failure() && !passes) return text;
    return fmt::format("{}{}{}", cell.has_failure() ? kRed : kGreen, text, kPlain);
}

std::string padding(std::string_view text, std::size_t width) {
    const std::size_t columns = column_count(text);
    return std::string(width > columns ? width - columns : 0, ' ');
}

std::string print_list(const Matrix& matrix, Colour colour) {
    std::size_t width = 0;
    for (const std::string& column : matrix.columns) width = std::max(width, column_count(column));
    std::string result;
    for (std::size_t row = 0; row < matrix.rows.size(); ++row) {
        result += matrix.rows[row] + '\n';
        for (std::size_t column = 0; column < matrix.columns.size(); ++column) {
            const MatrixCell& cell = matrix.cells[row][column];
            if (cell.is_empty()) continue;
            const std::string& name = matrix.columns[column];
            result +=
                fmt::format("  {}{}  {}\n", name, padding(name, width), coloured(cell, cell.text(), colour));
        }
    }
    return result;
}

}  // namespace

bool MatrixCell::has_failure() const {
    return std::any_of(kCellWords.begin(), kCellWords.end(), [this](const CellWord& cell) {
        return cell.failure && counts.contains(std::string(cell.word));
    });
}

std::string MatrixCell::text() const {
    std::string result;
    for (const CellWord& cell : kCellWords) {
        const auto found = counts.find(std::string(cell.word));
        if (found == counts.end()) continue;
        if (!result.empty()) result += ", ";
        result += fmt::format("{} {}", found->second, cell.word);
    }
    return result.empty() ? "-" : result;
}

Matrix make_matrix(const RunRecord& record) {
    RowNames names;
    for (const RecordedResult& recorded : record.results) names.note(recorded.result.job);
    for (const DroppedJob& dropped : record.plan.dropped) names.note(dropped.job);
    for (const PlannedJob& planned : record.plan.jobs) names.note(planned.job);

    std::map<std::string, std::size_t> target_order;
    for (const TargetSummary& target : record.plan.environment.targets)
        target_order.try_emplace(target.description.name, target_order.size());
    std::map<RowOrder, std::map<ColumnOrder, MatrixCell>> rows;
    std::set<ColumnOrder> columns;
    const auto count = [&](const Job& job, std::string_view what) {
        const auto found = target_order.find(job.target);
        const std::size_t order = found == target_order.end() ? target_order.size() : found->second;
        const ColumnOrder column{job.mode, job.emitter, job.row()};
        columns.insert(column);
        ++rows[{order, names.name(job)}][column].counts[std::string(what)];
    };
    for (const RecordedResult& recorded : record.results)
        count(recorded.result.job, cell_word(recorded.result));
    for (const DroppedJob& dropped : record.plan.dropped) count(dropped.job, word(dropped.verdict));
    if (!record.not_run.empty()) {
        const std::set<std::string> missing(record.not_run.begin(), record.not_run.end());
        for (const PlannedJob& planned : record.plan.jobs)
            if (missing.contains(planned.job.key())) count(planned.job, "not run");
    }

    Matrix matrix;
    for (const ColumnOrder& column : columns) matrix.columns.push_back(column.name);
    for (auto& [order, cells] : rows) {
        matrix.rows.push_back(order.name);
        std::vector<MatrixCell>& line = matrix.cells.emplace_back();
        for (const ColumnOrder& column : columns) line.push_back(std::move(cells[column]));
    }
    return matrix;
}

std::string print_matrix(const Matrix& matrix, std::size_t width, Colour colour) {
    constexpr std::size_t kGap = 3;
    std::size_t name_width = 0;
    for (const std::string& name : matrix.rows) name_width = std::max(name_width, column_count(name));
    std::vector<std::size_t> widths;
    std::size_t total = name_width;
    for (std::size_t column = 0; column < matrix.columns.size(); ++column) {
        std::size_t most = column_count(matrix.columns[column]);
        for (const auto& row : matrix.cells) most = std::max(most, column_count(row[column].text()));
        widths.push_back(most);
        total += kGap + most;
    }
    if (total > width) return print_list(matrix, colour);

    const std::string gap(kGap, ' ');
    std::string result;
    const auto finish_line = [&](std::string line) {
        line.erase(line.find_last_not_of(' ') + 1);
        result += line + '\n';
    };
    std::string head(name_width, ' ');
    for (std::size_t column = 0; column < matrix.columns.size(); ++column)
        head += gap + matrix.columns[column] + padding(matrix.columns[column], widths[column]);
    if (!matrix.rows.empty()) finish_line(head);
    for (std::size_t row = 0; row < matrix.rows.size(); ++row) {
        std::string line = matrix.rows[row] + padding(matrix.rows[row], name_width);
        for (std::size_t column = 0; column < matrix.columns.size(); ++column) {
            const MatrixCell& cell = matrix.cells[row][column];
            const std::string text = cell.text();
            line += gap + coloured(cell, text, colour) + padding(text, widths[column]);
        }
        finish_line(line);
    }
    return result;
}

}  // namespace harness
