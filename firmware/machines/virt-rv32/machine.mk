# QEMU's RISC-V board with a 32-bit hart.
MACHINE_CPU = RV32
MACHINE_MARCH = rv32imac
MACHINE_CPU_FLAGS = -mabi=ilp32
MACHINE_MPY_ARCH = rv32imc
MACHINE_INLINEASM = rv32
include machines/common/virt/virt.mk
SRC_MACHINE_TREE_S = shared/runtime/gchelper_rv32i.s
