#include "harness/compile/mpy_cross.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <span>
#include <utility>

#include "harness/base/files.h"
#include "harness/compile/refusals.h"
#include "mpy/facts/archs.h"
#include "mpy/header.h"

namespace harness {
namespace fs = std::filesystem;
namespace asio = boost::asio;

namespace {

/// A file without a place on any disk, which a child opens by a path.
class MemoryFile {
  public:
    static Result<MemoryFile> create() {
        const int descriptor = ::memfd_create("artifact", MFD_CLOEXEC);
        if (descriptor < 0)
            return io_error(fmt::format("no file in memory for an artifact: {}", std::strerror(errno)));
        return MemoryFile(descriptor);
    }
    MemoryFile(MemoryFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    MemoryFile& operator=(MemoryFile&&) = delete;
    ~MemoryFile() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }

    /// As long as this object lives and for processes of the same user.
    [[nodiscard]] std::string path() const { return fmt::format("/proc/{}/fd/{}", ::getpid(), descriptor_); }
    [[nodiscard]] Result<std::string> content() const { return read_file(path()); }

  private:
    explicit MemoryFile(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

constexpr std::string_view kInput = "/dev/stdin";
/// 1.25 prints such a line to standard output, goes on and ends with status 0: the artifact cannot work.
constexpr std::string_view kErrorLine = "ERROR: ";
/// Status of a shell or of the loader that could not run the program. Source: POSIX, 2.8.2.
constexpr int kCannotExecute = 126;
constexpr int kNotFound = 127;

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

/// mpy-cross names its input in messages; people know it by the name that the artifact carries.
std::string with_source_name(std::string message, const std::string& name) {
    const std::string found = fmt::format("File \"{}\"", kInput);
    const std::string wanted = fmt::format("File \"{}\"", name);
    for (std::size_t at = 0; (at = message.find(found, at)) != std::string::npos; at += wanted.size())
        message.replace(at, found.size(), wanted);
    return message;
}

/// Why an artifact is not what was asked for; empty when it is.
std::string header_trouble(const std::string& octets, const CompileRequest& request,
                           const CompilerIdentity& identity) {
    const auto header = mpy::read_header(std::as_bytes(std::span(octets.data(), octets.size())));
    if (!header)
        return fmt::format("mpy-cross ended with status 0 but wrote no .mpy file ({} octets)", octets.size());
    if (header->version != identity.mpy_version)
        return fmt::format("mpy-cross says that it writes .mpy version {}, the artifact has version {}",
                           identity.mpy_version, header->version);
    const std::uint8_t number = header->arch_number();
    const mpy::ArchInfo* arch = header->arch();
    const std::string found =
        arch == nullptr ? fmt::format("the unknown arch {}", number) : std::string(arch->name);
    const std::string_view asked = request.asked_arch();
    if (number == 0) {
        if (request.emitter == Emitter::Bytecode) return {};
        return fmt::format("asked for {} code for {}, the artifact has no machine code",
                           word(request.emitter), asked);
    }
    if (arch != nullptr && arch->name == asked) return {};
    return fmt::format("asked for {}, the artifact is for {}", asked.empty() ? "no arch" : asked, found);
}

}  // namespace

Result<CompileOutcome> read_compilation(const CompileRequest& request, const CompilerIdentity& identity,
                                        ProcessResult finished, std::string artifact,
                                        std::string_view source) {
    using Kind = CompileOutcome::Kind;
    CompileOutcome outcome;
    outcome.ending = finished.ending;
    outcome.exit_code = finished.exit_code;
    outcome.signal_number = finished.signal_number;
    outcome.wall = finished.wall;
    outcome.cpu = finished.cpu;
    outcome.message = with_source_name(trimmed(std::move(finished.error_output)), request.source_name);
    switch (finished.ending) {
        case Ending::Exited:
            break;
        case Ending::TimedOut:
            outcome.kind = Kind::Hang;
            return outcome;
        case Ending::Unavailable:
            return internal_error("the compilation was cancelled");
        default:
            outcome.kind = Kind::Crash;
            return outcome;
    }
    if (finished.exit_code == kCannotExecute || finished.exit_code == kNotFound)
        return missing_tool(fmt::format("{} cannot be run: {}", identity.path.string(), outcome.message));
    const bool complains = finished.exit_code == 0 && finished.output.starts_with(kErrorLine);
    if (complains) outcome.message = trimmed(std::move(finished.output));
    if (finished.exit_code == 0 && !complains) {
        if (std::string trouble = header_trouble(artifact, request, identity); !trouble.empty()) {
            outcome.kind = Kind::Wrong;
            outcome.message = std::move(trouble);
            return outcome;
        }
        outcome.kind = Kind::Artifact;
        outcome.octets = std::make_shared<const std::string>(std::move(artifact));
        return outcome;
    }
    // It prints its usage to standard output when it does not take the command line.
    if (finished.output.starts_with("usage:"))
        return usage_error(fmt::format("{} does not take these options: {}", identity.name,
                                       compile_command(request, identity)));
    const bool documented = is_documented_refusal(
        {outcome.message, identity.release, request.asked_arch(), request.emitter, source});
    outcome.kind = documented ? Kind::Refused : Kind::Error;
    return outcome;
}

Result<CompilerIdentity> read_identity(std::string_view version_text, std::string_view help_text) {
    CompilerIdentity identity;
    identity.version = trimmed(std::string(version_text));
    constexpr std::string_view kName = "MicroPython ";
    constexpr std::string_view kEmits = "emitting mpy v";
    const std::size_t emits = identity.version.find(kEmits);
    if (!identity.version.starts_with(kName) || emits == std::string::npos)
        return missing_tool(fmt::format(
            "expected \"MicroPython vX.Y.Z …; mpy-cross emitting mpy vN\" from --version, found \"{}\"",
            identity.version.substr(0, identity.version.find('\n')).substr(0, 200)));
    const std::string_view rest = std::string_view(identity.version).substr(kName.size());
    MPY_TRY(identity.release, Release::parse(rest.substr(0, rest.find_first_of(" ;"))));
    const char* at = identity.version.data() + emits + kEmits.size();
    const char* end = identity.version.data() + identity.version.size();
    const auto version = std::from_chars(at, end, identity.mpy_version);
    // Versions before 6.1 have no second number.
    if (version.ptr != end && *version.ptr == '.')
        std::from_chars(version.ptr + 1, end, identity.mpy_sub_version);

    // "-march=<arch> : set architecture for native emitter;" and then the list, up to the next option.
    std::size_t begin = help_text.find("-march=<arch>");
    if (begin == std::string_view::npos) return identity;
    begin += std::strlen("-march=<arch>");
    std::string_view list = help_text.substr(begin, help_text.find("\n-", begin) - begin);
    list = list.substr(0, list.find("\n\n"));
    while (!list.empty()) {
        const std::size_t length = std::min(list.find_first_of(" ,;:\n"), list.size());
        const mpy::ArchInfo* arch = mpy::find_arch(list.substr(0, length));
        if (arch != nullptr && arch->word_octets != 0) identity.archs.emplace_back(arch->name);
        list.remove_prefix(std::min(length + 1, list.size()));
    }
    return identity;
}

asio::awaitable<Result<std::unique_ptr<MpyCross>>> MpyCross::open(std::string name, fs::path program,
                                                                  CompileLimits limits) {
    std::string texts[2];
    const char* const options[2] = {"--version", "--help"};
    for (int i = 0; i < 2; ++i) {
        Command command;
        command.argv = {program.string(), options[i]};
        command.environment = inherited_environment();
        Limits process_limits;
        process_limits.wall = limits.wall;
        MPY_CO_TRY(ProcessResult finished, co_await run_process(std::move(command), process_limits));
        if (finished.ending != Ending::Exited)
            co_return missing_tool(fmt::format("{} {} did not answer: {}", program.string(), options[i],
                                               finished.ending == Ending::Signalled
                                                   ? signal_name(finished.signal_number)
                                                   : std::string(word(finished.ending))));
        texts[i] = std::move(finished.output);
    }
    auto identity = read_identity(texts[0], texts[1]);
    if (!identity)
        co_return missing_tool(fmt::format("{} is no mpy-cross that can be used: {}", program.string(),
                                           identity.error().message));
    identity->name = std::move(name);
    identity->path = std::move(program);
    MPY_CO_TRY(identity->hash, file_hash(identity->path));
    co_return std::make_unique<MpyCross>(std::move(*identity), limits);
}

MpyCross::MpyCross(CompilerIdentity identity, CompileLimits limits)
    : identity_(std::move(identity)), limits_(limits) {}

asio::awaitable<Result<CompileOutcome>> MpyCross::compile(CompileRequest request) {
    MPY_CO_CHECK_OK(check_request(request, identity_));
    if (!request.octets) {
        MPY_CO_TRY(std::string octets, read_file(request.source));
        request.octets = std::make_shared<const std::string>(std::move(octets));
    }
    MPY_CO_TRY(const MemoryFile artifact, MemoryFile::create());
    Command command;
    command.argv.push_back(identity_.path.string());
    for (std::string& word : compile_flags(request)) command.argv.push_back(std::move(word));
    command.argv.insert(command.argv.end(), {"-o", artifact.path(), std::string(kInput)});
    command.environment = inherited_environment();
    command.input = *request.octets;
    Limits limits;
    limits.wall = limits_.wall;
    limits.output_bytes = limits_.output_bytes;
    limits.file_bytes = limits_.artifact_bytes;
    limits.memory_bytes = limits_.memory_bytes;
    limits.separate_stderr = true;
    MPY_CO_TRY(ProcessResult finished, co_await run_process(std::move(command), limits));
    MPY_CO_TRY(std::string octets, artifact.content());
    co_return read_compilation(request, identity_, std::move(finished), std::move(octets), *request.octets);
}

}  // namespace harness
