# Arm MPS2 board with the AN386 image: Cortex-M4, with its single-precision FPU or, VARIANT=soft, as one that has none.
MACHINE_VARIANTS = soft
MACHINE_CPU = Cortex-M4
ifeq ($(VARIANT),soft)
MACHINE_CPU_FLAGS = -mcpu=cortex-m4 -mfloat-abi=soft
MACHINE_MPY_ARCH = armv7em
else
MACHINE_CPU_FLAGS = -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard
MACHINE_MPY_ARCH = armv7emsp
endif
SRC_MACHINE_SQRT_C = $(SRC_LIB_LIBM_DBL_SQRT_SW_C)
include machines/common/mps2/mps2.mk
