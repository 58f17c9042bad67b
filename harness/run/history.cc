#include "harness/run/history.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace harness {
namespace {

struct CloseDatabase {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

Error trouble(const std::filesystem::path& file, sqlite3* database) {
    return io_error(fmt::format("cannot use the history {}: {} (remove the file to start a new one)",
                                file.string(),
                                database != nullptr ? sqlite3_errmsg(database) : "out of memory"));
}

Result<Database> open_database(const std::filesystem::path& file) {
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    sqlite3* raw = nullptr;
    const int status = sqlite3_open(file.c_str(), &raw);
    Database database(raw);
    if (status != SQLITE_OK) return trouble(file, raw);
    sqlite3_busy_timeout(raw, 2000);
    // A version in the table's name instead of a migration: durations are learnt again by one run.
    constexpr auto kSchema =
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
        "CREATE TABLE IF NOT EXISTS duration_1 (job TEXT PRIMARY KEY, wall_ns INTEGER, cpu_ns INTEGER) "
        "WITHOUT ROWID";
    if (sqlite3_exec(raw, kSchema, nullptr, nullptr, nullptr) != SQLITE_OK) return trouble(file, raw);
    return database;
}

Result<Statement> prepare(const std::filesystem::path& file, sqlite3* database, const char* text) {
    sqlite3_stmt* raw = nullptr;
    if (sqlite3_prepare_v2(database, text, -1, &raw, nullptr) != SQLITE_OK) return trouble(file, database);
    return Statement(raw);
}

}  // namespace

Result<History> History::open(const std::filesystem::path& file) {
    MPY_TRY(const Database database, open_database(file));
    MPY_TRY(const Statement rows,
            prepare(file, database.get(), "SELECT job, wall_ns, cpu_ns FROM duration_1"));
    History history;
    history.file_ = file;
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(rows.get())) == SQLITE_ROW) {
        const auto* key = reinterpret_cast<const char*>(sqlite3_column_text(rows.get(), 0));
        if (key == nullptr) continue;
        history.known_[key] = {std::chrono::nanoseconds(sqlite3_column_int64(rows.get(), 1)),
                               std::chrono::nanoseconds(sqlite3_column_int64(rows.get(), 2))};
    }
    if (status != SQLITE_DONE) return trouble(file, database.get());
    return history;
}

std::optional<KnownDuration> History::duration(const std::string& job_key) const {
    const auto found = known_.find(job_key);
    if (found == known_.end()) return std::nullopt;
    return found->second;
}

void History::note(const std::string& job_key, KnownDuration duration) {
    noted_.emplace_back(job_key, duration);
}

Result<void> History::save() {
    if (file_.empty() || noted_.empty()) return {};
    MPY_TRY(const Database database, open_database(file_));
    sqlite3* raw = database.get();
    if (sqlite3_exec(raw, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) != SQLITE_OK)
        return trouble(file_, raw);
    {
        MPY_TRY(
            const Statement insert,
            prepare(file_, raw, "INSERT OR REPLACE INTO duration_1 (job, wall_ns, cpu_ns) VALUES (?, ?, ?)"));
        for (const auto& [key, duration] : noted_) {
            sqlite3_bind_text(insert.get(), 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
            sqlite3_bind_int64(insert.get(), 2, duration.wall.count());
            sqlite3_bind_int64(insert.get(), 3, duration.cpu.count());
            if (sqlite3_step(insert.get()) != SQLITE_DONE) return trouble(file_, raw);
            sqlite3_reset(insert.get());
        }
    }
    if (sqlite3_exec(raw, "COMMIT", nullptr, nullptr, nullptr) != SQLITE_OK) return trouble(file_, raw);
    noted_.clear();
    return {};
}

}  // namespace harness
