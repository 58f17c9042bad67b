# A bare 64-bit PC.
MACHINE_CPU = x86-64
MACHINE_CPU_FLAGS = -m64 -mno-red-zone -mcmodel=small
MACHINE_MPY_ARCH = x64
MACHINE_MPY_TOOL_FLAGS = -mmpz-dig-size=32
LIBS_MACHINE = $(shell $(CC) -print-libgcc-file-name)
include machines/common/pc/pc.mk
