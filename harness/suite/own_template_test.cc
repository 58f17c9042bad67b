#include "harness/suite/own_template.h"

#include <gtest/gtest.h>

namespace harness::own {
namespace {

std::vector<std::string> rung_names(const Template& parsed) {
    std::vector<std::string> names;
    for (const auto& rung : parsed.rungs()) names.push_back(rung.name);
    return names;
}

std::string expand_only_rung(std::string_view body) {
    const auto parsed = Template::parse("# each: n in 3\n# each: op in add=+\n" + std::string(body), "t.py");
    if (!parsed) return parsed.error().text();
    const auto expanded = parsed->expand(parsed->rungs().front());
    return expanded ? expanded->text : expanded.error().text();
}

TEST(OwnTemplate, AFileWithoutEachIsLeftAlone) {
    const std::string text = "# about: x\nprint({'a': {}}, '{{not a hole}}')\n#% for not a directive\n";
    const auto parsed = Template::parse(text, "t.py");
    ASSERT_TRUE(parsed);
    ASSERT_EQ(parsed->rungs().size(), 1U);
    EXPECT_EQ(parsed->rungs()[0].name, "");
    EXPECT_EQ(parsed->expand(parsed->rungs()[0])->text, text);
}

TEST(OwnTemplate, RungsAreTheCrossProductInOrder) {
    const auto parsed = Template::parse(
        "# each: n in 1 3..4\n# each: op in add=+ is-not=\"is not\"\n# only: n != 3 or op == add\n", "t.py");
    ASSERT_TRUE(parsed) << parsed.error().text();
    EXPECT_EQ(rung_names(*parsed), (std::vector<std::string>{"n=1,op=add", "n=1,op=is-not", "n=3,op=add",
                                                             "n=4,op=add", "n=4,op=is-not"}));
    EXPECT_EQ(parsed->rungs()[1].values.at("op").to_text(), "is not");
}

TEST(OwnTemplate, ATemplateOfOneTestHasANamelessRung) {
    const auto parsed = Template::parse("# template: one\n#% for i in range(2)\n{{i}}\n#% end\n", "t.py");
    ASSERT_TRUE(parsed) << parsed.error().text();
    EXPECT_EQ(rung_names(*parsed), std::vector<std::string>{""});
    EXPECT_EQ(parsed->expand(parsed->rungs()[0])->text, "0\n1\n");
}

TEST(OwnTemplate, LetNamesAnExpressionOfTheRung) {
    const auto parsed =
        Template::parse("# each: n in 1 2\n# let: m = n * 10\n# let: k = m + 1\n{{m}} {{k}}\n", "t.py");
    ASSERT_TRUE(parsed) << parsed.error().text();
    EXPECT_EQ(parsed->expand(parsed->rungs()[1])->text, "20 21\n");
}

TEST(OwnTemplate, HolesBlocksAndChoices) {
    EXPECT_EQ(expand_only_rung("x = 1 {{op}} {{n + 1}}\n"), "x = 1 + 4\n");
    EXPECT_EQ(expand_only_rung("f({{\", \".join(\"{i}{op}\" for i in range(2))}})\n"), "f(0+, 1+)\n");
    EXPECT_EQ(expand_only_rung("#% for i in range(1, n)\n  a{{i}} = {{i * i}}\n#% end\nend\n"),
              "  a1 = 1\n  a2 = 4\nend\n");
    EXPECT_EQ(expand_only_rung("#% if op == add\nyes\n#% else\nno\n#% end\n"), "yes\n");
    EXPECT_EQ(expand_only_rung("#% if n > 3\na\n#% elif op == add\nb\n#% else\nc\n#% end\n"), "b\n");
    EXPECT_EQ(expand_only_rung("#% if n > 3\nyes\n#% else\nno\n#% end\n"), "no\n");
    EXPECT_EQ(
        expand_only_rung("#% for i in range(2)\n#% for j in range(i + 1)\n{{i}}{{j}}\n#% end\n#% end\n"),
        "00\n10\n11\n");
    EXPECT_EQ(expand_only_rung("{{\"}}\"}}\n"), "}}\n") << "a quoted '}}' closes nothing";
}

TEST(OwnTemplate, EveryLineKnowsWhereItComesFrom) {
    const auto parsed = Template::parse(
        "# each: n in 2\n# about: x\n#% for i in range(n)\na{{i}}\n#% end\n{{\"p\\nq\"}}\n", "t.py");
    ASSERT_TRUE(parsed);
    const auto expanded = parsed->expand(parsed->rungs()[0]);
    ASSERT_TRUE(expanded);
    EXPECT_EQ(expanded->text, "# about: x\na0\na1\np\nq\n");
    EXPECT_EQ(expanded->lines, (std::vector<int>{2, 4, 4, 6, 6}));
    EXPECT_EQ(expanded->origin(3), 4);
}

TEST(OwnTemplate, MistakesNameFileLineAndRung) {
    EXPECT_EQ(expand_only_rung("{{m}}\n"), "t.py:3: unknown name 'm' (rung n=3,op=add)");
    EXPECT_EQ(expand_only_rung("{{n\n"), "t.py:3: '{{' without '}}' (rung n=3,op=add)");
    EXPECT_EQ(expand_only_rung("#% for i in range(2)\n"),
              "t.py:3: '#% for' or '#% if' without '#% end' (rung n=3,op=add)");
    EXPECT_EQ(expand_only_rung("#% end\n"),
              "t.py:3: unexpected '#% end'; there are for, if, elif, else and end (rung n=3,op=add)");
    EXPECT_EQ(Template::parse("# each: n of 1\n", "t.py").error().text(),
              "t.py:1: expected '# each: NAME in VALUE …', found 'n of 1'");
    EXPECT_EQ(Template::parse("# each: n in 1\n# each: n in 2\n", "t.py").error().text(),
              "t.py:2: 'n' is listed twice");
    EXPECT_EQ(Template::parse("# each: n in 1 1\n", "t.py").error().text(),
              "t.py:1: the rung 'n=1' comes out twice");
    EXPECT_EQ(Template::parse("# each: n in 1\n# only: n > 1\n", "t.py").error().text(),
              "t.py:1: no combination of values is left by 'only'");
    EXPECT_EQ(Template::parse("# each: n in 5..1\n", "t.py").error().text(),
              "t.py:1: '5..1' is not a range FIRST..LAST of at most 4096 numbers");
    EXPECT_NE(
        Template::parse("# each: n in a/b\n", "t.py").error().text().find("cannot be part of a test's name"),
        std::string::npos);
    EXPECT_NE(Template::parse("# only: n > 1\nx\n", "t.py").error().text().find("belong to a template"),
              std::string::npos);
}

TEST(OwnTemplate, GrowthIsBounded) {
    EXPECT_NE(Template::parse("# each: a in 1..4096\n# each: b in 1..4096\n", "t.py")
                  .error()
                  .text()
                  .find("more than 4096"),
              std::string::npos);
    EXPECT_NE(expand_only_rung("#% for i in range(20000)\n{{\"x\" * 1000}}\n#% end\n").find("too long"),
              std::string::npos);
}

}  // namespace
}  // namespace harness::own
