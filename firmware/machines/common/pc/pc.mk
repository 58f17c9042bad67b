# PCs: what both widths have in common.
CROSS_COMPILE ?=
# No port of the tree calls itself so: its rules for ports do not apply.
MACHINE_PLATFORM = pc
# The host's compiler, but nothing of its C library: the headers are those of machines/common/include and the compiler's own.
COMPILER_HEADERS := $(shell $(CC) -print-file-name=include)
CFLAGS_MACHINE = $(MACHINE_CPU_FLAGS) -nostdinc -Imachines/common/pc -isystem machines/common/include \
	-isystem $(COMPILER_HEADERS) -fno-pie -fno-stack-protector -fcf-protection=none \
	-fno-tree-loop-distribute-patterns -fno-builtin-sin -fno-builtin-cos
LDFLAGS_MACHINE = $(MACHINE_CPU_FLAGS) -no-pie -static -Wl,--build-id=none
SRC_MACHINE_SQRT_C = $(SRC_LIB_LIBM_DBL_SQRT_SW_C)
SRC_MACHINE_S = $(MACHINE_DIR)/start.S
SRC_MACHINE_C = \
	$(MACHINE_DIR)/descriptors.c \
	machines/common/pc/clock.c \
	machines/common/pc/console.c \
	machines/common/libc.c \
	machines/common/pc/restart.c \
	machines/common/pc/trap.c \
	shared/libc/string0.c \
	shared/runtime/gchelper_generic.c

# The tree's rule for assembler sources knows no headers.
$(BUILD)/$(MACHINE_DIR)/start.o: machines/common/pc/map.S.h
