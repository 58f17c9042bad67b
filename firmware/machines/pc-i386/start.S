// Start and trap stubs of the 32-bit PC.
// Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 3, 9.8 and 6.12; Xen PVH start of day (the note).

#include "map.S.h"

    .balign 32
page_pointers:
    .long page_directory_0 + 1, 0
    .quad 0, 0
    .long page_directory_3 + 1, 0

    .section .note.pvh, "a", @note
    .balign 4
    .long 4, 4, 18      // name length, value length, XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .long _start

    .section .text.start, "ax"
    .globl _start
_start:
    cli
    movl $0x620, %eax               // PAE, SSE state, SSE exceptions
    movl %eax, %cr4
    movl $page_pointers, %eax
    movl %eax, %cr3
    movl $0xc0000080, %ecx          // EFER: no-execute
    rdmsr
    orl $0x800, %eax
    wrmsr
    movl $0x80010033, %eax          // paging, write protection, native FPU errors, protected mode
    movl %eax, %cr0
    lgdt boot_gdt_pointer
    ljmp $8, $1f
1:  movl $16, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movl %eax, %ss

    // The reset entry of a warm restart too.
    .globl machine_restart
machine_restart:
    cli
    cld
    movl $machine_stack_top, %esp
    pushl $2                        // clears the nested-task flag that a task gate leaves
    popfl
    clts
    fninit
    ldmxcsr mxcsr_default
    call pc_start

    .balign 8
boot_gdt:
    .quad 0
    .quad 0x00cf9b000000ffff        // code
    .quad 0x00cf93000000ffff        // data
boot_gdt_pointer:
    .word . - boot_gdt - 1
    .long boot_gdt
mxcsr_default:
    .long 0x1f80

    .text
    // The CPU pushes an error code for some vectors only.
    .balign 16
stubs:
    .set vector, 0
    .rept 49
    .balign 16
    .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21)
    pushl $0
    .endif
    pushl $vector
    jmp common
    .set vector, vector + 1
    .endr
    .balign 16

common:
    pusha
    cld
    movl %esp, %ebx                 // the frame
    leal 52(%ebx), %eax
    movl %eax, 12(%ebx)             // esp as it was before the trap
    subl $528, %esp
    andl $-16, %esp
    cmpl $0x20, 32(%ebx)
    jb 1f
    cmpl $0x30, 32(%ebx)
    jae 1f
    // An interrupt: the interrupted code's floating-point state is kept.
    fxsave 16(%esp)
    movl %ebx, (%esp)
    call pc_interrupt
    fxrstor 16(%esp)
    movl %ebx, %esp
    popa
    addl $8, %esp
    iret
1:  movl %eax, 4(%esp)
    movl %ebx, (%esp)
    call pc_trap

    // Page fault and double fault come here as tasks, with a stack of their own and the error code on it.
    .globl pc_task_page_fault
pc_task_page_fault:
    pushl $14
    call pc_task
    .globl pc_task_double_fault
pc_task_double_fault:
    pushl $8
    call pc_task

    .section .rodata
    .globl pc_stubs
    .balign 4
pc_stubs:
    .set vector, 0
    .rept 49
    .long stubs + vector * 16
    .set vector, vector + 1
    .endr

    .section .note.GNU-stack, "", @progbits
