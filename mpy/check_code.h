// The bytecode of one function: B1 to B3, B4 for its instructions, B5 to B9 and P2. Internal to the checker.
//
// Two passes. The first walks the octets in sequence: opcodes, operands, indices, locals, and where
// instructions start. The second follows the control flow with what is known about the value stack and the
// exception blocks at each instruction: its depth and the innermost open block.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "mpy/check_context.h"
#include "mpy/instruction.h"

namespace mpy {

/// Checks functions one after the other; keeps its buffers between them so that a file costs few allocations.
class CodeChecker {
  public:
    explicit CodeChecker(const CheckContext& context) : context_(context) {}

    /// `code` is bytecode whose prelude decodes.
    void check(const RawCode& code);

  private:
    static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

    /// What is known when control reaches an instruction.
    struct State {
        std::int64_t depth = -1;      // slots on the value stack; -1: not reached
        std::uint32_t block = kNone;  // SETUP instruction of the innermost open block
        std::uint32_t n_blocks = 0;

        bool reached() const { return depth >= 0; }
    };
    /// One exception block, known by the SETUP instruction that opens it: all paths agree on the blocks
    /// around it.
    struct Block {
        std::int64_t saved_depth = 0;
        std::uint32_t handler = kNone;          // offset in the code
        std::uint32_t outer = kNone;            // the block around it
        std::uint32_t first_waiting = kNone;    // UNWIND_JUMP that waits for its END_FINALLY
        std::optional<std::int64_t> end_depth;  // depth behind its END_FINALLY, once that is reached
    };

    // First pass. (check_code.cc)
    bool decode();
    void check_operand(const Instruction& instruction);
    void check_child(const Instruction& instruction, std::optional<std::uint64_t>& last_child);
    void check_last_instruction();
    void check_targets();
    void use_local(std::uint64_t number);
    void find_cells();

    // Second pass. (check_stack.cc)
    void follow();
    void step(std::uint32_t index);
    void flow_to(const Instruction& from, std::int64_t target, State state);
    bool open_block(std::uint32_t index, const State& state, std::int64_t saved_depth);
    bool close_block(const Instruction& instruction, State& state);
    void end_handler(const Instruction& instruction, std::uint32_t setup, std::int64_t depth);
    void unwind(std::uint32_t index, State state);
    bool rotates_suspended_slot(const Instruction& instruction, const State& state) const;
    bool same_block(std::uint32_t a, std::uint32_t b) const;
    bool is_finally(std::uint32_t setup) const;
    void complain(Rule rule, const Instruction& instruction, std::string found, std::string allowed);
    void note_depth(std::int64_t depth, const Instruction& instruction);
    void check_room();

    std::string field(const Instruction& instruction, std::string_view name = {}) const;
    std::uint64_t file_offset(std::uint32_t code_offset) const { return code_->code_offset + code_offset; }
    std::uint32_t index_at(std::int64_t offset) const;

    const CheckContext& context_;
    const RawCode* code_ = nullptr;
    const Prelude* prelude_ = nullptr;
    std::uint64_t n_locals_ = 0;
    std::int64_t max_depth_ = 0;
    std::uint32_t max_depth_at_ = 0;

    std::vector<Instruction> instructions_;
    std::vector<std::uint32_t> index_of_offset_;  // kNone where no instruction starts
    std::vector<std::uint8_t> is_cell_;           // by local, as far as there are cells
    std::vector<State> states_;                   // by instruction
    std::vector<Block> blocks_;                   // by instruction; used for SETUP instructions only
    std::vector<std::uint32_t> work_;             // instructions to go on from
    std::vector<std::uint32_t> next_waiting_;     // UNWIND_JUMPs that wait for the same handler, as a list
};

}  // namespace mpy
