#include <stdlib.h>
#include <string.h>

#include "py/gc.h"
#include "py/mphal.h"
#include "py/nlr.h"
#include "py/runtime.h"
#include "port/code.h"
#include "port/frame.h"
#include "port/machine.h"
#include "port/monitor.h"
#include "port/record.h"
#include "port/run.h"
#include "port/selftest.h"
#include "port/registers.h"
#include "port/session.h"

// NULL, or what was not as the contract says.
typedef const char *(*selftest_t)(void);

// Some way beyond artifacts and arena, where no machine has anything.
#define NOWHERE (MAX((uintptr_t)machine_window_end, (uintptr_t)machine_exec_end) + 0x1000000)

static void say(const char *text) {
    frame_out(text, strlen(text));
}

// Addresses that the compiler must not know anything about.
static volatile char *at(uintptr_t address) {
    __asm volatile ("" : "+r" (address));
    return (volatile char *)address;
}

/******************************************************************************/
// What has to come back

static int data_value = 5;
static int bss_value;

static const char *test_data(void) {
    const char *wrong = data_value != 5 || bss_value != 0 ? "variables do not start with their initial values" : NULL;
    // The next test of this name would see these.
    data_value = 6;
    bss_value = 1;
    return wrong;
}

static const char *test_memory(void) {
    const uintptr_t ends[][2] = {
        { (uintptr_t)machine_heap, (uintptr_t)machine_heap_end - 1 },
        { (uintptr_t)machine_exec, (uintptr_t)machine_exec_end - 1 },
        { (uintptr_t)machine_stack, (uintptr_t)machine_stack + 1 },
    };
    for (size_t i = 0; i < MP_ARRAY_SIZE(ends); ++i) {
        for (size_t j = 0; j < 2; ++j) {
            volatile char *p = at(ends[i][j]);
            char before = *p;
            *p = (char)(before + 1);
            if (*p != (char)(before + 1)) {
                return "memory does not keep what is written to it";
            }
            *p = before;
        }
    }
    return NULL;
}

static bool is_zero(const void *from, const void *to) {
    for (const uintptr_t *p = (const uintptr_t *)MP_ALIGN(from, sizeof(uintptr_t)); p + 1 <= (const uintptr_t *)to; ++p) {
        if (*p != 0) {
            return false;
        }
    }
    return true;
}

// The next test of this name would see what this one leaves.
static const char *test_clean(void) {
    enum { SIZE = 64 * 1024, STACK_SIZE = 16 * 1024 };
    if (!is_zero(run_heap_used_end(), MP_STATE_MEM(area).gc_pool_end)) {
        return "the heap is not zero after a restart";
    }
    // Its upper half this boot has used already.
    char stack[STACK_SIZE];
    char *lowest = (char *)at((uintptr_t)stack);
    if (!is_zero(lowest, lowest + STACK_SIZE / 2)) {
        return "the stack is not zero after a restart";
    }
    if (!code_is_clean()) {
        return "the executable arena does not trap below the code";
    }
    memset(lowest, 0xa5, STACK_SIZE);
    memset(m_malloc(SIZE), 0xa5, SIZE);
    gc_collect(); // forgets how far the heap was used
    void *code;
    unsigned int size;
    code_alloc(SIZE, &code, &size);
    memset(code, 0xa5, size);
    return NULL;
}

static const char *test_window(void) {
    char first = *at((uintptr_t)machine_window), last = *at((uintptr_t)machine_window_end - 1);
    return first != 0 || last == 0 ? NULL : "the window's last byte is set, but not its first";
}

static const char *test_stack(void) {
    char here;
    char *p = (char *)at((uintptr_t)&here);
    return p > machine_stack && p < machine_stack_top ? NULL : "the program does not run on the machine's stack";
}

// Copied into the executable arena, so no calls and no constants in memory.
static __attribute__((noinline)) int add_one(int x) {
    return x + 1;
}

static __attribute__((noinline)) int add_two(int x) {
    return x + 2;
}

static int call_copy(int (*function)(int), void *place) {
    const char *code = (const char *)((uintptr_t)function & ~(uintptr_t)1);
    memcpy(place, code, 16);
    int (*copy)(int) = (int (*)(int))MICROPY_MAKE_POINTER_CALLABLE(place);
    return copy((int)(uintptr_t)at(40));
}

static const char *test_exec(void) {
    void *place;
    unsigned int size;
    code_alloc(64, &place, &size);
    if (((uintptr_t)place & (CODE_ALIGN - 1)) != 0) {
        return "a code block is not aligned";
    }
    // Twice at the same place: what was executed before must not be remembered.
    return call_copy(add_one, place) == 41 && call_copy(add_two, place) == 42 ? NULL : "copied code gave a wrong result";
}

