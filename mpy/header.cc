#include "mpy/header.h"

#include <fmt/format.h>

namespace mpy {

Result<Header> read_header(std::span<const std::byte> file) {
    if (file.size() < kHeaderOctets) {
        return Finding{Rule::V2,
                       Severity::Error,
                       0,
                       "header",
                       fmt::format("a file of {} octet{}", file.size(), file.size() == 1 ? "" : "s"),
                       fmt::format("at least {} octets", kHeaderOctets)};
    }
    const auto octet = [&](std::size_t at) { return static_cast<std::uint8_t>(file[at]); };
    if (octet(0) != kMagic) {
        return Finding{Rule::V1,
                       Severity::Error,
                       0,
                       "header.magic",
                       fmt::format("{:#04x}", octet(0)),
                       fmt::format("{:#04x} ('M')", kMagic)};
    }
    return Header{.version = octet(1), .feature = octet(2), .small_int_bits = octet(3)};
}

}  // namespace mpy
