#include "harness/oracle/oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <map>
#include <optional>
#include <string_view>

#include "harness/base/files.h"
#include "harness/oracle/embedded.h"
#include "harness/oracle/expectation_cache.h"
#include "harness/oracle/folder_fingerprint.h"
#include "harness/oracle/python_server.h"
#include "harness/process/process.h"
#include "harness/process/turnstile.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// Raised when the meaning of a cache entry changes (what is part of the key, how programs are run).
constexpr std::string_view kCacheFormat = "2";

constexpr std::string_view kPythonPath = "PYTHONPATH=";

std::vector<std::string> with(std::vector<std::string> environment,
                              std::initializer_list<std::pair<std::string_view, std::string_view>> fixed) {
    for (const auto& [name, value] : fixed) {
        const std::string start = fmt::format("{}=", name);
        std::erase_if(environment, [&](const std::string& entry) { return entry.starts_with(start); });
        environment.push_back(start + std::string(value));
    }
    return environment;
}

/// Variables that CPython itself or the tests look at. The others differ between any two shells and would
/// keep every one of them from finding the cache.
bool matters_to_programs(std::string_view entry) {
    for (const std::string_view prefix : {"PYTHON", "MICROPY", "LANG=", "LANGUAGE=", "LC_", "TZ="})
        if (entry.starts_with(prefix)) return true;
    return false;
}

/// Where two texts differ first, for a note.
std::string first_difference(std::string_view one, std::string_view other) {
    int line = 1;
    while (!one.empty() || !other.empty()) {
        const std::string_view left = one.substr(0, one.find('\n'));
        const std::string_view right = other.substr(0, other.find('\n'));
        if (left != right)
            return fmt::format("line {}: '{}' instead of '{}'", line, left.substr(0, 200),
                               right.substr(0, 200));
        one.remove_prefix(std::min(one.size(), left.size() + 1));
        other.remove_prefix(std::min(other.size(), right.size() + 1));
        ++line;
    }
    return "the exit status";
}

}  // namespace

class Oracle::State : public std::enable_shared_from_this<State> {
  public:
    explicit State(OracleOptions options)
        : options_(std::move(options)),
          environment_(
              with(options_.environment, {{"PYTHONIOENCODING", "utf-8"}, {"PYTHONHASHSEED", kHashSeed}})),
          cache_(options_.cache_folder.empty() ? fs::path() : options_.cache_folder / "oracle") {}

    asio::awaitable<Result<Answer>> expect(OracleRequest request) {
        const ExpectationSource& source = request.test.expectation;
        Answer answer;
        answer.cached = true;
        if (source.stated) {
            answer.expectation = {Expectation::Kind::Text, *source.stated, "stated"};
            co_return answer;
        }
        for (const auto& [emitter, path] : source.emitter_exp_files)
            if (emitter == request.emitter)
                co_return from_file(path, fmt::format("{}.{}.exp", request.test.id, word(emitter)),
                                    source.exp_is_pattern);
        if (!source.exp_file.empty())
            co_return from_file(source.exp_file, request.test.id + ".exp", source.exp_is_pattern);

        MPY_CO_TRY(const Interpreter asked, co_await interpreter());
        const std::shared_ptr<const Program> program = co_await program_of(request.test, asked);
        if (!*program->end) co_return program->end->error();
        const ProgramEnd& end = **program->end;
        const bool crashed = end.exit_code != 0 || end.signal_number != 0;
        answer.expectation = {crashed ? Expectation::Kind::OracleCrashed : Expectation::Kind::Text,
                              end.output, asked.name()};
        answer.cached = program->cached;
        co_return answer;
    }

    asio::awaitable<Result<Interpreter>> interpreter() {
        const Turnstile::Pass pass = co_await interpreter_turn_.enter();
        if (!interpreter_) {
            Result<Interpreter> answer = co_await ask_interpreter(options_.cpython, environment_);
            interpreter_.emplace(std::move(answer));
        }
        co_return *interpreter_;
    }

    [[nodiscard]] OracleStatistics statistics() const {
        OracleStatistics statistics = statistics_;
        if (server_) statistics.server_starts = server_->starts();
        return statistics;
    }

    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  private:
    /// What is known of one program in this run. The turnstile is held by the coroutine that finds it out. An
    /// error is remembered too: a program that does not end is not waited for once per emitter and target.
    struct Program {
        Turnstile turn;
        std::optional<Result<ProgramEnd>> end;
        bool cached = false;
    };

    static Result<Answer> from_file(const fs::path& path, std::string name, bool is_pattern) {
        Answer answer;
        answer.cached = true;
        MPY_TRY(answer.expectation.text, read_file(path));
        answer.expectation.kind = is_pattern ? Expectation::Kind::Pattern : Expectation::Kind::Text;
        answer.expectation.source = std::move(name);
        return answer;
    }

