#include "harness/cli/job_artifacts.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "harness/suite/own_artifact_edit.h"
#include "harness/suite/requirement.h"
#include "mpy/round_trip.h"

namespace harness {
namespace asio = boost::asio;

namespace {

constexpr std::size_t kFindingsShown = 3;

Judgement judgement_of(Verdict verdict, Stage stage, std::string reason) {
    Judgement judgement;
    judgement.verdict = verdict;
    judgement.stage = stage;
    judgement.reason = std::move(reason);
    return judgement;
}

}  // namespace

std::optional<Judgement> check_artifact_octets(const std::string& octets) {
    const auto report = mpy::check_artifact(std::as_bytes(std::span(octets.data(), octets.size())));
    if (report.ok()) return std::nullopt;
    std::string text;
    std::size_t shown = 0;
    for (const mpy::Finding& finding : report.findings) {
        if (finding.severity != mpy::Severity::Error) continue;
        if (++shown > kFindingsShown) break;
        text += (text.empty() ? "" : "\n") + mpy::to_string(finding);
    }
    Judgement judgement =
        judgement_of(Verdict::Fail, Stage::Check,
                     fmt::format("the artifact breaks {} rule{} of the format: {}", report.n_errors,
                                 report.n_errors == 1 ? "" : "s", text.substr(0, text.find('\n'))));
    judgement.actual = text;
    return judgement;
}

asio::awaitable<JobArtifacts::Made> JobArtifacts::compile(const Job& job, const std::filesystem::path& source,
                                                          const std::string& source_name, Emitter emitter,
                                                          const std::string& arch) {
    const auto compiler = setup_.compilers.find(job.compiler);
    if (compiler == setup_.compilers.end())
        co_return Made{{},
                       judgement_of(Verdict::Error, Stage::Compile,
                                    fmt::format("there is no compiler {:?}", job.compiler))};
    CompileRequest request;
    request.source = source;
    request.source_name = source_name;
    request.emitter = emitter;
    request.arch = arch;
    request.flags = setup_.flags;
    auto outcome = co_await compiler->second->compile(std::move(request));
    if (!outcome) co_return Made{{}, judgement_of(Verdict::Error, Stage::Compile, outcome.error().text())};
    ++(outcome->cached ? hits_ : misses_);
    if (!outcome->cached) compiler_cpu_ += outcome->cpu;
    co_return Made{std::move(*outcome), std::nullopt};
}

std::vector<std::string> JobArtifacts::due(const Job& job,
                                           const std::vector<CompileRefusal>& refusals) const {
    const auto known = setup_.capabilities.find(job.target);
    const Capabilities none;
    const auto compiler = setup_.compilers.find(job.compiler);
    const std::string release =
        compiler == setup_.compilers.end() ? "" : compiler->second->identity().release.text();
    const RequirementScope scope{known == setup_.capabilities.end() ? none : known->second, job.mode,
                                 job.emitter, job.arch, release};
    std::vector<std::string> texts;
    for (const CompileRefusal& refusal : refusals) {
        const auto when = Requirement::parse(refusal.when);
        if (when && when->holds(scope)) texts.push_back(refusal.text);
    }
    return texts;
}

Judgement JobArtifacts::judge_refusal(const Job& job, const CompileOutcome& outcome, Judgement plain) const {
    if (outcome.kind != CompileOutcome::Kind::Refused && outcome.kind != CompileOutcome::Kind::Error)
        return plain;
    const auto says_one_of = [&](const std::vector<std::string>& texts) {
        return std::any_of(texts.begin(), texts.end(), [&](const std::string& text) {
            return outcome.message.find(text) != std::string::npos;
        });
    };
    const std::vector<std::string> refused = due(job, job.test->refused);
    if (says_one_of(refused))
        return judgement_of(Verdict::Pass, Stage::Compile, "refused as it has to be: " + outcome.last_line());
    if (!refused.empty())
        return judgement_of(
            Verdict::Fail, Stage::Compile,
            fmt::format("refused with other words than {:?}: {}", refused.front(), outcome.last_line()));
    if (says_one_of(due(job, job.test->unsupported)))
        return judgement_of(Verdict::Unsupported, Stage::Compile, outcome.last_line());
    // That the compiler documents it is not enough here: a limit that is met too early has the same words.
    if (plain.verdict == Verdict::Unsupported && job.test->states_limits)
        return judgement_of(Verdict::Fail, Stage::Compile,
                            fmt::format("refused, but the program names no such limit for this job: {}",
                                        outcome.last_line()));
    return plain;
}

asio::awaitable<void> JobArtifacts::add_helpers(const Job& job, ArtifactReply& reply) {
    for (const TestHelper& helper : job.test->helpers) {
        const std::string& arch = helper.arch.empty() ? job.arch : helper.arch;
        Made made = co_await compile(job, helper.path, helper.source_name,
                                     helper.emitter.value_or(job.emitter), arch);
        if (!made.trouble) made.trouble = judge_compilation(made.outcome);
        if (made.trouble) {
            made.trouble->reason = fmt::format("helper {}: {}", helper.name, made.trouble->reason);
            reply.verdict = judge_refusal(job, made.outcome, std::move(*made.trouble));
            co_return;
        }
        std::shared_ptr<const std::string> octets = made.outcome.octets;
        for (const std::string& text : helper.edits) {
            const auto edit = own::ArtifactEdit::parse(text);
            auto edited = edit ? edit->apply(*octets) : Result<std::string>(edit.error());
            if (!edited) {
                reply.verdict =
                    judgement_of(Verdict::Error, Stage::Compile,
                                 fmt::format("helper {}: {}", helper.name, edited.error().text()));
                co_return;
            }
            octets = std::make_shared<const std::string>(std::move(*edited));
        }
        reply.modules.emplace_back(helper.name + ".mpy", std::move(octets));
    }
}

asio::awaitable<ArtifactReply> JobArtifacts::artifact_for(const Job& job) {
    ArtifactReply reply;
    Made made = co_await compile(job, job.test->path, job.test->source_name, job.emitter, job.arch);
    reply.elapsed = made.outcome.wall;
    reply.cached = made.outcome.cached;
    if (made.trouble) {
        reply.verdict = std::move(made.trouble);
        co_return reply;
    }
    if (auto verdict = judge_compilation(made.outcome)) {
        reply.verdict = judge_refusal(job, made.outcome, std::move(*verdict));
        co_return reply;
    }
    if (const auto refused = due(job, job.test->refused); !refused.empty()) {
        reply.verdict =
            judgement_of(Verdict::Fail, Stage::Compile,
                         fmt::format("compiled, but it has to be refused with {:?}", refused.front()));
        co_return reply;
    }
    reply.octets = made.outcome.octets;
    if (auto broken = check_artifact_octets(*reply.octets)) {
        reply.verdict = std::move(broken);
        co_return reply;
    }
    co_await add_helpers(job, reply);
    co_return reply;
}

}  // namespace harness
