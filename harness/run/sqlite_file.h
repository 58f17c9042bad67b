// SQLite as the history uses it: opening a file, preparing statements, errors that name the file. Private to
// the history's parts.
#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <memory>

#include "harness/base/result.h"

namespace harness::sqlite {

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

[[nodiscard]] Error trouble(const std::filesystem::path& file, sqlite3* database);

/// Opens or makes the file and runs `schema` on it.
[[nodiscard]] Result<Database> open(const std::filesystem::path& file, const char* schema);

[[nodiscard]] Result<Statement> prepare(const std::filesystem::path& file, sqlite3* database,
                                        const char* text);

[[nodiscard]] Result<void> execute(const std::filesystem::path& file, sqlite3* database, const char* text);

/// The text of a column; empty when it is NULL.
[[nodiscard]] std::string text_of(sqlite3_stmt* row, int column);

}  // namespace harness::sqlite
