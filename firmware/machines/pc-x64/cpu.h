// 64-bit x86: the general registers in the order in which the stubs leave them in memory.

#define CPU_REGS (15)
#define CPU_FRAME_HAS_SP (1)

#define pc_frame_sp(frame) ((frame)->sp)
