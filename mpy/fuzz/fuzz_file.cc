// libFuzzer entry: any octets as a .mpy file, through reader, checker and writer.
//
// What has to hold, besides what the sanitizers watch: a file is read or refused with a field and an offset
// inside it; what is read strictly is read leniently with the same result; what is read is written back octet
// by octet, unless it has redundant vuints, and then in its shortest form to a file that reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "mpy/checker.h"
#include "mpy/line_table.h"
#include "mpy/module.h"
#include "mpy/round_trip.h"
#include "mpy/writer.h"

namespace {

void require(bool condition, const char* what) {
    if (condition) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::span<const std::byte> file = std::as_bytes(std::span(data, size));
    mpy::Module module;
    const mpy::Result<void> read = mpy::read_module(file, module);
    mpy::Module strict;
    const mpy::Result<void> read_strict = mpy::read_module(file, strict, mpy::ReadOptions::strict());
    if (!read) {
        require(!read.error().field.empty(), "a refusal names its field");
        require(read.error().offset <= size, "a refusal stays inside the file");
        require(!read_strict, "what is refused leniently is refused strictly");
        mpy::to_string(read.error());
        return 0;
    }
    const mpy::CheckReport report = mpy::check_module(module);
    require(report.n_errors + report.n_warnings == report.findings.size() + report.n_dropped,
            "findings are counted");
    for (const mpy::Finding& finding : report.findings) {
        require(!finding.field.empty() && finding.offset <= size, "a finding has a place");
    }
    if (report.clean()) require(read_strict.has_value(), "what is clean is read strictly");
    for (const mpy::RawCode& code : module.raw_codes) {
        if (code.prelude) mpy::line_of(code.prelude->line_table, code.code.size());
        module.function_name(code);
    }

    if (module.redundant_vuints.empty()) {
        require(mpy::check_round_trip(file, module).has_value(), "what is read is written back");
        return 0;
    }
    const auto shortened = mpy::write_module(module, {mpy::RedundantVuints::Shorten});
    require(shortened.has_value(), "redundant vuints can be shortened");
    require(shortened->size() < size, "shortening makes a file shorter");
    require(mpy::check_round_trip(*shortened).has_value(), "a shortened file is written back");
    return 0;
}
