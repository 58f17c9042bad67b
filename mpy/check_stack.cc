// The second pass of CodeChecker: follows the control flow.
#include <fmt/format.h>

#include "mpy/check_code.h"

namespace mpy {

namespace {

// Deeper than any n_state: a path that gets here is not followed, so that depths never overflow.
constexpr std::int64_t kTooDeep = std::int64_t{1} << 40;

// Slots that a suspended return or jump, and the exception or None on top of it, may take above the saved
// depth of a block.
constexpr std::int64_t kHandlerRoom = 3;
// Slots that WITH_CLEANUP needs to call `__exit__` with three arguments.
constexpr std::int64_t kCleanupRoom = 2;

}  // namespace

void CodeChecker::follow() {
    const std::size_t n = instructions_.size();
    states_.assign(n, State{});
    blocks_.assign(n, Block{});
    work_.clear();
    next_waiting_.assign(n, kNone);
    states_[0].depth = 0;
    work_.push_back(0);
    while (!work_.empty()) {
        const std::uint32_t index = work_.back();
        work_.pop_back();
        step(index);
    }
    check_room();
}

void CodeChecker::complain(Rule rule, const Instruction& instruction, std::string found,
                           std::string allowed) {
    context_.error(rule, file_offset(instruction.offset), field(instruction), std::move(found),
                   std::move(allowed));
}

void CodeChecker::note_depth(std::int64_t depth, const Instruction& instruction) {
    if (depth <= max_depth_) return;
    max_depth_ = depth;
    max_depth_at_ = instruction.offset;
}

/// The slots of the state array are shared: the stack grows from one end, the locals from the other.
void CodeChecker::check_room() {
    const auto locals = static_cast<std::int64_t>(n_locals_);
    const std::int64_t room = static_cast<std::int64_t>(prelude_->n_state) - locals;
    if (max_depth_ <= room) return;
    context_.error(Rule::B6, code_->fun_data_offset + prelude_->signature.offset,
                   context_.field(*code_, "prelude.n_state"), fmt::format("{}", prelude_->n_state),
                   fmt::format("at least {}: {} locals and a stack of {} at code[{}]", locals + max_depth_,
                               locals, max_depth_, max_depth_at_));
}

/// Two SETUP instructions may open the same block for two paths, as long as everything around it is the same.
bool CodeChecker::same_block(std::uint32_t a, std::uint32_t b) const {
    if (a == b) return true;
    if (a == kNone || b == kNone) return false;
    return blocks_[a].handler == blocks_[b].handler && blocks_[a].saved_depth == blocks_[b].saved_depth &&
           blocks_[a].outer == blocks_[b].outer && instructions_[a].op() == instructions_[b].op();
}

void CodeChecker::flow_to(const Instruction& from, std::int64_t target, State state) {
    const std::uint32_t index = index_at(target);
    // A bad target and a last instruction that goes on have been reported.
    if (index == kNone) return;
    State& known = states_[index];
    if (!known.reached()) {
        known = state;
        work_.push_back(index);
        return;
    }
    if (known.depth == state.depth && same_block(known.block, state.block)) return;
    const auto show = [&](const State& s) {
        return s.block == kNone ? fmt::format("depth {}, no block", s.depth)
                                : fmt::format("depth {}, {} blocks, innermost handler at {}", s.depth,
                                              s.n_blocks, blocks_[s.block].handler);
    };
    context_.error(Rule::B5, file_offset(from.offset), field(from, fmt::format("to code[{}]", target)),
                   show(state), fmt::format("{}, as another path brings there", show(known)));
}

/// A block whose handler runs when a return or a jump leaves it.
bool CodeChecker::is_finally(std::uint32_t setup) const {
    return instructions_[setup].op() != Op::SetupExcept;
}

/// A finally handler that a return or a jump has entered has one slot more than the bookkeeping says: the
/// value or target under the int on top. The `async with` handler turns these two and the context manager
/// around with ROT_THREE; nothing else reaches for the extra slot.
bool CodeChecker::rotates_suspended_slot(const Instruction& instruction, const State& state) const {
    return instruction.op() == Op::RotThree && state.block != kNone &&
           instructions_[state.block].op() == Op::SetupFinally &&
           blocks_[state.block].handler <= instruction.offset;
}

bool CodeChecker::open_block(std::uint32_t index, const State& state, std::int64_t saved_depth) {
    const Instruction& instruction = instructions_[index];
    const std::uint32_t n_blocks = state.n_blocks + 1;
    if (n_blocks > prelude_->n_exc_stack) {
        complain(Rule::B8, instruction, fmt::format("{} open blocks", n_blocks),
                 fmt::format("at most {}, n_exc_stack", prelude_->n_exc_stack));
        return false;
    }
    const std::uint32_t handler = index_at(instruction.operand);
    Block& block = blocks_[index];
    block.saved_depth = saved_depth;
    block.handler = handler == kNone ? kNone : instructions_[handler].offset;
    block.outer = state.block;
    note_depth(saved_depth + kHandlerRoom, instruction);
    // The handler: the exception on the stack, its own block still open.
    flow_to(instruction, instruction.operand, {saved_depth + 1, index, n_blocks});
    return true;
}

void CodeChecker::step(std::uint32_t index) {
    const Instruction& instruction = instructions_[index];
    const OpcodeInfo& info = instruction.info();
    const State state = states_[index];
    note_depth(state.depth, instruction);

    const StackEffect effect = stack_effect(info.op, instruction.count(), instruction.extra);
    const auto depth = static_cast<std::uint64_t>(state.depth);
    if (effect.pops > depth + (rotates_suspended_slot(instruction, state) ? 1U : 0U)) {
        return complain(Rule::B5, instruction, fmt::format("{} slots on the stack", depth),
                        fmt::format("at least {}", effect.pops));
    }
    if (effect.pushes >= static_cast<std::uint64_t>(kTooDeep) - depth) {
        return complain(Rule::B6, instruction, fmt::format("{} slots pushed", effect.pushes),
                        fmt::format("at most {}, n_state", prelude_->n_state));
    }
    State next = state;
    next.depth = static_cast<std::int64_t>(depth + effect.pushes - effect.pops);
    note_depth(next.depth, instruction);

    switch (info.flow) {
        case Flow::Next:
            break;
        case Flow::Leave:
            return;
        case Flow::Jump:
            return flow_to(instruction, instruction.operand, next);
        case Flow::Branch: {
            State target = state;
            target.depth += info.target_delta;
            flow_to(instruction, instruction.operand, target);
            break;
        }
        case Flow::Setup:
            // SETUP_WITH saves the depth with `__exit__` and self on the stack, the value of `__enter__` not
            // yet.
            if (!open_block(index, state, info.op == Op::SetupWith ? state.depth + 1 : state.depth)) return;
            next.block = index;
            ++next.n_blocks;
            break;
        case Flow::PopJump:
            if (close_block(instruction, next)) flow_to(instruction, instruction.operand, next);
            return;
        case Flow::EndFinally:
            if (!close_block(instruction, next)) return;
            end_handler(instruction, state.block, next.depth);
            break;
        case Flow::WithCleanup:
            note_depth(state.depth + kCleanupRoom, instruction);
            if (state.block == kNone) {
                return complain(Rule::B7, instruction, "no open block", "at least one open block");
            }
            if (instructions_[state.block].op() != Op::SetupWith ||
                blocks_[state.block].handler != instruction.offset) {
                return complain(Rule::B5, instruction, "inside another block's code",
                                "the first instruction of a with handler");
            }
            break;
        case Flow::Unwind:
            return unwind(index, state);
    }
    flow_to(instruction, instruction.next_offset(), next);
}

bool CodeChecker::close_block(const Instruction& instruction, State& state) {
    if (state.block == kNone) {
        complain(Rule::B7, instruction, "no open block", "at least one open block");
        return false;
    }
    state.block = blocks_[state.block].outer;
    --state.n_blocks;
    return true;
}

/// END_FINALLY of the block that `setup` opened leaves `depth` slots: now the jumps that wait for its handler
/// can go on.
void CodeChecker::end_handler(const Instruction& instruction, std::uint32_t setup, std::int64_t depth) {
    Block& block = blocks_[setup];
    if (!block.end_depth) {
        block.end_depth = depth;
        for (std::uint32_t waiting = block.first_waiting; waiting != kNone;
             waiting = next_waiting_[waiting]) {
            work_.push_back(waiting);
        }
        block.first_waiting = kNone;
    } else if (is_finally(setup) && *block.end_depth != depth) {
        complain(Rule::B5, instruction, fmt::format("depth {} behind it", depth),
                 fmt::format("{}, as behind another END_FINALLY of the block", *block.end_depth));
    }
}

/// UNWIND_JUMP. The depth at its target depends on what the handlers that run on the way do to the stack.
/// While one of them has not reached its END_FINALLY the jump waits; if it never does, the jump never
/// arrives.
void CodeChecker::unwind(std::uint32_t index, State state) {
    const Instruction& instruction = instructions_[index];
    const unsigned count = instruction.extra & 0x7F;
    if (count == 0 || count > state.n_blocks) {
        return complain(Rule::B5, instruction, fmt::format("{} blocks to leave", count),
                        fmt::format("1..{}", state.n_blocks));
    }
    // Handlers are compared with the address behind the offset octets, in front of the extra octet.
    const std::uint32_t here = instruction.next_offset() - 1;
    if ((instruction.extra & 0x80) != 0) state.depth -= 4;
    for (unsigned left = count; left > 0; --left) {
        Block& block = blocks_[state.block];
        if (is_finally(state.block)) {
            if (block.handler < here) {
                state.depth -= 1;  // its handler is running: what it was entered with is cancelled
            } else if (block.end_depth) {
                state.depth += *block.end_depth - block.saved_depth;
            } else {
                next_waiting_[index] = block.first_waiting;
                block.first_waiting = index;
                return;
            }
        }
        state.block = block.outer;
        --state.n_blocks;
    }
    if (state.depth < 0) {
        return complain(Rule::B5, instruction, fmt::format("depth {} at the target", state.depth),
                        "0 or more");
    }
    flow_to(instruction, instruction.operand, state);
}

}  // namespace mpy
