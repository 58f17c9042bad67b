#include <string.h>

#include "port/code.h"
#include "port/frame.h"
#include "port/machine.h"
#include "port/record.h"
#include "port/run.h"
#include "port/session.h"

#define CODE_WINDOW (32)
#define STACK_WINDOW (256)
#define EXIT_DOUBLE_FAULT (70)

typedef struct _range_t {
    const char *start, *end;
} range_t;

// The part of [addr, addr + len) that lies in [start, end).
static range_t clip(uintptr_t addr, size_t before, size_t after, const char *start, const char *end) {
    uintptr_t low = (uintptr_t)start, high = (uintptr_t)end;
    uintptr_t from = addr - low < before ? low : addr - before;
    uintptr_t to = high - addr < after ? high : addr + after;
    return (range_t) { (const char *)from, (const char *)to };
}

static bool inside(uintptr_t addr, const char *start, const char *end) {
    return addr >= (uintptr_t)start && addr < (uintptr_t)end;
}

static void record_place(uintptr_t pc) {
    range_t code = { NULL, NULL };
    const char *where = "other";
    int block = code_block_at(pc);
    if (inside(pc, machine_exec, machine_exec_end)) {
        where = "artifact";
        code = clip(pc, CODE_WINDOW, CODE_WINDOW, machine_exec, machine_exec_end);
    } else if (inside(pc, machine_text, machine_text_end)) {
        where = "core";
        code = clip(pc, CODE_WINDOW, CODE_WINDOW, machine_text, machine_text_end);
    }
    record_str("where", where);
    if (block >= 0) {
        record_uint("block", block);
        record_uint("offset", pc - (uintptr_t)code_block(block)->addr);
    }
    if (code.start != NULL) {
        record_bytes("code@", code.start, code.end - code.start);
    }
}

static void record_stack(uintptr_t sp) {
    if (inside(sp, machine_stack, machine_stack_top)) {
        range_t stack = clip(sp, 0, STACK_WINDOW, machine_stack, machine_stack_top);
        record_bytes("stack@", stack.start, stack.end - stack.start);
    }
}

static void record_blocks(void) {
    record_uint("blocks", code_block_count());
    for (size_t i = 0; code_block(i) != NULL; ++i) {
        const code_block_t *block = code_block(i);
        record_open("blk");
        record_part_uint(i);
        record_part_str(",");
        record_part_hex((uintptr_t)block->addr);
        record_part_str(",");
        record_part_uint(block->size);
        record_part_str(",");
        record_part_str(block->file);
        record_close();
    }
}

static void record_registers(const char *prefix, const char *const *names, const uintptr_t *values, size_t n) {
    for (size_t i = 0; i < n; ++i) {
        record_hex2(prefix, names[i], values[i]);
    }
}

static void send_fault(const machine_fault_t *fault, size_t padded) {
    record_start();
    record_str("kind", fault->kind);
    record_str("stage", session_stage_name());
    if (fault->has_pc) {
        record_hex("pc", fault->pc);
    }
    if (fault->has_sp) {
        record_hex("sp", fault->sp);
    }
    if (fault->has_address) {
        record_hex("address", fault->address);
    }
    if (padded > 0) {
        record_uint("padded", padded);
    }
    if (session.running) {
        run_record_times();
    }
    if (fault->has_pc) {
        record_place(fault->pc);
    }
    record_registers("reg.", fault->reg_names, fault->regs, fault->n_regs);
    record_registers("cpu.", fault->cpu_names, fault->cpu, fault->n_cpu);
    if (fault->has_sp) {
        record_stack(fault->sp);
    }
    record_blocks();
    record_send("fault");
}

// In the REPL: one line for a person.
static void print_fault(const machine_fault_t *fault) {
    static const char digits[] = "0123456789abcdef";
    char hex[sizeof(uintptr_t) * 2];
    console_write("\r\nmachine fault: ", 17);
    console_write(fault->kind, strlen(fault->kind));
    if (fault->has_pc) {
        for (size_t i = 0; i < sizeof(hex); ++i) {
            hex[i] = digits[fault->pc >> (sizeof(hex) - 1 - i) * 4 & 15];
        }
        console_write(" at pc 0x", 9);
        console_write(hex, sizeof(hex));
    }
    console_write("\r\n", 2);
}

void fault_report(const machine_fault_t *fault) {
    if (session.in_fault) {
        fault_report_double(fault->pc);
    }
    session.in_fault = true;
    bool is_break = strcmp(fault->kind, "break") == 0;
    if (!is_break) {
        ++session.faults;
        session.last_fault = fault->kind;
    }
    size_t padded = frame_complete();
    if (session.mode == SESSION_MONITOR) {
        // Attention between two runs has nothing to report.
        if (session.running || !is_break) {
            if (!session.running) {
                frame_answer("");
            }
            frame_out_flush();
            send_fault(fault, padded);
        }
    } else if (!is_break) {
        print_fault(fault);
    }
    if (is_break) {
        session.mode = SESSION_MONITOR;
    }
    session_restart();
}

void fault_report_double(uintptr_t pc) {
    // As little as possible: no static buffer of a record that may be half written.
    static const char digits[] = "0123456789abcdef";
    char text[] = "kind=double\npc=0x0000000000000000\n";
    for (int i = 0; i < 16; ++i) {
        text[17 + i] = digits[(uint64_t)pc >> (15 - i) * 4 & 15];
    }
    frame_complete();
    console_write("\x1eMPY ", 5);
    console_write(session.tag[0] != '\0' ? session.tag : "-", session.tag[0] != '\0' ? strlen(session.tag) : 1);
    // The sequence number is not known for certain any more: 999999.
    console_write(" 999999 fault 34\n", 17);
    console_write(text, sizeof(text) - 1);
    console_write("\n", 1);
    machine_exit(EXIT_DOUBLE_FAULT);
}
