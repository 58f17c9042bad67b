#include "harness/report/text.h"

#include <gtest/gtest.h>

namespace harness {
namespace {

TEST(Text, TellsValidUtf8FromInvalid) {
    EXPECT_TRUE(is_utf8("plain \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"));
    for (const char* wrong : {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82",
                              "\x80", "\xf0\x80\x80\x80", "\xe0\x80\x80"})
        EXPECT_FALSE(is_utf8(wrong)) << as_utf8(wrong);
    EXPECT_EQ(as_utf8("a\xff\xc3\xa4\xed\xa0\x80"), "a\\xff\xc3\xa4\\xed\\xa0\\x80");
}

TEST(Text, EveryControlOctetIsShown) {
    for (int i = 0; i < 256; ++i) {
        const std::string shown = visible_line(std::string(1, static_cast<char>(i)) + "x");
        for (const char c : shown) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << i;
        EXPECT_TRUE(is_utf8(shown)) << i;
        EXPECT_EQ(shown.find('\x7f'), std::string::npos);
    }
    EXPECT_EQ(visible_line("a\r\tb\x1b[2J"), "a\\r\\tb\\x1b[2J");
}

TEST(Text, ShowsWhatReordersOrHidesText) {
    EXPECT_EQ(visible_line("a\xe2\x80\xaez"), "a\\u{202e}z");
    EXPECT_EQ(visible_line("a\xc2\x9bz"), "a\\u{009b}z");
    EXPECT_EQ(visible_line("a b  "), "a b\\x20\\x20");
    EXPECT_EQ(visible_line("   "), "\\x20\\x20\\x20");
}

TEST(Text, CutsLongLinesAndSaysHowMuchIsMissing) {
    EXPECT_EQ(visible_line(std::string(1000, 'a'), 5), "aaaaa… (995 more octets)");
    EXPECT_EQ(visible_line("aaaaa", 5), "aaaaa");
}

TEST(Text, FitsColumnsWithoutBreakingCharacters) {
    EXPECT_EQ(fit_columns("\xc3\xa4\xc3\xb6\xc3\xbc", 3), "\xc3\xa4\xc3\xb6\xc3\xbc");
    EXPECT_EQ(fit_columns("\xc3\xa4\xc3\xb6\xc3\xbcx", 3), "\xc3\xa4\xc3\xb6…");
    EXPECT_EQ(fit_columns("abc", 1), "…");
    EXPECT_EQ(fit_columns("abc", 0), "");
}

}  // namespace
}  // namespace harness
