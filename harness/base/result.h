// Results and errors of the runner.
//
// What this is for: every harness function that can fail returns Result<T>. An Error means that the harness
// could not tell (a tool is missing, a file cannot be read, a configuration is wrong). It is NOT for a
// target's misbehaviour: a crash, a time-out or garbage is an Outcome (harness/model/outcome.h). At a job's
// edge an Error becomes the verdict `error`.
//
// Our code throws nothing; one catch per job and one in main turn what libraries throw into an Error.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace harness {

/// What kind of trouble an Error is. It decides the exit status (see cli/exit_status.h).
enum class ErrorKind {
    Usage,          ///< wrong option, unknown name, nothing selected: the person has to change the command
    Configuration,  ///< a data file of ours or of the user's is wrong: the place says which
    MissingTool,    ///< a program, library or file that set-up should have brought is not there
    Io,             ///< the operating system refused a read, write or spawn
    Internal,       ///< an invariant of ours does not hold
};

/// Where an Error was found. All parts are optional: an empty file means "no place".
struct Where {
    std::string file;  ///< path as a person would type it
    int line = 0;      ///< 1-based; 0 when unknown
};

/// One trouble, worded for a person: what was found, what was expected, what to do. One paragraph, no newline
/// at the end.
struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string message;
    Where where = {};

    /// `file:line: message`, or the message alone.
    [[nodiscard]] std::string text() const;
};

template <class T = void>
using Result = boost::system::result<T, Error>;

/// Called by result::value() on an error that nobody looked at: an invariant of ours is broken.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& location);

[[nodiscard]] inline Error usage_error(std::string message) {
    return {ErrorKind::Usage, std::move(message)};
}
[[nodiscard]] inline Error io_error(std::string message) {
    return {ErrorKind::Io, std::move(message)};
}
[[nodiscard]] inline Error missing_tool(std::string message) {
    return {ErrorKind::MissingTool, std::move(message)};
}
[[nodiscard]] inline Error configuration_error(std::string message, std::string file = {}, int line = 0) {
    return {ErrorKind::Configuration, std::move(message), {std::move(file), line}};
}
[[nodiscard]] inline Error internal_error(std::string message) {
    return {ErrorKind::Internal, std::move(message)};
}

}  // namespace harness

#define MPY_CONCAT_INNER(a, b) a##b
#define MPY_CONCAT(a, b) MPY_CONCAT_INNER(a, b)

/// MPY_TRY(declaration, expression): binds the value, or returns the error from the enclosing function.
#define MPY_TRY(declaration, ...) \
    MPY_TRY_IMPL(MPY_CONCAT(mpy_try_, __LINE__), return, declaration, __VA_ARGS__)
/// The same inside a coroutine that returns awaitable<Result<…>>.
#define MPY_CO_TRY(declaration, ...) \
    MPY_TRY_IMPL(MPY_CONCAT(mpy_try_, __LINE__), co_return, declaration, __VA_ARGS__)
#define MPY_TRY_IMPL(name, leave, declaration, ...) \
    auto name = (__VA_ARGS__);                      \
    if (!name) leave std::move(name).error();       \
    declaration = std::move(*name)

/// MPY_CHECK_OK(expression): for Result<void>; returns the error from the enclosing function.
#define MPY_CHECK_OK(...) \
    if (auto mpy_check_ok = (__VA_ARGS__); !mpy_check_ok) return std::move(mpy_check_ok).error()
#define MPY_CO_CHECK_OK(...) \
    if (auto mpy_check_ok = (__VA_ARGS__); !mpy_check_ok) co_return std::move(mpy_check_ok).error()
