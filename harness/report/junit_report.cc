#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <string_view>

#include "harness/report/failure_text.h"
#include "harness/report/file_report.h"
#include "harness/report/text.h"

namespace harness {
namespace {

/// Text that may stand in XML 1.0: forbidden characters, which no escape can bring in, are written as \xNN.
/// Source: XML 1.0, section 2.2 (Char) and 2.4.
std::string xml(std::string_view text) {
    const std::string valid = as_utf8(text);
    std::string result;
    result.reserve(valid.size());
    for (std::size_t at = 0; at < valid.size();) {
        const std::size_t length = utf8_length(std::string_view(valid).substr(at));
        const std::string_view character = std::string_view(valid).substr(at, length);
        const auto first = static_cast<std::uint8_t>(character[0]);
        at += length;
        if (character == "&")
            result += "&amp;";
        else if (character == "<")
            result += "&lt;";
        else if (character == ">")
            result += "&gt;";
        else if (character == "\"")
            result += "&quot;";
        else if (character == "\t" || character == "\n" || character == "\r")
            // Kept as they are: unescaped, a reader would turn them into spaces in an attribute.
            result += fmt::format("&#{};", first);
        else if (first < 0x20 || first == 0x7f)
            result += fmt::format("\\x{:02x}", first);
        else if (character == "\xef\xbf\xbe" || character == "\xef\xbf\xbf")
            result += character == "\xef\xbf\xbe" ? "\\u{fffe}" : "\\u{ffff}";
        else
            result += character;
    }
    return result;
}

/// Body text: new lines stay readable.
std::string xml_body(std::string_view text) {
    std::string result;
    for (;;) {
        const std::size_t end = text.find('\n');
        result += xml(text.substr(0, end));
        if (end == std::string_view::npos) return result;
        result += '\n';
        text.remove_prefix(end + 1);
    }
}

double seconds(const JobResult& result) {
    std::chrono::nanoseconds time = result.timings.run_wall;
    if (!result.timings.compile_cached) time += result.timings.compile;
    if (!result.timings.oracle_cached) time += result.timings.oracle;
    return std::chrono::duration<double>(time).count();
}

struct Suite {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    double seconds = 0;
    std::string cases;

    std::string counts() const {
        return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.3f}\"", tests,
                           failures, errors, skipped, seconds);
    }
};

std::string suite_name(const Job& job) {
    std::string name = fmt::format("{} {}", job.target, job.row());
    if (!job.arch.empty()) name += " " + job.arch;
    if (!job.compiler.empty()) name += " " + job.compiler;
    return name;
}

/// "micropython:basics/int1.py" is class "micropython.basics", name "int1.py": CI servers group by class.
std::string case_head(const Job& job, double time) {
    const std::string& id = job.test->id;
    // A rung's parameters may hold a slash; the folder ends before them.
    const std::size_t slash = id.rfind('/', id.find('['));
    std::string folder = job.test->suite;
    if (slash != std::string::npos) folder += "." + id.substr(0, slash);
    for (char& c : folder)
        if (c == '/') c = '.';
    return fmt::format("  <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\"", xml(folder),
                       xml(slash == std::string::npos ? id : id.substr(slash + 1)), time);
}

std::string skipped_element(std::string_view what, std::string_view reason) {
    const std::string message = reason.empty() ? std::string(what) : fmt::format("{}: {}", what, reason);
    return fmt::format("    <skipped message=\"{}\"/>\n", xml(message));
}

void add_result(Suite& suite, const RecordedResult& recorded) {
    const JobResult& result = recorded.result;
    const double time = seconds(result);
    ++suite.tests;
    suite.seconds += time;
    suite.cases += case_head(result.job, time);
    std::string element;
    const auto with_body = [&](std::string_view tag) {
        element =
            fmt::format("    <{} type=\"{}\" message=\"{}\">{}</{}>\n", tag, word(result.judgement.verdict),
                        xml(result.judgement.reason), xml_body(failure_block(recorded)), tag);
    };
    switch (standing_of(result)) {
        case Standing::Passed:
            break;
        case Standing::Failed:
            ++suite.failures;
            with_body("failure");
            break;
        case Standing::Error:
            ++suite.errors;
            with_body("error");
            break;
        case Standing::Skipped:
        case Standing::Checked:
            ++suite.skipped;
            element = skipped_element(word(result.judgement.verdict), result.judgement.reason);
            break;
        case Standing::Known:
            ++suite.skipped;
            element = skipped_element("known failure", result.known_failure->reason);
            break;
        case Standing::Flaky:
            ++suite.skipped;
            element = skipped_element("flaky", result.flaky.value_or(""));
            break;
        case Standing::Quarantined:
            ++suite.skipped;
            element = skipped_element("quarantined", result.quarantine->reason);
            break;
    }
    suite.cases += element.empty() ? "/>\n" : ">\n" + element + "  </testcase>\n";
}

}  // namespace

std::string junit_report(const RunRecord& record) {
    std::map<std::string, Suite> suites;
    for (const RecordedResult& recorded : record.results)
        add_result(suites[suite_name(recorded.result.job)], recorded);
    for (const DroppedJob& dropped : record.plan.dropped) {
        Suite& suite = suites[suite_name(dropped.job)];
        ++suite.tests;
        ++suite.skipped;
        suite.cases += case_head(dropped.job, 0) + ">\n" +
                       skipped_element(word(dropped.verdict), dropped.reason) + "  </testcase>\n";
    }
    for (const std::string& line : record.plan.expired_quarantine) {
        Suite& suite = suites["quarantine"];
        ++suite.tests;
        ++suite.failures;
        suite.cases += fmt::format(
            "  <testcase classname=\"quarantine\" name=\"{0}\">\n    <failure type=\"expired\" "
            "message=\"{0}\"/>\n"
            "  </testcase>\n",
            xml(line));
    }
    Suite all;
    std::string body;
    for (const auto& [name, suite] : suites) {
        body += fmt::format(" <testsuite name=\"{}\" {}>\n{} </testsuite>\n", xml(name), suite.counts(),
                            suite.cases);
        all.tests += suite.tests;
        all.failures += suite.failures;
        all.errors += suite.errors;
        all.skipped += suite.skipped;
        all.seconds += suite.seconds;
    }
    const std::string_view name = record.facts.interrupted ? "mpyconform (interrupted)" : "mpyconform";
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" {}>\n{}</testsuites>\n", name,
        all.counts(), body);
}

}  // namespace harness