    asio::awaitable<std::shared_ptr<const Program>> program_of(const Test& test, const Interpreter& asked) {
        auto& entry = programs_[{test.path, test.working_directory}];
        if (!entry) entry = std::make_shared<Program>();
        const std::shared_ptr<Program> program = entry;
        const Turnstile::Pass pass = co_await program->turn.enter();
        if (program->end) co_return program;
        const std::optional<std::string> key = key_of(test, asked);
        if (key) {
            if (auto found = cache_.load(*key)) {
                program->end.emplace(*std::move(found));
                program->cached = true;
                ++statistics_.from_cache;
                co_return program;
            }
        }
        Result<ProgramEnd> end = co_await run(test, asked);
        program->end.emplace(std::move(end));
        if (key && *program->end && lasts(**program->end)) store(*key, **program->end);
        co_return program;
    }

    std::optional<std::string> key_of(const Test& test, const Interpreter& asked) {
        if (cache_.folder().empty()) return std::nullopt;
        const auto source = file_hash(test.path);
        if (!source) return std::nullopt;
        // Both interpreters may import from the program's folder and open files in the working directory.
        std::error_code error;
        const fs::path own = fs::canonical(test.path, error).parent_path();
        const auto own_folder = fingerprints_.of(own);
        const auto working = fingerprints_.of(test.working_directory);
        if (error || !own_folder || !working) return std::nullopt;
        KeyBuilder key;
        key.add(kCacheFormat).add(*source).add(test.path.native()).add(test.working_directory.native());
        key.add(*own_folder).add(*working);
        key.add(asked.executable.native()).add(asked.build).add(asked.hash);
        std::vector<std::string> variables;
        std::copy_if(environment_.begin(), environment_.end(), std::back_inserter(variables),
                     matters_to_programs);
        std::sort(variables.begin(), variables.end());
        for (const std::string& variable : variables) {
            key.add(variable);
            if (variable.starts_with(kPythonPath) && !add_folders(key, variable.substr(kPythonPath.size())))
                return std::nullopt;
        }
        return key.hex();
    }

    /// What lies in the folders of PYTHONPATH, as it may be imported.
    bool add_folders(KeyBuilder& key, std::string_view path) {
        for (;;) {
            const std::string_view folder = path.substr(0, path.find(':'));
            std::error_code error;
            if (!folder.empty() && fs::exists(folder, error)) {
                // A file (a zip archive) counts by its content.
                const auto content =
                    fs::is_directory(folder, error) ? fingerprints_.of(folder) : hash_of(folder);
                if (!content) return false;
                key.add(*content);
            }
            if (folder.size() == path.size()) return true;
            path.remove_prefix(folder.size() + 1);
        }
    }

    static std::optional<std::string> hash_of(const fs::path& file) {
        auto hash = file_hash(file);
        if (!hash) return std::nullopt;
        return *std::move(hash);
    }

    /// A signal comes from outside, and a program that skips itself often does so because of the moment (a
    /// port that somebody else holds): neither says what the program prints.
    static bool lasts(const ProgramEnd& end) { return end.signal_number == 0 && end.output != "SKIP\n"; }

    void store(const std::string& key, const ProgramEnd& end) {
        const auto stored = cache_.store(key, end);
        if (stored || statistics_.not_stored++ != 0) return;
        notes_.push_back("what CPython printed is not kept for the next run: " + stored.error().message);
    }

    Limits limits() const {
        Limits limits;
        limits.wall = options_.time_limit;
        limits.output_bytes = options_.output_limit;
        limits.memory_bytes = options_.memory_limit;
        limits.open_files = options_.open_files;
        return limits;
    }

    Command command_for(const fs::path& program, const fs::path& folder, const Interpreter& asked) const {
        Command command;
        command.argv.push_back(asked.executable.string());
        command.argv.emplace_back("-BS");
        command.argv.push_back(program.string());
        command.working_directory = folder;
        command.environment = environment_;
        return command;
    }

    asio::awaitable<Result<ProgramEnd>> run(const Test& test, const Interpreter& asked) {
        co_await prepare_server(asked);
        BorrowedFolder folder{test.working_directory, nullptr};
        if (options_.borrow_folder) {
            MPY_CO_TRY(folder, options_.borrow_folder(test.working_directory));
        }
        if (server_) {
            auto ran = co_await server_->run(test.path, folder.path, limits());
            // A program that ends by a signal may have met a limit of the fork server; the fresh process
            // decides.
            if (ran && ran->ending == Ending::Exited) {
                ++statistics_.forked;
                co_return ProgramEnd{ran->exit_code, 0, std::move(ran->output)};
            }
            if (ran && ran->ending != Ending::Signalled) co_return refuse(*ran, test, asked);
        }
        ++statistics_.fresh;
        MPY_CO_TRY(ProcessResult ran,
                   co_await run_process(command_for(test.path, folder.path, asked), limits()));
        if (ran.ending == Ending::Exited || ran.ending == Ending::Signalled)
            co_return ProgramEnd{ran.exit_code, ran.signal_number, std::move(ran.output)};
        co_return refuse(ran, test, asked);
    }

