#include "harness/model/release.h"

#include <gtest/gtest.h>

namespace harness {
namespace {

Release release(std::string_view text) {
    return Release::parse(text).value();
}
bool in_range(std::string_view range, std::string_view text) {
    return ReleaseRange::parse(range).value().contains(release(text));
}

TEST(Release, ReadsTheFormsThatTheToolsPrint) {
    EXPECT_EQ(release("1.25").text(), "1.25.0");
    EXPECT_EQ(release("v1.25.1").text(), "1.25.1");
    EXPECT_EQ(release("1.29.0-preview").text(), "1.29.0-preview");
    EXPECT_EQ(release("v1.29.0-preview.731.g1c3c201149").text(), "1.29.0-preview");
    EXPECT_EQ(release("v1.25.0+ds-1").text(), "1.25.0");
    EXPECT_EQ(release("v1.25.0-12.g1c3c20114.dirty").text(), "1.25.0");
    EXPECT_EQ(release("v1.25.0-dirty").text(), "1.25.0");
}

TEST(Release, RefusesWhatIsNotARelease) {
    for (const auto* text : {"", "1", "1.", "1.x", "one", "1.25.0rc1", "1.25.0.1", "-1.25", "1.25-previewx", "1.25.0-12", "1.25.0-x"})
        EXPECT_FALSE(Release::parse(text)) << text;
}

TEST(Release, OrdersByNumberAndCountsAPreviewAsItsRelease) {
    EXPECT_LT(release("1.9"), release("1.25"));
    EXPECT_LT(release("1.25.0"), release("1.25.1"));
    EXPECT_EQ(release("1.29.0-preview"), release("1.29.0"));
}

TEST(ReleaseRange, EmptyHoldsEveryRelease) {
    EXPECT_TRUE(in_range("", "1.0"));
    EXPECT_TRUE(ReleaseRange::parse(" ").value().is_everything());
}

TEST(ReleaseRange, AllConditionsMustHold) {
    EXPECT_TRUE(in_range(">=1.25, <1.28", "1.27.3"));
    EXPECT_FALSE(in_range(">=1.25, <1.28", "1.28.0"));
    EXPECT_FALSE(in_range(">=1.25, <1.28", "1.24.1"));
    EXPECT_TRUE(in_range(">1.25.0", "1.25.1"));
    EXPECT_TRUE(in_range("<=1.25", "1.25.0"));
    EXPECT_TRUE(in_range("==1.25", "1.25.0"));
    EXPECT_FALSE(in_range("==1.25", "1.25.1"));
}

TEST(ReleaseRange, ABareReleaseMeansAllItsMicroReleases) {
    EXPECT_TRUE(in_range("1.25", "1.25.3"));
    EXPECT_FALSE(in_range("1.25", "1.26.0"));
    EXPECT_FALSE(in_range("1.25.0", "1.25.3"));
}

TEST(ReleaseRange, RefusesWhatItCannotRead) {
    for (const auto* text : {">=", "1.25,", "~1.25", ">=1.25 <1.28", ","})
        EXPECT_FALSE(ReleaseRange::parse(text)) << text;
}

}  // namespace
}  // namespace harness
