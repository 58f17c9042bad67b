// An advisory lock on a file, so that two runs never build in one folder at once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>

#include "harness/base/result.h"

namespace harness {

/// Held from acquire() to the end of its life; the kernel lets it go when the process dies.
class BuildLock {
  public:
    /// Waits without blocking the event loop until nobody else holds it. Error: the file cannot be opened.
    [[nodiscard]] static boost::asio::awaitable<Result<BuildLock>> acquire(std::filesystem::path file);
    BuildLock(BuildLock&& other) noexcept;
    BuildLock& operator=(BuildLock&& other) noexcept;
    BuildLock(const BuildLock&) = delete;
    BuildLock& operator=(const BuildLock&) = delete;
    ~BuildLock();

  private:
    explicit BuildLock(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace harness
