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
#include <ranges>
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
/// Beside it the start of a machine is nothing, and more would have to be prepared before it can begin.
constexpr std::chrono::seconds kLargestShare{5};

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

void Schedule::Queue::add(Entry entry) {
    work += entry.work();
    lines[entry.job->target].push_back(std::move(entry));
}

auto Schedule::Queue::take(Line& line, Line::iterator entry) -> Line::iterator {
    work -= entry->work();
    return line.erase(entry);
}

bool Schedule::Queue::empty() const {
    return std::ranges::all_of(lines, [](const auto& line) { return line.second.empty(); });
}

void Schedule::fill(const std::vector<Job>& jobs) {
    // A job sleeps when it used less than a quarter of its time on a core, and long enough for that to
    // matter.
    constexpr auto kWorthOverlapping = std::chrono::milliseconds(60);
    using Group = std::tuple<const Test*, Emitter, std::string_view>;
    const auto group_of = [](const Job& job) { return Group(job.test.get(), job.emitter, job.target); };
    std::map<Group, std::chrono::nanoseconds> longest;
    std::vector<Entry> entries;
    entries.reserve(jobs.size());
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
        entries.push_back(entry);
    }
    for (Entry& entry : entries)
        if (const auto found = longest.find(group_of(*entry.job)); found != longest.end())
            entry.longest = found->second;
    // Equal ones keep the plan's order.
    std::ranges::stable_sort(entries, [](const Entry& a, const Entry& b) {
        return a.failed != b.failed ? a.failed : a.longest > b.longest;
    });
    for (std::size_t place = 0; place < entries.size(); ++place) {
        entries[place].place = place;
        (entries[place].sleeps ? sleeping_ : computing_).add(entries[place]);
    }
}

bool Schedule::is_blocked(const Entry& entry) const {
    const std::string& key = entry.job->test->exclusive;
    return !key.empty() && exclusive_in_use_.contains(key);
}

Schedule::Queue::Line* Schedule::next_line(Queue& queue) const {
    Queue::Line* next = nullptr;
    std::size_t first_place = 0;
    for (auto& [target, line] : queue.lines) {
        const auto first =
            std::ranges::find_if(line, [this](const Entry& entry) { return !is_blocked(entry); });
        if (first == line.end() || (next != nullptr && first->place > first_place)) continue;
        next = &line;
        first_place = first->place;
    }
    return next;
}

/// How much work one worker takes at once for one target: half of its part of all that is left, so that the
/// last batches are small and the workers end together, but never so little that starting a machine for it
/// does not pay off. A single worker takes everything.
std::chrono::nanoseconds Schedule::fair_share(const Queue& queue) const {
    if (options_.jobs <= 1) return std::chrono::nanoseconds::max();
    return std::clamp<std::chrono::nanoseconds>(queue.work / (2 * options_.jobs), kSmallestShare,
                                                kLargestShare);
}

std::vector<Schedule::Entry> Schedule::take_batch(Kind kind) {
    std::vector<Entry> batch;
    // A worker whose own queue is empty helps with the other one: towards the end nothing should wait.
    Queue* queues[] = {&computing_, &sleeping_};
    if (kind == Kind::Sleeping) std::swap(queues[0], queues[1]);
    const std::size_t queue_count = kind == Kind::Sleeping ? 1 : 2;
    for (std::size_t q = 0; q < queue_count && batch.empty(); ++q) {
        Queue& queue = *queues[q];
        Queue::Line* const line = next_line(queue);
        if (line == nullptr) continue;
        std::size_t limit = 1;
        std::chrono::nanoseconds share{0};
        std::chrono::nanoseconds taken{0};
        for (auto entry = line->begin();
             entry != line->end() && batch.size() < limit && (batch.empty() || taken < share);) {
            if (is_blocked(*entry)) {
                ++entry;
                continue;
            }
            if (batch.empty() && options_.batch_limit) {
                limit = std::max<std::size_t>(1, options_.batch_limit(entry->job->target));
                if (limit > 1) share = fair_share(queue);
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
            entry = queue.take(*line, entry);
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
