# Arm's Versatile/PB board with an ARM1176, everything in Arm state.
CROSS_COMPILE ?= arm-none-eabi-
MACHINE_CPU = ARM1176JZ-S
MACHINE_MPY_ARCH = armv6
# What stock QEMU boards say, so that a test tree's own rules for them hold.
MACHINE_PLATFORM = qemu
CFLAGS_MACHINE = -marm -mcpu=arm1176jz-s -mfloat-abi=soft
LIBS_MACHINE = -lc -lgcc
SRC_MACHINE_SQRT_C = $(SRC_LIB_LIBM_DBL_SQRT_SW_C)
# For code that was loaded the core invalidates the caches of an ARM926, in a way that this CPU does not know. With this name defined
# it asks the compiler's library to do it, which is right on every Arm.
$(BUILD)/py/emitglue.o: CFLAGS += -D__linux__
SRC_MACHINE_C = \
	machines/common/semihosting/call_arm.c \
	machines/common/semihosting/semihosting.c \
	machines/versatilepb/devices.c \
	machines/versatilepb/trap.c \
	shared/runtime/gchelper_generic.c
SRC_MACHINE_S = machines/versatilepb/start.S
