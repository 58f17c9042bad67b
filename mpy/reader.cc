#include "mpy/reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mpy/facts/static_qstrs.h"
#include "mpy/field_path.h"
#include "mpy/vuint.h"

namespace mpy {

namespace {

constexpr std::uint64_t kMaxLength = std::numeric_limits<std::uint32_t>::max();

/// One step of the path to the field that is being read; the steps live on the stack of the functions that
/// read them and become text only when something is wrong.
struct PathStep {
    const PathStep* up = nullptr;
    const char* name = "";
    std::optional<std::uint64_t> index;

    std::string text() const {
        std::vector<std::string> steps;
        for (const PathStep* step = this; step != nullptr; step = step->up) {
            steps.push_back(step->index ? fmt::format("{}[{}]", step->name, *step->index)
                                        : std::string(step->name));
        }
        std::reverse(steps.begin(), steps.end());
        return join_path(steps);
    }
};

/// The walk over one file. Every `bool` function returns false after it has set `error_`, and then nobody
/// reads on.
class FileReader {
  public:
    FileReader(std::span<const std::byte> file, Visitor& visitor, const ReadOptions& options)
        : file_(file), visitor_(visitor), options_(options) {}

    Result<void> run() {
        if (read()) return {};
        return std::move(*error_);
    }

  private:
    bool read();
    bool read_version();
    bool read_tables();
    bool read_qstr(QstrIndex index, const PathStep& path);
    bool read_object(ObjectIndex index, std::uint32_t depth, const PathStep& path);
    bool read_raw_code(std::uint32_t depth, ChildIndex position, const PathStep& path);
    bool read_native(const RawCodeHead& head, const PathStep& path);
    bool read_machine_code(const RawCodeHead& head, const PathStep& path, std::uint64_t& scope_flags);
    bool read_children(std::uint32_t depth, const PathStep& path);
    bool read_relocations(const PathStep& path);
    bool take_prelude(const RawCodeHead& head, std::size_t offset, Rule rule, const PathStep& path,
                      std::optional<Prelude>& prelude);

    std::size_t left() const { return file_.size() - at_; }
    bool read_octet(const PathStep* path, const char* field, std::uint8_t& octet);
    bool read_number(const PathStep* path, const char* field, NumberField& number,
                     std::uint64_t limit = std::numeric_limits<std::uint64_t>::max());
    bool read_length(const PathStep* path, const char* field, NumberField& number);
    bool read_octets(std::uint64_t count, std::span<const std::byte>& octets);
    bool fail(Rule rule, std::uint64_t offset, const PathStep* path, const char* field, std::string found,
              std::string allowed);

