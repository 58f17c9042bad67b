#include "harness/run/schedule.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace harness {
namespace asio = boost::asio;

namespace {

/// What a job of unknown duration is taken for.
constexpr std::chrono::milliseconds kUnknownWork{5};
/// Beside it the start of a machine is small.
constexpr std::chrono::milliseconds kSmallestShare{500};

}  // namespace

std::chrono::nanoseconds Schedule::Entry::work() const {
    return expected.value_or(kUnknownWork);
}

struct Schedule::Wakeup {
    explicit Wakeup(const asio::any_io_executor& executor) : timer(executor) {
        timer.expires_at(asio::steady_timer::time_point::max());
    }
    asio::steady_timer timer;
};

Schedule::Schedule(JobRunner& runner, ScheduleOptions options)
    : runner_(runner), options_(std::move(options)) {}

void Schedule::fill(const std::vector<Job>& jobs) {
    // A job sleeps when it used less than a quarter of its time on a core, and long enough for that to
    // matter.
    constexpr auto kWorthOverlapping = std::chrono::milliseconds(60);
    using Group = std::tuple<const Test*, Emitter, std::string_view>;
    const auto group_of = [](const Job& job) { return Group(job.test.get(), job.emitter, job.target); };
    std::map<Group, std::chrono::nanoseconds> longest;
    for (const Job& job : jobs) {
        Entry entry{&job};
        if (const auto known = options_.known_duration ? options_.known_duration(job) : std::nullopt) {
            entry.expected = known->wall;
            auto& most = longest[group_of(job)];
            most = std::max<std::chrono::nanoseconds>(most, known->wall);
            entry.sleeps =
                options_.sleepers > 0 && known->wall > kWorthOverlapping && known->cpu * 4 < known->wall;
        }
        entry.failed = options_.failed_before && options_.failed_before(job);
        (entry.sleeps ? sleeping_ : computing_).push_back(entry);
    }
    const auto before = [](const Entry& a, const Entry& b) {
        return a.failed != b.failed ? a.failed : a.longest > b.longest;
    };
    for (auto* queue : {&computing_, &sleeping_})
        for (Entry& entry : *queue)
            if (const auto found = longest.find(group_of(*entry.job)); found != longest.end())
                entry.longest = found->second;
    computing_.sort(before);  // stable: equal ones keep the plan's order
    sleeping_.sort(before);
}

bool Schedule::is_blocked(const Entry& entry) const {
    const std::string& key = entry.job->test->exclusive;
    return !key.empty() && exclusive_in_use_.contains(key);
}

/// How much work one worker takes at once from those jobs of the queue that are for this target: half of its
/// part, so that the last batches are small and the workers end together, but never so little that starting a
/// machine for it does not pay off. A single worker takes everything.
std::chrono::nanoseconds Schedule::fair_share(const std::list<Entry>& queue,
                                              const std::string& target) const {
    if (options_.jobs <= 1) return std::chrono::nanoseconds::max();
    std::chrono::nanoseconds work{0};
    for (const Entry& entry : queue)
        if (entry.job->target == target) work += entry.work();
    return std::max<std::chrono::nanoseconds>(work / (2 * options_.jobs), kSmallestShare);
}

