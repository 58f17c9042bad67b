#include "harness/cli/terminal_relay.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace harness {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kForever{std::chrono::hours(24 * 365)};
/// After the end of a pipe: how long a target that shows its prompt has to be silent until it is taken to be
/// done.
constexpr milliseconds kQuiet{400};

/// Files and /dev/null cannot be waited for; they never need waiting either.
bool can_be_waited_for(int descriptor) {
    struct stat about {};
    if (::fstat(descriptor, &about) != 0) return false;
    return S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode) || ::isatty(descriptor) != 0;
}

}  // namespace

Keyboard::Keyboard(const asio::any_io_executor& executor) : input_(executor) {
    termios found{};
    is_terminal_ = ::tcgetattr(STDIN_FILENO, &found) == 0;
    if (is_terminal_) {
        settings_ = found;
        termios raw = found;
        ::cfmakeraw(&raw);
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    }
    if (can_be_waited_for(STDIN_FILENO)) {
        // A description of its own: asio makes it non-blocking, which a shared one would keep for everybody.
        const int own = ::open("/proc/self/fd/0", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
        input_.assign(own >= 0 ? own : ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    }
}

Keyboard::~Keyboard() {
    if (settings_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &*settings_);
}

asio::awaitable<std::string> Keyboard::read() {
    std::string typed(kMost, '\0');
    if (input_.is_open()) {
        const auto [failed, size] = co_await input_.async_read_some(asio::buffer(typed.data(), typed.size()),
                                                                    asio::as_tuple(asio::use_awaitable));
        typed.resize(failed ? 0 : size);
    } else {
        const ssize_t size = ::read(STDIN_FILENO, typed.data(), typed.size());
        typed.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    }
    if (!is_terminal_) {
        raw_repl_seen_ = raw_repl_seen_ || typed.find('\x01') != std::string::npos;
        if (!raw_repl_seen_) std::replace(typed.begin(), typed.end(), '\n', '\r');
    }
    co_return typed;
}

asio::awaitable<RelayEnd> relay(ChildStream& child, Keyboard& keyboard, RelayHooks hooks) {
    using asio::experimental::awaitable_operators::operator||;
    bool typing_ended = false;
    const auto type = [&]() -> asio::awaitable<RelayEnd> {
        for (;;) {
            std::string typed = co_await keyboard.read();
            if (typed.empty()) break;
            const std::size_t leave = keyboard.is_terminal() ? typed.find(kLeaveKey) : std::string::npos;
            if (leave != std::string::npos) typed.resize(leave);
            if (!typed.empty() && co_await child.write(typed, kForever) != ChildStream::Event::Data)
                co_return RelayEnd::Closed;
            if (leave != std::string::npos) co_return RelayEnd::Left;
        }
        typing_ended = true;
        // The other side says when it is over.
        asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
        co_await never.async_wait(asio::as_tuple(asio::use_awaitable));
        co_return RelayEnd::Left;
    };
    const auto show = [&]() -> asio::awaitable<RelayEnd> {
        std::array<char, 1 << 14> buffer;
        for (;;) {
            const ChildStream::Read read = co_await child.read_some(buffer, kQuiet);
            if (read.event == ChildStream::Event::Closed) co_return RelayEnd::Closed;
            if (read.event == ChildStream::Event::TimedOut) {
                if (!typing_ended) continue;
                const std::optional<std::string> more = hooks.after_typing();
                if (!more) continue;
                if (more->empty()) co_return RelayEnd::Left;
                (void)co_await child.write(*more, kForever);
                continue;
            }
            if (!hooks.output(std::string_view(buffer.data(), read.size))) co_return RelayEnd::Done;
        }
    };
    const auto first = co_await (type() || show());
    co_return std::visit([](RelayEnd end) { return end; }, first);
}

}  // namespace harness
