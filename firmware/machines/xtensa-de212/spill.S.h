// Puts all register windows but the present one on the stack: touching a register that an older frame still owns makes the
// window overflow handler save that frame. Eight windows of four registers; the rotation ends where it began. Interrupts have to
// be off; no register is changed.

    .macro spill_windows
    and a12, a12, a12
    rotw 3
    and a12, a12, a12
    rotw 3
    and a4, a4, a4
    rotw 2
    .endm
