// A target whose runtime could not be built: it has a name and can say why nothing runs on it.
#pragma once

#include <string>
#include <utility>

#include "harness/target/target.h"
#include "harness/target/unavailable.h"

namespace harness {

class FailedTarget : public Target {
  public:
    FailedTarget(TargetDescription description, Error why)
        : description_(std::move(description)), why_(std::move(why)) {}

    [[nodiscard]] const TargetDescription& description() const override { return description_; }
    [[nodiscard]] boost::asio::awaitable<Result<Capabilities>> probe() override { co_return why_; }
    [[nodiscard]] boost::asio::awaitable<void> run(std::span<const RunRequest> requests,
                                                   const OutcomeSink& sink) override {
        for (std::size_t i = 0; i < requests.size(); ++i) sink(i, unavailable(why_.text()));
        co_return;
    }
    [[nodiscard]] std::string command_line(const RunRequest&) const override { return {}; }

  private:
    TargetDescription description_;
    Error why_;
};

}  // namespace harness
