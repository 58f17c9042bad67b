#include "harness/suite/stock_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/model/features.h"

namespace harness {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const Release k125{1, 25, 0, false};
const Release k126{1, 26, 1, false};
const Release k129{1, 29, 0, true};

/// A Linux build with everything.
Capabilities full_target() {
    Capabilities target;
    target.platform = "linux";
    target.build = "standard";
    target.arch = "x64";
    target.thread = "GIL";
    target.float_bits = 64;
    target.unicode = true;
    target.error_reporting = "detailed";
    target.byte_order = "little";
    for (const Feature& row : kFeatures) target.features.emplace(row.name);
    return target;
}

StockRules rules(const std::optional<Release>& release) {
    auto parsed = StockRules::built_in(release);
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().text());
    return std::move(*parsed);
}

std::string reason(const std::optional<Release>& release, std::string_view id, const Capabilities& target,
                   Mode mode = Mode::Source, Emitter emitter = Emitter::Bytecode) {
    const std::size_t slash = id.rfind('/') + 1;
    const StockName name{id, id, id.substr(slash, id.size() - slash - 3)};
    return rules(release).skip_reason(name, {target, mode, emitter}).value_or("");
}
/// The reason when one thing is taken from the full target.
std::string without(const std::string& feature, std::string_view id, const Release& release = k129) {
    Capabilities target = full_target();
    target.features.erase(feature);
    return reason(release, id, target);
}
std::string refusal(std::string_view text) {
    const auto parsed = StockRules::parse(text, "rules.toml", k129);
    return parsed ? "accepted" : parsed.error().text();
}

TEST(StockRules, TheBuiltInRulesHoldForEveryRelease) {
    for (const auto& release :
         {std::optional(k125), std::optional(k126), std::optional(Release{1, 27, 0, false}),
          std::optional(k129), std::optional<Release>()})
        rules(release);
}

TEST(StockRules, AFullTargetSkipsNothingByName) {
    for (const auto* id :
         {"basics/int_big1.py", "basics/asyncio_x.py", "micropython/viper_args.py", "basics/slice_attrs.py",
          "basics/constant_x.py", "extmod/ssl_poll.py", "float/complex1.py", "basics/x_endian.py"})
        EXPECT_EQ(reason(k129, id, full_target()), "") << id;
}

TEST(StockRules, FileNamesSayWhatTheyNeed) {
    EXPECT_EQ(without("native_emitter", "micropython/native_try.py"), "needs native_emitter");
    EXPECT_EQ(without("native_emitter", "micropython/viper_x.py"), "needs native_emitter");
    EXPECT_EQ(without("int_big", "basics/int_big1.py"), "needs int_big");
    EXPECT_EQ(without("int_big", "float/x_intbig.py"), "needs int_big");
    EXPECT_EQ(without("int_big", "ports/unix/ffi_int_base.py"), "needs int_big");
    EXPECT_EQ(without("int_64", "basics/int_64_basics.py"), "needs int_64");
    EXPECT_EQ(without("bytearray", "basics/bytearray1.py"), "needs bytearray");
    EXPECT_EQ(without("set", "basics/frozenset1.py"), "needs set");
    EXPECT_EQ(without("set", "basics/builtin_set.py"), "needs set");
    EXPECT_EQ(without("slice", "basics/bytearray_slice_assign.py"), "needs slice");
    EXPECT_EQ(without("async", "extmod/asyncio_basic.py"), "needs async");
    EXPECT_EQ(without("const", "basics/constant_x.py"), "needs const");
    EXPECT_EQ(without("reverse_ops", "basics/class_reverse_op.py"), "needs reverse_ops");
    EXPECT_EQ(without("fstring", "basics/string_fstring.py"), "needs fstring");
    EXPECT_EQ(without("tstring", "basics/string_tstring_x.py"), "needs tstring");
    EXPECT_EQ(reason(k129, "basics/asmith.py", full_target()), "needs inline_asm");
    Capabilities big = full_target();
    big.byte_order = "big";
    EXPECT_EQ(reason(k129, "basics/struct_endian.py", big), "needs same_byte_order");
}

TEST(StockRules, NamesAreCaseSensitiveAndInTheStemOnly) {
    EXPECT_EQ(without("slice", "slice/int1.py"), "");
    EXPECT_EQ(without("int_big", "basics/Int_big.py"), "");
}

