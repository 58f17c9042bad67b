// Roots for the collector: the registers, which trap.S puts on the stack, and the stack.

#include "py/gc.h"
#include "py/mpstate.h"
#include "shared/runtime/gchelper.h"

// Stores the registers that a caller expects back, in memory that `regs` (16 words) names or on the stack itself. Returns where
// the live part of the stack begins.
uintptr_t gc_helper_get_regs_and_sp(uintptr_t *regs);

MP_NOINLINE void gc_helper_collect_regs_and_stack(void) {
    uintptr_t regs[16];
    uintptr_t sp = gc_helper_get_regs_and_sp(regs);
    gc_collect_root((void **)sp, ((uintptr_t)MP_STATE_THREAD(stack_top) - sp) / sizeof(uintptr_t));
}
