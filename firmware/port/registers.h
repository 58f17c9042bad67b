// Calls that are watched: which registers that the ABI says a call keeps were changed by this one.
//
// A native function that changes one of its caller's registers goes unnoticed for as long as the C code that calls it has nothing
// in there, which changes with every compiler.
//
// Sources: Procedure Call Standard for the Arm Architecture, 6.1; System V ABI, Intel386 supplement, 3.9, and AMD64 supplement,
// 3.2.1; RISC-V psABI, 1.1; Xtensa ISA Summary, 10.1.2 (CALL0 ABI). With register windows the processor keeps them itself:
// there is nothing to watch.

#ifndef FIRMWARE_PORT_REGISTERS_H
#define FIRMWARE_PORT_REGISTERS_H

#include <stdint.h>

#include "py/obj.h"

#if defined(__arm__)
#define REGISTERS_KEPT "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11"
#elif defined(__i386__)
#define REGISTERS_KEPT "ebx", "esi", "edi", "ebp"
#elif defined(__x86_64__)
#define REGISTERS_KEPT "rbx", "rbp", "r12", "r13", "r14", "r15"
#elif defined(__riscv)
#define REGISTERS_KEPT "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11"
#elif defined(__XTENSA_CALL0_ABI__)
#define REGISTERS_KEPT "a12", "a13", "a14", "a15"
#endif

#if defined(REGISTERS_KEPT)

// What register number i of REGISTERS_KEPT holds when the function begins. No small integer, no pointer.
#define REGISTERS_PATTERN 0x5a5a5a00 // without parentheses, for assembly

// Calls `function` with the pattern in each of the registers and writes to `after`, in the order of REGISTERS_KEPT, what they hold
// when it returns. What the function raises goes past the watch.
mp_obj_t registers_watched_call(mp_call_fun_t function, mp_obj_t self, size_t n_args, size_t n_kw, const mp_obj_t *args, uintptr_t *after);

// Keeps all registers but the second one.
mp_obj_t registers_change_second(mp_obj_t self, size_t n_args, size_t n_kw, const mp_obj_t *args);

// Names of the registers that the call of `fun` changed, separated by spaces; "" for none.
mp_obj_t registers_changed(mp_call_fun_t function, mp_obj_t fun, size_t n_args, const mp_obj_t *args);

#endif

#endif // FIRMWARE_PORT_REGISTERS_H
