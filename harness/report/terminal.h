// Where the console report writes: standard output, as a terminal or as a pipe; and the one live line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace harness {

class Terminal {
  public:
    virtual ~Terminal() = default;
    /// Writes all of it. Trouble is kept for status(), so that a closed pipe never stops a run.
    virtual void write(std::string_view text) = 0;
    /// The first trouble that write() had.
    [[nodiscard]] virtual Result<void> status() const = 0;
    /// True when a line can be drawn again: a terminal that knows the usual control sequences.
    [[nodiscard]] virtual bool is_interactive() const = 0;
    [[nodiscard]] virtual bool has_colour() const = 0;
    /// Columns, asked anew each time, since a window can be resized. For a pipe: what a log reader bears.
    [[nodiscard]] virtual std::size_t width() const = 0;
};

/// Standard output. Interactive when it is a terminal and TERM says which (not "dumb"); coloured when it is
/// interactive and NO_COLOR is unset or empty. Source: no-color.org.
class StandardOutput : public Terminal {
  public:
    StandardOutput();
    void write(std::string_view text) override;
    [[nodiscard]] Result<void> status() const override;
    [[nodiscard]] bool is_interactive() const override { return interactive_; }
    [[nodiscard]] bool has_colour() const override { return colour_; }
    [[nodiscard]] std::size_t width() const override;

    static constexpr std::size_t kPipeWidth = 160;

  private:
    bool interactive_ = false;
    bool colour_ = false;
    std::string trouble_;
};

/// One line at the bottom that is drawn again and again, with ordinary lines printed above it.
class LiveLine {
  public:
    /// The terminal is borrowed.
    explicit LiveLine(Terminal& terminal) : terminal_(terminal) {}

    /// Ordinary output: whole lines, each with its newline.
    void print(std::string_view lines);
    /// What the live line says from now on; cut to the width. Does nothing when the terminal is not
    /// interactive. `text` is valid UTF-8 without control characters.
    void set(std::string_view text);
    /// Removes it, for good or until the next set().
    void clear();

  private:
    Terminal& terminal_;
    std::string shown_;
};

}  // namespace harness
