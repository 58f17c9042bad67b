#include "harness/suite/own_expression.h"

#include <gtest/gtest.h>

#include <map>

namespace harness::own {
namespace {

Lookup scope() {
    return [](std::string_view name) -> std::optional<Value> {
        static const std::map<std::string, Value, std::less<>> kValues = {
            {"n", Value::of(std::int64_t{7})}, {"arch", Value::of("x64")},       {"float", Value::of("none")},
            {"op", Value::named("add", "+")},  {"release", Value::of("1.25.0")}, {"native", Value::of(true)},
        };
        const auto found = kValues.find(name);
        return found == kValues.end() ? std::nullopt : std::optional(found->second);
    };
}

std::string value_of(std::string_view text) {
    const auto expression = Expression::parse(text);
    if (!expression) return "parse: " + expression.error();
    const auto value = expression->evaluate(scope());
    return value ? value->to_text() : "evaluate: " + value.error();
}

TEST(OwnExpression, ArithmeticFollowsPython) {
    EXPECT_EQ(value_of("1 + 2 * 3 - 4"), "3");
    EXPECT_EQ(value_of("-7 // 2"), "-4");
    EXPECT_EQ(value_of("-7 % 3"), "2");
    EXPECT_EQ(value_of("2 ** 31 - 1"), "2147483647");
    EXPECT_EQ(value_of("-2 ** 2"), "4") << "the sign binds to its operand: write -(2 ** 2) for the other";
    EXPECT_EQ(value_of("(n + 1) // 2"), "4");
    EXPECT_EQ(value_of("hex(255) + hex(-1)"), "0xff-0x1");
    EXPECT_EQ(value_of("min(n, 3) + max(n, 3) + len(\"abc\")"), "13");
}

TEST(OwnExpression, OverflowAndDivisionByZeroAreErrors) {
    EXPECT_EQ(value_of("2 ** 63"), "evaluate: the result does not fit 64 bits");
    EXPECT_EQ(value_of("9223372036854775807 + 1"), "evaluate: the result does not fit 64 bits");
    EXPECT_EQ(value_of("(-9223372036854775807 - 1) // -1"), "evaluate: the result does not fit 64 bits");
    EXPECT_EQ(value_of("n // 0"), "evaluate: division by zero");
    EXPECT_EQ(value_of("99999999999999999999"),
              "parse: '99999999999999999999' is not a whole number of at most 63 bits");
}

TEST(OwnExpression, BareWordsStandForThemselvesOnlyOnTheRight) {
    EXPECT_EQ(value_of("arch == x64"), "1");
    EXPECT_EQ(value_of("arch in (armv6, x86)"), "0");
    EXPECT_EQ(value_of("arch not in (armv6, x86)"), "1");
    EXPECT_EQ(value_of("arhc == x64"), "evaluate: unknown name 'arhc'");
    EXPECT_EQ(value_of("x64"), "evaluate: unknown name 'x64'");
}

TEST(OwnExpression, TruthAndShortCircuit) {
    EXPECT_EQ(value_of("native and not float"), "1");
    EXPECT_EQ(value_of("float or n"), "7");
    EXPECT_EQ(value_of("native or missing"), "1") << "the right side is not looked at";
    EXPECT_EQ(value_of("1 if float else 2"), "2");
}

TEST(OwnExpression, TextsOfDigitsAndDotsCompareAsVersions) {
    EXPECT_EQ(value_of("release >= 1.9"), "1");
    EXPECT_EQ(value_of("release < 1.26"), "1");
    EXPECT_EQ(value_of("release == 1.25"), "1");
    EXPECT_EQ(value_of("release == 1.25.1"), "0");
}

TEST(OwnExpression, NamedTextsCompareByNameAndInsertTheirText) {
    EXPECT_EQ(value_of("op == add"), "1");
    EXPECT_EQ(value_of("op"), "+");
    EXPECT_EQ(value_of("name(op)"), "add");
    EXPECT_EQ(value_of("name(n)"), "7");
}

TEST(OwnExpression, JoinRepeatsAnItemOverARange) {
    EXPECT_EQ(value_of(R"(", ".join("a{i}" for i in range(3)))"), "a0, a1, a2");
    EXPECT_EQ(value_of(R"("".join("{i * n} " for i in range(1, 7, 2)))"), "7 21 35 ");
    EXPECT_EQ(value_of(R"("-".join("{i}" for i in range(3, 0, -1)))"), "3-2-1");
    EXPECT_EQ(value_of(R"(",".join("{i}" for i in range(0)))"), "");
    EXPECT_EQ(value_of(R"("\n".join("x\{{i}" for i in range(2)))"), "x{0\nx{1");
    EXPECT_EQ(value_of(R"("ab" * 3)"), "ababab");
}

TEST(OwnExpression, SyntaxErrorsSayWhatWasExpected) {
    EXPECT_EQ(value_of("1 +"), "parse: expected a value at the end in '1 +'");
    EXPECT_EQ(value_of("(1"), "parse: expected ')' at the end in '(1'");
    EXPECT_EQ(value_of("n in x"), "parse: expected '(' before 'x' in 'n in x'");
    EXPECT_EQ(value_of("1 2"), "parse: unexpected '2' in '1 2'");
    EXPECT_EQ(value_of("\"open"), "parse: the text \"open is not closed");
    EXPECT_EQ(value_of("open(1)"),
              "parse: unknown function 'open'; there are min, max, len, chr, hex and name");
}

TEST(OwnExpression, HostileNestingAndLengthEndInAnError) {
    EXPECT_EQ(value_of(std::string(100'000, '(') + "1"), "parse: the expression is nested too deeply");
    EXPECT_EQ(value_of(std::string(100'000, '-') + "1"), "parse: the expression is nested too deeply");
    EXPECT_EQ(value_of("\"x\" * 9999999999"), "evaluate: the repeated text is too long");
}

TEST(OwnExpression, NamesLeavesOutWhatNeedsNoScope) {
    const auto expression =
        Expression::parse(R"(arch == x64 and float and "".join("{i}{n}" for i in range(n)) == y)");
    ASSERT_TRUE(expression);
    EXPECT_EQ(expression->names(), (std::vector<std::string>{"arch", "float", "n"}));
}

}  // namespace
}  // namespace harness::own
