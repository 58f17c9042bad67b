#include "harness/report/totals.h"

#include <gtest/gtest.h>

#include <numeric>

#include "harness/report/fixture.h"

namespace harness {
namespace {

TEST(Totals, EveryResultHasExactlyOneStanding) {
    Totals totals;
    for (const JobResult& result : fixture::results()) totals.add(result);
    EXPECT_EQ(std::accumulate(totals.by_standing.begin(), totals.by_standing.end(), std::size_t{0}),
              fixture::results().size());
    for (const Standing standing : kStandings) EXPECT_NE(totals[standing], 0U) << word(standing);
    EXPECT_EQ(totals[Standing::Failed],
              6U);  // fail, crash, timeout, compile error, known changed, known gone
    EXPECT_EQ(totals.known_changed, 1U);
    EXPECT_EQ(totals.known_gone, 1U);
}

TEST(Totals, CheckedAndErrorAreNeitherPassedNorFailedNorSkipped) {
    for (const Verdict verdict : {Verdict::Checked, Verdict::Error}) {
        Totals totals;
        totals.add(fixture::result(fixture::job("a.py", Emitter::Native, "t"), verdict, Stage::Run));
        EXPECT_EQ(totals[Standing::Passed] + totals[Standing::Failed] + totals[Standing::Skipped], 0U);
    }
}

TEST(Totals, AFailureFailsWhateverItsStage) {
    for (const Verdict verdict : kVerdicts)
        for (const Stage stage : {Stage::Compile, Stage::Check, Stage::Load, Stage::Run})
            EXPECT_EQ(standing_of(fixture::result(fixture::job("a.py", Emitter::Native, "t"), verdict,
                                                  stage)) == Standing::Failed,
                      counts_as_failure(verdict));
}

}  // namespace
}  // namespace harness
