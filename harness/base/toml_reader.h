// Data files in TOML, read strictly: every key is asked for by name and type, and what nobody asked for is
// refused with file and line. The parser itself (toml++) stays behind this header.
//
// A reader is used in three steps: take the keys, take the inner tables, finish(). The getters never fail
// at once; finish() returns the first trouble, so that reading code stays a plain list of keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace harness {

/// One table of a TOML file. Copies share the position of the file and the first trouble found below it.
class TomlReader {
  public:
    /// Parses a whole file. `file` is what messages name.
    [[nodiscard]] static Result<TomlReader> parse(std::string_view text, std::string file);

    /// Each getter returns nothing when the key is missing, and notes a trouble when it has another type.
    [[nodiscard]] std::optional<std::string> text(std::string_view key);
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view key);
    /// A whole or a broken number.
    [[nodiscard]] std::optional<double> real(std::string_view key);
    [[nodiscard]] std::optional<bool> flag(std::string_view key);
    /// A date of TOML's own, which has no quotes: `expires = 2026-12-31`.
    [[nodiscard]] std::optional<std::chrono::year_month_day> date(std::string_view key);
    /// A text or an array of texts; empty when missing.
    [[nodiscard]] std::vector<std::string> texts(std::string_view key);
    /// Key → text for a table of texts; empty when missing.
    [[nodiscard]] std::map<std::string, std::string> text_table(std::string_view key);

    /// As the getters, but a missing key is a trouble; returns an empty text then.
    [[nodiscard]] std::string required_text(std::string_view key);

    /// The tables of `[[key]]`, or the single one of `[key]`; empty when missing. Finish each of them.
    [[nodiscard]] std::vector<TomlReader> tables(std::string_view key);

    /// Line of the table, or of one of its keys; 0 when unknown.
    [[nodiscard]] int line() const;
    [[nodiscard]] int line_of(std::string_view key) const;
    [[nodiscard]] const std::string& file() const;

    /// An error placed at this table's `key` (or the table itself when there is no such key).
    [[nodiscard]] Error error_at(std::string_view key, std::string message) const;

    /// The first trouble of this table: a key of the wrong type, a missing one, or one that nobody asked for.
    [[nodiscard]] Result<void> finish() const;

  private:
    struct State;
    explicit TomlReader(std::shared_ptr<State> state) : state_(std::move(state)) {}
    std::shared_ptr<State> state_;
};

}  // namespace harness
