#include <fmt/format.h>

#include <algorithm>

#include "mpy/explain.h"
#include "mpy/printable.h"

namespace mpy {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kKeyWidth = 15;

std::string row(std::string_view key, std::string_view text) {
    return fmt::format("  {:<{}}", key, kKeyWidth) + wrap(text, kWidth - kKeyWidth - 2, kKeyWidth + 2) + '\n';
}

std::string plural(std::size_t count, std::string_view word) {
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string joined(const std::vector<Arch>& archs) {
    std::string names;
    for (const Arch arch : archs) {
        if (!names.empty()) names += ", ";
        names += arch_info(arch).name;
    }
    return names;
}

std::string arch_flags_text(std::uint64_t flags) {
    std::string names;
    std::uint64_t known = 0;
    for (const NamedNumber& one : kArchFlags) {
        known |= one.number;
        if ((flags & one.number) == 0) continue;
        if (!names.empty()) names += ", ";
        names += one.name;
    }
    if ((flags & ~known) != 0)
        names += fmt::format("{}unknown {:#x}", names.empty() ? "" : ", ", flags & ~known);
    return names.empty() ? "none" : names;
}

std::string contents(const Explanation& explanation) {
    std::string out;
    std::size_t functions = 0;
    for (const KindCount& kind : explanation.kinds) functions += kind.count;
    out += row("size", fmt::format("{} octets: {}, {}, {}", explanation.file_size,
                                   plural(explanation.n_qstrs, "qstr"),
                                   plural(explanation.n_objects, "object"), plural(functions, "function")));
    std::string kinds;
    for (const KindCount& kind : explanation.kinds) {
        if (!kinds.empty()) kinds += "; ";
        kinds += fmt::format("{} in {} ({} octets)", kind.count, name_of(kind.kind), kind.octets);
    }
    if (!kinds.empty()) out += row("functions", kinds);
    return out;
}

std::string loaders(const Explanation& explanation) {
    std::string out = "Who loads it\n";
    out += row("releases", "MicroPython " + explanation.releases);
    if (explanation.any_host) {
        out += row("architectures", "any: there is no machine code in it");
    } else if (explanation.hosts.empty()) {
        out += row("architectures", "none");
    } else {
        out += row("architectures", joined(explanation.hosts));
    }
    if (explanation.arch_flags) {
        out += row("extensions", arch_flags_text(*explanation.arch_flags) + " (arch-flags of rv32imc)");
    }
    out += row("small ints", fmt::format("hosts with {} bits or more", explanation.small_int_bits));
    return out;
}

std::string answers(const Explanation& explanation) {
    if (explanation.targets.empty()) return {};
    std::size_t width = 0;
    for (const TargetAnswer& answer : explanation.targets) width = std::max(width, answer.target.size());
    width = std::min<std::size_t>(width, 40);
    std::string out = "Known targets\n";
    for (const TargetAnswer& answer : explanation.targets) {
        std::string text = "loads";
        if (!answer.loads) {
            text = fmt::format("no: \"{}\": {}; {}", answer.error_text, answer.why, answer.what_to_do);
        }
        out += fmt::format("  {:<{}}  ", printable(answer.target, 40), width) +
               wrap(text, kWidth - width - 4, width + 4) + '\n';
    }
    return out;
}

}  // namespace

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const std::size_t space = text.find(' ');
        const std::string_view word = text.substr(0, space);
        text = space == std::string_view::npos ? std::string_view() : text.substr(space + 1);
        if (column > 0 && column + 1 + word.size() > width) {
            out += '\n' + std::string(indent, ' ');
            column = 0;
        } else if (column > 0) {
            out += ' ';
            ++column;
        }
        out += word;
        column += word.size();
    }
    return out;
}

std::string render(const Explanation& explanation, std::string_view file_name) {
    // The name can be long: the first line is not wrapped, so that it looks the same everywhere.
    std::string out = fmt::format("{}: {}\n", printable(file_name, 200), explanation.summary);
    if (!explanation.damage.empty()) {
        out += wrap("It cannot be read to its end: " + explanation.damage, kWidth, 2) + '\n';
    }
    if (!explanation.broken.empty()) {
        out += wrap("It breaks rules of the format: " + explanation.broken, kWidth, 2) + '\n';
    }
    if (!explanation.advice.empty()) out += wrap("What to do: " + explanation.advice, kWidth, 2) + '\n';
    if (explanation.sort == Explanation::Sort::Mpy) {
        out += "What is in it\n";
        out += row("source", quoted(explanation.source_name));
        if (!explanation.made_by.empty()) out += row("made by", explanation.made_by);
        out += contents(explanation);
        out += loaders(explanation);
    }
    return out + answers(explanation);
}

}  // namespace mpy
