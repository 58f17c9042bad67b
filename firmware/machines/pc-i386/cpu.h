// 32-bit x86: the general registers in the order in which `pusha` leaves them in memory.

#define CPU_REGS (8)
#define CPU_FRAME_HAS_SP (0)

// Without a change of privilege the CPU pushes no stack pointer: the frame lies on the interrupted stack.
#define pc_frame_sp(frame) ((uintptr_t)(frame) + sizeof(trap_frame_t))
