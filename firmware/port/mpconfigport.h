// Configuration of the conformance firmware: everything that a test tree asks for and that needs no operating system. The
// same for every machine; only the CPU decides which emitter there is.

#include <stdint.h>

#define MICROPY_CONFIG_ROM_LEVEL    (MICROPY_CONFIG_ROM_LEVEL_EVERYTHING)

// Emitter and inline assembler of the CPU. The loader takes native code only when the emitter for it is there.
#if defined(__x86_64__)
#define MICROPY_EMIT_X64            (1)
#elif defined(__i386__)
#define MICROPY_EMIT_X86            (1)
#elif defined(__thumb2__)
#define MICROPY_EMIT_THUMB          (1)
#define MICROPY_EMIT_INLINE_THUMB   (1)
#define MICROPY_MAKE_POINTER_CALLABLE(p) ((void *)((mp_uint_t)(p) | 1))
#elif defined(__thumb__)
#define MICROPY_EMIT_THUMB          (1)
#define MICROPY_EMIT_THUMB_ARMV7M   (0)
#define MICROPY_EMIT_INLINE_THUMB   (1)
#define MICROPY_EMIT_INLINE_THUMB_FLOAT (0)
#define MICROPY_MAKE_POINTER_CALLABLE(p) ((void *)((mp_uint_t)(p) | 1))
#elif defined(__arm__)
#define MICROPY_EMIT_ARM            (1)
#elif defined(__riscv) && __riscv_xlen == 32
#define MICROPY_EMIT_RV32           (1)
#define MICROPY_EMIT_INLINE_RV32    (1)
#elif defined(__riscv) && __riscv_xlen == 64
// There is no emitter.
#elif defined(__XTENSA_CALL0_ABI__)
#define MICROPY_EMIT_XTENSA         (1)
#define MICROPY_EMIT_INLINE_XTENSA  (1)
#elif defined(__XTENSA_WINDOWED_ABI__)
#define MICROPY_EMIT_XTENSAWIN      (1)
// The core's own non-local return for Xtensa is one for the other calling convention.
#define MICROPY_NLR_SETJMP          (1)
#else
#error "port: this CPU has no emitter configured"
#endif

// Floats are doubles on every machine, so that CPython is the oracle for what they print.
#define MICROPY_FLOAT_IMPL          (MICROPY_FLOAT_IMPL_DOUBLE)
#define MICROPY_FLOAT_USE_NATIVE_FLT16 (0)
#define MICROPY_LONGINT_IMPL        (MICROPY_LONGINT_IMPL_MPZ)
// Releases that can print floats exactly need long double functions for it.
#define MICROPY_FLOAT_FORMAT_IMPL   (MICROPY_FLOAT_FORMAT_IMPL_APPROX)
#define MP_NEED_LOG2                (1)

// Loading and running.
#define MICROPY_PERSISTENT_CODE_LOAD (1)
#define MICROPY_MODULE_OVERRIDE_MAIN_IMPORT (1)
#define MICROPY_ENABLE_SOURCE_LINE  (1)
#define MICROPY_OPT_COMPUTED_GOTO   (1)
#define MICROPY_USE_INTERNAL_PRINTF (1)
#define MICROPY_USE_INTERNAL_ERRNO  (1)

// Machine code has a region of its own. See port/code.h.
void code_alloc(unsigned int min_size, void **ptr, unsigned int *size);
#define MP_PLAT_ALLOC_EXEC(min_size, ptr, size) \
    do { unsigned int size_; code_alloc((min_size), (ptr), &size_); *(size) = size_; } while (0)
#define MP_PLAT_FREE_EXEC(ptr, size) ((void)(ptr), (void)(size))

// Memory.
#define MICROPY_ENABLE_GC           (1)
#define MICROPY_ENABLE_FINALISER    (1)
#define MICROPY_TRACKED_ALLOC       (1)
#define MICROPY_STACK_CHECK_MARGIN  (8192)
#define MICROPY_MALLOC_USES_ALLOCATED_SIZE (1)
#define MICROPY_MEM_STATS           (1)
#define MICROPY_ENABLE_EMERGENCY_EXCEPTION_BUF (1)
#define MICROPY_EMERGENCY_EXCEPTION_BUF_SIZE (256)
#define MICROPY_ALLOC_PATH_MAX      (512)
#define MICROPY_PY_GC_COLLECT_RETVAL (1)

// What is said and how.
#define MICROPY_ERROR_REPORTING     (MICROPY_ERROR_REPORTING_DETAILED)
#define MICROPY_WARNINGS            (1)
#define MICROPY_WARNINGS_CATEGORY   (1)
#define MICROPY_PY_STR_BYTES_CMP_WARN (1)
#define MICROPY_DEBUG_PRINTERS      (1)
#define MICROPY_DEBUG_PARSE_RULE_NAME (1)

