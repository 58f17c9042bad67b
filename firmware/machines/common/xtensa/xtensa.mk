# Xtensa cores on QEMU's machine `sim`: what they have in common. machine.mk sets MACHINE_ABI. TOOLCHAIN is the folder that
# ci/setup makes: the parts that Debian's compiler lacks.
CROSS_COMPILE ?= xtensa-lx106-elf-
XTENSA_LIBGCC = $(TOOLCHAIN)/lib/$(MACHINE_ABI)/libgcc.a
ifeq ($(wildcard $(XTENSA_LIBGCC)),)
$(error TOOLCHAIN=$(TOOLCHAIN): set it to the Xtensa toolchain that ci/setup makes, .deps/toolchains/xtensa)
endif
# No port of the tree calls itself so: its rules for ports do not apply.
MACHINE_PLATFORM = sim
COMPILER_HEADERS := $(shell $(CC) -print-file-name=include)
CFLAGS_MACHINE = -mabi=$(MACHINE_ABI) -mlongcalls -mtext-section-literals -nostdinc -isystem machines/common/include \
	-isystem $(COMPILER_HEADERS) -fno-tree-loop-distribute-patterns -fno-builtin-sin -fno-builtin-cos
LDFLAGS_MACHINE = -mabi=$(MACHINE_ABI) -static
LIBS_MACHINE = $(XTENSA_LIBGCC)
AFLAGS = -mabi=$(MACHINE_ABI) -mlongcalls -mtext-section-literals
SRC_MACHINE_SQRT_C = $(SRC_LIB_LIBM_DBL_SQRT_SW_C)
SRC_MACHINE_S = machines/common/xtensa/start.S $(MACHINE_DIR)/trap.S
SRC_MACHINE_C = \
	machines/common/libc.c \
	machines/common/xtensa/gc.c \
	machines/common/xtensa/libgcc.c \
	machines/common/xtensa/restart.c \
	machines/common/xtensa/sim.c \
	machines/common/xtensa/trap.c \
	shared/libc/string0.c
