#include "mpy/text_rules.h"

#include <gtest/gtest.h>

#include "mpy/testing/file_builder.h"
#include "mpy/vuint.h"

namespace mpy {
namespace {

using namespace std::string_view_literals;

TEST(MpyText, ClassifiesUtf8) {
    for (std::string_view text : {""sv, "abc"sv, "a\0b"sv, "\xC3\xBF"sv, "\xE2\x82\xAC"sv,
                                  "\xF0\x9F\x90\x8D"sv, "\xF4\x8F\xBF\xBF"sv}) {
        EXPECT_EQ(classify_utf8(text), Utf8::Valid) << text;
    }
    // Overlong, a surrogate, beyond U+10FFFF.
    for (std::string_view text : {"\xC0\x80"sv, "\xE0\x80\x80"sv, "\xED\xA0\x80"sv, "\xF4\x90\x80\x80"sv}) {
        EXPECT_EQ(classify_utf8(text), Utf8::Loose) << text;
    }
    // A continuation without a lead, a lead without one, cut, a lead that does not exist.
    for (std::string_view text :
         {"\x80"sv, "\xC3("sv, "\xE2\x82"sv, "\xC3"sv, "\xF8\x80\x80\x80\x80"sv, "\xFF"sv}) {
        EXPECT_EQ(classify_utf8(text), Utf8::Invalid) << text;
    }
}

TEST(MpyVuint, DecodesTheWorkedValues) {
    // Source: the .mpy format text, section 1.2.
    const struct {
        testing::Octets octets;
        std::uint64_t value;
    } rows[] = {
        {{0x00}, 0},
        {{0x7F}, 127},
        {{0x81, 0x00}, 128},
        {{0x84, 0x02}, 514},
        {{0xFF, 0x7F}, 16383},
        {{0x81, 0x80, 0x00}, 16384},
        {{0x81, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F}, ~std::uint64_t{0}},
    };
    for (const auto& row : rows) {
        const Vuint vuint = decode_vuint(row.octets.span());
        EXPECT_TRUE(vuint.ok());
        EXPECT_EQ(vuint.value, row.value);
        EXPECT_EQ(vuint.octets, row.octets.size());
        EXPECT_EQ(vuint_octets(row.value), row.octets.size());
        for (std::size_t size = 0; size < row.octets.size(); ++size) {
            EXPECT_EQ(decode_vuint(row.octets.span().first(size)).error, VuintError::Truncated);
        }
    }
}

TEST(MpyVuint, RefusesWhatDoesNotFit) {
    const testing::Octets overflow{0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
    EXPECT_EQ(decode_vuint(overflow.span()).error, VuintError::Overflow);
    const testing::Octets too_long{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
    EXPECT_EQ(decode_vuint(too_long.span()).error, VuintError::TooLong);
    EXPECT_EQ(decode_vuint(too_long.span().last(10)).octets, 10U);
}

}  // namespace
}  // namespace mpy