TEST(StockRules, RowsHoldForTheirReleases) {
    const Capabilities target = full_target();
    const auto via_mpy = [&](const Release& release) {
        return reason(release, "import/import_file.py", target, Mode::Mpy);
    };
    EXPECT_EQ(via_mpy(k125), "");
    EXPECT_THAT(via_mpy(k129), HasSubstr("source file"));
    EXPECT_EQ(reason(k129, "import/import_file.py", target, Mode::Source), "");
    const auto native = [&](const Release& release, std::string_view id) {
        return reason(release, id, target, Mode::Mpy, Emitter::Native);
    };
    EXPECT_NE(native(k125, "misc/print_exception.py"), "");
    EXPECT_EQ(native(k129, "misc/print_exception.py"), "");
    EXPECT_EQ(native(k125, "micropython/heapalloc_slice.py"), "");
    EXPECT_NE(native(k129, "micropython/heapalloc_slice.py"), "");
    EXPECT_NE(native(k125, "stress/bytecode_limit.py"), "");
    EXPECT_NE(native(k129, "stress/bytecode_limit.py"), "");
    EXPECT_EQ(without("int_64", "basics/int_64_basics.py", k125), "");
    EXPECT_EQ(without("module_io", "basics/io_bytesio.py", k125), "needs module_io");
    EXPECT_EQ(without("module_io", "basics/io_bytesio.py", k129), "");
    EXPECT_EQ(without("slice", "elsewhere/fun_str.py", k125), "needs slice");
    EXPECT_EQ(without("slice", "elsewhere/fun_str.py", k129), "");
}

TEST(StockRules, The126RunnerIsBetweenTheOthers) {
    const Capabilities target = full_target();
    const auto native = [&](std::string_view id) {
        return reason(k126, id, target, Mode::Mpy, Emitter::Native);
    };
    EXPECT_EQ(reason(k126, "import/import_file.py", target, Mode::Mpy), "");
    EXPECT_NE(native("misc/print_exception.py"), "");
    EXPECT_NE(native("micropython/heapalloc_slice.py"), "");
    EXPECT_NE(native("extmod/asyncio_event_queue.py"), "");
    EXPECT_EQ(reason(k129, "extmod/asyncio_event_queue.py", target, Mode::Mpy, Emitter::Native), "");
    EXPECT_NE(native("misc/sys_settrace_cov.py"), "");
    EXPECT_NE(native("thread/thread_exc2.py"), "");
    EXPECT_EQ(reason(k129, "thread/thread_exc2.py", target, Mode::Mpy, Emitter::Native), "");
    EXPECT_EQ(without("int_64", "basics/int_64_basics.py", k126), "needs int_64");
    EXPECT_EQ(without("fstring", "basics/x_fstring.py", k126), "");
    EXPECT_EQ(without("module_io", "basics/io_bytesio.py", k126), "needs module_io");
    EXPECT_EQ(reason(k126, "thread/mutate_dict.py", target), "");
    const StockRules rules_126 = rules(k126);
    EXPECT_TRUE(rules_126.is_pattern("misc/sys_settrace_cov.py"));
    EXPECT_FALSE(rules_126.is_pattern("ports/unix/extra_coverage.py"));
    EXPECT_EQ(rules_126.flaky("thread/thread_gc1.py", {target}), std::nullopt);
    Capabilities board = target;
    board.platform = "rp2";
    EXPECT_THAT(rules_126.folders({board}), Contains("thread"));
    EXPECT_THAT(rules_126.folders({board}), Not(Contains("unicode")));
    EXPECT_THAT(rules(k125).folders({board}), Contains("thread"));
    board.platform = "samd";
    EXPECT_THAT(rules_126.folders({board}), Not(Contains("stress")));
    EXPECT_THAT(rules(k125).folders({board}), Not(Contains("thread")));
}

TEST(StockRules, AnUnknownReleaseIsTheNewest) {
    EXPECT_NE(reason(std::nullopt, "import/import_file.py", full_target(), Mode::Mpy), "");
}

TEST(StockRules, FloatsByPrecision) {
    Capabilities target = full_target();
    const auto skipped = [&](int bits, std::string_view id) {
        target.float_bits = bits;
        return reason(k129, id, target);
    };
    EXPECT_EQ(skipped(64, "float/float_divmod.py"), "");
    EXPECT_EQ(skipped(32, "float/float_divmod.py"), "needs float_bits >= 64, which is 32 here");
    EXPECT_EQ(skipped(32, "float/bytes_construct.py"), "");
    EXPECT_EQ(skipped(30, "float/bytes_construct.py"), "needs float_bits >= 32, which is 30 here");
    EXPECT_EQ(skipped(30, "misc/rge_sm.py"), "");
    EXPECT_EQ(skipped(0, "misc/rge_sm.py"), "needs float");
}

