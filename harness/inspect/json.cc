#include "harness/inspect/report.h"

namespace harness {

using nlohmann::ordered_json;

ordered_json finding_json(const mpy::Finding& finding) {
    return {{"rule", name_of(finding.rule)},
            {"severity", finding.severity == mpy::Severity::Error ? "error" : "warning"},
            {"offset", finding.offset},
            {"field", finding.field},
            {"found", finding.found},
            {"allowed", finding.allowed}};
}

ordered_json check_json(const mpy::CheckReport& report) {
    ordered_json findings = ordered_json::array();
    for (const mpy::Finding& finding : report.findings) findings.push_back(finding_json(finding));
    return {{"errors", report.n_errors},
            {"warnings", report.n_warnings},
            {"not_listed", report.n_dropped},
            {"findings", std::move(findings)}};
}

ordered_json explanation_json(const mpy::Explanation& explanation) {
    constexpr const char* kSorts[] = {"mpy", "other version", "foreign"};
    ordered_json json{{"sort", kSorts[static_cast<std::size_t>(explanation.sort)]},
                      {"summary", explanation.summary},
                      {"octets", explanation.file_size}};
    if (!explanation.damage.empty()) json["damage"] = explanation.damage;
    if (!explanation.broken.empty()) json["broken"] = explanation.broken;
    if (!explanation.advice.empty()) json["advice"] = explanation.advice;
    if (explanation.sort == mpy::Explanation::Sort::Foreign) return json;
    json["version"] = explanation.version;
    json["first_release"] = explanation.first_release;
    json["last_release"] = explanation.last_release;
    json["small_int_bits"] = explanation.small_int_bits;
    if (explanation.sort == mpy::Explanation::Sort::Mpy) {
        json["arch"] = arch_info(explanation.arch).name;
        if (explanation.arch_flags) json["arch_flags"] = *explanation.arch_flags;
        json["source"] = explanation.source_name;
        json["made_by"] = explanation.made_by;
        json["releases"] = explanation.releases;
        json["any_host"] = explanation.any_host;
        json["hosts"] = ordered_json::array();
        for (const mpy::Arch host : explanation.hosts) json["hosts"].push_back(arch_info(host).name);
        json["functions"] = ordered_json::array();
        for (const mpy::KindCount& kind : explanation.kinds) {
            json["functions"].push_back(
                {{"kind", name_of(kind.kind)}, {"count", kind.count}, {"octets", kind.octets}});
        }
    }
    json["targets"] = ordered_json::array();
    for (const mpy::TargetAnswer& answer : explanation.targets) {
        ordered_json one{{"name", answer.target}, {"loads", answer.loads}};
        if (!answer.loads) {
            one["error"] = answer.error_text;
            one["why"] = answer.why;
            one["what_to_do"] = answer.what_to_do;
        }
        json["targets"].push_back(std::move(one));
    }
    return json;
}

std::string json_text(const ordered_json& json) {
    return json.dump(2, ' ', true, ordered_json::error_handler_t::replace);
}

}  // namespace harness
