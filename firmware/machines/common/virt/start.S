// Reset entry, warm restart and trap entry. The program has one stack, traps another whose top is in mscratch while no trap is
// being handled; during one mscratch is 0, so that a fault inside the handler is told from one of the program.
// Source: The RISC-V Instruction Set Manual, Volume II (20211203), 3.1.7, 3.1.13.

#if __riscv_xlen == 64
#define SAVE sd
#define LOAD ld
#define WORD 8
#else
#define SAVE sw
#define LOAD lw
#define WORD 4
#endif

    .section .text.start, "ax"
    .global _start
_start:
    csrci mstatus, 8
    la t0, trap_entry
    csrw mtvec, t0
    la t0, _trap_stack_top
    csrw mscratch, t0
    la sp, machine_stack_top
    la a0, _data_start
    la a1, _data_load
    la a2, _data_end
    sub a2, a2, a0
    call memcpy
    la a0, _bss_start
    li a1, 0
    la a2, _bss_end
    sub a2, a2, a0
    call memset
    call machine_init
    call port_main

    .text
    .balign 4
trap_entry:
    csrrw sp, mscratch, sp
    bnez sp, 1f
    // A trap in a trap: mscratch holds the handler's own stack pointer now.
    csrr sp, mscratch
1:
    // Room for x0 to x31, index is the number; x2 comes from mscratch.
    addi sp, sp, -32 * WORD
    .irp r, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    SAVE x\r, \r * WORD(sp)
    .endr
    csrrw t0, mscratch, zero
    SAVE t0, 2 * WORD(sp)
    mv a0, sp
    call riscv_trap
    la t0, _trap_stack_top
    csrw mscratch, t0
    .irp r, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
    LOAD x\r, \r * WORD(sp)
    .endr
    LOAD sp, 2 * WORD(sp)
    mret
