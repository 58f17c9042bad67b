#include "harness/report/differences.h"

#include <gtest/gtest.h>

#include "harness/report/fixture.h"

namespace harness {
namespace {

RunRecord record_of(std::vector<JobResult> results) {
    RunRecord record;
    for (JobResult& result : results) record.results.push_back(recorded(std::move(result)));
    return record;
}

TEST(Differences, AreTestsWhoseOutcomeDependsOnTheTarget) {
    const auto on = [](const std::string& target, Verdict verdict) {
        return fixture::result(fixture::job("basics/a.py", Emitter::Native, target), verdict, Stage::Run);
    };
    const RunRecord record = record_of({on("unix-x64", Verdict::Crash), on("unix-x86", Verdict::Pass),
                                        on("pc-x64", Verdict::Crash), on("pc-i386", Verdict::Pass)});
    const auto differences = find_differences(record);
    ASSERT_EQ(differences.size(), 1U);
    EXPECT_EQ(print_differences(differences),
              "micropython:basics/a.py mpy native\n"
              "  pass: unix-x86 x64 mpy-cross-1.25.0, pc-i386 x64 mpy-cross-1.25.0\n"
              "  crash at run: unix-x64 x64 mpy-cross-1.25.0, pc-x64 x64 mpy-cross-1.25.0\n");
}

TEST(Differences, IgnoreWhatDidNotRunAndWhatAgrees) {
    const auto of = [](const std::string& id, Emitter emitter, const std::string& target, Verdict verdict) {
        return fixture::result(fixture::job(id, emitter, target), verdict, Stage::Run);
    };
    JobResult flaky = of("basics/d.py", Emitter::Native, "pc-x64", Verdict::Fail);
    flaky.flaky = "looks at a clock";
    const RunRecord record =
        record_of({of("basics/a.py", Emitter::Native, "unix-x64", Verdict::Fail),
                   of("basics/a.py", Emitter::Native, "unix-x86", Verdict::Fail),
                   of("basics/b.py", Emitter::Native, "unix-x64", Verdict::Pass),
                   of("basics/b.py", Emitter::Native, "unix-x86", Verdict::Skip),
                   of("basics/b.py", Emitter::Native, "check-xtensa", Verdict::Checked),
                   of("basics/c.py", Emitter::Native, "unix-x64", Verdict::Pass),
                   of("basics/c.py", Emitter::Bytecode, "unix-x64", Verdict::Fail),
                   of("basics/d.py", Emitter::Native, "unix-x64", Verdict::Pass), std::move(flaky)});
    EXPECT_TRUE(find_differences(record).empty());
}

}  // namespace
}  // namespace harness
