#include "harness/target/memory_repl_target.h"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <numeric>
#include <utility>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/target/probe.h"
#include "harness/target/unavailable.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {

/// A machine that does not boot is tried once more: a loaded host can make the first start slow.
constexpr int kBootAttempts = 2;
/// The time limit of a test is one between two octets; all together it may take so many times as long.
constexpr int kTotalFactor = 10;
constexpr milliseconds kQuestionLimit{10000};

}  // namespace

MemoryReplTarget::MemoryReplTarget(MemoryReplConfig config)
    : config_(std::move(config)), window_{config_.machine.window_address, config_.machine.window_size_bytes} {
    RawReplTargetConfig typed;
    typed.description = config_.description;
    typed.open = [this]() -> asio::awaitable<Result<std::unique_ptr<ByteStream>>> {
        const auto executor = co_await asio::this_coro::executor;
        co_return open_command(executor, emulator(config_.partition_image));
    };
    typed.opening_starts_board = true;
    typed.only_one = false;
    typed.patience = config_.patience;
    typed.pace = {config_.machine.pace_octets, config_.machine.pace_pause};
    typed.last_words = config_.machine.last_words;
    typed_ = std::make_unique<RawReplTarget>(std::move(typed));
}

asio::awaitable<Result<Firmware>> MemoryReplTarget::firmware() {
    if (!firmware_) {
        MPY_CO_TRY(Firmware made, co_await config_.firmware());
        firmware_ = std::move(made);
    }
    co_return *firmware_;
}

asio::awaitable<Result<Capabilities>> MemoryReplTarget::probe() {
    MPY_CO_TRY(const Firmware made, co_await firmware());
    auto capabilities = co_await probe_target(*this, "memory-repl " + made.identity, config_.probe_cache);
    co_return capabilities;
}

Command MemoryReplTarget::emulator(const fs::path& image) const {
    Command command;
    command.argv = config_.machine.command(firmware_ ? firmware_->elf : fs::path("firmware.elf"), image);
    if (!config_.icount.empty()) command.argv.insert(command.argv.end(), {"-icount", config_.icount});
    std::vector<std::pair<std::string, std::string>> variables;
    for (const std::string& variable : config_.machine.environment) {
        const std::size_t equals = variable.find('=');
        variables.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
    }
    command.environment = inherited_environment(variables);
    return command;
}

asio::awaitable<Result<void>> MemoryReplTarget::start(Board& board, fs::path image) {
    const auto executor = co_await asio::this_coro::executor;
    Error trouble = io_error("the machine was not started");
    for (int attempt = 0; attempt < kBootAttempts; ++attempt) {
        const auto started = Clock::now();
        auto stream = open_command(executor, emulator(image));
        if (!stream) co_return stream.error();
        // The emulator takes octets only when the board has room.
        board = std::make_unique<raw_repl::Session>(std::move(*stream), config_.patience,
                                                    raw_repl::Pace{0, milliseconds(0)});
        const auto fresh = co_await board->fresh_after_start();
        if (fresh) {
            ++costs_.boots;
            costs_.booting += Clock::now() - started;
            co_return fresh;
        }
        trouble = fresh.error();
        board.reset();
    }
    co_return trouble;
}

asio::awaitable<bool> MemoryReplTarget::answers_with_id(Board& board, const memory::Image& image,
                                                        memory::Access access) {
    const auto fresh = co_await board->fresh();
    if (!fresh) co_return false;
    raw_repl::Request question;
    question.source = memory::id_question(image, window_, access);
    question.silence = question.total = kQuestionLimit;
    question.plainly = true;
    const raw_repl::Reply reply = co_await board->execute(std::move(question));
    co_return reply.end == raw_repl::End::Finished&& reply.exception.empty() &&
        reply.output.starts_with(image.id);
}

/// Asks the firmware once how it gets at an image in the window.
asio::awaitable<Result<void>> MemoryReplTarget::find_access() {
    [[maybe_unused]] const Turnstile::Pass pass = co_await asking_.enter();
    if (access_) co_return Result<void>{};
    if (window_.size_bytes == 0) {
        access_ = memory::Access::None;
        co_return Result<void>{};
    }
    MPY_CO_TRY(const memory::Image image, memory::empty_image());
    MPY_CO_TRY(const TemporaryDirectory folder, TemporaryDirectory::create("mpyconform-image-"));
    MPY_CO_CHECK_OK(write_file_atomically(folder.path() / "image.romfs", image.octets));
    Board board;
    MPY_CO_CHECK_OK(co_await start(board, folder.path() / "image.romfs"));
    memory::Access found = memory::Access::None;
    for (const memory::Access access : {memory::Access::Mounted, memory::Access::ByAddress}) {
        const bool works = co_await answers_with_id(board, image, access);
        if (!works) continue;
        found = access;
        break;
    }
    retire(board);
    access_ = found;
    co_return Result<void>{};
}

void MemoryReplTarget::retire(Board& board) {
    if (board) costs_.emulator_cpu += board->stream().cpu_time();
    board.reset();
}

asio::awaitable<raw_repl::Reply> MemoryReplTarget::execute(Board& board, const RunRequest& request,
                                                           const memory::Program& program) {
    raw_repl::Request line;
    line.source = program.line;
    line.plainly = true;
    line.silence =
        std::chrono::duration_cast<milliseconds>(request.time_limit * config_.description.time_factor);
    line.total = line.silence * kTotalFactor;
    line.last_words = config_.machine.last_words;
    raw_repl::Reply reply = co_await board->execute(std::move(line));
    co_return reply;
}

