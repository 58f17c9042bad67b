#include "harness/process/fork_server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/asio/this_coro.hpp>
#include <charconv>
#include <optional>

#include "harness/process/capture.h"
#include "harness/process/child_stream.h"
#include "harness/process/family.h"
#include "harness/process/reap.h"
#include "harness/process/spawn.h"
#include "harness/process/turnstile.h"

namespace harness {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

/// The numbers behind a word, up to three; fewer are what an older or simpler server says. Nothing when the
/// line does not start with the word and a number.
std::vector<long> numbers_after(std::string_view line, std::string_view word) {
    std::vector<long> numbers;
    if (!line.starts_with(word)) return numbers;
    line.remove_prefix(word.size());
    for (;;) {
        long number = 0;
        const auto parsed = std::from_chars(line.data(), line.data() + line.size(), number);
        if (parsed.ec != std::errc{}) return {};
        numbers.push_back(number);
        line.remove_prefix(static_cast<std::size_t>(parsed.ptr - line.data()));
        if (line.empty()) return numbers;
        if (line.front() != ' ') return {};
        line.remove_prefix(1);
    }
}

std::string last_line(const std::string& text) {
    const std::size_t end = text.find_last_not_of('\n');
    if (end == std::string::npos) return {};
    const std::size_t begin = text.rfind('\n', end);
    return text.substr(begin + 1, end - begin);  // npos + 1 is 0
}

/// A forked child that nobody has reaped yet; when its coroutine is destroyed it is killed and left to the
/// reaping of orphans, which happens when the server ends.
class ForkedLeader {
  public:
    explicit ForkedLeader(pid_t pid) : pid_(pid) { family::add(pid, 0); }
    ForkedLeader(const ForkedLeader&) = delete;
    ForkedLeader& operator=(const ForkedLeader&) = delete;
    ~ForkedLeader() {
        if (pid_ == 0) return;
        family::kill_group(pid_);
        family::forget(pid_);
    }
    [[nodiscard]] pid_t pid() const { return pid_; }
    void reaped() { family::forget(std::exchange(pid_, 0)); }

  private:
    pid_t pid_;
};

}  // namespace

class ForkServer::State {
  public:
    explicit State(ForkServerSettings settings) : settings_(std::move(settings)) {}

    asio::awaitable<Result<ProcessResult>> run(std::vector<std::string> words, std::string what,
                                               Limits limits) {
        words.insert(words.begin(), {"run", ""});
        std::string trouble;
        for (int attempt = 0; attempt < 2; ++attempt) {
            MPY_CO_TRY(PipeEnds pipe, make_pipe());
            words[1] = fmt::format("/proc/{}/fd/{}", ::getpid(), pipe.write.get());
            const auto started = steady_clock::now();
            std::optional<ForkedLeader> leader;
            int generation = 0;
            {
                const Turnstile::Pass pass = co_await turnstile_.enter();
                auto answer = co_await ask(words);
                if (!answer) co_return std::move(answer).error();
                const auto pid = numbers_after(*answer, "pid ");
                if (pid.empty()) {
                    trouble = *answer;
                    continue;
                }
                leader.emplace(static_cast<pid_t>(pid.front()));
                generation = starts_;
            }
            pipe.write.reset();
            auto captured =
                co_await capture(leader->pid(), std::move(pipe.read), Descriptor(), limits, started);
            if (!captured) co_return std::move(captured).error();
            const Reaped reaped = co_await reap(*leader, generation);
            co_return to_result(*std::move(captured), reaped, limits);
        }
        co_return io_error(
            fmt::format("the fork server of {} failed twice at {}: {}", settings_.name, what, trouble));
    }

    int starts_ = 0;
    std::optional<ChildStream> server_;

  private:
    /// One request and its answer. An answer that does not start with the expected word is what went wrong;
    /// the server is gone then, unless it said "error …" itself. An Error: it cannot be started.
    asio::awaitable<Result<std::string>> ask(const std::vector<std::string>& words) {
        if (!server_) {
            ChildStream::Options options;
            options.channel = ChildStream::Channel::Descriptor3;
            options.open_files = settings_.open_files;
            options.memory_bytes = settings_.memory_bytes * 2;
            const asio::any_io_executor executor = co_await asio::this_coro::executor;
            MPY_CO_TRY(ChildStream made, ChildStream::start(executor, settings_.command, options));
            server_.emplace(std::move(made));
            ++starts_;
        }
        std::string payload;
        for (const std::string& word : words) {
            if (!payload.empty()) payload += '\0';
            payload += word;
        }
        std::string message;
        for (unsigned shift = 0; shift < 32; shift += 8)
            message += static_cast<char>((payload.size() >> shift) & 0xff);
        message += payload;
        const auto written = co_await server_->write(message, settings_.answer_limit);
        if (written != ChildStream::Event::Data) co_return lost(written);
        std::string line;
        std::array<char, 512> chunk;
        while (!line.ends_with('\n')) {
            const auto got = co_await server_->read_some(chunk, settings_.answer_limit);
            if (got.event != ChildStream::Event::Data) co_return lost(got.event);
            line.append(chunk.data(), got.size);
        }
        line.pop_back();
        co_return line;
    }

    /// Forgets a server that broke off; its children become ours. Returns what is known about it.
    std::string lost(ChildStream::Event event) {
        const std::string said = last_line(server_->diagnostics());
        server_.reset();
        return fmt::format("{}{}",
                           event == ChildStream::Event::TimedOut
                               ? fmt::format("it did not answer within {} ms", settings_.answer_limit.count())
                               : "it ended",
                           said.empty() ? "" : " and said last: " + said);
    }

    asio::awaitable<Reaped> reap(ForkedLeader& leader, int generation) {
        Reaped reaped;
        const Turnstile::Pass pass = co_await turnstile_.enter();
        if (server_ && generation == starts_) {
            std::vector<std::string> words;
            words.assign({"reap", std::to_string(leader.pid())});
            const auto answer = co_await ask(words);
            const auto numbers = answer ? numbers_after(*answer, "ended ") : std::vector<long>{};
            if (!numbers.empty()) {
                reaped.known = true;
                reaped.status = static_cast<int>(numbers[0]);
                if (numbers.size() == 3) {
                    reaped.cpu = std::chrono::microseconds(numbers[1]);
                    reaped.peak_memory_bytes = static_cast<std::uint64_t>(numbers[2]) << 10;
                }
                leader.reaped();
                co_return reaped;
            }
        }
        // The server that forked it is gone: it is our child now.
        reaped = reap_child(leader.pid());
        leader.reaped();
        co_return reaped;
    }

    ForkServerSettings settings_;
    Turnstile turnstile_;
};

ForkServer::ForkServer(ForkServerSettings settings) : state_(std::make_shared<State>(std::move(settings))) {}
ForkServer::~ForkServer() {
    // Coroutines that still run hold the state; the server does not wait for them.
    stop();
}

void ForkServer::stop() {
    state_->server_.reset();
}

asio::awaitable<Result<ProcessResult>> ForkServer::run(std::vector<std::string> words, std::string what,
                                                       Limits limits) {
    const auto state = state_;
    co_return co_await state->run(std::move(words), std::move(what), limits);
}

int ForkServer::starts() const {
    return state_->starts_;
}

pid_t ForkServer::pid() const {
    return state_->server_ ? state_->server_->pid() : 0;
}

}  // namespace harness
