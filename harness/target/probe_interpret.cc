#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "harness/model/features.h"
#include "harness/model/release.h"
#include "harness/target/probe_scripts.h"
#include "mpy/facts/archs.h"

namespace harness {
namespace {

constexpr std::string_view kMark = "probe ";

struct Line {
    std::string_view key;
    std::string_view value;
};

/// The lines of an answer that are addressed to us.
std::vector<Line> lines_of(std::string_view output) {
    std::vector<Line> lines;
    while (!output.empty()) {
        const auto end = output.find('\n');
        std::string_view line = output.substr(0, end);
        output.remove_prefix(end == std::string_view::npos ? output.size() : end + 1);
        while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        // A line without its newline may be cut off.
        if (end == std::string_view::npos || !line.starts_with(kMark)) continue;
        line.remove_prefix(kMark.size());
        const auto space = line.find(' ');
        if (space == 0) continue;
        lines.push_back(
            {line.substr(0, space), space == std::string_view::npos ? "" : line.substr(space + 1)});
    }
    return lines;
}

std::optional<long> number_of(std::string_view text) {
    long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// "(1, 25, 0, '')" or "(1, 29, 0, 'preview')" as a release; empty when it is none.
std::string release_of(std::string_view tuple) {
    std::string text;
    int numbers = 0;
    for (std::size_t i = 0; i < tuple.size() && numbers < 3;) {
        if (tuple[i] < '0' || tuple[i] > '9') {
            ++i;
            continue;
        }
        if (numbers++ != 0) text += '.';
        while (i < tuple.size() && tuple[i] >= '0' && tuple[i] <= '9') text += tuple[i++];
    }
    if (tuple.find("preview") != std::string_view::npos) text += "-preview";
    const auto release = Release::parse(text);
    return release ? release->text() : "";
}

Error not_micropython(const ProbeAnswer& answer) {
    std::string shown;
    for (const char c : answer.output.substr(0, 200)) {
        if (c == '\n') {
            shown += "\\n";
        } else if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) >= 0x7F) {
            shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            shown += c;
        }
    }
    return missing_tool(
        fmt::format("it does not answer as MicroPython does: asked what it is, it printed {} ({})",
                    shown.empty() ? "nothing" : fmt::format("'{}'", shown), answer.ending));
}

/// `sys.implementation._mpy`. Source: the .mpy format text: version in bits 0-7, sub-version in bits 8-9,
/// arch in bits 10-13, arch flags from bit 16.
Result<void> read_mpy_word(std::string_view text, Capabilities& found) {
    const auto word = number_of(text);
    if (!word || *word < 0)
        return missing_tool(fmt::format("its sys.implementation._mpy is '{}', no number", text));
    if (*word == 0) return {};
    found.features.insert("load_mpy");
    found.mpy_version = static_cast<int>(*word & 0xFF);
    found.mpy_sub_version = static_cast<int>((*word >> 8) & 3);
    const auto arch = static_cast<std::uint32_t>((*word >> 10) & 0xF);
    found.arch_flags = static_cast<unsigned>(*word >> 16);
    const mpy::ArchInfo* row = mpy::find_arch(arch);
    if (!row || (arch != 0 && row->word_octets == 0))
        return missing_tool(
            fmt::format("it reports the native arch number {}, which is not known here", arch));
    if (arch != 0) found.arch = row->name;
    return {};
}

Result<void> take(const Line& line, Capabilities& found) {
    const auto& [key, value] = line;
    if (key == "platform") {
        found.platform = value;
    } else if (key == "version") {
        found.release = release_of(value);
    } else if (key == "mpy") {
        return read_mpy_word(value, found);
    } else if (key == "build") {
        found.build = value;
    } else if (key == "thread") {
        found.thread = value == "None" ? "" : value;
    } else if (key == "byte_order") {
        found.byte_order = value;
    } else if (key == "float_bits") {
        found.float_bits = static_cast<int>(number_of(value).value_or(0));
    } else if (key == "unicode") {
        found.unicode = value == "True";
    } else if (key == "error_reporting") {
        found.error_reporting = value;
    } else if (key == "small_int_bits") {
        found.small_int_bits = static_cast<int>(number_of(value).value_or(0));
    } else if (key == "inline_asm") {
        found.inline_asm = value;
    } else if (key == "inline_asm_feature") {
        found.inline_asm_features.emplace(value);
    } else if (key == "has" && find_feature(value)) {
        found.features.emplace(value);
    }
    return {};
}

/// Capabilities of the inline assembler that follow from the arch. Source: test-conventions 2.3.
void add_arch_features(Capabilities& found) {
    const mpy::ArchInfo* row = mpy::find_arch(found.arch);
    if (!row) return;
    if (found.inline_asm == "thumb" &&
        (row->arch == mpy::Arch::Armv7emsp || row->arch == mpy::Arch::Armv7emdp))
        found.inline_asm_features.insert("vfp");
    if (found.inline_asm == "xtensa" && row->arch == mpy::Arch::Xtensawin)
        found.inline_asm_features.insert("windowed");
}

}  // namespace

bool found_something(const ProbeAnswer& answer) {
    return !lines_of(answer.output).empty();
}

Result<Capabilities> interpret_probes(const ProbeAnswers& answers) {
    const auto identity = answers.find(probes().front().name);
    if (identity == answers.end())
        return internal_error("the probe that tells what the target is was not run");
    Capabilities found;
    for (const Probe& probe : probes()) {
        const auto answer = answers.find(probe.name);
        if (answer == answers.end()) continue;
        for (const Line& line : lines_of(answer->second.output)) {
            if (line.key == "name" && line.value == "cpython")
                return missing_tool("it is CPython, which takes the part of the oracle: name a MicroPython");
            MPY_CHECK_OK(take(line, found));
        }
    }
    if (found.platform.empty() || found.error_reporting.empty()) return not_micropython(identity->second);
    found.features.insert("compiler");
    add_arch_features(found);
    return found;
}

}  // namespace harness
