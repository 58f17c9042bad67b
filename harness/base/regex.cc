#include "harness/base/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <array>
#include <string>

namespace harness {
namespace {

std::string pcre2_message(int code) {
    std::array<PCRE2_UCHAR, 256> buffer{};
    pcre2_get_error_message(code, buffer.data(), buffer.size());
    return reinterpret_cast<const char*>(buffer.data());
}

PCRE2_SPTR octets(std::string_view text) {
    // PCRE2 takes no null pointer, also not for an empty text.
    return reinterpret_cast<PCRE2_SPTR>(text.data() ? text.data() : "");
}

}  // namespace

Result<Regex> Regex::compile(std::string_view expression) {
    std::unique_ptr<pcre2_compile_context, decltype(&pcre2_compile_context_free)> context(
        pcre2_compile_context_create(nullptr), &pcre2_compile_context_free);
    pcre2_set_newline(context.get(), PCRE2_NEWLINE_LF);
    int code = 0;
    PCRE2_SIZE offset = 0;
    pcre2_code* compiled =
        pcre2_compile(octets(expression), expression.size(), 0, &code, &offset, context.get());
    if (!compiled)
        return usage_error(fmt::format("'{}' is not a regular expression: {} at character {}", expression,
                                       pcre2_message(code), offset + 1));
    return Regex(std::shared_ptr<const void>(compiled, [](const void* pointer) {
        pcre2_code_free(static_cast<pcre2_code*>(const_cast<void*>(pointer)));
    }));
}

Result<bool> Regex::run(std::string_view text, unsigned options) const {
    const auto* code = static_cast<const pcre2_code*>(code_.get());
    std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match(
        pcre2_match_data_create_from_pattern(code, nullptr), &pcre2_match_data_free);
    const int status = pcre2_match(code, octets(text), text.size(), 0, options, match.get(), nullptr);
    if (status >= 0) return true;
    if (status == PCRE2_ERROR_NOMATCH) return false;
    return usage_error(fmt::format("a regular expression could not be matched: {}", pcre2_message(status)));
}

Result<bool> Regex::search(std::string_view text) const {
    return run(text, 0);
}

Result<bool> Regex::matches_start(std::string_view text) const {
    return run(text, PCRE2_ANCHORED);
}

}  // namespace harness
