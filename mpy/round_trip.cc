#include "mpy/round_trip.h"

#include <fmt/format.h>

#include <algorithm>

#include "mpy/writer.h"

namespace mpy {

Result<void> check_round_trip(std::span<const std::byte> file, const Module& module) {
    const Result<std::vector<std::byte>> written = write_module(module);
    if (!written) return written.error();
    const auto [in, out] = std::mismatch(file.begin(), file.end(), written->begin(), written->end());
    if (in == file.end() && out == written->end()) return {};
    const auto show = [](auto at, auto end) {
        return at == end ? std::string("the end") : fmt::format("{:#04x}", static_cast<unsigned>(*at));
    };
    return Finding{Rule::W2,
                   Severity::Error,
                   static_cast<std::uint64_t>(in - file.begin()),
                   "round trip",
                   fmt::format("{} written, {} octets in all", show(out, written->end()), written->size()),
                   fmt::format("{}, {} octets in all", show(in, file.end()), file.size())};
}

Result<void> check_round_trip(std::span<const std::byte> file) {
    Module module;
    const Result<void> read = read_module(file, module);
    return read ? check_round_trip(file, module) : read;
}

CheckReport check_artifact(std::span<const std::byte> file, const CheckOptions& options) {
    Module module;
    CheckReport report;
    if (const Result<void> read = read_module(file, module); !read) {
        report.add(read.error(), options);
        return report;
    }
    report = check_module(module, options);
    if (const Result<void> trip = check_round_trip(file, module); !trip) report.add(trip.error(), options);
    return report;
}

}  // namespace mpy
