# A bare 32-bit PC. SSE for floats, because the x87's wider intermediate results would show in what programs print.
MACHINE_CPU = i686
MACHINE_CPU_FLAGS = -m32 -march=pentium4 -mfpmath=sse -mstackrealign
MACHINE_MPY_ARCH = x86
include machines/common/pc/pc.mk
SRC_MACHINE_C += machines/pc-i386/libgcc.c
