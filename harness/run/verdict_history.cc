#include "harness/run/verdict_history.h"

#include "harness/run/sqlite_file.h"

namespace harness {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::system_clock;

constexpr std::chrono::days kForgottenAfter{180};

// A version in the tables' names instead of a migration. Verdicts are written as words, times as milliseconds
// since 1970. The ring: a job's n-th run lies in slot n modulo kKeptVerdicts.
constexpr auto kSchema =
    "CREATE TABLE IF NOT EXISTS job_1 (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, suite TEXT, test "
    "TEXT,"
    " target TEXT, runs INTEGER, failures INTEGER, flakes INTEGER, fails INTEGER, at INTEGER, verdict TEXT,"
    " flaky INTEGER, wall_ns INTEGER);"
    "CREATE INDEX IF NOT EXISTS job_1_fails ON job_1 (fails) WHERE fails;"
    "CREATE TABLE IF NOT EXISTS verdict_1 (job INTEGER, slot INTEGER, at INTEGER, verdict TEXT, flaky "
    "INTEGER,"
    " wall_ns INTEGER, PRIMARY KEY (job, slot)) WITHOUT ROWID";

constexpr auto kNoteJob =
    "INSERT INTO job_1 (key, suite, test, target, runs, failures, flakes, fails, at, verdict, flaky, wall_ns)"
    " VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?7, ?8, ?9, ?6, ?10)"
    " ON CONFLICT (key) DO UPDATE SET runs = runs + 1, failures = failures + ?5, flakes = flakes + ?6,"
    " fails = ?7, at = ?8, verdict = ?9, flaky = ?6, wall_ns = ?10"
    " RETURNING id, runs";
constexpr auto kNoteVerdict = "INSERT OR REPLACE INTO verdict_1 VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

std::int64_t milliseconds(Clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

/// Not called bind: the argument would bring std::bind, which fits better and does nothing.
void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
    sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

/// Columns `first` to `first + 3`: at, verdict, flaky, wall_ns.
PastVerdict past_verdict(sqlite3_stmt* row, int first) {
    PastVerdict past;
    past.at = Clock::time_point(std::chrono::milliseconds(sqlite3_column_int64(row, first)));
    past.verdict = verdict_named(sqlite::text_of(row, first + 1)).value_or(Verdict::Error);
    past.flaky = sqlite3_column_int(row, first + 2) != 0;
    past.wall = std::chrono::nanoseconds(sqlite3_column_int64(row, first + 3));
    return past;
}

Result<void> forget_old(const fs::path& file, sqlite3* database, Clock::time_point now) {
    const std::string limit = std::to_string(milliseconds(now - kForgottenAfter));
    MPY_CHECK_OK(sqlite::execute(
        file, database,
        ("DELETE FROM verdict_1 WHERE job IN (SELECT id FROM job_1 WHERE at < " + limit + ")").c_str()));
    return sqlite::execute(file, database, ("DELETE FROM job_1 WHERE at < " + limit).c_str());
}

Result<void> read_recent(const fs::path& file, sqlite3* database, std::int64_t id, JobHistory& job) {
    MPY_TRY(
        const sqlite::Statement rows,
        sqlite::prepare(file, database,
                        "SELECT at, verdict, flaky, wall_ns FROM verdict_1 WHERE job = ?1 ORDER BY at DESC"));
    sqlite3_bind_int64(rows.get(), 1, id);
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(rows.get())) == SQLITE_ROW)
        job.recent.push_back(past_verdict(rows.get(), 0));
    if (status != SQLITE_DONE) return sqlite::trouble(file, database);
    return {};
}

}  // namespace

Result<VerdictHistory> VerdictHistory::open(const fs::path& file) {
    MPY_TRY(const sqlite::Database database, sqlite::open(file, kSchema));
    MPY_TRY(const sqlite::Statement rows,
            sqlite::prepare(file, database.get(), "SELECT key FROM job_1 WHERE fails"));
    VerdictHistory history;
    history.file_ = file;
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(rows.get())) == SQLITE_ROW)
        history.failing_.insert(sqlite::text_of(rows.get(), 0));
    if (status != SQLITE_DONE) return sqlite::trouble(file, database.get());
    return history;
}