    std::span<const std::byte> file_;
    Visitor& visitor_;
    const ReadOptions& options_;
    std::size_t at_ = 0;
    Header header_;
    std::uint32_t raw_codes_ = 0;
    std::optional<Finding> error_;
};

std::string_view as_text(std::span<const std::byte> octets) {
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

bool FileReader::fail(Rule rule, std::uint64_t offset, const PathStep* path, const char* field,
                      std::string found, std::string allowed) {
    std::string text = path == nullptr ? std::string() : path->text();
    if (!text.empty() && *field != '\0') text += '.';
    text += field;
    error_ = Finding{rule, Severity::Error, offset, std::move(text), std::move(found), std::move(allowed)};
    return false;
}

bool FileReader::read_octet(const PathStep* path, const char* field, std::uint8_t& octet) {
    if (left() == 0) {
        return fail(Rule::V2, at_, path, field, "the end of the file", "one octet");
    }
    octet = static_cast<std::uint8_t>(file_[at_++]);
    return true;
}

bool FileReader::read_number(const PathStep* path, const char* field, NumberField& number,
                             std::uint64_t limit) {
    const Vuint vuint = decode_vuint(file_.subspan(at_));
    switch (vuint.error) {
        case VuintError::None:
            break;
        case VuintError::Truncated:
            return fail(Rule::V2, at_, path, field, "the end of the file", "a whole vuint");
        case VuintError::TooLong:
            return fail(Rule::V2, at_, path, field, "a longer vuint",
                        fmt::format("at most {} octets", kMaxVuintOctets));
        case VuintError::Overflow:
            return fail(Rule::V2, at_, path, field, "a number of 2^64 or more", "a number that fits 64 bits");
    }
    if (vuint.value > limit) {
        return fail(Rule::V2, at_, path, field, fmt::format("{}", vuint.value),
                    fmt::format("at most {}", limit));
    }
    number = {vuint.value, {at_, vuint.octets}};
    at_ += vuint.octets;
    if (vuint.octets != vuint_octets(vuint.value)) {
        if (options_.redundant_vuints == OnFlaw::Refuse) {
            return fail(Rule::P1, number.extent.offset, path, field, fmt::format("{} octets", vuint.octets),
                        fmt::format("{} octets for {}", vuint_octets(vuint.value), vuint.value));
        }
        visitor_.on_redundant_vuint(number.extent);
    }
    return true;
}

/// A vuint that counts octets, or things of at least one octet, behind it: never more than the file still
/// has.
bool FileReader::read_length(const PathStep* path, const char* field, NumberField& number) {
    if (!read_number(path, field, number)) return false;
    if (number.value > left() || number.value > kMaxLength) {
        return fail(Rule::V2, number.extent.offset, path, field, fmt::format("{}", number.value),
                    fmt::format("at most {} (what is left of the file)", left()));
    }
    return true;
}

/// The caller has compared `count` with what is left.
bool FileReader::read_octets(std::uint64_t count, std::span<const std::byte>& octets) {
    octets = file_.subspan(at_, static_cast<std::size_t>(count));
    at_ += static_cast<std::size_t>(count);
    return true;
}

bool FileReader::read() {
    Result<Header> header = read_header(file_);
    if (!header) {
        error_ = std::move(header).error();
        return false;
    }
    header_ = *header;
    at_ = kHeaderOctets;
    visitor_.on_header(header_);
    if (!read_version()) return false;
    if (header_.has_arch_flags()) {
        NumberField flags;
        if (!read_number(nullptr, "arch_flags", flags)) return false;
        visitor_.on_arch_flags(flags);
    }
    if (!read_tables()) return false;
    if (!read_raw_code(0, {0}, PathStep{nullptr, "module", {}})) return false;
    if (left() != 0) {
        if (options_.trailing_octets == OnFlaw::Refuse) {
            return fail(Rule::V14, at_, nullptr, "end", fmt::format("{} more octets", left()),
                        "the end of the file");
        }
        visitor_.on_trailing_octets(file_.subspan(at_), at_);
    }
    return true;
}

bool FileReader::read_version() {
    if (header_.version == kVersion) return true;
    const VersionInfo* row = find_version(header_.version);
    std::string found = fmt::format("version {}", header_.version);
    if (row != nullptr) {
        found += fmt::format(", written by MicroPython {} to {}; it lacks: {}", row->first_release,
                             row->last_release, row->lacks);
    } else if (header_.version > kVersion) {
        found += ", newer than any this library knows";
    } else {
        found += ", older than any this library knows";
    }
    return fail(Rule::V1, 1, nullptr, "header.version", std::move(found),
                fmt::format("version {} (6, 6.1, 6.2 or 6.3)", kVersion));
}

bool FileReader::read_tables() {
    NumberField n_qstr;
    NumberField n_obj;
    if (!read_length(nullptr, "n_qstr", n_qstr)) return false;
    if (!read_length(nullptr, "n_obj", n_obj)) return false;
    visitor_.on_table_counts(n_qstr, n_obj);
    PathStep path{nullptr, "qstrs", 0};
    for (std::uint32_t i = 0; i < n_qstr.value; ++i) {
        path.index = i;
        if (!read_qstr({i}, path)) return false;
    }
    path.name = "objects";
    for (std::uint32_t i = 0; i < n_obj.value; ++i) {
        path.index = i;
        if (!read_object({i}, 0, path)) return false;
    }
    return true;
}

bool FileReader::read_qstr(QstrIndex index, const PathStep& path) {
    QstrEntry entry;
    NumberField number;
    if (!read_number(&path, "", number)) return false;
    if ((number.value & 1) != 0) {
        entry.is_static = true;
        entry.static_number = number.value >> 1;
        entry.text = static_qstr(entry.static_number).value_or(std::string_view{});
    } else {
        const std::uint64_t length = number.value >> 1;
        // The terminator needs one octet more.
        if (length >= left() || length > kMaxLength) {
            return fail(Rule::V2, number.extent.offset, &path, "length", fmt::format("{}", length),
                        fmt::format("less than {} (what is left of the file)", left()));
        }
        std::span<const std::byte> text;
        if (!read_octets(length, text) || !read_octet(&path, "terminator", entry.terminator)) return false;
        entry.text = as_text(text);
    }
    entry.extent = {number.extent.offset, at_ - number.extent.offset};
    visitor_.on_qstr(index, entry);
    return true;
}

bool FileReader::read_object(ObjectIndex index, std::uint32_t depth, const PathStep& path) {
    ObjectEntry entry;
    entry.depth = depth;
    const std::size_t start = at_;
    std::uint8_t kind = 0;
    if (!read_octet(&path, "kind", kind)) return false;
    if (kind >= kObjectKinds.size()) {
        return fail(Rule::V8, start, &path, "kind", fmt::format("{}", kind),
                    fmt::format("0..{}", kObjectKinds.size() - 1));
    }
    entry.kind = static_cast<ObjectKind>(kind);
    NumberField number;
    switch (kObjectKinds[kind].payload) {
        case ObjectPayload::Nothing:
            break;
        case ObjectPayload::Text:
        case ObjectPayload::TerminatedText: {
            if (!read_length(&path, "length", number)) return false;
            std::span<const std::byte> text;
            if (!read_octets(number.value, text)) return false;
            entry.text = as_text(text);
            if (kObjectKinds[kind].payload == ObjectPayload::TerminatedText &&
                !read_octet(&path, "terminator", entry.terminator)) {
                return false;
            }
            break;
        }
        case ObjectPayload::Items:
            if (depth >= options_.max_tuple_depth) {
                return fail(Rule::V9, start, &path, "", fmt::format("tuples nested {} deep", depth + 1),
                            fmt::format("at most {} deep", options_.max_tuple_depth));
            }
            if (!read_length(&path, "count", number)) return false;
            entry.n_items = static_cast<std::uint32_t>(number.value);
            break;
    }
    entry.extent = {start, at_ - start};
    visitor_.on_object(index, entry);
    if (entry.kind != ObjectKind::Tuple) return true;
    PathStep item{&path, "item", 0};
    for (std::uint32_t i = 0; i < entry.n_items; ++i) {
        item.index = i;
        if (!read_object(index, depth + 1, item)) return false;
    }
    visitor_.end_tuple(index, depth);
    return true;
}

bool FileReader::read_raw_code(std::uint32_t depth, ChildIndex position, const PathStep& path) {
    if (depth >= options_.max_raw_code_depth) {
        return fail(Rule::V9, at_, &path, "", fmt::format("raw code nested {} deep", depth + 1),
                    fmt::format("at most {} deep", options_.max_raw_code_depth));
    }
    NumberField number;
    if (!read_number(&path, "head", number)) return false;
    const std::uint64_t length = number.value >> 3;
    if (length > left() || length > kMaxLength) {
        return fail(Rule::V2, number.extent.offset, &path, "length", fmt::format("{}", length),
                    fmt::format("at most {} (what is left of the file)", left()));
    }
    if (raw_codes_ == options_.max_raw_codes) {
        return fail(Rule::V9, number.extent.offset, &path, "",
                    fmt::format("more than {} raw codes", raw_codes_),
                    fmt::format("at most {}", options_.max_raw_codes));
    }
    RawCodeHead head;
    head.index = {raw_codes_++};
    head.kind = static_cast<RawCodeKind>(number.value & 3);
    head.has_children = (number.value & 4) != 0;
    head.depth = depth;
    head.position = position;
    head.extent = number.extent;
    head.fun_data_offset = at_;
    if (!read_octets(length, head.fun_data)) return false;
    visitor_.begin_raw_code(head);

    std::uint64_t scope_flags = 0;
    switch (head.kind) {
        case RawCodeKind::Bytecode: {
            std::optional<Prelude> prelude;
            if (!take_prelude(head, 0, Rule::V10, path, prelude)) return false;
            if (prelude) {
                const std::size_t end = static_cast<std::size_t>(prelude->extent().end());
                visitor_.on_code(head.fun_data.subspan(end), head.fun_data_offset + end);
            }
            break;
        }
        case RawCodeKind::Native:
            if (!read_native(head, path)) return false;
            break;
        case RawCodeKind::Viper:
        case RawCodeKind::Asm:
            if (!read_machine_code(head, path, scope_flags)) return false;
            break;
    }
    if (head.has_children && !read_children(depth, path)) return false;
    if (has_flag(scope_flags, ScopeFlag::Relocations) && !read_relocations(path)) return false;
    visitor_.end_raw_code(head.index, at_);
    return true;
}

bool FileReader::take_prelude(const RawCodeHead& head, std::size_t offset, Rule rule, const PathStep& path,
                              std::optional<Prelude>& prelude) {
    Result<Prelude> decoded = decode_prelude(head.fun_data, offset, rule);
    if (decoded) {
        prelude = *decoded;
        visitor_.on_prelude(*prelude);
        return true;
    }
    Finding finding = std::move(decoded).error();
    finding.offset += head.fun_data_offset;
    finding.field = path.text() + "." + finding.field;
    if (options_.bad_prelude == OnFlaw::Refuse) {
        error_ = std::move(finding);
        return false;
    }
    visitor_.on_bad_prelude(finding);
    return true;
}

bool FileReader::read_native(const RawCodeHead& head, const PathStep& path) {
    NumberField prelude_offset;
    if (!read_number(&path, "prelude_offset", prelude_offset)) return false;
    visitor_.on_prelude_offset(prelude_offset);
    std::optional<Prelude> prelude;
    const std::size_t offset =
        static_cast<std::size_t>(std::min<std::uint64_t>(prelude_offset.value, head.fun_data.size()));
    if (!take_prelude(head, offset, Rule::V11, path, prelude)) return false;
    if (prelude) {
        const std::size_t words = header_.native_words(prelude->has(PreludeFlag::Generator));
        const std::size_t start = std::min(words * header_.word_octets(), offset);
        visitor_.on_code(head.fun_data.subspan(start, offset - start), head.fun_data_offset + start);
    }
    return true;
}

bool FileReader::read_machine_code(const RawCodeHead& head, const PathStep& path,
                                   std::uint64_t& scope_flags) {
    NumberField number;
    if (!read_number(&path, "scope_flags", number)) return false;
    scope_flags = number.value;
    visitor_.on_code(head.fun_data, head.fun_data_offset);
    visitor_.on_scope_flags(number);
    if (head.kind == RawCodeKind::Asm) {
        NumberField type_sig;
        if (!read_number(&path, "n_pos_args", number) || !read_number(&path, "type_sig", type_sig))
            return false;
        visitor_.on_asm_signature(number, type_sig);
        return true;
    }
    // Both sizes stand before the read-only data.
    NumberField rodata_size;
    const bool has_rodata = has_flag(scope_flags, ScopeFlag::Rodata);
    if (has_rodata) {
        if (!read_length(&path, "rodata_size", rodata_size)) return false;
        visitor_.on_rodata_size(rodata_size);
    }
    if (has_flag(scope_flags, ScopeFlag::Bss)) {
        if (!read_number(&path, "bss_size", number, kMaxLength)) return false;
        visitor_.on_bss_size(number);
    }
    if (has_rodata) {
        if (rodata_size.value > left()) {
            return fail(Rule::V2, rodata_size.extent.offset, &path, "rodata_size",
                        fmt::format("{}", rodata_size.value),
                        fmt::format("at most {} (what is left of the file)", left()));
        }
        const std::size_t offset = at_;
        std::span<const std::byte> rodata;
        if (!read_octets(rodata_size.value, rodata)) return false;
        visitor_.on_rodata(rodata, offset);
    }
    return true;
}

bool FileReader::read_children(std::uint32_t depth, const PathStep& path) {
    NumberField n_children;
    if (!read_length(&path, "n_children", n_children)) return false;
    visitor_.on_child_count(n_children);
    PathStep child{&path, "child", 0};
    for (std::uint32_t i = 0; i < n_children.value; ++i) {
        child.index = i;
        if (!read_raw_code(depth + 1, {i}, child)) return false;
    }
    return true;
}

bool FileReader::read_relocations(const PathStep& path) {
    constexpr std::uint8_t kEnd = 0xFF;
    PathStep step{&path, "relocation", 0};
    bool has_position = false;
    bool in_rodata = false;
    std::uint64_t word_index = 0;
    for (std::uint64_t i = 0;; ++i) {
        step.index = i;
        Relocation relocation;
        const std::size_t start = at_;
        if (!read_octet(&step, "op", relocation.op)) return false;
        if (relocation.op == kEnd) {
            visitor_.end_relocations(start);
            return true;
        }
        NumberField number;
        if ((relocation.op & 1) != 0) {
            if (!read_number(&step, "address", number)) return false;
            relocation.sets_position = has_position = true;
            in_rodata = (number.value & 1) != 0;
            word_index = number.value >> 1;
        }
        if (relocation.d() <= 5 && (relocation.d() & 1) != 0) {
            if (!read_number(&step, "count", number, kMaxLength)) return false;
            relocation.counted = true;
            relocation.count = number.value;
        }
        relocation.has_position = has_position;
        relocation.in_rodata = in_rodata;
        relocation.word_index = word_index;
        relocation.extent = {start, at_ - start};
        visitor_.on_relocation(relocation);
        // Addresses have at most 63 bits and counts 32, so only a list of 2^31 entries could wrap here.
        word_index += relocation.count;
    }
}

}  // namespace

Result<void> read_file(std::span<const std::byte> file, Visitor& visitor, const ReadOptions& options) {
    return FileReader(file, visitor, options).run();
}

std::span<const std::byte> as_octets(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace mpy
