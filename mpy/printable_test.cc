#include "mpy/printable.h"

#include <gtest/gtest.h>

#include <array>

namespace mpy {
namespace {

using namespace std::string_view_literals;

TEST(Printable, WritesStringsAsPythonDoes) {
    EXPECT_EQ(quoted("plain"), "'plain'");
    EXPECT_EQ(quoted("it's"), "'it\\'s'");
    EXPECT_EQ(quoted("a\\b\n\r\t"), "'a\\\\b\\n\\r\\t'");
    EXPECT_EQ(quoted(""), "''");
}

TEST(Printable, KeepsPrintableUtf8) {
    EXPECT_EQ(quoted("grün €"), "'grün €'");
    EXPECT_EQ(quoted("\xF0\x9F\x90\x8D"), "'\xF0\x9F\x90\x8D'");
}

TEST(Printable, EscapesWhatCouldMoveTheCursorOrHideText) {
    EXPECT_EQ(quoted("\x1B[2J"), "'\\x1b[2J'");
    EXPECT_EQ(quoted("\0\x7F"sv), "'\\x00\\x7f'");
    EXPECT_EQ(quoted("\xC2\x9B"), "'\\x9b'") << "the one-octet form of ESC [";
    EXPECT_EQ(quoted("\xE2\x80\xAE"), "'\\u202e'") << "right-to-left override";
    EXPECT_EQ(quoted("\xE2\x80\x8B"), "'\\u200b'") << "zero width space";
    EXPECT_EQ(quoted("\xF3\xA0\x80\x81"), "'\\U000e0001'") << "tag character";
}

TEST(Printable, EscapesOctetsThatAreNoUtf8) {
    EXPECT_EQ(quoted("\xFF\xC3"), "'\\xff\\xc3'");
    EXPECT_EQ(quoted("\xC0\x80"), "'\\xc0\\x80'") << "overlong zero";
    EXPECT_EQ(quoted("\xED\xA0\x80"), "'\\xed\\xa0\\x80'") << "surrogate";
    EXPECT_EQ(quoted("\xF5\x80\x80\x80"), "'\\xf5\\x80\\x80\\x80'") << "above the last code point";
}

TEST(Printable, CutsLongTextsAtACharacter) {
    EXPECT_EQ(quoted(std::string(100, 'x'), 4), "'xxxx'... (100 octets)");
    EXPECT_EQ(quoted("ab\xE2\x82\xAC"
                     "cd",
                     4),
              "'ab'... (7 octets)");
    EXPECT_EQ(printable(std::string(9, 'y'), 3), "yyy... (9 octets)");
}

TEST(Printable, BytesAreAllEscaped) {
    EXPECT_EQ(quoted_octets("a\0\xC3\xA9"sv), "b'a\\x00\\xc3\\xa9'");
}

TEST(Printable, WritesObjectsByValue) {
    Object tuple;
    tuple.kind = ObjectKind::Tuple;
    Object one;
    one.kind = ObjectKind::Int;
    one.text = "-5";
    tuple.items.push_back(one);
    EXPECT_EQ(printable(tuple), "(-5,)");
    Object text;
    text.kind = ObjectKind::Str;
    text.text = "x";
    tuple.items.push_back(text);
    Object none;
    tuple.items.push_back(none);
    EXPECT_EQ(printable(tuple), "(-5, 'x', None)");
    Object table;
    table.kind = ObjectKind::FunctionTable;
    EXPECT_EQ(printable(table), "<function table>");
}

TEST(Printable, CutsLongTuples) {
    Object tuple;
    tuple.kind = ObjectKind::Tuple;
    tuple.items.resize(100000);
    const std::string text = printable(tuple, 40);
    EXPECT_LT(text.size(), 100U);
    EXPECT_NE(text.find("100000 items"), std::string::npos);
}

TEST(Printable, NamesIndicesThatDoNotExist) {
    const Module module;
    EXPECT_EQ(quoted_qstr(module, {7}), "<no qstr 7>");
    EXPECT_EQ(printable_object(module, {3}), "<no object 3>");
}

TEST(Printable, HexStopsAtTheLimit) {
    constexpr std::array kOctets = {std::byte{0x4D}, std::byte{0x06}, std::byte{0xFF}};
    EXPECT_EQ(hex_octets(kOctets, 3), "4D 06 FF");
    EXPECT_EQ(hex_octets(kOctets, 2), "4D 06 ..");
}

}  // namespace
}  // namespace mpy
