# QEMU's RISC-V board `virt`, with 32 or 64 bits: machine.mk sets MACHINE_MARCH and MACHINE_CPU_FLAGS.
CROSS_COMPILE ?= riscv64-unknown-elf-
# What stock QEMU boards say, so that a test tree's own rules for them hold.
MACHINE_PLATFORM = qemu
AFLAGS = -march=$(MACHINE_MARCH) $(MACHINE_CPU_FLAGS)
CFLAGS_MACHINE = $(AFLAGS) -mcmodel=medany -msmall-data-limit=0 --specs=picolibc.specs
LIBS_MACHINE = -lc -lgcc
SRC_MACHINE_SQRT_C = $(SRC_LIB_LIBM_DBL_SQRT_SW_C)
# CSR instructions in these only: with _zicsr in all flags the compiler finds no C library of this kind.
$(BUILD)/machines/common/virt/%.o: CFLAGS += -march=$(MACHINE_MARCH)_zicsr
SRC_MACHINE_C = \
	machines/common/semihosting/call_riscv.c \
	machines/common/semihosting/semihosting.c \
	machines/common/virt/guard.c \
	machines/common/virt/trap.c \
	machines/common/virt/virt.c \
	shared/runtime/gchelper_native.c
SRC_MACHINE_S = machines/common/virt/start.S
