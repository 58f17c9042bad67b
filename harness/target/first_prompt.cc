#include "harness/target/first_prompt.h"

#include <algorithm>
#include <array>
#include <string>

#include "harness/target/monitor_session.h"

namespace harness {
namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

namespace {

/// The program behind the stream, on a host that has no core for it, is given the time that it waited.
std::chrono::nanoseconds starved(const ByteStream& stream) {
    return stream.pid() == 0 ? std::chrono::nanoseconds{0} : monitor::time_without_core(stream.pid());
}

}  // namespace

asio::awaitable<void> wait_for_first_prompt(ByteStream& stream, milliseconds silence) {
    const auto started = Clock::now();
    const auto before = starved(stream);
    auto last = started;
    std::string seen;
    while (!seen.ends_with(">>> ")) {
        const auto extra = starved(stream) - before;
        const auto left = std::chrono::ceil<milliseconds>(std::min(last + silence, started + 3 * silence) +
                                                          extra - Clock::now());
        if (left <= milliseconds(0)) co_return;
        std::array<char, 4096> buffer;
        const ByteStream::Read read = co_await stream.read_some(buffer, left);
        if (read.event == ByteStream::Event::Closed) co_return;
        if (read.event == ByteStream::Event::TimedOut) continue;
        last = Clock::now();
        seen.append(buffer.data(), read.size);
        if (seen.size() > buffer.size()) seen.erase(0, seen.size() - 4);
    }
}

}  // namespace harness