std::vector<Schedule::Entry> Schedule::take_batch(Kind kind) {
    std::vector<Entry> batch;
    // A worker whose own queue is empty helps with the other one: towards the end nothing should wait.
    std::list<Entry>* queues[] = {&computing_, &sleeping_};
    if (kind == Kind::Sleeping) std::swap(queues[0], queues[1]);
    const std::size_t queue_count = kind == Kind::Sleeping ? 1 : 2;
    for (std::size_t q = 0; q < queue_count && batch.empty(); ++q) {
        std::list<Entry>& queue = *queues[q];
        std::size_t limit = 1;
        std::chrono::nanoseconds share{0};
        std::chrono::nanoseconds taken{0};
        for (auto entry = queue.begin();
             entry != queue.end() && batch.size() < limit && (batch.empty() || taken < share);) {
            if (is_blocked(*entry) || (!batch.empty() && entry->job->target != batch.front().job->target)) {
                ++entry;
                continue;
            }
            if (batch.empty() && options_.batch_limit) {
                limit = std::max<std::size_t>(1, options_.batch_limit(entry->job->target));
                if (limit > 1) share = fair_share(queue, entry->job->target);
            }
            if (!entry->job->test->exclusive.empty()) {
                // One exclusive job is a batch of its own: its key is held for as short as possible.
                if (!batch.empty()) {
                    ++entry;
                    continue;
                }
                limit = 1;
                exclusive_in_use_.insert(entry->job->test->exclusive);
            }
            taken += entry->work();
            batch.push_back(*entry);
            entry = queue.erase(entry);
        }
    }
    return batch;
}

asio::awaitable<void> Schedule::worker(Kind kind) {
    for (;;) {
        if (stopped_) co_return;
        const std::vector<Entry> batch = take_batch(kind);
        if (batch.empty()) {
            const bool something_left = !(kind == Kind::Sleeping ? sleeping_ : computing_).empty() ||
                                        (kind == Kind::Computing && !sleeping_.empty());
            if (!something_left) co_return;
            // Everything left is held back by an exclusive key: the job that holds it wakes us.
            co_await wakeup_->timer.async_wait(asio::as_tuple(asio::use_awaitable));
            continue;
        }
        std::vector<const Job*> jobs;
        jobs.reserve(batch.size());
        for (const Entry& entry : batch) {
            jobs.push_back(entry.job);
            if (starting_) starting_(*entry.job);
        }
        std::exception_ptr failure;
        try {
            co_await runner_.run_batch(jobs, sink_);
        } catch (...) {
            failure = std::current_exception();
        }
        for (const Job* job : jobs) exclusive_in_use_.erase(job->test->exclusive);
        if (wakeup_) wakeup_->timer.cancel();
        if (stopped_) co_return;
        if (failure) std::rethrow_exception(failure);
    }
}

asio::awaitable<void> Schedule::run(const std::vector<Job>& jobs, ResultSink sink,
                                    std::function<void(const Job&)> starting) {
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    sink_ = std::move(sink);
    starting_ = std::move(starting);
    wakeup_ = std::make_shared<Wakeup>(executor);
    // A schedule may outlive the event loop, a timer must not: it goes with this coroutine, however that
    // ends.
    const auto forget = [this](void*) { wakeup_.reset(); };
    const std::unique_ptr<void, decltype(forget)> until_the_end(this, forget);
    fill(jobs);

    const std::size_t computing = std::max(1U, options_.jobs);
    const std::size_t sleeping = sleeping_.empty() ? 0 : options_.sleepers;
    asio::experimental::channel<void(boost::system::error_code, std::exception_ptr)> ended(
        executor, computing + sleeping);
    for (std::size_t i = 0; i < computing + sleeping; ++i) {
        asio::cancellation_signal& signal = signals_.emplace_back();
        asio::co_spawn(executor, worker(i < computing ? Kind::Computing : Kind::Sleeping),
                       asio::bind_cancellation_slot(signal.slot(), [&ended](std::exception_ptr failure) {
                           ended.try_send(boost::system::error_code{}, failure);
                       }));
    }
    std::exception_ptr first_failure;
    for (std::size_t i = 0; i < computing + sleeping; ++i) {
        const std::exception_ptr failure = co_await ended.async_receive(asio::use_awaitable);
        if (failure && !stopped_ && !first_failure) {
            first_failure = failure;
            stop();
        }
    }
    signals_.clear();
    if (first_failure) std::rethrow_exception(first_failure);
}

void Schedule::stop() {
    stopped_ = true;
    for (asio::cancellation_signal& signal : signals_) signal.emit(asio::cancellation_type::terminal);
    if (wakeup_) wakeup_->timer.cancel();
}

}  // namespace harness