static const char *test_write(void) {
    for (int i = 0; i < 1000; ++i) {
        say("0123456789");
    }
    return NULL;
}

static const char *test_clock(void) {
    uint64_t start = machine_time_us();
    uint64_t last = start;
    while (last < start + 2000) {
        uint64_t now = machine_time_us();
        if (now < last) {
            return "time went backwards";
        }
        last = now;
    }
    return NULL;
}

static const char *test_wait(void) {
    uint64_t start = machine_time_us();
    uint64_t now = start;
    int woken = 0;
    while (now < start + 20000) {
        uint32_t state = machine_irq_disable();
        machine_wait(start + 20000 - now);
        machine_irq_restore(state);
        now = machine_time_us();
        ++woken;
    }
    return woken < 1000 ? NULL : "waiting returns at once";
}

static const char *test_interrupts(void) {
    uint32_t outer = machine_irq_disable();
    uint32_t inner = machine_irq_disable();
    machine_irq_restore(inner);
    uint32_t again = machine_irq_disable();
    machine_irq_restore(again);
    machine_irq_restore(outer);
    uint32_t now = machine_irq_disable();
    machine_irq_restore(now);
    return inner == again && now == outer && inner != outer ? NULL : "interrupt states do not nest";
}

// Objects that only the stack and registers refer to survive a collection.
static const char *test_roots(void) {
    enum { N = 12 };
    mp_obj_t objects[N];
    for (int i = 0; i < N; ++i) {
        objects[i] = mp_obj_new_bytes((const byte *)&i, sizeof(i));
    }
    gc_collect();
    for (int i = 0; i < 100; ++i) {
        mp_obj_new_bytes((const byte *)"overwritten?", 12);
    }
    for (int i = 0; i < N; ++i) {
        size_t len;
        const char *data = mp_obj_str_get_data(objects[i], &len);
        if (len != sizeof(i) || memcmp(data, &i, len) != 0) {
            return "an object was collected that the stack refers to";
        }
    }
    return NULL;
}

// A watched call sees what is changed, and nothing where nothing is.
static const char *test_registers(void) {
    #if defined(REGISTERS_KEPT)
    static const char *const names[] = { REGISTERS_KEPT };
    if (strcmp(mp_obj_str_get_str(registers_changed(registers_change_second, mp_const_none, 0, NULL)), names[1]) != 0) {
        return "a function that changes one register is not seen to change that one";
    }
    mp_call_fun_t call_type = MP_OBJ_TYPE_GET_SLOT(&mp_type_type, call);
    if (strcmp(mp_obj_str_get_str(registers_changed(call_type, MP_OBJ_FROM_PTR(&mp_type_tuple), 0, NULL)), "") != 0) {
        return "C code is seen to change registers";
    }
    #endif
    return NULL;
}

/******************************************************************************/
// What has to trap; returning is the failure

static const char *const came_back = "it did not trap";

static const char *test_null_read(void) {
    return *at(0) == 1 ? "" : came_back;
}

static const char *test_null_write(void) {
    *at(8) = 1;
    return came_back;
}

static const char *test_null_jump(void) {
    ((void (*)(void))at(0))();
    return came_back;
}

static const char *test_text_write(void) {
    *at((uintptr_t)machine_text + 64) = 1;
    return came_back;
}

static const char *test_window_write(void) {
    *at((uintptr_t)machine_window) = 1;
    return came_back;
}

static const char *test_wild_read(void) {
    return *at(NOWHERE) == 1 ? "" : came_back;
}

static const char *test_wild_write(void) {
    *at(NOWHERE) = 1;
    return came_back;
}

static const char *test_heap_jump(void) {
    ((void (*)(void))MICROPY_MAKE_POINTER_CALLABLE((void *)at((uintptr_t)machine_heap_end - 64)))();
    return came_back;
}

static __attribute__((noinline)) int deeper(int n) {
    volatile char frame[200];
    frame[n % 200] = n;
    // There is no end, but the compiler must not see that.
    return at(n) != NULL ? deeper(n + 1) + frame[(n + 1) % 200] : 0;
}

static const char *test_stack_overflow(void) {
    return deeper(1) == 1 ? "" : came_back;
}

static const char *test_undefined(void) {
    __builtin_trap();
    return came_back;
}

static const char *test_divide(void) {
    volatile int dividend = 1000, zero = 0;
    volatile int quotient = dividend / zero;
    (void)quotient;
    return came_back;
}

static const char *test_abort(void) {
    abort();
    return came_back;
}