// REPL.
#define MICROPY_KBD_EXCEPTION       (1)
#define MICROPY_REPL_EMACS_WORDS_MOVE (1)
#define MICROPY_REPL_EMACS_EXTRA_WORDS_MOVE (1)
#define MICROPY_READLINE_HISTORY_SIZE (50)

// Files.
#define MICROPY_VFS                 (1)
#define MICROPY_READER_VFS          (1)
#define MICROPY_VFS_ROM             (1)
#define MICROPY_VFS_ROM_IOCTL       (1)
#define MICROPY_STREAMS_POSIX_API   (1)
#define MICROPY_EPOCH_IS_1970       (1)
#define MICROPY_FATFS_ENABLE_LFN    (1)
#define MICROPY_FATFS_RPATH         (2)
#define MICROPY_FATFS_MAX_SS        (4096)
#define MICROPY_FATFS_LFN_CODE_PAGE 437

// Modules.
#define MICROPY_PY_SYS_ATEXIT       (1)
#define MICROPY_PY_SYS_EXC_INFO     (1)
#define MICROPY_PY_SYS_STDIO_BUFFER (1)
#define MICROPY_PY_OS_INCLUDEFILE   "port/modos.inc"
#define MICROPY_PY_OS_URANDOM       (1)
#define MICROPY_PY_OS_DUPTERM       (1)
#define MICROPY_PY_TIME             (1)
#define MICROPY_PY_TIME_TIME_TIME_NS (1)
#define MICROPY_PY_TIME_GMTIME_LOCALTIME_MKTIME (1)
#define MICROPY_PY_TIME_INCLUDEFILE "port/modtime.inc"
#define MICROPY_PY_RANDOM_SEED_INIT_FUNC (mp_hal_random_seed())
unsigned long mp_hal_random_seed(void);
#define MICROPY_PY_SELECT_SELECT    (1)
#define MICROPY_PY_WEBSOCKET        (1)
#define MICROPY_PY_MACHINE          (1)
#define MICROPY_PY_MACHINE_INCLUDEFILE "port/modmachine.inc"
#define MICROPY_PY_MACHINE_RESET    (1)
#define MICROPY_PY_MACHINE_PULSE    (1)
#define MICROPY_PY_MACHINE_PIN_BASE (1)
#define MICROPY_PY_MACHINE_SIGNAL   (1)
#define MICROPY_PY_MACHINE_DISABLE_IRQ_ENABLE_IRQ (1)

// Not here: they need a library that the source package leaves out, a network or threads.
#define MICROPY_PY_SSL              (0)
#define MICROPY_PY_HASHLIB_MD5      (0)
#define MICROPY_PY_HASHLIB_SHA1     (0)
#define MICROPY_PY_CRYPTOLIB        (0)
#define MICROPY_PY_BTREE            (0)
#define MICROPY_PY_SOCKET           (0)
#define MICROPY_PY_THREAD           (0)
// Their sources are not compiled (unused.mk), so nothing may switch them on, a newer tree's defaults neither.
#define MICROPY_PY_NETWORK          (0)
#define MICROPY_PY_LWIP             (0)
#define MICROPY_PY_BLUETOOTH        (0)
#define MICROPY_PY_OPENAMP          (0)
#define MICROPY_PY_ONEWIRE          (0)
#define MICROPY_PY_WEBREPL          (0)
#define MICROPY_PY_MACHINE_ADC      (0)
#define MICROPY_PY_MACHINE_ADC_BLOCK (0)
#define MICROPY_PY_MACHINE_BITSTREAM (0)
#define MICROPY_PY_MACHINE_I2C      (0)
#define MICROPY_PY_MACHINE_SOFTI2C  (0)
#define MICROPY_PY_MACHINE_I2S      (0)
#define MICROPY_PY_MACHINE_PWM      (0)
#define MICROPY_PY_MACHINE_SPI      (0)
#define MICROPY_PY_MACHINE_SOFTSPI  (0)
#define MICROPY_PY_MACHINE_TIMER    (0)
#define MICROPY_PY_MACHINE_UART     (0)
#define MICROPY_PY_MACHINE_WDT      (0)
#define MICROPY_VFS_POSIX           (0)
#define MICROPY_PY_SYS_SETTRACE     (0)
#define MICROPY_ENABLE_PYSTACK      (0)

// Waiting costs the host no time: the CPU sleeps until an interrupt.
#define MICROPY_INTERNAL_WFE(TIMEOUT_MS) mp_hal_wait_for_event(TIMEOUT_MS)
#define MICROPY_BEGIN_ATOMIC_SECTION() machine_irq_disable()
#define MICROPY_END_ATOMIC_SECTION(state) machine_irq_restore(state)

// type definitions for the specific machine

typedef intptr_t mp_int_t; // must be pointer size
typedef uintptr_t mp_uint_t; // must be pointer size
typedef long mp_off_t;

#define MP_SSIZE_MAX INTPTR_MAX

#include <alloca.h>

#define MP_STATE_PORT MP_STATE_VM
