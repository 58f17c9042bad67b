#include "harness/cli/selftest_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/files.h"
#include "harness/romfs/romfs.h"

namespace harness {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLimit{30000};
/// Tests that run until they get attention: how long they are left alone.
constexpr milliseconds kUntilAttention{100};
constexpr int kRounds = 2;

constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kAbout{{
    {"data", "variables start with their initial values, .bss with zeros"},
    {"memory", "heap, stack and executable arena keep what is written to them, up to their last octet"},
    {"clean", "heap and stack are zero and what is not code traps, whatever ran before"},
    {"window", "the artifact window holds the image that the emulator put there"},
    {"stack", "the program runs on the machine's stack"},
    {"exec", "code written to the executable arena runs, also where other code ran before"},
    {"write", "ten thousand octets of output arrive"},
    {"clock", "the clock goes forward in steps of microseconds"},
    {"wait", "waiting sleeps until the time is over"},
    {"interrupts", "turning interrupts off nests"},
    {"roots", "the collector finds what only the stack and registers refer to"},
    {"registers", "a call that changes a register which it should keep is seen"},
    {"null-read", "reading address 0 is trapped"},
    {"null-write", "writing near address 0 is trapped"},
    {"null-jump", "a jump to address 0 is trapped"},
    {"text-write", "a store to the core's code is trapped"},
    {"window-write", "a store to the artifacts is trapped"},
    {"wild-read", "reading where nothing is is trapped"},
    {"wild-write", "writing where nothing is is trapped"},
    {"heap-jump", "a jump into the heap is trapped"},
    {"stack-overflow", "endless recursion is trapped below the stack, and can be reported"},
    {"undefined", "an undefined instruction is trapped"},
    {"divide", "an integer division by zero is trapped"},
    {"abort", "abort() is reported"},
    {"nlr", "a non-local return without a handler is reported"},
    {"reset", "a jump to the reset entry is noticed"},
    {"break", "machine_break() reports where the program was"},
    {"loop", "attention ends an endless loop"},
    {"flood", "attention ends a program that prints without end, and tears no frame"},
    {"double", "a fault inside the fault handler ends the emulator with a last word"},
}};

struct SelfTest {
    std::string name;
    std::string ending;  ///< as the machine lists it: ok, a kind of fault, attention, unguarded
};

std::vector<SelfTest> listed(const std::string& output) {
    std::vector<SelfTest> tests;
    std::istringstream lines(output);
    for (SelfTest test; lines >> test.name >> test.ending;) tests.push_back(test);
    return tests;
}

monitor::Run run_of(const std::string& name, milliseconds limit) {
    monitor::Run run;
    run.path = name;
    run.self_test = true;
    run.limit = limit;
    return run;
}

/// How it ended, in the words of the list.
std::string ending_of(const monitor::RunReply& reply, bool wants_attention) {
    if (reply.fault) {
        std::string kind = reply.fault->text("kind").value_or("a fault of no kind");
        return wants_attention && kind == "break" ? "attention" : kind;
    }
    if (reply.end) {
        const std::string status = reply.end->text("status").value_or("no status");
        return status == "exception" ? reply.end->text("message").value_or(status) : status;
    }
    return reply.outcome.trouble.empty() ? "no answer in time" : reply.outcome.trouble;
}

}  // namespace

std::string_view about_self_test(std::string_view name) {
    const auto found =
        std::find_if(kAbout.begin(), kAbout.end(), [&](const auto& row) { return row.first == name; });
    return found == kAbout.end() ? "" : found->second;
}

asio::awaitable<Result<bool>> self_test(MachineTarget& machine) {
    fmt::print("{}: building the firmware\n", machine.description().name);
    std::fflush(stdout);
    MPY_CO_TRY(const std::filesystem::path elf, co_await machine.firmware());
    MPY_CO_TRY(const TemporaryDirectory folder, TemporaryDirectory::create("mpyconform-selftest-"));
    RomfsBuilder builder;
    const std::string id = monitor::random_tag();
    MPY_CO_CHECK_OK(builder.add(".image-id", std::make_shared<const std::string>(id)));
    const std::filesystem::path image = folder.path() / "image.romfs";
    MPY_CO_CHECK_OK(write_file_atomically(image, builder.build()));

    std::unique_ptr<monitor::Session> session;
    const auto boot = [&]() -> asio::awaitable<Result<void>> {
        MPY_CO_TRY(session, co_await monitor::Session::start(machine.start_options(elf, image, id)));
        co_return Result<void>{};
    };
    MPY_CO_CHECK_OK(co_await boot());
    fmt::print("  {:<10} {:<15} the prompt came after {} ms; guards: {}\n", "ok", "boot",
               std::chrono::duration_cast<milliseconds>(session->boot_time()).count(),
               session->hello().text("guards").value_or("none"));

    const monitor::RunReply list = co_await session->run(run_of("list", kLimit), nullptr);
    const std::vector<SelfTest> tests = listed(list.outcome.output);
    if (tests.empty())
        co_return configuration_error(
            fmt::format("{} booted, but its firmware lists no self-tests", machine.description().name));
    bool good = true;
    for (const SelfTest& test : tests) {
        if (test.ending == "unguarded") {
            fmt::print("  {:<10} {:<15} {}: not on this machine, which has no such guard\n", "unguarded",
                       test.name, about_self_test(test.name));
            continue;
        }
        const bool wants_attention = test.ending == "attention";
        std::string found;
        for (int round = 0; round < kRounds && (round == 0 || found == test.ending); ++round) {
            if (!session) MPY_CO_CHECK_OK(co_await boot());
            const monitor::RunReply reply =
                co_await session->run(run_of(test.name, wants_attention ? kUntilAttention : kLimit), nullptr);
            found = ending_of(reply, wants_attention);
            if (!reply.machine_is_good) session.reset();
        }
        const bool kept = found == test.ending;
        good = good && kept;
        fmt::print("  {:<10} {:<15} {}{}\n", kept ? "ok" : "MISSING", test.name, about_self_test(test.name),
                   kept ? "" : fmt::format(": expected {}, found: {}", test.ending, found));
        std::fflush(stdout);
    }
    fmt::print("{}\n", good ? "the machine keeps its contract"
                            : "the machine does not keep its contract: docs/adding-an-architecture.md says "
                              "which part of it each line is");
    co_return good;
}

}  // namespace harness
