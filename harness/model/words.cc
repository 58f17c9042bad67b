#include "harness/model/words.h"

namespace harness {
namespace {

struct VerdictRow {
    Verdict verdict;
    std::string_view word;
    bool failure;
};

constexpr std::array<VerdictRow, kVerdicts.size()> kVerdictTable{{
    {Verdict::Pass, "pass", false},
    {Verdict::Fail, "fail", true},
    {Verdict::Crash, "crash", true},
    {Verdict::Timeout, "timeout", true},
    {Verdict::Skip, "skip", false},
    {Verdict::Unsupported, "unsupported", false},
    {Verdict::Checked, "checked", false},
    {Verdict::Error, "error", false},
}};

constexpr std::array<std::string_view, 3> kEmitterWords{"bytecode", "native", "viper"};
constexpr std::array<std::string_view, 2> kModeWords{"source", "mpy"};
constexpr std::array<std::string_view, 6> kStageWords{"plan", "compile", "check", "oracle", "load", "run"};

const VerdictRow& row(Verdict verdict) {
    return kVerdictTable[static_cast<std::size_t>(verdict)];
}

constexpr bool verdict_rows_stand_in_order() {
    for (std::size_t i = 0; i < kVerdictTable.size(); ++i)
        if (kVerdictTable[i].verdict != kVerdicts[i] || static_cast<std::size_t>(kVerdicts[i]) != i)
            return false;
    return true;
}
static_assert(verdict_rows_stand_in_order());

}  // namespace

std::string_view word(Emitter emitter) {
    return kEmitterWords[static_cast<std::size_t>(emitter)];
}
std::string_view word(Mode mode) {
    return kModeWords[static_cast<std::size_t>(mode)];
}
std::string_view word(Stage stage) {
    return kStageWords[static_cast<std::size_t>(stage)];
}
std::string_view word(Verdict verdict) {
    return row(verdict).word;
}
bool counts_as_failure(Verdict verdict) {
    return row(verdict).failure;
}

std::optional<Emitter> emitter_named(std::string_view name) {
    for (const Emitter emitter : kEmitters)
        if (word(emitter) == name) return emitter;
    return std::nullopt;
}

std::optional<Verdict> verdict_named(std::string_view name) {
    for (const Verdict verdict : kVerdicts)
        if (word(verdict) == name) return verdict;
    return std::nullopt;
}

}  // namespace harness
