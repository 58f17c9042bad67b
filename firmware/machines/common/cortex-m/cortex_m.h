// What the Cortex-M machines share: registers of the system control space, and the parts that ARMv6-M and ARMv7-M have each
// in their own way (files that end in _v6m and _v7m; a machine links one or the other).
// Source: ARMv7-M Architecture Reference Manual (DDI 0403E), B3.2 and B3.5; ARMv6-M (DDI 0419E), B3.2, which has a part of them.

#ifndef FIRMWARE_CORTEX_M_H
#define FIRMWARE_CORTEX_M_H

#include <stdbool.h>
#include <stdint.h>

#include "port/machine.h"

#define REG(addr) (*(volatile uint32_t *)(addr))

#define NVIC_ISER   REG(0xe000e100)
#define NVIC_IPR(n) (*(volatile uint8_t *)(0xe000e400 + (n)))
#define SCB_ICSR    REG(0xe000ed04)
#define SCB_CCR     REG(0xe000ed14)
#define SCB_SHPR3   REG(0xe000ed20)
#define SCB_SHCSR   REG(0xe000ed24)
#define SCB_CFSR    REG(0xe000ed28)
#define SCB_HFSR    REG(0xe000ed2c)
#define SCB_MMFAR   REG(0xe000ed34)
#define SCB_BFAR    REG(0xe000ed38)
#define SCB_CPACR   REG(0xe000ed88)
#define MPU_CTRL    REG(0xe000ed94)
#define MPU_RNR     REG(0xe000ed98)
#define MPU_RBAR    REG(0xe000ed9c)
#define MPU_RASR    REG(0xe000eda0)
#define FPU_FPCCR   REG(0xe000ef34)

#define ICSR_PENDSVSET  (1u << 28)
#define ICSR_RETTOBASE  (1u << 11)
#define CCR_DIV_0_TRP   (1u << 4)
#define SHCSR_FAULTS    (7u << 16) // memory, bus and usage fault handlers enabled
#define FPCCR_LSPACT    (1u << 0)
#define MPU_ENABLE      (1u << 0)
#define MPU_PRIVDEFENA  (1u << 2)

// The reset entry, in assembler; also where a warm restart goes.
__attribute__((noreturn)) void cortex_m_reset(void);

// Interrupt handlers of the board, in the order of their numbers; what it leaves out traps.
extern void (*const board_interrupts[32])(void);

// The architecture's faults. cortex_m_faults_start() at each start; before a warm restart from a trap cortex_m_faults_end()
// clears what they left, or says false when that takes a real reset: an interrupt would stay active.
void cortex_m_faults_start(void);
bool cortex_m_faults_end(void);

// What the CPU pushes, without floating-point registers.
typedef struct _cortex_m_frame_t {
    uint32_t r0_r3[4], r12, lr, pc, psr;
} cortex_m_frame_t;

// Where trap_entry of the architecture goes. `frame` is NULL when pushing it failed; kind, address and the CPU's status registers
// are filled in already.
MACHINE_NORETURN void cortex_m_report(machine_fault_t *fault, const uint32_t *r4_r11, const cortex_m_frame_t *frame);

// Kind of an access to an address that is not to be touched.
const char *cortex_m_name_access(uint32_t address);

// Guards: what machine_init() of a board calls.
void cortex_m_guard(void);

#endif // FIRMWARE_CORTEX_M_H
