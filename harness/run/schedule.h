// The order of jobs and who runs when: N workers on one event loop take batches from a queue.
//
// - Jobs that failed last time first: who repairs something wants to know about them first.
// - Then the longest known jobs (durations of earlier runs); unknown ones keep the plan's order behind the
// long ones. Jobs of one program that only differ in arch or compiler stay together: where their artifacts
// are the same they share a run, and what is left of such a job is work of the harness, which has time for it
// while machines run but not when they have ended.
// - A target that takes batches gets a share of what is left in all, so that starting a machine is paid for
// few times and all workers still end together.
// - Jobs with the same `exclusive` key never overlap.
// - Jobs that are known to sleep most of their time run on top of the N workers, so that they do not keep a
// core idle.
// - stop() ends everything at once: children are killed, results reached so far stand.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/model/job.h"
#include "harness/run/history.h"
#include "harness/run/job_runner.h"

namespace harness {

struct ScheduleOptions {
    /// Workers for jobs that compute.
    unsigned jobs = 1;
    /// Workers on top of them for jobs that are known to sleep; 0 = none.
    unsigned sleepers = 0;
    std::function<std::optional<KnownDuration>(const Job&)> known_duration = {};
    std::function<bool(const Job&)> failed_before = {};
    /// Largest batch that a target takes, by target name (Target::batch_limit()).
    std::function<std::size_t(const std::string& target)> batch_limit = {};
};

class Schedule {
  public:
    Schedule(JobRunner& runner, ScheduleOptions options);

    /// Runs all jobs. The sink gets each result on the event loop's thread. `starting` is told of each job
    /// that is taken from the queue. Returns when all are done, or soon after stop().
    [[nodiscard]] boost::asio::awaitable<void> run(const std::vector<Job>& jobs, ResultSink sink,
                                                   std::function<void(const Job&)> starting);

    /// Cancels everything that runs; safe to call from a signal handler on the event loop, and twice.
    void stop();

  private:
    struct Entry {
        const Job* job;
        /// Its number in the order of all jobs.
        std::size_t place = 0;
        /// None: it was never run.
        std::optional<std::chrono::nanoseconds> expected = std::nullopt;
        /// What decides its place: the longest of the jobs for the same program, emitter and target.
        std::chrono::nanoseconds longest{0};
        bool sleeps = false;
        bool failed = false;
        [[nodiscard]] std::chrono::nanoseconds work() const;
    };
    enum class Kind { Computing, Sleeping };
    /// What is left, a line for each target, each in order: a batch is taken from one line.
    struct Queue {
        using Line = std::list<Entry>;
        std::map<std::string, Line> lines;
        std::chrono::nanoseconds work{0};

        void add(Entry entry);
        /// Returns the entry behind it.
        Line::iterator take(Line& line, Line::iterator entry);
        [[nodiscard]] bool empty() const;
    };

    void fill(const std::vector<Job>& jobs);
    [[nodiscard]] std::vector<Entry> take_batch(Kind kind);
    [[nodiscard]] bool is_blocked(const Entry& entry) const;
    /// The line whose first job that is not blocked comes first of all; null when all are blocked or done.
    [[nodiscard]] Queue::Line* next_line(Queue& queue) const;
    [[nodiscard]] std::chrono::nanoseconds fair_share(const Queue& queue) const;
    [[nodiscard]] boost::asio::awaitable<void> worker(Kind kind);

    JobRunner& runner_;
    ScheduleOptions options_;
    ResultSink sink_;
    std::function<void(const Job&)> starting_;
    Queue computing_;
    Queue sleeping_;
    std::set<std::string> exclusive_in_use_;
    bool stopped_ = false;
    std::list<boost::asio::cancellation_signal> signals_;
    /// Woken whenever a batch ends: workers wait here while everything left is blocked by an exclusive key.
    struct Wakeup;
    std::shared_ptr<Wakeup> wakeup_;
};

}  // namespace harness
