# Arm MPS2 board with the AN500 image: Cortex-M7 with a double-precision FPU.
MACHINE_CPU = Cortex-M7
MACHINE_CPU_FLAGS = -mcpu=cortex-m7 -mfpu=fpv5-d16 -mfloat-abi=hard
MACHINE_MPY_ARCH = armv7emdp
SRC_MACHINE_SQRT_C = $(SRC_LIB_LIBM_DBL_SQRT_HW_C)
include machines/common/mps2/mps2.mk
