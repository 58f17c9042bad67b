#include "harness/cli/interactive_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <charconv>
#include <csignal>
#include <functional>

#include "harness/base/files.h"
#include "harness/cli/debug_session.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/interactive_program.h"
#include "harness/cli/main_loop.h"
#include "harness/cli/terminal_relay.h"
#include "harness/process/attached.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kBootLimit{20000};
constexpr milliseconds kAnswerLimit{10000};
constexpr std::string_view kPrompt = ">>> ";
constexpr std::string_view kRawPrompt = "raw REPL; CTRL-B to exit\r\n>";

void print(std::string_view octets) {
    while (!octets.empty()) {
        const ssize_t size = ::write(STDOUT_FILENO, octets.data(), octets.size());
        if (size <= 0) return;
        octets.remove_prefix(static_cast<std::size_t>(size));
    }
}

/// Reads until the console ends in `text`; everything read. Error: it does not come.
asio::awaitable<Result<std::string>> wait_for(ChildStream& child, std::string_view text, milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    std::string seen;
    std::vector<char> buffer(1 << 14);
    while (!seen.ends_with(text)) {
        const auto left =
            std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
        const ChildStream::Read read = co_await child.read_some(buffer, std::max(left, milliseconds(1)));
        if (read.event != ChildStream::Event::Data)
            co_return io_error(fmt::format(
                "the machine {} before it showed {:?}; its console said {:?}; the emulator wrote {:?}",
                read.event == ChildStream::Event::Closed ? "ended" : "was silent for too long", text, seen,
                child.diagnostics()));
        seen.append(buffer.data(), read.size);
    }
    co_return seen;
}

/// What the raw REPL is told in order to run a program as `__main__` with the console as its input. The end
/// of the program's output and its exit status come between two octets 04, where the raw REPL has its own end
/// mark.
std::string start_script(const std::string& module) {
    return fmt::format(
        "import os,sys\n"
        "try:\n"
        " os.chdir('/rom/{0}')\n"
        "except OSError:\n"
        " pass\n"  // 1.25's VfsRom has no current folder
        "sys.path.insert(0,'/rom/{0}')\n"
        "try:\n"
        " __import__({1:?},None,None,False)\n"
        "except SystemExit as e:\n"
        " a=e.args[0] if e.args else 0\n"
        " if a is None:\n"
        "  a=0\n"
        " if not isinstance(a,int):\n"
        "  print(a)\n"
        "  a=1\n"
        " print(end='\\x04exit %d'%a)\n",
        kProgramFolder, module);
}

/// Cuts what the raw REPL sends into the program's output and how it ended.
class ProgramOutput {
  public:
    explicit ProgramOutput(bool plain_line_ends) : plain_line_ends_(plain_line_ends) {}

    /// False when the program is over.
    bool feed(std::string_view octets) {
        for (const char octet : octets) {
            if (octet == '\x04') {
                if (++marks_ == 2) return false;
            } else if (marks_ == 1) {
                ending_ += octet;
            } else {
                text_ += octet;
            }
        }
        if (text_.ends_with(kRawPrompt)) {
            restarted_ = true;
            marks_ = 2;
        }
        // The start of what may be the prompt of a restarted machine is held back, and a half line end.
        std::size_t keep = text_.ends_with('\r') ? 1 : 0;
        for (std::size_t size = std::min(text_.size(), kRawPrompt.size()); size > keep; --size)
            if (kRawPrompt.starts_with(std::string_view(text_).substr(text_.size() - size))) keep = size;
        show(marks_ > 0 ? text_.size() : text_.size() - keep);
        return marks_ < 2;
    }

    /// Exit status; prints the traceback, if that is how it ended.
    int finish() {
        show(text_.size());
        if (restarted_) {
            fmt::print(stderr, "\nmpyconform: the machine was restarted by the program\n");
            return kExitFailed;
        }
        if (ending_.starts_with("exit ")) {
            int status = 0;
            std::from_chars(ending_.data() + 5, ending_.data() + ending_.size(), status);
            return status & 0xff;
        }
        if (ending_.empty()) return kExitPassed;
        fmt::print(stderr, "{}", ending_);
        return kExitFailed;
    }

  private:
    void show(std::size_t size) {
        std::string part = text_.substr(0, size);
        text_.erase(0, size);
        if (plain_line_ends_)
            for (std::size_t at = part.find("\r\n"); at != std::string::npos; at = part.find("\r\n", at))
                part.erase(at, 1);
        print(part);
    }

    bool plain_line_ends_;
    int marks_ = 0;
    bool restarted_ = false;
    std::string text_;
    std::string ending_;
};

/// Types Ctrl-C on the console of the machine that runs: SIGINT may come from elsewhere than its keyboard.
std::function<void()> type_interrupt;

