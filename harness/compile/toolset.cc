#include "harness/compile/toolset.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/base/files.h"
#include "harness/model/release.h"

namespace harness {
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

constexpr int kSchema = 1;

/// Walks deps.json and remembers the first thing that is wrong; after that every getter gives an empty value.
class ManifestReader {
  public:
    explicit ManifestReader(fs::path file) : file_(std::move(file)), folder_(file_.parent_path()) {}

    [[nodiscard]] bool failed() const { return !trouble_.empty(); }
    [[nodiscard]] Error error() const {
        return configuration_error(trouble_ + "; run ci/setup again to write it anew", file_.string());
    }
    [[nodiscard]] const fs::path& folder() const { return folder_; }

    void fail(const std::string& place, const std::string& found) {
        if (!failed()) trouble_ = place.empty() ? found : fmt::format("{}: {}", place, found);
    }

    const Json* member(const Json& object, const std::string& place, const char* key) {
        const auto found = object.find(key);
        if (found != object.end()) return &*found;
        fail(place, fmt::format("the key \"{}\" is missing", key));
        return nullptr;
    }

    bool is(const Json& value, const std::string& place, Json::value_t type, std::string_view type_word) {
        if (value.type() == type) return true;
        fail(place, fmt::format("found {}, expected {}", value.type_name(), type_word));
        return false;
    }

    std::string text(const Json& object, const std::string& place, const char* key) {
        const Json* value = member(object, place, key);
        const std::string inner = fmt::format("{}.{}", place, key);
        if (value == nullptr || !is(*value, inner, Json::value_t::string, "a string")) return {};
        auto result = value->get<std::string>();
        if (result.empty()) fail(inner, "found an empty string");
        return result;
    }

    /// A string that may be absent, null or empty.
    std::string optional_text(const Json& object, const std::string& place, const char* key) {
        const auto found = object.find(key);
        if (found == object.end() || found->is_null()) return {};
        if (!is(*found, fmt::format("{}.{}", place, key), Json::value_t::string, "a string")) return {};
        return found->get<std::string>();
    }

    [[nodiscard]] fs::path absolute(const fs::path& path) const {
        return (path.is_absolute() ? path : folder_ / path).lexically_normal();
    }

    /// A leading "@/" in a word of a command means the folder of deps.json, also behind a ':' of a list.
    [[nodiscard]] std::string expand(const std::string& word) const {
        std::string result;
        std::size_t begin = 0;
        while (begin <= word.size()) {
            const std::size_t end = std::min(word.find(':', begin), word.size());
            const std::string part = word.substr(begin, end - begin);
            if (begin != 0) result += ':';
            result += part.starts_with("@/") ? absolute(part.substr(2)).string() : part;
            begin = end + 1;
        }
        return result;
    }

    std::vector<std::string> command(const Json& object, const std::string& place, const char* key) {
        const Json* value = member(object, place, key);
        const std::string inner = fmt::format("{}.{}", place, key);
        std::vector<std::string> words;
        if (value == nullptr || !is(*value, inner, Json::value_t::array, "an array of strings")) return words;
        if (value->empty()) fail(inner, "found an empty array, expected a command");
        for (std::size_t i = 0; i < value->size(); ++i) {
            const Json& element = (*value)[i];
            if (!is(element, fmt::format("{}[{}]", inner, i), Json::value_t::string, "a string")) return {};
            words.push_back(expand(element.get<std::string>()));
        }
        return words;
    }

    std::map<std::string, std::string> map_of_texts(const Json& object, const std::string& place,
                                                    const char* key) {
        std::map<std::string, std::string> result;
        const auto found = object.find(key);
        if (found == object.end()) return result;
        const std::string inner = fmt::format("{}.{}", place, key);
        if (!is(*found, inner, Json::value_t::object, "an object")) return result;
        for (const auto& [name, value] : found->items())
            if (is(value, fmt::format("{}[\"{}\"]", inner, name), Json::value_t::string, "a string"))
                result[name] = value.get<std::string>();
        return result;
    }

    /// Calls `take(object, place)` for each object of the array; a second object of the same name is refused.
    template <class Take>
    void each(const Json& root, const char* key, Take take) {
        const Json* array = member(root, "", key);
        if (array == nullptr || !is(*array, key, Json::value_t::array, "an array")) return;
        std::set<std::string> names;
        for (std::size_t i = 0; i < array->size() && !failed(); ++i) {
            const Json& object = (*array)[i];
            const std::string place = fmt::format("{}[{}]", key, i);
            if (!is(object, place, Json::value_t::object, "an object")) return;
            const std::string name = text(object, place, "name");
            if (!names.insert(name).second) fail(place, fmt::format("a second \"{}\"", name));
            take(object, place, name);
        }
    }

  private:
    fs::path file_;
    fs::path folder_;
    std::string trouble_;
};

int line_of_octet(std::string_view text, std::size_t octet) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(octet, text.size()));
    return 1 + static_cast<int>(std::count(text.begin(), end, '\n'));
}

}  // namespace

const CompilerTool* Toolset::compiler_of_release(std::string_view release) const {
    const auto found = std::find_if(compilers.begin(), compilers.end(),
                                    [&](const CompilerTool& tool) { return tool.release == release; });
    return found == compilers.end() ? nullptr : &*found;
}

