# The BBC micro:bit's nRF51 with more memory than it has: a Cortex-M0. No other machine of QEMU takes this CPU.
CROSS_COMPILE ?= arm-none-eabi-
MACHINE_CPU = Cortex-M0
MACHINE_MPY_ARCH = armv6m
# What stock QEMU boards say, so that a test tree's own rules for them hold.
MACHINE_PLATFORM = qemu
# The inline assembler without what needs Thumb-2.
MACHINE_INLINEASM = thumb
CFLAGS_MACHINE = -mthumb -mcpu=cortex-m0 -mfloat-abi=soft
LDFLAGS_MACHINE = $(CFLAGS_MACHINE)
LIBS_MACHINE = -lc -lgcc
SRC_MACHINE_SQRT_C = $(SRC_LIB_LIBM_DBL_SQRT_SW_C)
SRC_MACHINE_C = \
	machines/common/cortex-m/report.c \
	machines/common/cortex-m/start.c \
	machines/common/cortex-m/trap_v6m.c \
	machines/microbit/devices.c \
	machines/common/semihosting/call_thumb.c \
	machines/common/semihosting/semihosting.c \
	shared/runtime/gchelper_native.c
SRC_MACHINE_TREE_S = shared/runtime/gchelper_thumb1.s