asio::awaitable<Result<int>> talk_to_machine(const RunOptions& options, Workbench& bench) {
    MachineTarget& machine = *bench.target_set.machines.front();
    MPY_CO_TRY(const fs::path elf, co_await machine.firmware());
    MPY_CO_TRY(const TemporaryDirectory folder, TemporaryDirectory::create("mpyconform-interactive-"));
    std::string module;
    fs::path image_file;
    if (!options.tests.empty()) {
        MPY_CO_TRY(const auto program, co_await interactive_program(options, bench));
        MPY_CO_TRY(const PackedImage image, interactive_image(*program, machine.window_size_bytes()));
        image_file = folder.path() / "image.romfs";
        MPY_CO_CHECK_OK(write_file_atomically(image_file, image.octets));
        module = fs::path(image.programs.front().path).stem().string();
    }
    const monitor::StartOptions start = machine.start_options(elf, image_file, {});
    MPY_CO_TRY(ChildStream child, ChildStream::start(co_await asio::this_coro::executor, start.command, {}));
    MPY_CO_TRY(const std::string banner, co_await wait_for(child, kPrompt, kBootLimit));
    Keyboard keyboard(co_await asio::this_coro::executor);
    if (keyboard.is_terminal())
        fmt::print(stderr, "mpyconform: the console of {}: Ctrl-] leaves, Ctrl-C goes to the target\r\n",
                   machine.description().name);
    type_interrupt = [&child, executor = co_await asio::this_coro::executor] {
        asio::co_spawn(executor, child.write("\x03", kAnswerLimit), asio::detached);
    };
    RelayHooks hooks;
    RelayEnd end = RelayEnd::Left;
    int status = kExitPassed;
    if (module.empty()) {
        print(banner);
        std::string tail;
        hooks.output = [&tail](std::string_view octets) {
            print(octets);
            tail.append(octets);
            if (tail.size() > kPrompt.size()) tail.erase(0, tail.size() - kPrompt.size());
            return true;
        };
        hooks.after_typing = [&tail]() -> std::optional<std::string> {
            if (tail.empty() || tail.ends_with(kPrompt) || tail.ends_with("\n>") || tail.ends_with("\x04>"))
                return std::string();
            // An unfinished block is finished by an empty line.
            if (tail.ends_with("... ")) return std::string("\r");
            return std::nullopt;
        };
        end = co_await relay(child, keyboard, hooks);
        if (keyboard.is_terminal() || !tail.ends_with('\n')) print("\r\n");
    } else {
        const std::string to_raw = "\x01";
        if (co_await child.write(to_raw, kAnswerLimit) != ChildStream::Event::Data)
            co_return io_error("the machine does not take what is typed");
        MPY_CO_TRY([[maybe_unused]] const std::string answer,
                   co_await wait_for(child, kRawPrompt, kAnswerLimit));
        const std::string script = start_script(module) + "\x04";
        if (co_await child.write(script, kAnswerLimit) != ChildStream::Event::Data)
            co_return io_error("the machine does not take what is typed");
        ProgramOutput output(::isatty(STDOUT_FILENO) == 0);
        // "OK" comes before the output and may come with it.
        std::size_t acknowledged = 0;
        hooks.output = [&](std::string_view octets) {
            const std::size_t skip = std::min(octets.size(), std::string_view("OK").size() - acknowledged);
            acknowledged += skip;
            return output.feed(octets.substr(skip));
        };
        hooks.after_typing = [] { return std::optional<std::string>(); };
        end = co_await relay(child, keyboard, hooks);
        if (end == RelayEnd::Done) status = output.finish();
    }
    type_interrupt = {};
    if (end == RelayEnd::Closed) {
        fmt::print(stderr, "\r\nmpyconform: the emulator ended{}\r\n",
                   child.diagnostics().empty() ? std::string() : "; it wrote " + child.diagnostics());
        co_return kExitTrouble;
    }
    co_return status;
}

asio::awaitable<Result<int>> talk_to_process(const RunOptions& options, Workbench& bench) {
    const ProcessTarget& target = *bench.target_set.processes.front();
    if (options.tests.empty()) co_return run_attached(target.interactive_command(nullptr, {}, {}));
    MPY_CO_TRY(const auto program, co_await interactive_program(options, bench));
    MPY_CO_TRY(const TemporaryDirectory scratch, TemporaryDirectory::create("mpyconform-interactive-"));
    if (program->request.artifact)
        MPY_CO_CHECK_OK(write_file_atomically(scratch.path() / ProcessTarget::artifact_name(),
                                              *program->request.artifact));
    co_return run_attached(
        target.interactive_command(&program->request, program->job.test->working_directory, scratch.path()));
}

asio::awaitable<Result<int>> talk(const RunOptions& options) {
    const auto bench = co_await open_workbench(
        options, [](const std::string& line) { fmt::print(stderr, "mpyconform: {}\n", line); });
    if (!bench) co_return bench.error();
    if (!(*bench)->asked.front().trouble.empty()) co_return kExitTrouble;  // has been said
    const bool is_machine = !(*bench)->target_set.machines.empty();
    if (!is_machine && (*bench)->target_set.processes.empty())
        co_return usage_error(
            fmt::format("--interactive is for unix targets and for machines with our firmware; {} is a board "
                        "({}): talk to it "
                        "with a terminal program",
                        options.interactive, (*bench)->asked.front().planned.description.machine));
    if (options.debug) {
        if (!is_machine)
            co_return usage_error(fmt::format(
                "--debug is for machines that QEMU boots; {} is a process: gdb --args {}",
                options.interactive,
                (*bench)->target_set.processes.front()->interactive_command(nullptr, {}, {}).shell_text()));
        co_return co_await debug_session(options, **bench);
    }
    if (is_machine) co_return co_await talk_to_machine(options, **bench);
    co_return co_await talk_to_process(options, **bench);
}

asio::awaitable<int> main_of(const RunOptions& options) {
    const Result<int> status = co_await talk(options);
    if (status) co_return *status;
    fmt::print(stderr, "mpyconform: {}\n", status.error().text());
    co_return exit_status_of(status.error());
}

}  // namespace

int interactive_command(const RunOptions& given) {
    RunOptions options = given;
    options.targets = {given.interactive};
    return run_main_loop([&options] { return main_of(options); },
                         [](int signal) {
                             // Typed on a terminal it comes as a key; here it came as a signal.
                             if (signal != SIGINT || !type_interrupt) return AfterInterrupt::GiveUp;
                             type_interrupt();
                             return AfterInterrupt::GoOn;
                         });
}

}  // namespace harness
