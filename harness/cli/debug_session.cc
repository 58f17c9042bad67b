#include "harness/cli/debug_session.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <span>

#include "harness/base/files.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/interactive_program.h"
#include "harness/cli/targets.h"
#include "harness/process/descriptor.h"
#include "harness/process/process.h"
#include "mpy/locate.h"
#include "mpy/module.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// The rehearsal has to load the program, not to end it.
constexpr std::chrono::milliseconds kRehearsal{3000};
/// A person with a debugger is in no hurry.
constexpr std::chrono::milliseconds kPatience{std::chrono::hours(24 * 30)};

/// A port of the loopback interface that was free a moment ago.
Result<int> free_port() {
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (socket.get() < 0 || ::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return io_error("there is no free port for gdb on the loopback interface");
    return static_cast<int>(ntohs(address.sin_port));
}

/// gdb-multiarch knows every machine, gdb the host's own; the cross tools may bring one with their prefix.
std::string debugger_for(const std::string& cross_compiler) {
    const std::string own = cross_compiler.substr(0, cross_compiler.rfind("gcc")) + "gdb";
    for (const std::string& name : {std::string("gdb-multiarch"), own})
        if (is_on_path(name)) return name;
    return "gdb-multiarch";
}

monitor::Run run_of(const PackedImage& image, std::chrono::milliseconds limit) {
    monitor::Run run;
    run.path = image.programs.front().path;
    run.limit = limit;
    return run;
}

struct Rehearsed {
    std::uint64_t base = 0;
    std::uint64_t blocks = 0;
    std::uint64_t align = 1;
};

asio::awaitable<Result<Rehearsed>> rehearse(monitor::StartOptions start, const PackedImage& image) {
    MPY_CO_TRY(const auto session, co_await monitor::Session::start(std::move(start)));
    const monitor::Run run = run_of(image, kRehearsal);
    const monitor::RunReply reply = co_await session->run(run, nullptr);
    if (!reply.loaded)
        co_return configuration_error(fmt::format(
            "the program could not be loaded, so there is nothing to debug: {}",
            reply.outcome.output.empty() ? std::string(word(reply.outcome.ending)) : reply.outcome.output));
    Rehearsed found;
    found.base = reply.loaded->number("code_base").value_or(0);
    found.blocks = reply.loaded->number("code").value_or(0);
    found.align = session->hello().number("exec_align").value_or(1);
    co_return found;
}

}  // namespace

std::vector<PlacedCode> place_code(const std::string& artifact, std::uint64_t base, std::uint64_t align) {
    std::vector<PlacedCode> placed;
    mpy::Module module;
    if (!mpy::read_module(std::as_bytes(std::span(artifact.data(), artifact.size())), module)) return placed;
    for (const mpy::RawCode& code : module.raw_codes) {
        if (code.is_bytecode()) continue;
        const std::uint64_t address = (base + align - 1) / align * align;
        const auto skipped = code.code.empty() ? std::ptrdiff_t{0} : code.code.data() - code.fun_data.data();
        placed.push_back({mpy::function_title(module, code, nullptr), address,
                          address + static_cast<std::uint64_t>(skipped), code.fun_data.size()});
        base = address + code.fun_data.size();
    }
    return placed;
}

asio::awaitable<Result<int>> debug_session(const RunOptions& options, Workbench& bench) {
    MachineTarget& machine = *bench.target_set.machines.front();
    if (options.tests.empty())
        co_return usage_error("--debug needs a file: --interactive TARGET --debug FILE");
    MPY_CO_TRY(const fs::path elf, co_await machine.firmware());
    MPY_CO_TRY(const auto program, co_await interactive_program(options, bench));
    MPY_CO_TRY(const PackedImage image, interactive_image(*program, machine.window_size_bytes()));
    MPY_CO_TRY(const TemporaryDirectory folder, TemporaryDirectory::create("mpyconform-debug-"));
    const fs::path image_file = folder.path() / "image.romfs";
    MPY_CO_CHECK_OK(write_file_atomically(image_file, image.octets));
    MPY_CO_TRY(const Rehearsed rehearsed,
               co_await rehearse(machine.start_options(elf, image_file, image.id), image));

    std::vector<PlacedCode> placed;
    if (program->request.artifact && rehearsed.blocks > 0)
        placed = place_code(*program->request.artifact, rehearsed.base, rehearsed.align);
    std::string text = fmt::format("{}: {} native function{} of {}\n", machine.description().name,
                                   rehearsed.blocks, rehearsed.blocks == 1 ? "" : "s", program->job.test->id);
    for (const PlacedCode& code : placed)
        text += fmt::format("  {:#010x}  first instruction {:#010x}, {} octets: {}\n", code.address,
                            code.first, code.size_octets, code.function);
    if (placed.empty() && rehearsed.blocks > 0)
        text += fmt::format("  the first lies at {:#010x}\n", rehearsed.base);
    const std::string stop_at = rehearsed.blocks == 0 ? std::string("mp_execute_bytecode")
                                : placed.empty()      ? fmt::format("*{:#x}", rehearsed.base)
                                                      : fmt::format("*{:#x}", placed.front().first);
    MPY_CO_TRY(const int port, free_port());
    Command gdb;
    const std::string debugger = debugger_for(machine.cross_compiler());
    gdb.argv = {debugger, elf.string(),
                "-ex",    fmt::format("target remote 127.0.0.1:{}", port),
                "-ex",    fmt::format("tbreak {}", stop_at),
                "-ex",    "continue"};
    text += fmt::format("QEMU waits for gdb. In another terminal{}:\n  {}\n",
                        is_on_path(debugger) ? "" : " (install the Debian package gdb-multiarch first)",
                        gdb.shell_text());
    fmt::print(stderr, "{}", text);

    monitor::StartOptions start = machine.start_options(elf, image_file, image.id);
    start.start_limit = kPatience;
    start.command.argv.insert(start.command.argv.end(),
                              {"-S", "-gdb", fmt::format("tcp:127.0.0.1:{}", port)});
    MPY_CO_TRY(const auto session, co_await monitor::Session::start(std::move(start)));
    monitor::Run run = run_of(image, kPatience);
    run.watch = [&](const monitor::Frame& frame) {
        if (frame.kind == "out" || frame.kind == "exc") {
            fmt::print("{}", frame.payload);
            std::fflush(stdout);
        } else if (frame.kind == "loaded") {
            const auto record = monitor::Record::parse(frame.payload);
            if (record && record->number("code_base").value_or(0) != rehearsed.base)
                fmt::print(stderr, "mpyconform: the code was loaded at {:#x} this time\n",
                           record->number("code_base").value_or(0));
        }
    };
    const monitor::RunReply reply = co_await session->run(run, nullptr);
    if (reply.fault) {
        const std::string fault = co_await machine.describe_fault(*reply.fault, program->request, elf);
        fmt::print(stderr, "{}", fault);
    }
    if (reply.outcome.ending == Ending::Exited) co_return reply.outcome.exit_code;
    fmt::print(stderr, "mpyconform: the run ended as {}{}{}\n", word(reply.outcome.ending),
               reply.outcome.trouble.empty() ? "" : ": ", reply.outcome.trouble);
    co_return kExitFailed;
}

}  // namespace harness