TEST(StockRules, PlatformsThreadsMessagesAndAssemblers) {
    Capabilities target = full_target();
    target.platform = "rp2";
    EXPECT_NE(reason(k129, "thread/stress_heap.py", target), "");
    EXPECT_NE(reason(k129, "micropython/meminfo.py", target), "");
    EXPECT_EQ(reason(k129, "micropython/meminfo.py", full_target()), "");
    target = full_target();
    target.thread = "unsafe";
    EXPECT_NE(reason(k129, "thread/mutate_dict.py", target), "");
    EXPECT_EQ(reason(k129, "thread/mutate_dict.py", full_target()), "");
    EXPECT_NE(reason(k125, "thread/mutate_dict.py", full_target()), "");
    target.error_reporting = "terse";
    EXPECT_NE(reason(k129, "misc/print_exception.py", target), "");
    EXPECT_EQ(reason(k129, "extmod/asyncio_gather_notimpl.py", target), "");
    target.error_reporting = "none";
    EXPECT_NE(reason(k129, "misc/print_exception.py", target), "");
    EXPECT_NE(reason(k129, "extmod/asyncio_gather_notimpl.py", target), "");
    target.inline_asm = "thumb";
    EXPECT_EQ(reason(k129, "inlineasm/thumb/asm_vfp_x.py", target), "needs vfp");
    EXPECT_EQ(reason(k125, "inlineasm/thumb/asmbcc.py", target), "needs thumb2");
    target.inline_asm_features = {"thumb2", "vfp"};
    EXPECT_EQ(reason(k129, "inlineasm/thumb/asm_vfp_x.py", target), "");
    EXPECT_EQ(reason(k125, "inlineasm/thumb/asmbcc.py", target), "");
}

TEST(StockRules, SourceModeNeedsAnEmitterOnTheTarget) {
    Capabilities target = full_target();
    target.features.erase("native_emitter");
    EXPECT_THAT(reason(k129, "basics/int1.py", target, Mode::Source, Emitter::Native),
                HasSubstr("native_emitter"));
    EXPECT_EQ(reason(k129, "basics/int1.py", target, Mode::Mpy, Emitter::Native), "");
}

TEST(StockRules, FoldersFollowTheTarget) {
    const auto folders = [](const Release& release, const Capabilities& target) {
        return rules(release).folders({target});
    };
    EXPECT_THAT(folders(k125, full_target()), Contains("ports/unix"));
    EXPECT_THAT(folders(k125, full_target()), Not(Contains("thread")));
    EXPECT_THAT(folders(k129, full_target()), Contains("ports/unix"));
    EXPECT_THAT(folders(k129, full_target()), Contains("thread"));
    EXPECT_THAT(folders(k129, full_target()), Contains("cmdline"));
    Capabilities board = full_target();
    board.platform = "qemu";
    board.thread = "";
    board.inline_asm = "thumb";
    EXPECT_THAT(folders(k125, board), Contains("ports/qemu"));
    EXPECT_THAT(folders(k125, board), Contains("inlineasm/thumb"));
    EXPECT_THAT(folders(k129, board), Contains("ports/qemu"));
    EXPECT_THAT(folders(k129, board), Not(Contains("thread")));
    EXPECT_THAT(folders(k129, board), Not(Contains("import")));
    board.platform = "pyboard";
    EXPECT_THAT(folders(k129, board), Contains("ports/stm32"));
    board.platform = "linux";
    board.build = "minimal";
    EXPECT_THAT(folders(k129, board), Contains("import"));
    EXPECT_THAT(folders(k129, board), Not(Contains("io")));
}

TEST(StockRules, PatternsFlakesAndExclusives) {
    const StockRules newest = rules(k129);
    const Capabilities target = full_target();
    EXPECT_TRUE(newest.is_pattern("micropython/meminfo.py"));
    EXPECT_TRUE(newest.is_pattern("ports/unix/extra_coverage.py"));
    EXPECT_FALSE(rules(k125).is_pattern("ports/unix/extra_coverage.py"));
    EXPECT_FALSE(newest.is_pattern("basics/int1.py"));
    EXPECT_EQ(newest.flaky("thread/thread_gc1.py", {target}), "GC race condition");
    EXPECT_EQ(newest.flaky("thread/stress_heap.py", {target}), std::nullopt);
    EXPECT_EQ(rules(k125).flaky("thread/thread_gc1.py", {target}), std::nullopt);
    EXPECT_EQ(newest.exclusive_key("s.bind(('', 8000))").value(), "network");
    EXPECT_EQ(newest.exclusive_key("await asyncio.start_server(f, a, p)").value(), "network");
    EXPECT_EQ(newest.exclusive_key("print('bind')").value(), "");
}

