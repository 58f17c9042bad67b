// A comparison as a person reads it, as Markdown and as JSON.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "harness/report/comparison.h"
#include "harness/report/failure_text.h"
#include "harness/report/markdown.h"
#include "harness/report/text.h"

namespace harness {
namespace {

using Json = nlohmann::ordered_json;

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

std::string change_text(std::uint64_t before, std::uint64_t after) {
    if (before == after) return fmt::format("{}, unchanged", before);
    const auto difference = static_cast<std::int64_t>(after - before);
    const double percent =
        before == 0 ? 0.0 : 100.0 * static_cast<double>(difference) / static_cast<double>(before);
    return fmt::format("{} → {} ({:+d}, {:+.2f} %)", before, after, difference, percent);
}

std::string change_text(const SizeChange& octets) {
    return change_text(octets.before, octets.after);
}

std::string job_text(const Job& job) {
    std::string text = fmt::format("{}:{}  {}", job.test->suite, job.test->id, job.row());
    if (!job.arch.empty() && text.find(job.arch) == std::string::npos) text += " " + job.arch;
    return text + "  " + job.target;
}

std::string change_line(const JobChange& change) {
    return fmt::format("{}  {} → {}\n", job_text(change.job), visible_line(change.before, 100),
                       visible_line(change.after, 100));
}

std::string list_text(std::string_view title, const std::vector<JobChange>& changes, std::size_t most_blocks,
                      std::size_t most_lines) {
    if (changes.empty()) return {};
    std::string text = fmt::format("\n{}: {}\n", title, changes.size());
    std::size_t printed = 0;
    for (const JobChange& change : changes) {
        if (printed == most_lines) {
            text += fmt::format("… and {} more (--json has them all)\n", changes.size() - printed);
            break;
        }
        text += change_line(change);
        if (printed++ < most_blocks && change.result != nullptr) text += failure_block(*change.result) + "\n";
    }
    return text;
}

std::string targets_text(std::string_view title, const std::vector<TargetChange>& targets) {
    std::string text;
    for (const TargetChange& target : targets)
        text += fmt::format("\n{} {}: {}\n", title, target.target, target.reason);
    return text;
}

std::string images_text(const Comparison& comparison) {
    std::string text;
    std::size_t alike = 0;
    for (const ImageChange& image : comparison.images) {
        if (image.before == image.after) {
            ++alike;
            continue;
        }
        text += fmt::format("  {}: text {}; data {}; bss {}\n", image.target,
                            change_text(image.before.text, image.after.text),
                            change_text(image.before.data, image.after.data),
                            change_text(image.before.bss, image.after.bss));
    }
    if (comparison.images.empty()) return {};
    return fmt::format("\nSize of the runtimes, in octets ({} of {} unchanged)\n", alike,
                       comparison.images.size()) +
           text;
}

std::string artifacts_text(const Comparison& comparison) {
    if (comparison.artifacts.empty()) return {};
    std::string text = "\nSize of the artifacts, in octets\n";
    for (const ArtifactTotal& total : comparison.artifacts)
        text += fmt::format("  {} {}: {} files, {} of another size; {}\n", total.emitter, total.arch,
                            total.files, total.changed, change_text(total.octets));
    for (const ArtifactChange& change : comparison.biggest)
        text += fmt::format("    {} {} {}: {}\n", change.test, change.emitter, change.arch,
                            change_text(change.octets));
    return text;
}

std::string times_text(const Comparison& comparison) {
    std::string text = fmt::format("\nTime: building {:.1f} s and {:.1f} s, running {:.1f} s and {:.1f} s\n",
                                   seconds(comparison.base_building), seconds(comparison.head_building),
                                   seconds(comparison.base_wall), seconds(comparison.head_wall));
    for (const TargetTime& time : comparison.times)
        text += fmt::format("  {}: {} programs, {:.2f} s → {:.2f} s\n", time.target, time.jobs,
                            seconds(time.before), seconds(time.after));
    return text;
}

Json size_json(const SizeChange& octets) {
    return {{"before", octets.before}, {"after", octets.after}};
}

Json image_json(const ImageSize& image) {
    return {{"text", image.text}, {"data", image.data}, {"bss", image.bss}};
}

Json changes_json(const std::vector<JobChange>& changes) {
    Json list = Json::array();
    for (const JobChange& change : changes)
        list.push_back({{"key", as_utf8(change.job.key())},
                        {"suite", as_utf8(change.job.test->suite)},
                        {"test", as_utf8(change.job.test->id)},
                        {"mode", word(change.job.mode)},
                        {"emitter", word(change.job.emitter)},
                        {"arch", as_utf8(change.job.arch)},
                        {"compiler", as_utf8(change.job.compiler)},
                        {"target", as_utf8(change.job.target)},
                        {"before", as_utf8(change.before)},
                        {"after", as_utf8(change.after)}});
    return list;
}

Json targets_json(const std::vector<TargetChange>& targets) {
    Json list = Json::array();
    for (const TargetChange& target : targets)
        list.push_back({{"target", as_utf8(target.target)}, {"reason", as_utf8(target.reason)}});
    return list;
}

Json sizes_json(const Comparison& comparison) {
    Json images = Json::array();
    for (const ImageChange& image : comparison.images)
        images.push_back({{"target", as_utf8(image.target)},
                          {"before", image_json(image.before)},
                          {"after", image_json(image.after)}});
    Json artifacts = Json::array();
    for (const ArtifactTotal& total : comparison.artifacts)
        artifacts.push_back({{"emitter", total.emitter},
                             {"arch", total.arch},
                             {"files", total.files},
                             {"changed", total.changed},
                             {"octets", size_json(total.octets)}});
    Json biggest = Json::array();
    for (const ArtifactChange& change : comparison.biggest)
        biggest.push_back({{"test", as_utf8(change.test)},
                           {"emitter", change.emitter},
                           {"arch", change.arch},
                           {"octets", size_json(change.octets)}});
    return {
        {"images", std::move(images)}, {"artifacts", std::move(artifacts)}, {"biggest", std::move(biggest)}};
}

Json times_json(const Comparison& comparison) {
    Json targets = Json::array();
    for (const TargetTime& time : comparison.times)
        targets.push_back({{"target", as_utf8(time.target)},
                           {"jobs", time.jobs},
                           {"before_seconds", seconds(time.before)},
                           {"after_seconds", seconds(time.after)}});
    return {{"building_seconds",
             {{"before", seconds(comparison.base_building)}, {"after", seconds(comparison.head_building)}}},
            {"running_seconds",
             {{"before", seconds(comparison.base_wall)}, {"after", seconds(comparison.head_wall)}}},
            {"targets", std::move(targets)}};
}

using markdown::cell;
using markdown::row;

std::string jobs_markdown(std::string_view title, const std::vector<JobChange>& changes) {
    if (changes.empty()) return {};
    constexpr std::size_t kMostRows = 200;
    std::string text = fmt::format("\n<details{}><summary>{}: {}</summary>\n\n",
                                   changes.size() <= 20 ? " open" : "", title, changes.size());
    text += markdown::head({"test", "emitter", "arch", "target", "before", "after"});
    std::size_t printed = 0;
    for (const JobChange& change : changes) {
        if (printed++ == kMostRows) {
            text += fmt::format("\n… and {} more\n", changes.size() - kMostRows);
            break;
        }
        text +=
            row({cell(change.job.test->suite + ":" + change.job.test->id), cell(change.job.row()),
                 cell(change.job.arch), cell(change.job.target), cell(change.before), cell(change.after)});
    }
    return text + "\n</details>\n";
}

/// Jobs that changed, by target and row.
std::string overview_markdown(const Comparison& comparison) {
    std::map<std::pair<std::string, std::string>, std::array<std::size_t, 3>> counts;
    const std::vector<JobChange>* lists[] = {&comparison.newly_failing, &comparison.newly_passing,
                                             &comparison.other};
    for (std::size_t i = 0; i < std::size(lists); ++i)
        for (const JobChange& change : *lists[i]) {
            std::string what = change.job.row();
            if (!change.job.arch.empty() && what.find(change.job.arch) == std::string::npos)
                what += " " + change.job.arch;
            ++counts[{change.job.target, what}][i];
        }
    if (counts.empty()) return {};
    std::string text =
        "\n" + markdown::head({"target", "emitter", "newly failing", "newly passing", "otherwise changed"});
    for (const auto& [where, numbers] : counts)
        text += row({cell(where.first), cell(where.second), std::to_string(numbers[0]),
                     std::to_string(numbers[1]), std::to_string(numbers[2])});
    return text;
}

std::string sizes_markdown(const Comparison& comparison) {
    std::string text;
    if (!comparison.images.empty()) {
        text += "\n" + markdown::head({"runtime", "text", "data", "bss"});
        for (const ImageChange& image : comparison.images)
            text += row({cell(image.target), change_text(image.before.text, image.after.text),
                         change_text(image.before.data, image.after.data),
                         change_text(image.before.bss, image.after.bss)});
    }
    if (!comparison.artifacts.empty()) {
        text += "\n" + markdown::head({"artifacts", "files", "of another size", "octets"});
        for (const ArtifactTotal& total : comparison.artifacts)
            text += row({cell(total.emitter + " " + total.arch), std::to_string(total.files),
                         std::to_string(total.changed), change_text(total.octets)});
    }
    if (!comparison.biggest.empty()) {
        text += "\n" + markdown::head({"largest changes", "emitter", "arch", "octets"});
        for (const ArtifactChange& change : comparison.biggest)
            text += row({cell(change.test), change.emitter, change.arch, change_text(change.octets)});
    }
    return text;
}

}  // namespace

std::string comparison_text(const Comparison& comparison, std::size_t most_failures) {
    constexpr std::size_t kMostLines = 200;
    std::string text = fmt::format("base  {}\nhead  {}\n", comparison.base, comparison.head);
    text += targets_text("Cannot be used any more:", comparison.lost);
    text += targets_text("Can be used now:", comparison.gained);
    text += list_text("Newly failing", comparison.newly_failing, most_failures, kMostLines);
    text += list_text("Newly passing", comparison.newly_passing, 0, kMostLines);
    text += list_text("Otherwise changed", comparison.other, most_failures, kMostLines);
    text += images_text(comparison) + artifacts_text(comparison) + times_text(comparison);
    if (comparison.interrupted) text += "\ninterrupted: what did not run on both sides is not compared\n";
    return text + "\n" + comparison_counts(comparison) + "\n";
}

std::string comparison_markdown(const Comparison& comparison) {
    std::string text = fmt::format("### mpyconform: {} → {}\n\n**{}**\n", cell(comparison.base),
                                   cell(comparison.head), comparison_counts(comparison));
    for (const TargetChange& target : comparison.lost)
        text += fmt::format("\n**{} cannot be used any more:**\n\n{}", target.target,
                            markdown::block(target.reason));
    for (const TargetChange& target : comparison.gained)
        text += fmt::format("\n{} can be used now.\n", target.target);
    text += overview_markdown(comparison);
    text += jobs_markdown("Newly failing", comparison.newly_failing);
    text += jobs_markdown("Newly passing", comparison.newly_passing);
    text += jobs_markdown("Otherwise changed", comparison.other);
    text += sizes_markdown(comparison);
    text += fmt::format("\nTime: building {:.0f} s → {:.0f} s, running {:.0f} s → {:.0f} s\n",
                        seconds(comparison.base_building), seconds(comparison.head_building),
                        seconds(comparison.base_wall), seconds(comparison.head_wall));
    return text;
}

std::string comparison_json(const Comparison& comparison) {
    const Json json{{"base", as_utf8(comparison.base)},
                    {"head", as_utf8(comparison.head)},
                    {"newly_failing", changes_json(comparison.newly_failing)},
                    {"newly_passing", changes_json(comparison.newly_passing)},
                    {"otherwise_changed", changes_json(comparison.other)},
                    {"targets_lost", targets_json(comparison.lost)},
                    {"targets_gained", targets_json(comparison.gained)},
                    {"unchanged", comparison.unchanged},
                    {"only_head", comparison.added},
                    {"only_base", comparison.removed},
                    {"flaky", comparison.flaky},
                    {"sizes", sizes_json(comparison)},
                    {"measured", times_json(comparison)}};
    return json.dump(1);
}

}  // namespace harness
