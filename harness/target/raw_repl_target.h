// A target that is reached over the raw REPL: a real board, a stock port's firmware in an emulator, any
// MicroPython behind a stream of octets.
//
// Each program gets a fresh interpreter by a soft reset. A program that leaves the board without an answer
// costs one verdict: what runs is broken off, or else the board is started anew (a program of ours), or
// power-cycled by the user's command. A board that cannot be brought back is given up: the programs behind it
// are not run, and each says why.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/process/turnstile.h"
#include "harness/target/raw_repl_script.h"
#include "harness/target/raw_repl_session.h"
#include "harness/target/target.h"

namespace harness {

struct RawReplTargetConfig {
    TargetDescription description;
    /// Where the board is, for people: "port:/dev/ttyACM0", a command line.
    std::string where;
    /// Opens a stream to it.
    std::function<boost::asio::awaitable<Result<std::unique_ptr<ByteStream>>>()> open;
    /// A new stream is a board that has just started.
    bool opening_starts_board = false;
    /// There is one board: programs take turns. Otherwise each batch may open a board of its own.
    bool only_one = true;
    /// Shell command that switches the board off and on; empty = there is none. It finds `where` in
    /// MPYCONFORM_BOARD.
    std::string power_cycle;
    raw_repl::Patience patience;
    raw_repl::Pace pace;
    std::string last_words;
    /// Source that the carrier of each artifact runs first.
    std::string prologue;
    std::size_t output_limit_bytes = std::size_t{4} << 20;
    /// Hash of everything that the firmware is made of; empty = unknown, so that it is asked every time.
    std::string identity;
    std::filesystem::path probe_cache;
};

class RawReplTarget : public Target {
  public:
    explicit RawReplTarget(RawReplTargetConfig config) : config_(std::move(config)) {}

    [[nodiscard]] const TargetDescription& description() const override { return config_.description; }
    [[nodiscard]] boost::asio::awaitable<Result<Capabilities>> probe() override;
    [[nodiscard]] std::size_t batch_limit() const override;
    [[nodiscard]] boost::asio::awaitable<void> run(std::span<const RunRequest> requests,
                                                   const OutcomeSink& sink) override;
    /// Leaves the boards at their friendly prompts.
    [[nodiscard]] boost::asio::awaitable<void> finish() override;
    [[nodiscard]] std::vector<std::string> notes() const override;
    [[nodiscard]] const MachineCosts* machine_costs() const override;
    [[nodiscard]] std::string command_line(const RunRequest& request) const override;

  private:
    using Board = std::unique_ptr<raw_repl::Session>;

    [[nodiscard]] boost::asio::awaitable<Outcome> run_one(Board& board, const RunRequest& request);
    [[nodiscard]] boost::asio::awaitable<raw_repl::Reply> execute(Board& board, const RunRequest& request,
                                                                  std::string source);
    [[nodiscard]] boost::asio::awaitable<Result<void>> make_ready(Board& board);
    [[nodiscard]] boost::asio::awaitable<Result<void>> start(Board& board);
    [[nodiscard]] boost::asio::awaitable<Result<void>> cycle_power();
    [[nodiscard]] boost::asio::awaitable<void> settle(Board& board, const raw_repl::Reply& reply);
    void count(const raw_repl::Session& session, const raw_repl::Reply& reply);

    RawReplTargetConfig config_;
    Turnstile turn_;            ///< of the only board
    std::vector<Board> idle_;   ///< open and not in use
    std::string given_up_;      ///< why the board is not tried any more; empty = it is
    bool needs_power_ = false;  ///< the board did not come back by itself
    MachineCosts costs_;
    std::string way_of_sending_;
    bool carried_ = false;  ///< an artifact has been sent
    std::vector<std::string> notes_;
};

}  // namespace harness