TEST(StockRules, TestsThatLookAtAClockAreKnownByTheirSource) {
    const StockRules newest = rules(k129);
    for (const auto* source : {"t = time.ticks_ms()", "import asyncio", "time.sleep(0.1)", "sleep_ms(3)",
                               "_thread.start_new_thread(f, ())", "a = time.time()", "time.time_ns()"})
        EXPECT_TRUE(newest.is_timed(source).value()) << source;
    for (const auto* source : {"print(1)", "sleepy = 1", "import time\ntime.gmtime(0)", "timeout = 3"})
        EXPECT_FALSE(newest.is_timed(source).value()) << source;
}

TEST(StockRules, LinksAreFollowedBeforeComparing) {
    Capabilities target = full_target();
    target.features.erase("complex");
    const StockName linked{"other/link.py", "float/complex1.py", "link"};
    EXPECT_EQ(rules(k129).skip_reason(linked, {target}), "needs complex");
}

/// The reason for a test under the built-in rules and a file of the user's.
std::string reason_with(std::string_view users, std::string_view id,
                        const Capabilities& target = full_target()) {
    StockRules both = rules(k129);
    const auto added = both.add(users, "mine.toml", k129);
    EXPECT_TRUE(added) << added.error().text();
    const std::size_t slash = id.rfind('/') + 1;
    return both.skip_reason({id, id, id.substr(slash, id.size() - slash - 3)}, {target}).value_or("");
}

TEST(UsersRules, AddRowsThatComeFirst) {
    constexpr std::string_view kMine =
        "schema = 1\n[[skip]]\ntests = \"basics/int_*\"\nwhen = \"platform == linux\"\nreason = \"mine\"\n";
    Capabilities target = full_target();
    target.features.erase("int_big");
    EXPECT_EQ(reason_with(kMine, "basics/int_big1.py", target), "mine");
    EXPECT_EQ(reason_with(kMine, "float/x_intbig.py", target), "needs int_big");
    EXPECT_EQ(reason_with(kMine, "basics/list1.py"), "");
}

TEST(UsersRules, LetTestsRunThatEarlierFilesLeaveOut) {
    Capabilities target = full_target();
    target.features.erase("int_big");
    constexpr std::string_view kRun =
        "schema = 1\n[[run]]\nstems = \"int_big*\"\nwhen = \"platform == linux\"\n"
        "[[run]]\ntests = \"misc/*\"\nreleases = \"<1.20\"\n";
    EXPECT_EQ(reason_with(kRun, "basics/int_big1.py", target), "");
    EXPECT_EQ(reason_with(kRun, "float/x_intbig.py", target), "needs int_big");
    target.platform = "rp2";
    EXPECT_EQ(reason_with(kRun, "basics/int_big1.py", target), "needs int_big");
    target.features.erase("slice");
    EXPECT_EQ(reason_with(kRun, "misc/rge_sm.py", target), "needs slice");
    // Its own skips come before its runs.
    constexpr std::string_view kBoth =
        "schema = 1\n[[run]]\ntests = \"*\"\n[[skip]]\ntests = \"basics/a.py\"\nneeds = \"slice\"\n";
    EXPECT_EQ(reason_with(kBoth, "basics/a.py", target), "needs slice");
}

TEST(UsersRules, MayStandInForAll) {
    Capabilities target = full_target();
    target.features.erase("slice");
    constexpr std::string_view kWhole =
        "schema = 1\nreplaces = true\nnewest_release = \"1.30\"\n[[flaky]]\ntest = \"basics/a.py\"\n"
        "reason = \"mine\"\n";
    EXPECT_EQ(reason_with(kWhole, "basics/slice1.py", target), "");
    StockRules both = rules(k129);
    ASSERT_TRUE(both.add(kWhole, "mine.toml", k129));
    EXPECT_TRUE(both.folders({target}).empty());
    EXPECT_EQ(both.newest_release().text(), "1.30.0");
    EXPECT_EQ(both.flaky("basics/a.py", {target}), "mine");
    EXPECT_EQ(both.flaky("thread/thread_gc1.py", {target}), std::nullopt);
    ASSERT_EQ(both.named_tests().size(), 1U);
    EXPECT_EQ(both.named_tests()[0].second, "mine.toml:5");
}

