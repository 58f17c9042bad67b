#include "harness/base/result.h"

#include <fmt/format.h>

#include <boost/throw_exception.hpp>
#include <stdexcept>

namespace harness {

std::string Error::text() const {
    if (where.file.empty()) return message;
    if (where.line == 0) return fmt::format("{}: {}", where.file, message);
    return fmt::format("{}:{}: {}", where.file, where.line, message);
}

void throw_exception_from_error(const Error& error, const boost::source_location& location) {
    boost::throw_exception(std::logic_error("unexamined error: " + error.text()), location);
}

}  // namespace harness