const CompilerTool* Toolset::newest_compiler() const {
    const auto number = [](const CompilerTool& tool) {
        const auto release = Release::parse(tool.release);
        return release ? *release : Release{};
    };
    const auto newest = std::max_element(compilers.begin(), compilers.end(),
                                         [&](const auto& a, const auto& b) { return number(a) < number(b); });
    return newest == compilers.end() ? nullptr : &*newest;
}

const RuntimeTool* Toolset::runtime_named(std::string_view name) const {
    const auto found = std::find_if(runtimes.begin(), runtimes.end(),
                                    [&](const RuntimeTool& tool) { return tool.name == name; });
    return found == runtimes.end() ? nullptr : &*found;
}

const ToolchainTool* Toolset::toolchain_named(std::string_view name) const {
    const auto found = std::find_if(toolchains.begin(), toolchains.end(),
                                    [&](const ToolchainTool& tool) { return tool.name == name; });
    return found == toolchains.end() ? nullptr : &*found;
}

Result<fs::path> Toolset::tool(const std::string& name) const {
    const auto found = tools.find(name);
    if (found != tools.end()) return found->second;
    return missing_tool(fmt::format(
        "the program {} was not on this machine when ci/setup last ran; install it and run ci/setup again",
        name));
}

fs::path deps_folder(const fs::path& project_root) {
    const char* named = std::getenv("MPYCONFORM_DEPS");
    if (named != nullptr && *named != '\0') return fs::absolute(named);
    return fs::absolute(project_root) / ".deps";
}

Result<Toolset> load_toolset(const fs::path& folder) {
    const fs::path file = folder / "deps.json";
    std::error_code error;
    if (!fs::exists(file, error))
        return missing_tool(
            fmt::format("{} is not there: set-up has not finished; run ci/setup", file.string()));
    MPY_TRY(const std::string text, read_file(file));
    return parse_toolset(text, file);
}

Result<Toolset> parse_toolset(std::string_view text, const fs::path& file) {
    ManifestReader reader(fs::absolute(file));
    Json root;
    try {
        root = Json::parse(text);
    } catch (const Json::parse_error& error) {
        return configuration_error("this is not JSON; run ci/setup again to write it anew", file.string(),
                                   line_of_octet(text, error.byte == 0 ? 0 : error.byte - 1));
    }
    Toolset result;
    result.folder = reader.folder();
    if (!reader.is(root, "", Json::value_t::object, "an object")) return reader.error();
    const Json* schema = reader.member(root, "", "schema");
    if (schema != nullptr && *schema != kSchema)
        reader.fail("schema",
                    fmt::format("found {}, expected {}: it was written by another version of ci/setup",
                                schema->dump(), kSchema));
    if (reader.failed()) return reader.error();

    const auto release_of = [&](const Json& object, const std::string& place) {
        std::string written = reader.text(object, place, "release");
        if (const auto release = Release::parse(written); !release && !written.empty())
            reader.fail(place + ".release", release.error().message);
        return written;
    };
    reader.each(root, "compilers",
                [&](const Json& object, const std::string& place, const std::string& name) {
                    result.compilers.push_back({name, release_of(object, place),
                                                reader.text(object, place, "package"),
                                                reader.absolute(reader.text(object, place, "path"))});
                });
    reader.each(root, "runtimes", [&](const Json& object, const std::string& place, const std::string& name) {
        RuntimeTool tool;
        tool.name = name;
        tool.kind = reader.text(object, place, "kind");
        if (!tool.kind.empty() && tool.kind != "unix")
            reader.fail(place + ".kind", fmt::format("found \"{}\", expected \"unix\"", tool.kind));
        tool.release = release_of(object, place);
        tool.arch = reader.optional_text(object, place, "arch");
        tool.compiler = reader.optional_text(object, place, "compiler");
        tool.unavailable = reader.optional_text(object, place, "unavailable");
        if (tool.unavailable.empty()) tool.argv = reader.command(object, place, "argv");
        tool.packages = reader.map_of_texts(object, place, "packages");
        result.runtimes.push_back(std::move(tool));
    });
    reader.each(root, "trees", [&](const Json& object, const std::string& place, const std::string& name) {
        result.trees.push_back({name, release_of(object, place),
                                reader.absolute(reader.text(object, place, "path")),
                                reader.optional_text(object, place, "package")});
    });
    if (root.contains("toolchains"))
        reader.each(root, "toolchains",
                    [&](const Json& object, const std::string& place, const std::string& name) {
                        ToolchainTool tool;
                        tool.name = name;
                        tool.path = reader.absolute(reader.text(object, place, "path"));
                        tool.unavailable = reader.optional_text(object, place, "unavailable");
                        const std::string plugin = reader.optional_text(object, place, "plugin");
                        if (tool.unavailable.empty() && !plugin.empty())
                            tool.plugin = reader.absolute(plugin);
                        result.toolchains.push_back(std::move(tool));
                    });
    for (const auto& [name, path] : reader.map_of_texts(root, "", "tools"))
        result.tools[name] = reader.absolute(path);
    if (reader.failed()) return reader.error();
    return result;
}

}  // namespace harness