asio::awaitable<void> MemoryReplTarget::run_image(const memory::Image& image,
                                                  std::span<const RunRequest> requests,
                                                  const OutcomeSink& sink) {
    std::size_t next = 0;
    const auto fail_rest = [&](const std::string& why) {
        for (; next < image.programs.size(); ++next) sink(image.programs[next].request, unavailable(why));
    };
    const auto folder = TemporaryDirectory::create("mpyconform-image-");
    if (!folder) {
        fail_rest(folder.error().text());
        co_return;
    }
    const fs::path file = folder->path() / "image.romfs";
    if (const auto written = write_file_atomically(file, image.octets); !written) {
        fail_rest(written.error().text());
        co_return;
    }
    Board board;
    std::size_t given_a_second_machine = image.programs.size();
    while (next < image.programs.size()) {
        const auto before = Clock::now();
        if (board) {
            const auto fresh = co_await board->fresh();
            costs_.restarting += Clock::now() - before;
            if (!fresh) {
                ++costs_.replaced;
                retire(board);
            }
        }
        if (!board) {
            const auto started = co_await start(board, file);
            if (!started) {
                fail_rest(started.error().text());
                co_return;
            }
        }
        const memory::Program& program = image.programs[next];
        const RunRequest& request = requests[program.request];
        const auto cpu_before = board->stream().cpu_time();
        raw_repl::Reply reply = co_await execute(board, request, program);
        const auto cpu = board->stream().cpu_time() - cpu_before;
        // A machine that does not take the line, or that goes away, may have been broken before.
        const bool lost = !reply.started || reply.end == raw_repl::End::Closed;
        if (reply.end != raw_repl::End::Finished || !board->at_prompt()) {
            ++costs_.replaced;
            retire(board);
        }
        if (lost && given_a_second_machine != next) {
            given_a_second_machine = next;
            continue;
        }
        ++next;
        ++costs_.runs;
        costs_.running += reply.wall;
        Outcome outcome = memory::outcome_of(std::move(reply), program);
        outcome.cpu = cpu;
        sink(program.request, std::move(outcome));
    }
    retire(board);
}

asio::awaitable<void> MemoryReplTarget::run_typed(std::span<const RunRequest> requests,
                                                  std::span<const std::size_t> which,
                                                  const OutcomeSink& sink) {
    std::vector<RunRequest> chosen;
    for (const std::size_t index : which) chosen.push_back(requests[index]);
    typed_programs_ += chosen.size();
    co_await typed_->run(chosen,
                         [&](std::size_t index, Outcome outcome) { sink(which[index], std::move(outcome)); });
}

asio::awaitable<void> MemoryReplTarget::run(std::span<const RunRequest> requests, const OutcomeSink& sink) {
    std::vector<std::size_t> packed;
    std::vector<std::size_t> typed;
    const auto fail_packed = [&](const std::string& why) {
        for (const std::size_t index : packed) sink(index, unavailable(why));
    };
    packed.resize(requests.size());
    std::iota(packed.begin(), packed.end(), std::size_t{0});
    const auto made = co_await firmware();
    if (!made) {
        fail_packed(made.error().text());
        co_return;
    }
    const auto found = co_await find_access();
    if (!found) {
        fail_packed(found.error().text());
        co_return;
    }
    packed.clear();
    for (std::size_t i = 0; i < requests.size(); ++i) {
        const auto source = read_file(requests[i].job->test->path);
        const bool by_hand =
            *access_ == memory::Access::None || (source && memory::looks_at_partition(*source));
        (by_hand ? typed : packed).push_back(i);
    }
    if (!packed.empty()) {
        const auto images = memory::pack(requests, packed, window_, *access_, config_.marker);
        if (!images) fail_packed(images.error().text());
        if (images)
            for (const memory::Image& image : *images) co_await run_image(image, requests, sink);
    }
    if (!typed.empty()) co_await run_typed(requests, typed, sink);
}

std::vector<std::string> MemoryReplTarget::notes() const {
    if (!access_) return {};
    std::vector<std::string> notes;
    const std::string& name = config_.description.name;
    switch (*access_) {
        case memory::Access::Mounted:
            notes.push_back(fmt::format("{}: programs lay in memory at {:#x}, where the firmware mounts /rom",
                                        name, window_.address));
            break;
        case memory::Access::ByAddress:
            notes.push_back(fmt::format(
                "{}: programs lay in memory at {:#x}; the firmware mounts nothing there by itself, each "
                "program's line did",
                name, window_.address));
            break;
        case memory::Access::None:
            notes.push_back(
                fmt::format("{}: the firmware cannot reach programs in memory (no VfsRom, no "
                            "uctypes, or its machine file names no window)",
                            name));
            break;
    }
    if (typed_programs_ == 0) return notes;
    if (*access_ != memory::Access::None)
        notes.push_back(fmt::format("{}: {} programs look at the board's own ROMFS and were typed", name,
                                    typed_programs_));
    for (std::string& note : typed_->notes()) notes.push_back(std::move(note));
    return notes;
}

const MachineCosts* MemoryReplTarget::machine_costs() const {
    all_costs_ = costs_;
    const MachineCosts& typed = *typed_->machine_costs();
    all_costs_.boots += typed.boots;
    all_costs_.booting += typed.booting;
    all_costs_.runs += typed.runs;
    all_costs_.running += typed.running;
    all_costs_.restarting += typed.restarting;
    all_costs_.replaced += typed.replaced;
    all_costs_.emulator_cpu += typed.emulator_cpu;
    return &all_costs_;
}

std::string MemoryReplTarget::command_line(const RunRequest&) const {
    return emulator("image.romfs").shell_text();
}

}  // namespace harness
