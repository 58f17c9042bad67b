# Arm MPS2 board with the AN385 image: Cortex-M3. It is an ARMv7-M, but the core reports the arch armv7em for every Thumb-2 CPU.
MACHINE_CPU = Cortex-M3
MACHINE_CPU_FLAGS = -mcpu=cortex-m3
MACHINE_MPY_ARCH = armv7m
SRC_MACHINE_SQRT_C = $(SRC_LIB_LIBM_DBL_SQRT_SW_C)
include machines/common/mps2/mps2.mk
