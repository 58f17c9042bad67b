#include "harness/run/history.h"

#include "harness/run/sqlite_file.h"

namespace harness {
namespace {

using sqlite::Database;
using sqlite::Statement;

Result<Database> open_database(const std::filesystem::path& file) {
    // A version in the table's name instead of a migration: durations are learnt again by one run.
    return sqlite::open(
        file,
        "CREATE TABLE IF NOT EXISTS duration_1 (job TEXT PRIMARY KEY, wall_ns INTEGER, cpu_ns "
        "INTEGER) WITHOUT ROWID");
}

}  // namespace

Result<History> History::open(const std::filesystem::path& file) {
    MPY_TRY(const Database database, open_database(file));
    MPY_TRY(const Statement rows,
            sqlite::prepare(file, database.get(), "SELECT job, wall_ns, cpu_ns FROM duration_1"));
    History history;
    history.file_ = file;
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(rows.get())) == SQLITE_ROW) {
        const auto* key = reinterpret_cast<const char*>(sqlite3_column_text(rows.get(), 0));
        if (key == nullptr) continue;
        history.known_[key] = {std::chrono::nanoseconds(sqlite3_column_int64(rows.get(), 1)),
                               std::chrono::nanoseconds(sqlite3_column_int64(rows.get(), 2))};
    }
    if (status != SQLITE_DONE) return sqlite::trouble(file, database.get());
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
    MPY_CHECK_OK(sqlite::execute(file_, raw, "BEGIN IMMEDIATE"));
    {
        MPY_TRY(const Statement insert,
                sqlite::prepare(file_, raw,
                                "INSERT OR REPLACE INTO duration_1 (job, wall_ns, cpu_ns) VALUES (?, ?, ?)"));
        for (const auto& [key, duration] : noted_) {
            sqlite3_bind_text(insert.get(), 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
            sqlite3_bind_int64(insert.get(), 2, duration.wall.count());
            sqlite3_bind_int64(insert.get(), 3, duration.cpu.count());
            if (sqlite3_step(insert.get()) != SQLITE_DONE) return sqlite::trouble(file_, raw);
            sqlite3_reset(insert.get());
        }
    }
    MPY_CHECK_OK(sqlite::execute(file_, raw, "COMMIT"));
    noted_.clear();
    return {};
}

}  // namespace harness
