#include "harness/report/terminal.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

namespace harness {
namespace {

using ::testing::HasSubstr;

/// Puts another descriptor in the place of standard output for as long as it lives.
class OutputTo {
  public:
    explicit OutputTo(int descriptor) : saved_(::dup(STDOUT_FILENO)) {
        ::fflush(stdout);
        ::dup2(descriptor, STDOUT_FILENO);
    }
    OutputTo(const OutputTo&) = delete;
    OutputTo& operator=(const OutputTo&) = delete;
    ~OutputTo() {
        ::dup2(saved_, STDOUT_FILENO);
        ::close(saved_);
    }

  private:
    int saved_;
};

struct Facts {
    bool interactive;
    bool colour;
    std::size_t width;
};

Facts facts_on_a_terminal(const char* term, const char* no_color, unsigned short columns) {
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT_EQ(::grantpt(master), 0);
    EXPECT_EQ(::unlockpt(master), 0);
    const int terminal = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
    winsize size{};
    size.ws_col = columns;
    EXPECT_EQ(::ioctl(terminal, TIOCSWINSZ, &size), 0);
    ::setenv("TERM", term, 1);
    if (no_color == nullptr)
        ::unsetenv("NO_COLOR");
    else
        ::setenv("NO_COLOR", no_color, 1);
    Facts facts{};
    {
        const OutputTo output(terminal);
        const StandardOutput standard;
        facts = {standard.is_interactive(), standard.has_colour(), standard.width()};
    }
    ::close(terminal);
    ::close(master);
    return facts;
}

TEST(StandardOutput, ATerminalHasALiveLineColourAndItsOwnWidth) {
    const Facts facts = facts_on_a_terminal("xterm", nullptr, 57);
    EXPECT_TRUE(facts.interactive);
    EXPECT_TRUE(facts.colour);
    EXPECT_EQ(facts.width, 57U);
    EXPECT_EQ(facts_on_a_terminal("xterm", nullptr, 0).width, 80U);
}

TEST(StandardOutput, NoColorIsRespectedUnlessItIsEmpty) {
    EXPECT_FALSE(facts_on_a_terminal("xterm", "1", 80).colour);
    EXPECT_TRUE(facts_on_a_terminal("xterm", "1", 80).interactive);
    EXPECT_TRUE(facts_on_a_terminal("xterm", "", 80).colour);
}

TEST(StandardOutput, ADumbTerminalIsTreatedAsAPipe) {
    for (const char* term : {"dumb", ""}) {
        const Facts facts = facts_on_a_terminal(term, nullptr, 80);
        EXPECT_FALSE(facts.interactive);
        EXPECT_FALSE(facts.colour);
    }
}

TEST(StandardOutput, APipeGetsEverythingAndAClosedOneIsTold) {
    int ends[2];
    ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    std::signal(SIGPIPE, SIG_IGN);
    Result<void> before = io_error("not asked");
    Result<void> after = io_error("not asked");
    char seen[6] = {};
    {
        const OutputTo output(ends[1]);
        StandardOutput standard;
        EXPECT_FALSE(standard.is_interactive());
        EXPECT_EQ(standard.width(), StandardOutput::kPipeWidth);
        standard.write("hello");
        EXPECT_EQ(::read(ends[0], seen, 5), 5);
        before = standard.status();
        ::close(ends[0]);
        standard.write("more");
        standard.write("and more");
        after = standard.status();
    }
    ::close(ends[1]);
    EXPECT_STREQ(seen, "hello");
    EXPECT_TRUE(before);
    ASSERT_FALSE(after);
    EXPECT_THAT(after.error().text(), HasSubstr("Broken pipe"));
}

}  // namespace
}  // namespace harness
