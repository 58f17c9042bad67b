#include "harness/oracle/expectation_cache.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "harness/base/files.h"

namespace harness {

namespace {

// An entry is one line and the output as it is:
//   mpyconform-expectation 1 KEY EXIT SIGNAL HASH\n OUTPUT
// HASH is over the line up to it and the output, so a damaged line is found as well.
constexpr std::string_view kMagic = "mpyconform-expectation 1";

std::string head_of(const std::string& key, const ProgramEnd& end) {
    return fmt::format("{} {} {} {}", kMagic, key, end.exit_code, end.signal_number);
}

std::string entry_of(const std::string& key, const ProgramEnd& end) {
    const std::string head = head_of(key, end);
    return fmt::format("{} {}\n{}", head, content_hash(head + "\n" + end.output), end.output);
}

}  // namespace

std::filesystem::path ExpectationCache::path_of(const std::string& key) const {
    return folder_ / key.substr(0, 2) / key;
}

std::optional<ProgramEnd> ExpectationCache::load(const std::string& key) const {
    if (folder_.empty()) return std::nullopt;
    const auto text = read_file(path_of(key));
    if (!text) return std::nullopt;
    const std::size_t line_end = text->find('\n');
    const std::string prefix = fmt::format("{} {} ", kMagic, key);
    if (line_end == std::string::npos || !text->starts_with(prefix)) return std::nullopt;
    ProgramEnd end;
    const char* const last = text->data() + line_end;
    const auto exit_code = std::from_chars(text->data() + prefix.size(), last, end.exit_code);
    if (exit_code.ec != std::errc{} || exit_code.ptr == last) return std::nullopt;
    const auto signal = std::from_chars(exit_code.ptr + 1, last, end.signal_number);
    if (signal.ec != std::errc{}) return std::nullopt;
    end.output = text->substr(line_end + 1);
    // Rebuilding it compares every octet, also those that the parsing above did not look at.
    if (entry_of(key, end) != *text) return std::nullopt;
    return end;
}

Result<void> ExpectationCache::store(const std::string& key, const ProgramEnd& end) const {
    if (folder_.empty()) return {};
    return write_file_atomically(path_of(key), entry_of(key, end));
}

}  // namespace harness
