// The closed lists that every part of the runner speaks: emitters, modes, stages, verdicts. Each is one table
// with the word that is printed; the words are those of docs/architecture.md.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace harness {

/// What `mpy-cross -X emit=` takes.
enum class Emitter { Bytecode, Native, Viper };
inline constexpr std::array kEmitters{Emitter::Bytecode, Emitter::Native, Emitter::Viper};
[[nodiscard]] std::string_view word(Emitter emitter);
[[nodiscard]] std::optional<Emitter> emitter_named(std::string_view name);

/// Source: the target compiles the program. Mpy (`--via-mpy`): the artifact is loaded.
enum class Mode { Source, Mpy };
[[nodiscard]] std::string_view word(Mode mode);

/// Where on a job's way its verdict was reached.
enum class Stage {
    Plan,     ///< left out before anything ran
    Compile,  ///< mpy-cross
    Check,    ///< our checker read the artifact
    Oracle,   ///< the expectation could not be had
    Load,     ///< the runtime refused the artifact
    Run,      ///< the program ran
};
[[nodiscard]] std::string_view word(Stage stage);

/// How a job ended, for a person. `Checked` is an artifact that was compiled and checked but that nothing
/// here can run: it is never counted as passed.
enum class Verdict { Pass, Fail, Crash, Timeout, Skip, Unsupported, Checked, Error };
inline constexpr std::array kVerdicts{Verdict::Pass, Verdict::Fail,        Verdict::Crash,   Verdict::Timeout,
                                      Verdict::Skip, Verdict::Unsupported, Verdict::Checked, Verdict::Error};
[[nodiscard]] std::string_view word(Verdict verdict);
[[nodiscard]] std::optional<Verdict> verdict_named(std::string_view name);

/// True for the verdicts that say the subject is broken (exit status 1): fail, crash, timeout.
[[nodiscard]] bool counts_as_failure(Verdict verdict);

}  // namespace harness
