# MPS2 boards with an ARMv7-M CPU: what they have in common.
CROSS_COMPILE ?= arm-none-eabi-
# What stock QEMU boards say, so that a test tree's own rules for them hold.
MACHINE_PLATFORM = qemu
MACHINE_INLINEASM = thumb
CFLAGS_MACHINE = -mthumb $(MACHINE_CPU_FLAGS)
LDFLAGS_MACHINE = $(CFLAGS_MACHINE)
LIBS_MACHINE = -lc -lgcc
SRC_MACHINE_C = \
	machines/common/cortex-m/guard_v7m.c \
	machines/common/cortex-m/report.c \
	machines/common/cortex-m/start.c \
	machines/common/cortex-m/trap_v7m.c \
	machines/common/mps2/mps2.c \
	machines/common/semihosting/call_thumb.c \
	machines/common/semihosting/semihosting.c \
	shared/runtime/gchelper_native.c
SRC_MACHINE_TREE_S = shared/runtime/gchelper_thumb2.s
