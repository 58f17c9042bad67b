// Vectors and trap entries of a core without register windows.
// Source: Xtensa Instruction Set Architecture Reference Manual, 4.4.1 (exceptions), 8.1.2 (the CALL0 convention). The vectors'
// offsets from VECBASE are those of this core.

#define FRAME_PC 64
#define FRAME_PS 68
#define FRAME_CAUSE 72
#define FRAME_VADDR 76
#define FRAME_SAR 80
#define FRAME_SIZE 92
#define CAUSE_SYSCALL 1
#define CAUSE_INTERRUPT 4
#define CAUSE_DEBUG 0x100

    .section .vectors, "ax"
    .balign 1024
vectors:
    .org vectors + 0x10
    j debug_entry
    .org vectors + 0x20
    j kernel_entry                  // non-maskable interrupt: this machine has none
    .org vectors + 0x30
    j kernel_entry
    .org vectors + 0x50
    j kernel_entry                  // user: the mode is never entered
    .org vectors + 0x70
    j double_entry

    // Stores all registers; a0 has the frame then, and a3 the cause.
    .macro save_frame frame, saved, pc, ps
    wsr a0, \saved
    movi a0, \frame
    s32i a1, a0, 4
    s32i a2, a0, 8
    s32i a3, a0, 12
    s32i a4, a0, 16
    s32i a5, a0, 20
    s32i a6, a0, 24
    s32i a7, a0, 28
    s32i a8, a0, 32
    s32i a9, a0, 36
    s32i a10, a0, 40
    s32i a11, a0, 44
    s32i a12, a0, 48
    s32i a13, a0, 52
    s32i a14, a0, 56
    s32i a15, a0, 60
    rsr a2, \saved
    s32i a2, a0, 0
    rsr a2, \pc
    s32i a2, a0, FRAME_PC
    rsr a2, \ps
    s32i a2, a0, FRAME_PS
    rsr a2, excvaddr
    s32i a2, a0, FRAME_VADDR
    rsr a2, sar
    s32i a2, a0, FRAME_SAR
    rsr a3, exccause
    .endm

    .section .text.start, "ax"
    .balign 4
    .literal_position

    // Warm restart, from any context.
    .globl machine_restart
    .balign 4
machine_restart:
    movi a2, 1                      // PS: interrupts off, no exception
    wsr a2, ps
    rsync
    movi a2, vectors
    wsr a2, vecbase
    movi a2, 0
    wsr a2, intenable
    rsync
    movi a1, machine_stack_top
    call0 xtensa_start

    .balign 4
kernel_entry:
    save_frame trap_frame, excsave1, epc1, ps
    mov a12, a0
    movi a1, _trap_stack_top
    bnei a3, CAUSE_INTERRUPT, report
    call0 xtensa_interrupt
    movi a3, CAUSE_SYSCALL
    bnez a2, report
    mov a0, a12
    l32i a2, a0, FRAME_SAR
    wsr a2, sar
    l32i a1, a0, 4
    l32i a2, a0, 8
    l32i a3, a0, 12
    l32i a4, a0, 16
    l32i a5, a0, 20
    l32i a6, a0, 24
    l32i a7, a0, 28
    l32i a8, a0, 32
    l32i a9, a0, 36
    l32i a10, a0, 40
    l32i a11, a0, 44
    l32i a12, a0, 48
    l32i a13, a0, 52
    l32i a14, a0, 56
    l32i a15, a0, 60
    l32i a0, a0, 0
    rfe

    .balign 4
debug_entry:
    save_frame trap_frame, excsave2, epc2, eps2
    mov a12, a0
    movi a1, _trap_stack_top
    movi a3, CAUSE_DEBUG
report:
    s32i a3, a12, FRAME_CAUSE
    mov a2, a12
    call0 xtensa_trap

    .balign 4
double_entry:
    save_frame double_frame, excsave2, depc, ps
    s32i a3, a0, FRAME_CAUSE
    movi a1, _trap_stack_top
    l32i a3, a0, FRAME_PC
    mov a2, a0
    call0 xtensa_double

    // The registers that a function keeps for its caller.
    .globl gc_helper_get_regs_and_sp
    .balign 4
gc_helper_get_regs_and_sp:
    s32i a12, a2, 0
    s32i a13, a2, 4
    s32i a14, a2, 8
    s32i a15, a2, 12
    mov a2, a1
    ret

    .section .bss.trap_frames, "aw", @nobits
    .balign 4
trap_frame:
    .space FRAME_SIZE
double_frame:
    .space FRAME_SIZE
