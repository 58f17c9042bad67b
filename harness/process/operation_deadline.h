// Aborts one operation of an Asio object when it takes too long.
//
// The timer's handler may run after the operation has ended, so what it may touch is shared and switched off
// by the destructor. One thread, as the rest of this room.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <utility>

namespace harness {

/// `abort(object)` is called when `timeout` is over before this goes out of scope; `object` is kept alive for
/// as long as that may happen.
template <class Object, class Abort>
class OperationDeadline {
  public:
    OperationDeadline(const boost::asio::any_io_executor& executor, std::shared_ptr<Object> object,
                      std::chrono::milliseconds timeout, Abort abort)
        : timer_(executor, timeout), shared_(std::make_shared<Shared>()) {
        timer_.async_wait(
            [shared = shared_, object = std::move(object), abort](boost::system::error_code failed) {
                if (failed || shared->over) return;
                shared->fired = true;
                abort(*object);
            });
    }
    OperationDeadline(const OperationDeadline&) = delete;
    OperationDeadline& operator=(const OperationDeadline&) = delete;
    ~OperationDeadline() { shared_->over = true; }
    [[nodiscard]] bool fired() const { return shared_->fired; }

  private:
    struct Shared {
        bool over = false;
        bool fired = false;
    };
    boost::asio::steady_timer timer_;
    std::shared_ptr<Shared> shared_;
};

}  // namespace harness