void VerdictHistory::note(const JobResult& result) {
    const Verdict verdict = result.judgement.verdict;
    if (verdict != Verdict::Pass && !counts_as_failure(verdict)) return;
    const Test& test = *result.job.test;
    noted_.push_back({result.job.key(), test.suite, test.id, result.job.target, verdict, result.is_failure(),
                      result.flaky.has_value(), result.outcome.wall});
}

Result<void> VerdictHistory::save(Clock::time_point at) {
    if (file_.empty() || noted_.empty()) return {};
    MPY_TRY(const sqlite::Database database, sqlite::open(file_, kSchema));
    sqlite3* raw = database.get();
    MPY_CHECK_OK(sqlite::execute(file_, raw, "BEGIN IMMEDIATE"));
    {
        MPY_TRY(const sqlite::Statement job, sqlite::prepare(file_, raw, kNoteJob));
        MPY_TRY(const sqlite::Statement verdict, sqlite::prepare(file_, raw, kNoteVerdict));
        for (const Noted& noted : noted_) {
            bind_text(job.get(), 1, noted.key);
            bind_text(job.get(), 2, noted.suite);
            bind_text(job.get(), 3, noted.test);
            bind_text(job.get(), 4, noted.target);
            sqlite3_bind_int(job.get(), 5, counts_as_failure(noted.verdict) ? 1 : 0);
            sqlite3_bind_int(job.get(), 6, noted.flaky ? 1 : 0);
            sqlite3_bind_int(job.get(), 7, noted.fails ? 1 : 0);
            sqlite3_bind_int64(job.get(), 8, milliseconds(at));
            bind_text(job.get(), 9, word(noted.verdict));
            sqlite3_bind_int64(job.get(), 10, noted.wall.count());
            if (sqlite3_step(job.get()) != SQLITE_ROW) return sqlite::trouble(file_, raw);
            sqlite3_bind_int64(verdict.get(), 1, sqlite3_column_int64(job.get(), 0));
            sqlite3_bind_int64(verdict.get(), 2,
                               sqlite3_column_int64(job.get(), 1) % static_cast<std::int64_t>(kKeptVerdicts));
            sqlite3_bind_int64(verdict.get(), 3, milliseconds(at));
            bind_text(verdict.get(), 4, word(noted.verdict));
            sqlite3_bind_int(verdict.get(), 5, noted.flaky ? 1 : 0);
            sqlite3_bind_int64(verdict.get(), 6, noted.wall.count());
            if (sqlite3_step(verdict.get()) != SQLITE_DONE) return sqlite::trouble(file_, raw);
            sqlite3_reset(verdict.get());
            sqlite3_reset(job.get());
        }
    }
    MPY_CHECK_OK(forget_old(file_, raw, at));
    MPY_CHECK_OK(sqlite::execute(file_, raw, "COMMIT"));
    noted_.clear();
    return {};
}

Result<std::vector<JobHistory>> read_job_histories(const fs::path& file, Recent recent) {
    std::error_code error;
    if (!fs::exists(file, error)) return std::vector<JobHistory>();
    MPY_TRY(const sqlite::Database database, sqlite::open(file, kSchema));
    MPY_TRY(const sqlite::Statement rows,
            sqlite::prepare(file, database.get(),
                            "SELECT id, key, suite, test, target, runs, failures, flakes, at, verdict, flaky,"
                            " wall_ns FROM job_1 ORDER BY key"));
    std::vector<JobHistory> jobs;
    int status = SQLITE_ROW;
    while ((status = sqlite3_step(rows.get())) == SQLITE_ROW) {
        JobHistory& job = jobs.emplace_back();
        sqlite3_stmt* row = rows.get();
        job.key = sqlite::text_of(row, 1);
        job.suite = sqlite::text_of(row, 2);
        job.test = sqlite::text_of(row, 3);
        job.target = sqlite::text_of(row, 4);
        job.runs = static_cast<std::size_t>(sqlite3_column_int64(row, 5));
        job.failures = static_cast<std::size_t>(sqlite3_column_int64(row, 6));
        job.flakes = static_cast<std::size_t>(sqlite3_column_int64(row, 7));
        job.last = past_verdict(row, 8);
        if (recent == Recent::With)
            MPY_CHECK_OK(read_recent(file, database.get(), sqlite3_column_int64(row, 0), job));
    }
    if (status != SQLITE_DONE) return sqlite::trouble(file, database.get());
    return jobs;
}

}  // namespace harness
