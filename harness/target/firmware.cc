#include "harness/target/firmware.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "harness/base/files.h"
#include "harness/process/process.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// What of a tree goes into a firmware. Ports, tests and tools of the tree do not, except the build's own
/// scripts.
constexpr const char* kTreeParts[] = {"py",
                                      "extmod",
                                      "shared",
                                      "lib/libm_dbl",
                                      "lib/littlefs",
                                      "lib/oofatfs",
                                      "lib/uzlib",
                                      "lib/re1.5",
                                      "lib/crypto-algorithms",
                                      "tools",
                                      "examples/usercmodule"};
constexpr std::chrono::minutes kBuildLimit{20};
constexpr std::size_t kLogTail = 2000;

void add_file(std::vector<std::string>& lines, const fs::path& root, const fs::directory_entry& entry) {
    std::error_code error;
    const auto size = entry.file_size(error);
    const auto time = entry.last_write_time(error);
    lines.push_back(fmt::format("{} {} {}", entry.path().lexically_relative(root).generic_string(), size,
                                time.time_since_epoch().count()));
}

void add_folder(std::vector<std::string>& lines, const fs::path& root, const fs::path& part) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(root / part, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->is_directory(error)) {
            if (entry->path().filename() == "__pycache__") entry.disable_recursion_pending();
            continue;
        }
        add_file(lines, root, *entry);
    }
}

/// Files of the port that this machine's firmware is made of: other machines' folders are not among them.
std::vector<std::string> port_files(const fs::path& port, const MachineFile& machine) {
    std::vector<std::string> lines;
    std::error_code error;
    for (fs::directory_iterator entry(port, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->path().filename() == "machines") continue;
        if (entry->is_directory(error))
            add_folder(lines, port, entry->path().filename());
        else
            add_file(lines, port, *entry);
    }
    add_folder(lines, port, "machines/common");
    add_folder(lines, port, fs::path("machines") / machine.firmware);
    std::sort(lines.begin(), lines.end());
    return lines;
}

/// An advisory lock on a file, waited for without blocking the event loop.
class BuildLock {
  public:
    static asio::awaitable<Result<BuildLock>> acquire(fs::path file) {
        const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
        if (fd < 0) co_return io_error(fmt::format("cannot open {}", file.string()));
        BuildLock lock(fd);
        asio::steady_timer timer(co_await asio::this_coro::executor);
        while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
            timer.expires_after(std::chrono::milliseconds(100));
            co_await timer.async_wait(asio::use_awaitable);
        }
        co_return lock;
    }
    BuildLock(BuildLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    BuildLock& operator=(BuildLock&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    BuildLock(const BuildLock&) = delete;
    BuildLock& operator=(const BuildLock&) = delete;
    ~BuildLock() {
        if (fd_ >= 0) ::close(fd_);
    }

  private:
    explicit BuildLock(int fd) : fd_(fd) {}
    int fd_;
};

std::string tail(const std::string& text) {
    if (text.size() <= kLogTail) return text;
    return "… " + text.substr(text.size() - kLogTail);
}

}  // namespace

Result<std::string> firmware_fingerprint(const FirmwareSources& sources, const MachineFile& machine) {
    std::vector<std::string> lines;
    for (const char* part : kTreeParts) add_folder(lines, sources.tree, part);
    if (lines.empty())
        return configuration_error(
            fmt::format("{} is no MicroPython source tree: it has no py/ folder", sources.tree.string()));
    if (!sources.toolchain.empty()) add_folder(lines, sources.toolchain, ".");
    std::sort(lines.begin(), lines.end());
    for (std::string& line : port_files(sources.port, machine)) lines.push_back(std::move(line));
    MPY_TRY(const std::string compiler, file_hash(sources.mpy_cross));
    KeyBuilder key;
    for (const std::string& line : lines) key.add(line);
    return key.add(sources.tree.string())
        .add(compiler)
        .add(machine.firmware)
        .add(machine.variant)
        .add(machine.compiler)
        .hex();
}

asio::awaitable<Result<Firmware>> build_firmware(const FirmwareSources& sources, const MachineFile& machine,
                                                 unsigned jobs) {
    MPY_CO_TRY(const std::string identity, firmware_fingerprint(sources, machine));
    const std::string which =
        machine.variant.empty() ? machine.firmware : machine.firmware + "-" + machine.variant;
    const fs::path build =
        sources.build_root / fmt::format("{}-{}", which, content_hash(sources.tree.string()).substr(0, 8));
    std::error_code error;
    fs::create_directories(build, error);
    if (error) co_return io_error(fmt::format("cannot make {}: {}", build.string(), error.message()));
    const fs::path stamp = build / "made-of";
    const Firmware firmware{build / "firmware.elf", identity, false};
    const auto is_current = [&] {
        const auto made_of = read_file(stamp);
        return made_of && *made_of == identity && fs::exists(firmware.elf);
    };
    if (is_current()) co_return firmware;
    MPY_CO_TRY([[maybe_unused]] const BuildLock lock, co_await BuildLock::acquire(build / "lock"));
    if (is_current()) co_return firmware;

    // Module definitions go stale when the configuration changes: after a change of the port itself start
    // anew.
    const std::string port_identity =
        content_hash(fmt::format("{}", fmt::join(port_files(sources.port, machine), "\n")));
    const auto built_port = read_file(build / "made-of-port");
    if (!built_port || *built_port != port_identity) {
        fs::remove_all(build / "work", error);
        MPY_CO_CHECK_OK(write_file_atomically(build / "made-of-port", port_identity));
    }
    Command make;
    make.argv = {"make",
                 "-C",
                 sources.port.string(),
                 "-j" + std::to_string(jobs),
                 "MACHINE=" + machine.firmware,
                 "VARIANT=" + machine.variant,
                 "TOP=" + sources.tree.string(),
                 "BUILD=" + (build / "work").string(),
                 "MICROPY_MPYCROSS=" + sources.mpy_cross.string(),
                 "BUILD_ID=" + identity.substr(0, 16)};
    if (!sources.toolchain.empty()) make.argv.push_back("TOOLCHAIN=" + sources.toolchain.string());
    make.environment = inherited_environment({{"PYTHONDONTWRITEBYTECODE", "1"}}, {"MAKEFLAGS", "MFLAGS"});
    Limits limits;
    limits.wall = kBuildLimit;
    MPY_CO_TRY(const ProcessResult result, co_await run_process(make, limits));
    (void)write_file_atomically(build / "make.log", result.output);
    if (result.ending != Ending::Exited || result.exit_code != 0)
        co_return configuration_error(
            fmt::format("the firmware for {} could not be built (the cross compiler {} comes with the Debian "
                        "packages {}). make said: {}",
                        machine.name, machine.compiler, machine.compiler_package, tail(result.output)));
    fs::copy_file(build / "work" / "firmware.elf", firmware.elf, fs::copy_options::overwrite_existing, error);
    if (error)
        co_return io_error(fmt::format("make ended well but left no {}: {}",
                                       (build / "work" / "firmware.elf").string(), error.message()));
    MPY_CO_CHECK_OK(write_file_atomically(stamp, identity));
    co_return Firmware{firmware.elf, identity, true};
}

}  // namespace harness
