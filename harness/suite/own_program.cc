#include "harness/suite/own_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "harness/suite/own_artifact_edit.h"
#include "harness/suite/own_text.h"
#include "harness/suite/requirement.h"

namespace harness::own {

namespace {

constexpr std::string_view kKeys =
    "about, needs, emitters, helper, artifact-edit, expect, differs, refused, unsupported, time-factor, and "
    "in "
    "templates each, let, only";

class HeaderReader {
  public:
    HeaderReader(std::string source, const std::string& file, const std::vector<int>& origin)
        : file_(file), origin_(origin) {
        program_.source = std::move(source);
        program_.file = file;
        program_.has_machine_code = contains_machine_code(program_.source);
    }

    Result<Program> read() {
        MPY_CHECK_OK(collect());
        for (const auto& entry : entries_) MPY_CHECK_OK(apply(entry));
        MPY_CHECK_OK(check_whole());
        return std::move(program_);
    }

  private:
    struct Entry {
        std::string key;
        std::string value;
        int line = 0;
    };

    [[nodiscard]] Error error(int line, std::string message) const {
        const auto index = static_cast<std::size_t>(std::max(line, 1)) - 1;
        return configuration_error(std::move(message), file_, index < origin_.size() ? origin_[index] : line);
    }

    // Splits the header into entries; continuation lines ("#   more") join the entry above with a blank.
    Result<void> collect() {
        int number = 0;
        for (const std::string_view line : split_lines(program_.source)) {
            ++number;
            if (line.empty() || line.front() != '#') break;
            if (line.substr(0, 2) == "#|") {
                if (!program_.expect) return error(number, "'#|' lines belong below '# expect:'");
                const std::string_view text = line.substr(2);
                *program_.expect += text.substr(text.substr(0, 1) == " " ? 1 : 0);
                *program_.expect += '\n';
                continue;
            }
            if (trim(line) == "#") continue;
            if (line.substr(0, 4) == "#   " && !entries_.empty()) {
                entries_.back().value += ' ';
                entries_.back().value += trim(line.substr(1));
                continue;
            }
            const auto pair = metadata_pair(line);
            if (!pair) {
                return error(
                    number,
                    fmt::format("'{}' is not '# key: value'; the header has only such lines (keys: {}), and "
                                "remarks stand below the first line that is no comment",
                                line, kKeys));
            }
            if (pair->first == "expect") program_.expect = std::string();
            entries_.push_back({std::string(pair->first), std::string(pair->second), number});
        }
        return {};
    }

    Result<void> apply(const Entry& entry) {
        if (entry.key != "artifact-edit" && entry.key != "unsupported" && entry.value.empty()) {
            return error(entry.line, fmt::format("'{}' has no value", entry.key));
        }
        if (entry.key == "about") return once(program_.about, entry);
        if (entry.key == "differs") return once(program_.differs, entry);
        if (entry.key == "expect") return once(program_.expect_reason, entry);
        if (entry.key == "needs") return needs(entry);
        if (entry.key == "emitters") return emitters(entry);
        if (entry.key == "helper") return helper(entry);
        if (entry.key == "artifact-edit") return edit(entry);
        if (entry.key == "refused") return refusal(program_.refused, entry);
        if (entry.key == "unsupported") return refusal(program_.unsupported, entry);
        if (entry.key == "time-factor") return time_factor(entry);
        return error(entry.line, fmt::format("unknown key '{}'; the keys are {}", entry.key, kKeys));
    }

    Result<void> once(std::string& field, const Entry& entry) {
        if (!field.empty()) return error(entry.line, fmt::format("'{}' is given twice", entry.key));
        field = entry.value;
        return {};
    }

    Result<void> check_requirement(std::string_view text, int line) {
        if (auto parsed = Requirement::parse(text); !parsed) return error(line, parsed.error().message);
        return {};
    }

    Result<void> needs(const Entry& entry) {
        MPY_CHECK_OK(check_requirement(entry.value, entry.line));
        program_.needs += fmt::format("{}({})", program_.needs.empty() ? "" : " and ", entry.value);
        return {};
    }

    Result<void> emitters(const Entry& entry) {
        if (entry.value == "any") {
            program_.any_emitter = true;
            return {};
        }
        for (const std::string_view word : split_words(entry.value)) {
            const auto emitter = emitter_named(word);
            if (!emitter)
                return error(entry.line,
                             fmt::format("unknown emitter '{}'; there are bytecode, native and viper, and "
                                         "any alone",
                                         word));
            program_.emitters.push_back(*emitter);
        }
        return {};
    }