TEST(UsersRules, RefuseWhatIsWrongWithFileAndLine) {
    const auto refused = [](std::string_view text) {
        StockRules both = rules(k129);
        const auto added = both.add(text, "mine.toml", k129);
        return added ? "accepted" : added.error().text();
    };
    EXPECT_EQ(refused("schema = 1\n"), "accepted");
    EXPECT_THAT(refused(""), HasSubstr("'schema' has to be 1"));
    EXPECT_THAT(refused("schema = 1\nnewest_release = \"1.29\"\n"),
                HasSubstr("mine.toml:2: 'newest_release' belongs to"));
    EXPECT_THAT(refused("schema = 1\nreplaces = true\n"), HasSubstr("'newest_release' is missing"));
    EXPECT_THAT(refused("schema = 1\nreplaces = 1\n"), HasSubstr("mine.toml:2"));
    EXPECT_THAT(refused("schema = 1\n[[run]]\nwhen = \"float\"\n"), HasSubstr("name 'tests' or 'stems'"));
    EXPECT_THAT(refused("schema = 1\n[[run]]\ntests = \"x\"\nreason = \"y\"\n"),
                HasSubstr("mine.toml:4: the key 'reason'"));
    EXPECT_THAT(refused("schema = 1\n[[run]]\ntests = \"x\"\nwhen = \"flaot\"\n"), HasSubstr("'flaot'"));
    // The program's own rules hold every skip; they overrule nothing.
    EXPECT_THAT(refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[run]]\ntests = \"x\"\n"),
                HasSubstr("rules.toml:3: the key 'run'"));
}

TEST(StockRules, APromptWithoutItsKeysIsNotTyped) {
    EXPECT_EQ(without("repl_emacs_keys", "cmdline/repl_emacs_keys.py"), "needs repl_emacs_keys");
    EXPECT_EQ(without("repl_words_move", "cmdline/repl_words_move.py"), "needs repl_words_move");
    EXPECT_EQ(without("repl_words_move", "cmdline/repl_words_move.py", k125), "needs repl_words_move");
    EXPECT_EQ(without("repl_emacs_keys", "cmdline/repl_basic.py"), "");
}

TEST(StockRules, RefusesWhatIsWrongWithFileAndLine) {
    EXPECT_EQ(refusal("schema = 1\nnewest_release = \"1.29.0\"\n"), "accepted");
    EXPECT_THAT(refusal("schema = 2\nnewest_release = \"1.29.0\"\n"),
                HasSubstr("rules.toml:1: 'schema' has to be 1"));
    EXPECT_THAT(refusal("schema = 1\n"), HasSubstr("'newest_release' is missing"));
    EXPECT_THAT(refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[skips]]\n"),
                HasSubstr("rules.toml:3: the key 'skips'"));
    EXPECT_THAT(refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[skip]]\ntests = \"x\"\n"),
                HasSubstr("either 'needs' or 'when'"));
    EXPECT_THAT(refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[skip]]\ntests = \"x\"\nneeds = "
                        "\"float\"\nwhen = \"float\"\n"),
                HasSubstr("either 'needs' or 'when'"));
    EXPECT_THAT(
        refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[skip]]\ntests = \"x\"\nwhen = \"float\"\n"),
        HasSubstr("'reason' belongs to 'when'"));
    EXPECT_THAT(
        refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[skip]]\ntests = \"x\"\nneeds = \"flaot\"\n"),
        HasSubstr("rules.toml:5: needs: column 1: 'flaot'"));
    EXPECT_THAT(refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[skip]]\nneeds = \"float\"\n"),
                HasSubstr("name 'tests' or 'stems'"));
    EXPECT_THAT(refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[folder]]\n"),
                HasSubstr("'path' is missing"));
    EXPECT_THAT(
        refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[folder]]\npath = \"x\"\nreleases = \"new\"\n"),
        HasSubstr("rules.toml:5: releases"));
    EXPECT_THAT(
        refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[exclusive]]\nsource = \"(\"\nkey = \"k\"\n"),
        HasSubstr("rules.toml:4"));
    EXPECT_THAT(refusal("schema = 1\nnewest_release = \"1.29.0\"\n[[flaky]]\ntest = \"x\"\n"),
                HasSubstr("'reason' is missing"));
}

}  // namespace
}  // namespace harness
