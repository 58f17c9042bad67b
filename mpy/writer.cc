#include "mpy/writer.h"

#include <fmt/format.h>

#include <string_view>

#include "mpy/vuint.h"

namespace mpy {

namespace {

/// Collects the octets. The buffer is reserved once, from the size of the file that was read.
class FileWriter {
  public:
    explicit FileWriter(const Module& module) : module_(module) { out_.reserve(module.file_size); }

    std::vector<std::byte> run() {
        octet(kMagic);
        octet(module_.header.version);
        octet(module_.header.feature);
        octet(module_.header.small_int_bits);
        if (module_.arch_flags) vuint(module_.arch_flags->value);
        vuint(module_.qstrs.size());
        vuint(module_.objects.size());
        for (const QstrEntry& entry : module_.qstrs) write(entry);
        for (const Object& object : module_.objects) write(object);
        write_raw_codes();
        octets(module_.trailing);
        return std::move(out_);
    }

  private:
    void octet(unsigned value) { out_.push_back(static_cast<std::byte>(value)); }
    void octets(std::span<const std::byte> data) { out_.insert(out_.end(), data.begin(), data.end()); }
    void text(std::string_view data) { octets(as_octets(data)); }
    void vuint(std::uint64_t value) {
        for (std::uint32_t left = vuint_octets(value); left-- > 0;) {
            octet(static_cast<unsigned>(value >> (7 * left) & 0x7F) | (left == 0 ? 0U : 0x80U));
        }
    }

    void write(const QstrEntry& entry);
    void write(const Object& object);
    void write(const Relocation& relocation);
    void write_raw_codes();
    void write_front(const RawCode& code);
    void write_back(const RawCode& code);

    const Module& module_;
    std::vector<std::byte> out_;
};

void FileWriter::write(const QstrEntry& entry) {
    if (entry.is_static) {
        vuint(entry.static_number << 1 | 1);
        return;
    }
    vuint(std::uint64_t{entry.text.size()} << 1);
    text(entry.text);
    octet(entry.terminator);
}

void FileWriter::write(const Object& object) {
    octet(static_cast<unsigned>(object.kind));
    switch (kObjectKinds[static_cast<std::size_t>(object.kind)].payload) {
        case ObjectPayload::Nothing:
            break;
        case ObjectPayload::Text:
        case ObjectPayload::TerminatedText:
            vuint(object.text.size());
            text(object.text);
            if (kObjectKinds[static_cast<std::size_t>(object.kind)].payload ==
                ObjectPayload::TerminatedText) {
                octet(object.terminator);
            }
            break;
        case ObjectPayload::Items:
            vuint(object.items.size());
            for (const Object& item : object.items) write(item);
            break;
    }
}

void FileWriter::write(const Relocation& relocation) {
    octet(relocation.op);
    if (relocation.sets_position) vuint(relocation.word_index << 1 | (relocation.in_rodata ? 1U : 0U));
    if (relocation.counted) vuint(relocation.count);
}

/// What stands before the children of a raw code.
void FileWriter::write_front(const RawCode& code) {
    vuint(std::uint64_t{code.fun_data.size()} << 3 | (code.has_children ? 4U : 0U) |
          static_cast<unsigned>(code.kind));
    octets(code.fun_data);
    for (const std::optional<NumberField>* field : {&code.prelude_offset, &code.scope_flags, &code.n_pos_args,
                                                    &code.type_sig, &code.rodata_size, &code.bss_size}) {
        if (*field) vuint((*field)->value);
    }
    octets(code.rodata);
    if (code.has_children) vuint(code.children.size());
}

/// What stands behind them.
void FileWriter::write_back(const RawCode& code) {
    for (const Relocation& relocation : code.relocations) write(relocation);
    if (code.relocations_end) octet(0xFF);
}

/// Raw codes stand in file order, so one pass with a stack of open parents does without recursion.
void FileWriter::write_raw_codes() {
    std::vector<const RawCode*> open;
    for (const RawCode& code : module_.raw_codes) {
        while (!open.empty() && open.back()->depth >= code.depth) {
            write_back(*open.back());
            open.pop_back();
        }
        write_front(code);
        open.push_back(&code);
    }
    while (!open.empty()) {
        write_back(*open.back());
        open.pop_back();
    }
}

}  // namespace

Result<std::vector<std::byte>> write_module(const Module& module, const WriteOptions& options) {
    if (!module.redundant_vuints.empty() && options.redundant_vuints == RedundantVuints::Refuse) {
        return Finding{Rule::W1,
                       Severity::Error,
                       module.redundant_vuints.front().offset,
                       "vuint",
                       fmt::format("{} vuints longer than they need to be", module.redundant_vuints.size()),
                       "none, or WriteOptions with RedundantVuints::Shorten"};
    }
    return FileWriter(module).run();
}

}  // namespace mpy