    /// What cannot be an expectation.
    Error refuse(const ProcessResult& ran, const Test& test, const Interpreter& asked) const {
        return io_error(fmt::format("CPython cannot tell what {} must print: {}. Run it by hand: {}", test.id,
                                    ran.trouble,
                                    command_for(test.path, test.working_directory, asked).shell_text()));
    }

    /// Starts the fork server at the first need, after it was shown (now or in an earlier run) to be as good
    /// as a fresh process with this interpreter.
    asio::awaitable<void> prepare_server(const Interpreter& asked) {
        if (!options_.use_fork_server) co_return;
        const Turnstile::Pass pass = co_await server_turn_.enter();
        if (server_tried_) co_return;
        const auto folder = write_programs();
        if (!folder) {
            give_up_server(folder.error().message);
            co_return;
        }
        PythonServerSettings settings;
        settings.interpreter = asked.executable;
        settings.script = *folder / "fork_server.py";
        settings.environment = environment_;
        settings.open_files = options_.open_files;
        settings.memory_bytes = options_.memory_limit;
        auto server = std::make_unique<PythonServer>(std::move(settings));
        const std::string wrong = co_await self_check(*server, *folder, asked);
        if (wrong.empty())
            server_ = std::move(server);
        else
            give_up_server(wrong);
        server_tried_ = true;
    }

    void give_up_server(const std::string& why) {
        server_tried_ = true;
        notes_.push_back(
            "CPython is started anew for each program, which is slower, because the fork server is not the "
            "same "
            "as a fresh process here: " +
            why);
    }

    /// The folder with fork_server.py and self_check.py, below the cache or a temporary one.
    Result<fs::path> write_programs() {
        const std::string name =
            "programs-" + KeyBuilder().add(kForkServerSource).add(kSelfCheckSource).hex();
        if (!cache_.folder().empty()) {
            const fs::path folder = cache_.folder() / name;
            if (write_programs_to(folder)) return folder;
        }
        MPY_TRY(TemporaryDirectory made, TemporaryDirectory::create("mpyconform-oracle-"));
        temporary_.emplace(std::move(made));
        MPY_CHECK_OK(write_programs_to(temporary_->path()));
        return temporary_->path();
    }

    static Result<void> write_programs_to(const fs::path& folder) {
        for (const auto& [name, text] :
             {std::pair{"fork_server.py", kForkServerSource}, std::pair{"self_check.py", kSelfCheckSource}}) {
            const auto present = read_file(folder / name);
            if (present && *present == text) continue;
            MPY_CHECK_OK(write_file_atomically(folder / name, text));
        }
        return {};
    }

    /// Runs self_check.py both ways. Empty when they agree, else what differs. Remembered in the cache.
    asio::awaitable<std::string> self_check(PythonServer& server, fs::path folder, const Interpreter& asked) {
        const std::string key = KeyBuilder()
                                    .add(kForkServerSource)
                                    .add(kSelfCheckSource)
                                    .add(asked.executable.native())
                                    .add(asked.build)
                                    .add(asked.hash)
                                    .hex();
        const fs::path record = cache_.folder() / "interpreters" / key;
        if (!cache_.folder().empty()) {
            const auto known = read_file(record);
            if (known && *known == kSame) co_return std::string();
        }
        const fs::path program = folder / "self_check.py";
        Limits generous = limits();
        generous.wall = kSelfCheckLimit;
        auto fresh = co_await run_process(command_for(program, folder, asked), generous);
        if (!fresh) co_return fresh.error().message;
        auto forked = co_await server.run(program, folder, generous);
        if (!forked) co_return forked.error().message;
        if (fresh->output != forked->output || fresh->ending != forked->ending ||
            fresh->exit_code != forked->exit_code)
            co_return first_difference(forked->output, fresh->output);
        if (!cache_.folder().empty()) static_cast<void>(write_file_atomically(record, kSame));
        co_return std::string();
    }

    static constexpr std::string_view kSame = "same\n";
    static constexpr std::chrono::seconds kSelfCheckLimit{60};

    OracleOptions options_;
    std::vector<std::string> environment_;
    ExpectationCache cache_;
    FolderFingerprints fingerprints_;
    Turnstile interpreter_turn_;
    std::optional<Result<Interpreter>> interpreter_;
    Turnstile server_turn_;
    bool server_tried_ = false;
    std::optional<TemporaryDirectory> temporary_;
    std::unique_ptr<PythonServer> server_;
    std::map<std::pair<fs::path, fs::path>, std::shared_ptr<Program>> programs_;
    OracleStatistics statistics_;
    std::vector<std::string> notes_;
};

Oracle::Oracle(OracleOptions options) : state_(std::make_shared<State>(std::move(options))) {}
Oracle::~Oracle() = default;

asio::awaitable<Result<Answer>> Oracle::expect(OracleRequest request) {
    const auto state = state_;
    co_return co_await state->expect(request);
}

asio::awaitable<Result<Interpreter>> Oracle::interpreter() {
    const auto state = state_;
    co_return co_await state->interpreter();
}

OracleStatistics Oracle::statistics() const {
    return state_->statistics();
}

const std::vector<std::string>& Oracle::notes() const {
    return state_->notes();
}

}  // namespace harness
