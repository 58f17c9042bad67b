// What a test must print: from its metadata, a `.exp` file, or CPython. Asked lazily, test by test, because a
// test that turns out to be a unittest judges itself and needs no expectation (test-conventions 6.5; that is
// the judge's business). The text is as it was found: newline normalisation (6.1) is the judge's too.
//
// CPython's output is had once per program and run, from the cache where possible, else from the fork server.
// The cache key holds the program, the interpreter (executable, version), the variables of the environment
// that CPython programs look at (PYTHON…, MICROPY…, LANG, LC_…, TZ) and the contents of the folders that the
// program can import from or open files in (its own, its working directory, those of PYTHONPATH). A program
// that reads elsewhere (an absolute path, ../, the clock) is cached as it printed when it was first run; the
// stock runner compares with a fresh run, but a test whose CPython output is different each time cannot pass
// there either, except by what it reads from outside its tree. Results of time-outs and floods are never
// cached.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/outcome.h"
#include "harness/model/test.h"
#include "harness/oracle/interpreter.h"

namespace harness {

/// A folder that a program may write to, held for as long as the object lives.
struct BorrowedFolder {
    std::filesystem::path path;
    std::shared_ptr<void> held;
};

struct OracleOptions {
    /// A program or a name along PATH (--cpython, MICROPY_CPYTHON3).
    std::string cpython = "python3";
    /// Where the cache may keep its entries (a folder `oracle` is made in it). Empty = no cache.
    std::filesystem::path cache_folder;
    /// The whole environment of the programs, as the targets get it (with MICROPYPATH). The oracle adds
    /// PYTHONIOENCODING and PYTHONHASHSEED.
    std::vector<std::string> environment;
    /// The stock runner has none here; a program that CPython does not end in this time is an error.
    std::chrono::milliseconds time_limit{120'000};
    std::size_t output_limit = std::size_t{64} << 20;
    std::uint64_t memory_limit = std::uint64_t{4} << 30;
    unsigned open_files = 1024;
    /// Gives a stand-in for a working directory, so that programs that write files neither meet nor leave
    /// them behind. Empty = programs run in the working directory itself.
    std::function<Result<BorrowedFolder>(const std::filesystem::path&)> borrow_folder;
    /// False: a process of its own for each program.
    bool use_fork_server = true;
};

struct OracleRequest {
    const Test& test;
    Emitter emitter = Emitter::Bytecode;
};

struct OracleStatistics {
    int from_cache = 0;     ///< programs whose output was found in the cache
    int forked = 0;         ///< run through the fork server
    int fresh = 0;          ///< run in a process of their own
    int not_stored = 0;     ///< results that could not be written to the cache
    int server_starts = 0;  ///< more than 1: it was lost and started again
};

struct Answer {
    Expectation expectation;
    /// True when nothing had to be run for it.
    bool cached = false;
};

/// All its coroutines run on one io_context, which it must not outlive: it keeps the fork server's channel
/// open.
class Oracle {
  public:
    explicit Oracle(OracleOptions options);
    Oracle(const Oracle&) = delete;
    Oracle& operator=(const Oracle&) = delete;
    ~Oracle();

    /// The expectation of a test for an emitter. Order: stated in its metadata; `.exp` of the emitter;
    /// `.exp`; CPython. Several may be asked at once; the same program is run once. An Error means that it
    /// cannot be told: no CPython, a file that cannot be read, a program that does not end.
    [[nodiscard]] boost::asio::awaitable<Result<Answer>> expect(OracleRequest request);

    /// The interpreter, asked at the first call. For the report, and for tests that compare with the host's
    /// byte order.
    [[nodiscard]] boost::asio::awaitable<Result<Interpreter>> interpreter();

    [[nodiscard]] OracleStatistics statistics() const;
    /// Sentences a person should see once: the fork server is not used and why, the cache cannot be written.
    [[nodiscard]] const std::vector<std::string>& notes() const;

  private:
    class State;
    std::shared_ptr<State> state_;
};

}  // namespace harness
