#include "harness/run/sqlite_file.h"

#include <fmt/format.h>

namespace harness::sqlite {

Error trouble(const std::filesystem::path& file, sqlite3* database) {
    return io_error(fmt::format("cannot use the history {}: {} (remove the file to start a new one)",
                                file.string(),
                                database != nullptr ? sqlite3_errmsg(database) : "out of memory"));
}

Result<Database> open(const std::filesystem::path& file, const char* schema) {
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    sqlite3* raw = nullptr;
    const int status = sqlite3_open(file.c_str(), &raw);
    Database database(raw);
    if (status != SQLITE_OK) return trouble(file, raw);
    sqlite3_busy_timeout(raw, 2000);
    MPY_CHECK_OK(execute(file, raw, "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF"));
    // Rows of a run lie all over the file: with the 2 MB that are usual each one reads its pages again.
    MPY_CHECK_OK(execute(file, raw, "PRAGMA cache_size=-262144"));
    MPY_CHECK_OK(execute(file, raw, schema));
    return database;
}

Result<Statement> prepare(const std::filesystem::path& file, sqlite3* database, const char* text) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(database, text, -1, &raw, nullptr) != SQLITE_OK) return trouble(file, database);
    return Statement(raw);
}

Result<void> execute(const std::filesystem::path& file, sqlite3* database, const char* text) {
    if (sqlite3_exec(database, text, nullptr, nullptr, nullptr) != SQLITE_OK) return trouble(file, database);
    return {};
}

std::string text_of(sqlite3_stmt* row, int column) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
    return text == nullptr ? std::string() : std::string(text);
}

}  // namespace harness::sqlite
