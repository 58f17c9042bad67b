#include "harness/base/toml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {

using ::testing::ElementsAre;

TomlReader reader(std::string_view text) {
    return TomlReader::parse(text, "data.toml").value();
}
std::string trouble(const TomlReader& toml) {
    const auto finished = toml.finish();
    return finished ? "" : finished.error().text();
}

TEST(TomlReader, ReadsEveryType) {
    TomlReader toml = reader("a = \"x\"\nb = 3\nc = true\nd = [\"p\", \"q\"]\ne = 1.5\n[f]\nk = \"v\"\n");
    EXPECT_EQ(toml.text("a"), "x");
    EXPECT_EQ(toml.number("b"), 3);
    EXPECT_EQ(toml.real("b"), 3.0);
    EXPECT_EQ(toml.real("missing"), std::nullopt);
    EXPECT_EQ(toml.flag("c"), true);
    EXPECT_THAT(toml.texts("d"), ElementsAre("p", "q"));
    EXPECT_THAT(toml.texts("a"), ElementsAre("x"));
    EXPECT_EQ(toml.real("e"), 1.5);
    EXPECT_EQ(toml.text_table("f").at("k"), "v");
    EXPECT_EQ(trouble(toml), "");
}

TEST(TomlReader, RefusesAKeyThatNobodyAskedFor) {
    TomlReader toml = reader("a = \"x\"\n\nbb = 1\n");
    EXPECT_EQ(toml.text("a"), "x");
    EXPECT_EQ(trouble(toml), "data.toml:3: the key 'bb' is not known here. Known are: a");
}

TEST(TomlReader, NotesTheFirstWrongType) {
    TomlReader toml = reader("a = 1\nb = \"x\"\n");
    EXPECT_EQ(toml.text("a"), std::nullopt);
    EXPECT_EQ(toml.number("b"), std::nullopt);
    EXPECT_EQ(trouble(toml), "data.toml:1: 'a' is a whole number, it has to be a text");
}

TEST(TomlReader, ReadsADateAndNothingLikeIt) {
    using namespace std::chrono_literals;
    TomlReader toml = reader("a = 2026-12-31\nb = \"2026-12-31\"\n");
    EXPECT_EQ(toml.date("a"), 2026y / 12 / 31);
    EXPECT_EQ(toml.date("missing"), std::nullopt);
    EXPECT_EQ(toml.date("b"), std::nullopt);
    EXPECT_EQ(
        trouble(toml),
        "data.toml:2: 'b' is a text, it has to be a date without quotes and without a time: b = 2026-12-31");
}

TEST(TomlReader, NotesWrongElements) {
    TomlReader toml = reader("a = [\"x\",\n 1]\n");
    EXPECT_TRUE(toml.texts("a").empty());
    EXPECT_EQ(trouble(toml), "data.toml:2: 'a' holds a whole number, it has to hold texts");
}

TEST(TomlReader, NotesAMissingKey) {
    TomlReader toml = reader("[t]\n");
    auto inner = toml.tables("t");
    ASSERT_EQ(inner.size(), 1U);
    EXPECT_EQ(inner[0].required_text("name"), "");
    EXPECT_EQ(trouble(inner[0]), "data.toml:1: 'name' is missing here");
    EXPECT_EQ(trouble(toml), "");
}

TEST(TomlReader, ArraysOfTablesKeepTheirLines) {
    TomlReader toml = reader("[[t]]\na = 1\n[[t]]\na = 2\n");
    auto inner = toml.tables("t");
    ASSERT_EQ(inner.size(), 2U);
    EXPECT_EQ(inner[1].number("a"), 2);
    EXPECT_EQ(inner[1].line_of("a"), 4);
    EXPECT_EQ(inner[1].line(), 3);
}

TEST(TomlReader, NamesTheLineThatIsNotToml) {
    const auto parsed = TomlReader::parse("a = 1\nb = = 2\n", "data.toml");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().where.line, 2);
    EXPECT_EQ(parsed.error().where.file, "data.toml");
}

}  // namespace
}  // namespace harness
