# QEMU's RISC-V board with a 64-bit hart. MicroPython has no emitter for it, so there is no arch for frozen native code.
MACHINE_CPU = RV64
MACHINE_MARCH = rv64imac
MACHINE_CPU_FLAGS = -mabi=lp64
MACHINE_MPY_ARCH =
include machines/common/virt/virt.mk
SRC_MACHINE_TREE_S = shared/runtime/gchelper_rv64i.s
