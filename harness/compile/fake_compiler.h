// A compiler for tests: answers what it was told to, notes what it was asked.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <utility>
#include <vector>

#include "harness/compile/compiler.h"

namespace harness {

class FakeCompiler : public Compiler {
  public:
    using Answer = std::function<Result<CompileOutcome>(const CompileRequest&)>;

    FakeCompiler() {
        identity_.name = "fake";
        identity_.hash = "hash of fake";
        identity_.archs = {"x64", "armv7m"};
        answer = [](const CompileRequest& request) -> Result<CompileOutcome> {
            CompileOutcome outcome;
            outcome.kind = CompileOutcome::Kind::Artifact;
            outcome.octets = std::make_shared<const std::string>("artifact of " + request.source_name);
            return outcome;
        };
    }

    [[nodiscard]] const CompilerIdentity& identity() const override { return identity_; }
    [[nodiscard]] CompilerIdentity& identity() { return identity_; }

    [[nodiscard]] boost::asio::awaitable<Result<CompileOutcome>> compile(CompileRequest request) override {
        asked.push_back(request);
        boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, duration);
        co_await timer.async_wait(boost::asio::use_awaitable);
        co_return answer(request);
    }

    Answer answer;
    std::vector<CompileRequest> asked;
    std::chrono::milliseconds duration{1};

  private:
    CompilerIdentity identity_;
};

}  // namespace harness
