#include "harness/target/byte_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>

#include "harness/process/descriptor.h"
#include "harness/process/operation_deadline.h"

namespace harness {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

/// Was the coroutine that calls this cancelled?
asio::awaitable<bool> is_cancelled() {
    co_return (co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none;
}

/// Reads and writes without blocking and waits for readiness in between: a deadline that fires in the same
/// moment as data arrive cannot lose them.
class DescriptorStream : public ByteStream {
  public:
    DescriptorStream(const asio::any_io_executor& executor, int descriptor, bool is_socket)
        : executor_(executor),
          descriptor_(std::make_shared<asio::posix::stream_descriptor>(executor, descriptor)),
          is_socket_(is_socket) {}
    DescriptorStream(const DescriptorStream&) = delete;
    DescriptorStream& operator=(const DescriptorStream&) = delete;
    ~DescriptorStream() override {
        boost::system::error_code ignored;
        descriptor_->close(ignored);
    }

    asio::awaitable<Event> write(std::string_view octets, milliseconds timeout) override {
        const OperationDeadline deadline(executor_, descriptor_, timeout, abort_waiting);
        while (!octets.empty()) {
            const int handle = descriptor_->native_handle();
            const ssize_t size = is_socket_ ? ::send(handle, octets.data(), octets.size(), MSG_NOSIGNAL)
                                            : ::write(handle, octets.data(), octets.size());
            if (size > 0) {
                octets.remove_prefix(static_cast<std::size_t>(size));
                continue;
            }
            if (size < 0 && errno == EINTR) continue;
            if (size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) co_return Event::Closed;
            const Event ready = co_await wait_for(asio::posix::descriptor_base::wait_write, deadline);
            if (ready != Event::Data) co_return ready;
        }
        co_return Event::Data;
    }

    asio::awaitable<Read> read_some(std::span<char> into, milliseconds timeout) override {
        const OperationDeadline deadline(executor_, descriptor_, timeout, abort_waiting);
        for (;;) {
            const ssize_t size = ::read(descriptor_->native_handle(), into.data(), into.size());
            if (size > 0) co_return Read{Event::Data, static_cast<std::size_t>(size)};
            if (size < 0 && errno == EINTR) continue;
            if (size == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) co_return Read{};
            const Event ready = co_await wait_for(asio::posix::descriptor_base::wait_read, deadline);
            if (ready != Event::Data) co_return Read{ready, 0};
        }
    }

  private:
    using Waiting = asio::posix::descriptor_base::wait_type;

    static void abort_waiting(asio::posix::stream_descriptor& descriptor) {
        boost::system::error_code ignored;
        descriptor.cancel(ignored);
    }

    template <class Deadline>
    asio::awaitable<Event> wait_for(Waiting what, const Deadline& deadline) {
        for (;;) {
            if (deadline.fired()) co_return Event::TimedOut;
            const auto [failed] = co_await descriptor_->async_wait(what, asio::as_tuple(asio::use_awaitable));
            if (!failed) co_return Event::Data;
            if (failed != asio::error::operation_aborted) co_return Event::Closed;
            // Aborted: by this deadline, by that of an operation in the other direction, or from above.
            const bool cancelled = co_await is_cancelled();
            if (cancelled) co_return Event::Closed;
        }
    }

    asio::any_io_executor executor_;
    std::shared_ptr<asio::posix::stream_descriptor> descriptor_;
    bool is_socket_;
};

}  // namespace

Result<std::unique_ptr<ByteStream>> stream_of_descriptor(const asio::any_io_executor& executor,
                                                         int descriptor) {
    Descriptor owned(descriptor);
    struct stat status {};
    if (::fstat(descriptor, &status) != 0 ||
        ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK) != 0)
        return io_error(fmt::format("cannot use a descriptor as a stream: {}", std::strerror(errno)));
    return std::unique_ptr<ByteStream>(
        std::make_unique<DescriptorStream>(executor, owned.release(), S_ISSOCK(status.st_mode)));
}

asio::awaitable<Result<std::unique_ptr<ByteStream>>> open_tcp(const std::string& host,
                                                              const std::string& port, milliseconds timeout) {
    const auto executor = co_await asio::this_coro::executor;
    const auto what = fmt::format("cannot connect to {}:{}", host, port);
    const auto resolver = std::make_shared<asio::ip::tcp::resolver>(executor);
    const OperationDeadline patience(executor, resolver, timeout,
                                     [](asio::ip::tcp::resolver& slow) { slow.cancel(); });
    const auto [unknown, places] =
        co_await resolver->async_resolve(host, port, asio::as_tuple(asio::use_awaitable));
    if (unknown) co_return io_error(fmt::format("{}: {}", what, unknown.message()));
    auto socket = std::make_shared<asio::ip::tcp::socket>(executor);
    const OperationDeadline deadline(executor, socket, timeout, [](asio::ip::tcp::socket& slow) {
        boost::system::error_code ignored;
        slow.close(ignored);
    });
    const auto [failed, place] =
        co_await asio::async_connect(*socket, places, asio::as_tuple(asio::use_awaitable));
    if (deadline.fired())
        co_return io_error(fmt::format("{}: no answer within {} ms", what, timeout.count()));
    if (failed) co_return io_error(fmt::format("{}: {}", what, failed.message()));
    boost::system::error_code ignored;
    socket->set_option(asio::ip::tcp::no_delay(true), ignored);
    boost::system::error_code unreleased;
    const int descriptor = socket->release(unreleased);
    if (unreleased) co_return io_error(fmt::format("{}: {}", what, unreleased.message()));
    co_return stream_of_descriptor(executor, descriptor);
}

Result<std::unique_ptr<ByteStream>> open_unix_socket(const asio::any_io_executor& executor,
                                                     const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path))
        return io_error(fmt::format("cannot connect to {}: a socket's path has at most {} octets", path,
                                    sizeof(address.sun_path) - 1));
    path.copy(address.sun_path, path.size());
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.get() < 0 ||
        ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
        return io_error(fmt::format("cannot connect to {}: {}", path, std::strerror(errno)));
    return stream_of_descriptor(executor, socket.release());
}

}  // namespace harness
