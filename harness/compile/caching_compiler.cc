#include "harness/compile/caching_compiler.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fstream>
#include <utility>

#include "harness/base/files.h"
#include "harness/compile/mpy_cross.h"

namespace harness {
namespace fs = std::filesystem;
namespace asio = boost::asio;

/// A compilation that runs. Whoever started it fills in the answer and wakes the others; when it ends without
/// an answer (its job was cancelled) the others start anew.
struct CachingCompiler::InFlight {
    explicit InFlight(const asio::any_io_executor& executor)
        : wake(executor, asio::steady_timer::time_point::max()) {}

    std::optional<Result<CompileOutcome>> answer;
    asio::steady_timer wake;
};

namespace {

/// Runs at the end of a scope, also when a cancelled coroutine is unwound.
template <class Function>
class AtExit {
  public:
    explicit AtExit(Function function) : function_(std::move(function)) {}
    AtExit(const AtExit&) = delete;
    AtExit& operator=(const AtExit&) = delete;
    ~AtExit() { function_(); }

  private:
    Function function_;
};

bool is_elf(const fs::path& program) {
    char magic[4] = {};
    std::ifstream file(program, std::ios::binary);
    file.read(magic, sizeof magic);
    return file.gcount() == 4 && std::string_view(magic, 4) ==
                                     "\x7f"
                                     "ELF";
}

std::string identity_key(std::string_view program_hash) {
    return KeyBuilder().add("compiler identity 1").add(program_hash).hex();
}

}  // namespace

CachingCompiler::CachingCompiler(std::unique_ptr<Compiler> inner, OutcomeCache* cache)
    : inner_(std::move(inner)), cache_(cache) {}

CachingCompiler::~CachingCompiler() = default;

std::string CachingCompiler::key(const CompileRequest& request, const CompilerIdentity& identity,
                                 std::string_view source_hash) {
    KeyBuilder builder;
    // The number changes when the same parts begin to mean another answer.
    builder.add("compilation 2").add(source_hash).add(identity.hash).add(identity.version);
    for (const std::string& word : compile_flags(request)) builder.add(word);
    return builder.hex();
}

asio::awaitable<Result<CompileOutcome>> CachingCompiler::compile(CompileRequest request) {
    MPY_CO_CHECK_OK(check_request(request, identity()));
    std::string source_hash;
    if (request.octets) {
        source_hash = content_hash(*request.octets);
    } else {
        MPY_CO_TRY(source_hash, file_hash(request.source));
    }
    std::string name = key(request, identity(), source_hash);
    for (;;) {
        const auto running = in_flight_.find(name);
        if (running == in_flight_.end()) break;
        const std::shared_ptr<InFlight> other = running->second;
        ++shared_;
        // Cancelled by whoever compiles, as a signal: the error code means nothing.
        co_await other->wake.async_wait(asio::as_tuple(asio::use_awaitable));
        if (other->answer) {
            Result<CompileOutcome> answer = *other->answer;
            // Its time was paid by the job that compiled.
            if (answer) answer->cached = true;
            co_return answer;
        }
        --shared_;
    }
    if (cache_ != nullptr)
        if (auto found = cache_->find(name)) co_return std::move(*found);

    if (!request.octets) {
        MPY_CO_TRY(std::string octets, read_file(request.source));
        // The file may have changed since it was hashed; what is compiled decides the key.
        name = key(request, identity(), content_hash(octets));
        request.octets = std::make_shared<const std::string>(std::move(octets));
    }
    const auto mine = std::make_shared<InFlight>(co_await asio::this_coro::executor);
    in_flight_[name] = mine;
    const AtExit leave([this, name, mine] {
        const auto at = in_flight_.find(name);
        if (at != in_flight_.end() && at->second == mine) in_flight_.erase(at);
        mine->wake.cancel();
    });
    Result<CompileOutcome> answer = co_await inner_->compile(std::move(request));
    if (const auto state = co_await asio::this_coro::cancellation_state;
        state.cancelled() != asio::cancellation_type::none)
        co_return answer;
    if (answer && cache_ != nullptr) cache_->store(name, *answer);
    mine->answer = answer;
    co_return answer;
}

asio::awaitable<Result<std::unique_ptr<CachingCompiler>>> open_mpy_cross(std::string name, fs::path program,
                                                                         OutcomeCache* cache) {
    auto hash = file_hash(program);
    if (!hash)
        co_return missing_tool(fmt::format("the compiler {} is not there: {}", name, hash.error().message));
    if (cache == nullptr || !is_elf(program)) {
        MPY_CO_TRY(auto compiler, co_await MpyCross::open(std::move(name), std::move(program)));
        co_return std::make_unique<CachingCompiler>(std::move(compiler), nullptr);
    }
    const std::string key = identity_key(*hash);
    if (const auto known = cache->find_text(key)) {
        // Version and archs, one a line, as they were read the first time.
        const std::size_t end = known->find('\n');
        auto identity = read_identity(known->substr(0, end), known->substr(std::min(end, known->size())));
        if (identity) {
            identity->name = std::move(name);
            identity->path = std::move(program);
            identity->hash = std::move(*hash);
            co_return std::make_unique<CachingCompiler>(
                std::make_unique<MpyCross>(std::move(*identity), CompileLimits{}), cache);
        }
    }
    MPY_CO_TRY(auto compiler, co_await MpyCross::open(std::move(name), std::move(program)));
    std::string text = compiler->identity().version + "\n-march=<arch> :";
    for (const std::string& arch : compiler->identity().archs) text += " " + arch;
    cache->store_text(key, text);
    co_return std::make_unique<CachingCompiler>(std::move(compiler), cache);
}

}  // namespace harness