static const char *test_nlr(void) {
    nlr_jump_fail(NULL);
    return came_back;
}

static const char *test_break(void) {
    machine_break();
    return came_back;
}

static const char *test_loop(void) {
    for (;;) {
        __asm volatile ("" : : : "memory");
    }
    return came_back;
}

static const char *test_reset(void) {
    machine_irq_disable();
    machine_restart();
    return came_back;
}

// The report reads the registers' names through a pointer that leads nowhere.
static const char *test_double(void) {
    machine_fault_t fault = {
        .kind = "trap", .has_pc = true, .pc = (uintptr_t)test_double,
        .reg_names = (const char *const *)NOWHERE, .regs = (const uintptr_t *)NOWHERE, .n_regs = 1,
    };
    fault_report(&fault);
    return came_back;
}

// A program that is stopped while a frame is on its way: the report must not tear it.
static const char *test_flood(void) {
    for (;;) {
        say("0123456789");
    }
    return came_back;
}

static const struct {
    const char *name;
    selftest_t run;
    const char *ends; // status or fault kind
    const char *guard; // NULL, or the word of machine_guards without which there is nothing to test
} tests[] = {
    { "data", test_data, "ok" },
    { "memory", test_memory, "ok" },
    { "clean", test_clean, "ok" },
    { "window", test_window, "ok" },
    { "stack", test_stack, "ok" },
    { "exec", test_exec, "ok" },
    { "write", test_write, "ok" },
    { "clock", test_clock, "ok" },
    { "wait", test_wait, "ok" },
    { "interrupts", test_interrupts, "ok" },
    { "roots", test_roots, "ok" },
    { "registers", test_registers, "ok" },
    { "null-read", test_null_read, "null-access", "null" },
    { "null-write", test_null_write, "null-access", "null" },
    { "null-jump", test_null_jump, "null-access", "null" },
    { "text-write", test_text_write, "write-to-code", "text" },
    { "window-write", test_window_write, "write-to-code", "artifacts" },
    { "wild-read", test_wild_read, "bad-access" },
    { "wild-write", test_wild_write, "bad-access" },
    { "heap-jump", test_heap_jump, "bad-jump", "noexec" },
    { "stack-overflow", test_stack_overflow, "stack-overflow", "stack" },
    { "undefined", test_undefined, "undefined" },
    { "divide", test_divide, "divide", "divide" },
    { "abort", test_abort, "abort" },
    { "nlr", test_nlr, "nlr" },
    { "reset", test_reset, "reset" },
    { "break", test_break, "break" },
    { "loop", test_loop, "attention" },
    { "flood", test_flood, "attention" },
    { "double", test_double, "double" },
};

/******************************************************************************/

// Is the word in the list of the machine's guards?
static bool has_guard(const char *guard) {
    if (guard == NULL) {
        return true;
    }
    size_t len = strlen(guard);
    for (const char *word = machine_guards; word != NULL && *word != '\0'; word = strchr(word, ',')) {
        word += *word == ',';
        if (strncmp(word, guard, len) == 0 && (word[len] == ',' || word[len] == '\0')) {
            return true;
        }
    }
    return false;
}

static const char *list_tests(void) {
    for (size_t i = 0; i < MP_ARRAY_SIZE(tests); ++i) {
        say(tests[i].name);
        say(" ");
        say(has_guard(tests[i].guard) ? tests[i].ends : "unguarded");
        say("\n");
    }
    return NULL;
}

static selftest_t find(const char *name) {
    if (strcmp(name, "list") == 0) {
        return list_tests;
    }
    for (size_t i = 0; i < MP_ARRAY_SIZE(tests); ++i) {
        if (strcmp(name, tests[i].name) == 0) {
            return tests[i].run;
        }
    }
    return NULL;
}

void selftest_command(const command_t *command) {
    const char *name = command_get(command, "name");
    selftest_t test = name != NULL ? find(name) : NULL;
    if (test == NULL) {
        monitor_refuse("argument", "there is no self-test of this name; name=list tells them", name);
        return;
    }
    run_begin();
    record_start();
    record_str("path", name);
    record_str("mode", "selftest");
    record_uint("boots", session.boots);
    record_send("begin");
    vm_start(run_heap_default());
    session.stage = STAGE_RUN;
    session.loaded_us = machine_time_us();
    const char *wrong = test();
    frame_out_flush();
    record_start();
    record_str("status", wrong == NULL ? "ok" : "exception");
    if (wrong != NULL) {
        record_str("type", "SelfTestFailure");
        record_str("message", wrong);
    }
    record_str("stage", "run");
    run_record_times();
    session.running = false;
    record_send("end");
    session_restart();
}
