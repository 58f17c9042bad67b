#include "harness/suite/touched_tests.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <optional>

#include "harness/base/files.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool has_word(std::string_view text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_word_character(text[at - 1])) &&
            (end == text.size() || !is_word_character(text[end])))
            return true;
    }
    return false;
}

bool imports(std::string_view source, const std::set<std::string>& modules) {
    while (!source.empty()) {
        const std::size_t end = std::min(source.find('\n'), source.size() - 1);
        const std::string_view line = source.substr(0, end + 1);
        source.remove_prefix(end + 1);
        if (line.find("import") == std::string_view::npos) continue;
        if (std::ranges::any_of(modules, [&](const std::string& name) { return has_word(line, name); }))
            return true;
    }
    return false;
}

/// The path below the folder; nothing when it lies elsewhere.
std::optional<fs::path> below(const fs::path& path, const fs::path& folder) {
    const fs::path relative = path.lexically_relative(folder);
    if (relative.empty() || *relative.begin() == ".." || *relative.begin() == ".") return std::nullopt;
    return relative;
}

/// What a program in the folder calls the module that this file is, or is a part of.
std::string module_name(const fs::path& relative) {
    return (std::next(relative.begin()) == relative.end() ? relative : *relative.begin()).stem().string();
}

std::string text_of(const fs::path& file) {
    auto text = read_file(file);
    return text ? std::move(*text) : std::string();
}

/// One folder with tests and what changed below it.
class Folder {
  public:
    Folder(fs::path path, const std::vector<fs::path>& changed, std::set<std::string> modules)
        : path_(std::move(path)), modules_(std::move(modules)) {
        for (const fs::path& file : changed) {
            const auto relative = below(file, path_);
            if (!relative) continue;
            const std::string name = relative->filename().string();
            if (relative->extension() == ".py") {
                changed_programs_.insert(file);
                modules_.insert(module_name(*relative));
            } else if (name.find(".py.") == std::string::npos) {
                data_.push_back(*relative);
            } else {
                // basics/x.py.exp and basics/x.py.native.exp belong to basics/x.py.
                changed_programs_.insert(file.parent_path() / name.substr(0, name.find(".py.") + 3));
            }
        }
        if (!modules_.empty()) follow_imports();
    }

    [[nodiscard]] bool is_untouched() const {
        return modules_.empty() && data_.empty() && changed_programs_.empty();
    }

    /// The tests of this folder that are touched; `files` are their real paths, beside them.
    void find(const std::vector<const Test*>& tests, const std::vector<fs::path>& files,
              std::set<std::string>& touched) const {
        std::vector<bool> named(data_.size(), false);
        const auto add = [&](const Test& test) { touched.insert(test.suite + ":" + test.id); };
        for (std::size_t i = 0; i < tests.size(); ++i) {
            const std::string text = text_of(files[i]);
            if (changed_programs_.contains(files[i]) || imports(text, modules_)) add(*tests[i]);
            for (std::size_t d = 0; d < data_.size(); ++d)
                if (has_word(text, data_[d].filename().string())) {
                    named[d] = true;
                    add(*tests[i]);
                }
        }
        if (std::ranges::find(named, false) != named.end())
            for (const Test* test : tests) add(*test);
    }

  private:
    /// Modules that import a changed one count as changed, until no more are found.
    void follow_imports() {
        std::vector<std::pair<std::string, std::string>> others;  // module name, source
        std::error_code error;
        for (fs::recursive_directory_iterator entry(path_, error), end; !error && entry != end;
             entry.increment(error))
            if (entry->path().extension() == ".py")
                if (const auto relative = below(entry->path(), path_))
                    others.emplace_back(module_name(*relative), text_of(entry->path()));
        for (bool found = true; found;) {
            found = false;
            for (const auto& [name, source] : others)
                if (!modules_.contains(name) && imports(source, modules_)) {
                    modules_.insert(name);
                    found = true;
                }
        }
    }

    fs::path path_;
    std::set<std::string> modules_;  ///< names of changed modules, as the folder's programs import them
    std::set<fs::path> changed_programs_;
    std::vector<fs::path> data_;  ///< relative to the folder
};

fs::path real_path(const fs::path& path) {
    std::error_code error;
    fs::path real = fs::weakly_canonical(path, error);
    return error ? path.lexically_normal() : real;
}

bool touches_own(const std::set<fs::path>& changed, const Test& test, const fs::path& suites) {
    if (changed.contains(suites / test.source_name)) return true;
    return std::ranges::any_of(test.helpers, [&](const TestHelper& helper) {
        return changed.contains(suites / helper.source_name);
    });
}

}  // namespace

std::set<std::string> touched_tests(const std::vector<fs::path>& changed_files,
                                    std::span<const std::shared_ptr<const Test>> tests,
                                    const TestPlaces& places) {
    std::vector<fs::path> changed;
    for (const fs::path& file : changed_files) changed.push_back(real_path(file));
    const std::set<fs::path> set(changed.begin(), changed.end());
    const fs::path suites = real_path(places.suites);

    // CPython runs every program of ours with the stand-ins of shim/ beside it.
    const bool shim_changed = std::ranges::any_of(
        changed, [&](const fs::path& file) { return below(file, suites / "shim").has_value(); });
    std::set<std::string> modules;
    for (const fs::path& folder : places.module_folders)
        for (const fs::path& file : changed)
            if (const auto relative = below(file, real_path(folder)); relative && file.extension() == ".py")
                modules.insert(module_name(*relative));

    std::set<std::string> touched;
    std::map<fs::path, std::vector<const Test*>> folders;
    for (const auto& test : tests) {
        if (test->suite == "conformance") {
            if (shim_changed || touches_own(set, *test, suites)) touched.insert(test->suite + ":" + test->id);
        } else {
            folders[test->path.parent_path()].push_back(test.get());
        }
    }
    for (const auto& [path, members] : folders) {
        const fs::path real = real_path(path);
        const Folder folder(real, changed, modules);
        if (folder.is_untouched()) continue;
        std::vector<fs::path> files;
        for (const Test* test : members) files.push_back(real / test->path.filename());
        folder.find(members, files, touched);
    }
    return touched;
}

}  // namespace harness
