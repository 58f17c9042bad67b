#include "harness/target/build_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace harness {
namespace asio = boost::asio;

asio::awaitable<Result<BuildLock>> BuildLock::acquire(std::filesystem::path file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) co_return io_error(fmt::format("cannot open {}", file.string()));
    BuildLock lock(fd);
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        timer.expires_after(std::chrono::milliseconds(100));
        co_await timer.async_wait(asio::use_awaitable);
    }
    co_return lock;
}

BuildLock::BuildLock(BuildLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

BuildLock& BuildLock::operator=(BuildLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

BuildLock::~BuildLock() {
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace harness
