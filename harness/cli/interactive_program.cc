#include "harness/cli/interactive_program.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/files.h"
#include "harness/cli/job_artifacts.h"
#include "harness/cli/repeat_command.h"
#include "harness/romfs/romfs.h"
#include "harness/target/monitor_codec.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kLargestFile = 512 * 1024;
constexpr std::size_t kFileOverhead = 64;

}  // namespace

asio::awaitable<Result<std::unique_ptr<InteractiveProgram>>> interactive_program(const RunOptions& options,
                                                                                 Workbench& bench) {
    std::error_code error;
    const fs::path path = fs::absolute(options.tests.front(), error);
    if (!fs::is_regular_file(path, error))
        co_return usage_error(fmt::format("{}: expected a Python program, found {}", options.tests.front(),
                                          fs::exists(path, error) ? "something else" : "nothing"));
    if (path.stem().string().find('.') != std::string::npos)
        co_return usage_error(
            fmt::format("{}: a program is imported by its name, which may have no '.' before the suffix",
                        path.filename().string()));
    const TargetDescription& description = bench.asked.front().planned.description;
    auto program = std::make_unique<InteractiveProgram>();
    const auto test = std::make_shared<Test>();
    test->id = test->source_name = path.filename().string();
    test->suite = "interactive";
    test->path = path;
    test->working_directory = path.parent_path();
    Job& job = program->job;
    job.test = test;
    job.mode = options.via_mpy ? Mode::Mpy : Mode::Source;
    job.emitter = options.emitters.front();
    job.target = description.name;
    program->request.job = &job;
    if (job.mode == Mode::Source) co_return program;

    job.arch = options.archs.empty() ? description.arch : options.archs.front();
    JobArtifacts::Setup setup;
    for (const auto& compiler : bench.compilers) {
        setup.compilers[compiler->identity().name] = compiler.get();
        if (job.compiler.empty() || compiler->identity().release.text() == description.compiler_release)
            job.compiler = compiler->identity().name;
    }
    setup.flags = split_words(options.mpy_cross_flags);
    JobArtifacts artifacts(std::move(setup));
    ArtifactReply reply = co_await artifacts.artifact_for(job);
    if (!reply.octets)
        co_return configuration_error(reply.verdict ? reply.verdict->reason
                                                    : std::string("the program could not be compiled"));
    program->request.artifact = std::move(reply.octets);
    co_return program;
}

Result<PackedImage> interactive_image(const InteractiveProgram& program, std::uint64_t window_bytes) {
    const fs::path file = program.job.test->path;
    RomfsBuilder builder;
    PackedImage image;
    image.id = monitor::random_tag();
    MPY_CHECK_OK(builder.add(".image-id", std::make_shared<const std::string>(image.id)));
    std::string name = fmt::format("{}/{}", kProgramFolder, file.filename().string());
    if (program.request.artifact) {
        // The name by which fault reports know the artifact of a run.
        name = fmt::format("{}/mpyconform_{}.mpy", kProgramFolder, file.stem().string());
        MPY_CHECK_OK(builder.add(name, program.request.artifact));
    } else {
        MPY_TRY(std::string content, read_file(file));
        MPY_CHECK_OK(builder.add(name, std::make_shared<const std::string>(std::move(content))));
    }
    if (builder.size_estimate() > window_bytes)
        return io_error(fmt::format("{} takes {} octets, but the machine's artifact window has {}",
                                    file.filename().string(), builder.size_estimate(), window_bytes));
    image.programs.push_back({0, "/" + name});
    std::vector<fs::path> beside;
    std::error_code error;
    for (fs::directory_iterator entry(file.parent_path(), error), end; !error && entry != end;
         entry.increment(error))
        if (std::error_code ignored;
            entry->is_regular_file(ignored) && entry->file_size(ignored) <= kLargestFile)
            beside.push_back(entry->path());
    std::sort(beside.begin(), beside.end());
    for (const fs::path& other : beside) {
        // A source beside the artifact of the same name would be imported in its place.
        if (other.stem() == file.stem()) continue;
        auto content = read_file(other);
        if (!content ||
            builder.size_estimate() + content->size() + other.string().size() + kFileOverhead > window_bytes)
            continue;
        MPY_CHECK_OK(builder.add(fmt::format("{}/{}", kProgramFolder, other.filename().string()),
                                 std::make_shared<const std::string>(std::move(*content))));
    }
    image.octets = builder.build();
    return image;
}

}  // namespace harness