    // NAME from FILE [emit=EMITTER] [arch=ARCH]
    Result<void> helper(const Entry& entry) {
        const auto words = split_words(entry.value);
        if (words.size() < 3 || words[1] != "from") {
            return error(
                entry.line,
                fmt::format("expected '# helper: NAME from FILE [emit=EMITTER] [arch=ARCH]', found '{}'",
                            entry.value));
        }
        Helper result;
        result.name = std::string(words[0]);
        result.file = std::string(words[2]);
        for (std::size_t i = 3; i < words.size(); ++i) {
            if (words[i].substr(0, 5) == "emit=") {
                result.emitter = emitter_named(words[i].substr(5));
                if (!result.emitter)
                    return error(entry.line, fmt::format("unknown emitter in '{}'", words[i]));
            } else if (words[i].substr(0, 5) == "arch=") {
                result.arch = std::string(words[i].substr(5));
            } else {
                return error(entry.line, fmt::format("'{}' is neither emit=EMITTER nor arch=ARCH", words[i]));
            }
        }
        program_.helpers.push_back(std::move(result));
        return {};
    }

    Result<void> edit(const Entry& entry) {
        if (program_.helpers.empty())
            return error(entry.line, "'artifact-edit' changes the helper above it, and there is none");
        if (auto parsed = ArtifactEdit::parse(entry.value); !parsed)
            return error(entry.line, parsed.error().message);
        program_.helpers.back().edits.push_back(entry.value);
        return {};
    }

    // TEXT, or TEXT if CONDITION.
    Result<void> refusal(std::vector<CompileRefusal>& list, const Entry& entry) {
        const auto condition = entry.value.rfind(" if ");
        CompileRefusal result;
        result.text = std::string(trim(std::string_view(entry.value).substr(0, condition)));
        if (condition != std::string::npos) {
            result.when = std::string(trim(std::string_view(entry.value).substr(condition + 4)));
            MPY_CHECK_OK(check_requirement(result.when, entry.line));
        }
        if (result.text.empty()) {
            return error(entry.line, fmt::format("'{}' needs the text that the compiler prints", entry.key));
        }
        list.push_back(std::move(result));
        return {};
    }

    Result<void> time_factor(const Entry& entry) {
        double factor = 0;
        const char* last = entry.value.data() + entry.value.size();
        const auto result = std::from_chars(entry.value.data(), last, factor);
        if (result.ec != std::errc() || result.ptr != last || !(factor >= 0.01) || factor > 100) {
            return error(entry.line, fmt::format("'{}' is not a factor from 0.01 to 100", entry.value));
        }
        program_.time_factor = factor;
        return {};
    }

    Result<void> check_whole() {
        if (program_.about.empty())
            return error(
                1, "the header has no '# about:' line, which says in one sentence what the program checks");
        if (program_.any_emitter && !program_.emitters.empty())
            return error(1, "'emitters: any' and a list of emitters contradict each other");
        if (program_.any_emitter && !program_.has_machine_code)
            return error(1, "'emitters: any', but nothing is decorated: each emitter makes other code of it");
        if (program_.emitters.empty()) program_.emitters = {Emitter::Bytecode, Emitter::Native};
        const bool edited = std::any_of(program_.helpers.begin(), program_.helpers.end(),
                                        [](const Helper& one) { return !one.edits.empty(); });
        if (edited && !program_.expect)
            return error(1, "CPython cannot load a changed artifact: state the output with '# expect:'");
        if (!program_.differs.empty() && !program_.expect) {
            return error(
                1, "'differs' says that CPython prints something else: state the output with '# expect:'");
        }
        if (program_.expect && !program_.refused.empty()) {
            return error(1,
                         "a program that the compiler refuses prints nothing: 'expect' and 'refused' exclude "
                         "each other");
        }
        if (program_.expect && program_.expect->empty()) {
            return error(1, "'# expect:' has no '#|' lines: a program that prints nothing proves nothing");
        }
        return {};
    }

    Program program_;
    const std::string& file_;
    const std::vector<int>& origin_;
    std::vector<Entry> entries_;
};

}  // namespace

Result<Program> read_program(std::string source, const std::string& file, const std::vector<int>& origin) {
    return HeaderReader(std::move(source), file, origin).read();
}

bool contains_machine_code(std::string_view source) {
    return source.find("@micropython.native") != std::string_view::npos ||
           source.find("@micropython.viper") != std::string_view::npos ||
           source.find("@micropython.asm_") != std::string_view::npos;
}

}  // namespace harness::own
