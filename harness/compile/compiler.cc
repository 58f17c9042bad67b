#include "harness/compile/compiler.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/process/process.h"
#include "mpy/facts/archs.h"

namespace harness {
namespace {

constexpr std::size_t kMostReasonOctets = 4000;

std::string shortened(const std::string& text) {
    if (text.size() <= kMostReasonOctets) return text;
    return fmt::format("{}\n… {} more octets", text.substr(0, kMostReasonOctets),
                       text.size() - kMostReasonOctets);
}

std::string crash_reason(const CompileOutcome& outcome) {
    std::string reason = outcome.ending == Ending::Signalled
                             ? fmt::format("mpy-cross was killed by {}", signal_name(outcome.signal_number))
                             : fmt::format("mpy-cross was stopped: {}", word(outcome.ending));
    if (const std::string words = outcome.last_line(); !words.empty()) reason += ": " + words;
    return reason;
}

}  // namespace

std::string CompileOutcome::last_line() const {
    const std::size_t end = message.rfind('\n');
    return end == std::string::npos ? message : message.substr(end + 1);
}

std::string_view CompileRequest::asked_arch() const {
    constexpr std::string_view kOption = "-march=";
    for (auto flag = flags.rbegin(); flag != flags.rend(); ++flag)
        if (flag->starts_with(kOption)) return std::string_view(*flag).substr(kOption.size());
    return arch;
}

Result<void> check_request(const CompileRequest& request, const CompilerIdentity& identity) {
    const std::string_view asked = request.asked_arch();
    if (asked.empty()) {
        if (request.emitter == Emitter::Bytecode) return {};
        return usage_error(fmt::format("the emitter {} needs an arch; {} knows {}", word(request.emitter),
                                       identity.name, fmt::join(identity.archs, ", ")));
    }
    const mpy::ArchInfo* arch = mpy::find_arch(asked);
    if (arch == nullptr || arch->word_octets == 0)
        return usage_error(fmt::format("there is no arch \"{}\"; {} knows {}", asked, identity.name,
                                       fmt::join(identity.archs, ", ")));
    if (!arch->emits_native)
        return usage_error(
            fmt::format("mpy-cross has no native emitter for {}: only the linker of C modules "
                        "writes such files; for bytecode name no arch",
                        asked));
    if (std::find(identity.archs.begin(), identity.archs.end(), asked) == identity.archs.end())
        return usage_error(fmt::format("{} cannot emit code for {}: it knows {} ({})", identity.name, asked,
                                       fmt::join(identity.archs, ", "), identity.version));
    return {};
}

std::optional<Judgement> judge_compilation(const CompileOutcome& outcome) {
    Judgement judgement;
    judgement.stage = Stage::Compile;
    switch (outcome.kind) {
        case CompileOutcome::Kind::Artifact:
            return std::nullopt;
        case CompileOutcome::Kind::Refused:
            judgement.verdict = Verdict::Unsupported;
            judgement.reason = outcome.last_line();
            break;
        case CompileOutcome::Kind::Error:
            judgement.verdict = Verdict::Fail;
            judgement.reason =
                outcome.message.empty()
                    ? fmt::format("mpy-cross ended with status {} and said nothing", outcome.exit_code)
                    : shortened(outcome.message);
            break;
        case CompileOutcome::Kind::Crash:
            judgement.verdict = Verdict::Crash;
            judgement.reason = crash_reason(outcome);
            break;
        case CompileOutcome::Kind::Hang:
            judgement.verdict = Verdict::Timeout;
            judgement.reason = fmt::format("mpy-cross did not end within {:.0f} s",
                                           std::chrono::duration<double>(outcome.wall).count());
            break;
        case CompileOutcome::Kind::Wrong:
            judgement.verdict = Verdict::Error;
            judgement.reason = outcome.message;
            break;
    }
    return judgement;
}

std::vector<std::string> compile_flags(const CompileRequest& request) {
    std::vector<std::string> words;
    // In front of the others: -march-flags only means something once the arch is known.
    const bool replaced = std::any_of(request.flags.begin(), request.flags.end(),
                                      [](const std::string& flag) { return flag.starts_with("-march="); });
    if (!request.arch.empty() && !replaced) words.push_back("-march=" + request.arch);
    words.insert(words.end(), request.flags.begin(), request.flags.end());
    if (request.optimisation) words.push_back(fmt::format("-O{}", *request.optimisation));
    words.insert(words.end(),
                 {"-s", request.source_name, "-X", fmt::format("emit={}", word(request.emitter))});
    return words;
}

std::string compile_command(const CompileRequest& request, const CompilerIdentity& identity) {
    Command command;
    command.argv.push_back(identity.path.string());
    for (std::string& word : compile_flags(request)) command.argv.push_back(std::move(word));
    command.argv.insert(command.argv.end(),
                        {"-o", request.source.stem().string() + ".mpy", request.source.string()});
    return command.shell_text();
}

}  // namespace harness
