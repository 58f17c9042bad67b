#include "harness/target/probe_cache.h"

#include <nlohmann/json.hpp>

#include "harness/base/files.h"

namespace harness {
using nlohmann::json;

std::optional<ProbeAnswers> ProbeCache::find(const std::string& key) const {
    if (folder_.empty()) return std::nullopt;
    const auto text = read_file(folder_ / (key + ".json"));
    if (!text) return std::nullopt;
    const json document = json::parse(*text, nullptr, /*allow_exceptions=*/false);
    if (!document.is_object()) return std::nullopt;
    ProbeAnswers answers;
    for (const auto& [name, entry] : document.items()) {
        if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_string())
            return std::nullopt;
        answers[name] = {entry[0].get<std::string>(), entry[1].get<std::string>()};
    }
    return answers;
}

void ProbeCache::keep(const std::string& key, const ProbeAnswers& answers) const {
    if (folder_.empty()) return;
    json document = json::object();
    for (const auto& [name, answer] : answers) document[name] = {answer.output, answer.ending};
    (void)write_file_atomically(folder_ / (key + ".json"),
                                document.dump(1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace));
}

}  // namespace harness
