#include <stdio.h>
#include <string.h>

#include "py/persistentcode.h"
#include "py/runtime.h"
#include "py/smallint.h"
#include "port/code.h"
#include "port/command.h"
#include "port/frame.h"
#include "port/image.h"
#include "port/machine.h"
#include "port/monitor.h"
#include "port/record.h"
#include "port/run.h"
#include "port/rx.h"
#include "port/selftest.h"
#include "port/session.h"

#define PROTOCOL_VERSION (1)

typedef struct _verb_t {
    const char *name;
    const char *const *keys;
    void (*run)(const command_t *command);
} verb_t;

void monitor_refuse(const char *reason, const char *text, const char *detail) {
    record_start();
    record_str("reason", reason);
    record_open("text");
    record_part_str(text);
    if (detail != NULL) {
        record_part_str(": ");
        record_part_str(detail);
    }
    record_close();
    record_send("error");
}

static void ack(void) {
    record_start();
    record_uint("boots", session.boots);
    record_send("ack");
}

/******************************************************************************/
// hello

// In the order of the numbers in a file's header.
static const char *const arch_names[] = {
    "none", "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp", "armv7emdp", "xtensa", "xtensawin", "rv32imc",
    "rv64imc",
};

// A list of words, each with a comma before it except the first.
static void list_word(bool *first, const char *word) {
    if (!*first) {
        record_part_str(",");
    }
    *first = false;
    record_part_str(word);
}

static void record_arch(void) {
    record_str("arch", arch_names[MPY_FEATURE_ARCH]);
    record_open("accepts");
    bool first = true;
    for (size_t i = 1; i < MP_ARRAY_SIZE(arch_names); ++i) {
        if (MPY_FEATURE_ARCH_TEST(i)) {
            list_word(&first, arch_names[i]);
        }
    }
    record_close();
    record_open("emitters");
    first = true;
    #if MICROPY_ENABLE_COMPILER
    list_word(&first, "bytecode");
    #if MICROPY_EMIT_NATIVE
    list_word(&first, "native");
    list_word(&first, "viper");
    #endif
    #endif
    record_close();
    #if MICROPY_EMIT_INLINE_THUMB
    record_str("inlineasm", "thumb");
    #elif MICROPY_EMIT_INLINE_RV32
    record_str("inlineasm", "rv32");
    #elif MICROPY_EMIT_INLINE_XTENSA
    record_str("inlineasm", "xtensa");
    #else
    record_str("inlineasm", "none");
    #endif
}

static void record_image(void) {
    image_t image;
    image_look(&image);
    record_str("image", image.present ? "romfs" : "none");
    if (image.present) {
        record_uint("image_size", image.size);
        record_str("image_id", image.id);
        record_str("script", image_script() != 0 ? "yes" : "no");
    }
}

static void do_hello(const command_t *command) {
    (void)command;
    record_start();
    record_uint("protocol", PROTOCOL_VERSION);
    record_str("firmware", "mpyconform");
    record_str("build", MICROPY_FIRMWARE_BUILD);
    record_str("machine", MICROPY_HW_BOARD_NAME);
    record_str("cpu", MICROPY_HW_MCU_NAME);
    record_str("release", MICROPY_VERSION_STRING);
    record_open("mpy");
    record_part_uint(MPY_VERSION);
    record_part_str(".");
    record_part_uint(MPY_SUB_VERSION);
    record_close();
    record_arch();
    record_uint("word_bits", sizeof(void *) * 8);
    record_uint("small_int_bits", MP_SMALL_INT_BITS);
    record_uint("float_bits", sizeof(mp_float_t) * 8);
    record_str("endian", MP_ENDIANNESS_LITTLE ? "little" : "big");
    record_hex("window", (uintptr_t)machine_window);
    record_uint("window_size", machine_window_end - machine_window);
    record_image();
    record_uint("heap_default", run_heap_default());
    record_uint("heap_max", machine_heap_end - machine_heap);
    record_uint("stack_size", machine_stack_top - machine_stack);
    record_uint("exec_size", CODE_SIZE_MIN);
    record_hex("exec", (uintptr_t)machine_exec);
    record_hex("exec_end", (uintptr_t)machine_exec_end);
    record_hex("text", (uintptr_t)machine_text);
    record_hex("text_end", (uintptr_t)machine_text_end);
    record_uint("exec_align", CODE_ALIGN);
    record_str("guards", machine_guards);
    record_str("interruptible", "yes");
    record_uint("rx_window", RX_WINDOW);
    record_uint("frame_max", FRAME_RECORD_MAX);
    record_uint("tick_hz", 1000000);
    record_uint("boots", session.boots);
    record_uint("faults", session.faults);
    record_send("hello");
}

/******************************************************************************/
// image, list, status, reset, repl, exit

static void do_image(const command_t *command) {
    image_t image;
    image_look(&image);
    const char *id = command_get(command, "id");
    if (id != NULL && (!image.present || strcmp(id, image.id) != 0)) {
        monitor_refuse("image", "the window holds another image", image.present ? image.id : "none");
        return;
    }
    record_start();
    record_image();
    record_send("image");
}

static void list_file(const char *path, size_t size) {
    record_start();
    record_part_uint(size);
    record_part_space();
    record_part_str(path);
    record_close();
    record_send("list");
}

static void do_list(const command_t *command) {
    const char *path = command_get(command, "path");
    if (!image_walk(path != NULL ? path : "/", list_file)) {
        monitor_refuse("path", "not in the image, or the image is damaged", path);
        return;
    }
    ack();
}

static void do_script(const command_t *command) {
    size_t first = image_script();
    uint32_t from = 0;
    const char *text = command_get(command, "from");
    if (first == 0) {
        monitor_refuse("image", "there is no script behind the image", NULL);
        return;
    }
    if (text != NULL && !command_number(text, &from)) {
        monitor_refuse("argument", "from is the number of bytes in front of a line of the script, not", text);
        return;
    }
    // Only a line's start can follow the end of a line.
    size_t room = machine_window_end - machine_window - first;
    const char *line = machine_window + first + from;
    if (from >= room || memchr(machine_window + first, '\0', from + 1) != NULL || line[-1] != '\n') {
        monitor_refuse("argument", "no line of the script begins at", text);
        return;
    }
    ack();
    session.script = first + from;
}

static void do_status(const command_t *command) {
    (void)command;
    record_start();
    record_uint("boots", session.boots);
    record_uint("faults", session.faults);
    record_uint("uptime_us", machine_time_us());
    record_str("last_fault", session.last_fault != NULL ? session.last_fault : "none");
    record_uint("rx_dropped", rx_dropped());
    record_uint("frames", session.frames);
    record_send("status");
}

static void do_reset(const command_t *command) {
    (void)command;
    session.ack_pending = true;
    session_restart();
}

static void do_repl(const command_t *command) {
    const char *mode = command_get(command, "mode");
    if (mode == NULL || strcmp(mode, "friendly") == 0) {
        session.mode = SESSION_REPL_FRIENDLY;
    } else if (strcmp(mode, "raw") == 0) {
        session.mode = SESSION_REPL_RAW;
    } else {
        monitor_refuse("argument", "mode is friendly or raw, not", mode);
        return;
    }
    ack();
    session_restart();
}

static void do_exit(const command_t *command) {
    uint32_t status = 0;
    const char *text = command_get(command, "status");
    if (text != NULL && (!command_number(text, &status) || status > 127)) {
        monitor_refuse("argument", "status is 0 to 127, not", text);
        return;
    }
    ack();
    machine_exit(status);
}

/******************************************************************************/
// The loop

static const char *const keys_none[] = { "tag", NULL };
static const char *const keys_image[] = { "tag", "id", NULL };
static const char *const keys_list[] = { "tag", "path", NULL };
static const char *const keys_mode[] = { "tag", "mode", NULL };
static const char *const keys_from[] = { "tag", "from", NULL };
static const char *const keys_status[] = { "tag", "status", NULL };
static const char *const keys_name[] = { "tag", "name", NULL };

static const verb_t verbs[] = {
    { "hello", keys_none, do_hello },
    { "image", keys_image, do_image },
    { "run", run_keys, run_command },
    { "list", keys_list, do_list },
    { "script", keys_from, do_script },
    { "status", keys_none, do_status },
    { "reset", keys_none, do_reset },
    { "repl", keys_mode, do_repl },
    { "exit", keys_status, do_exit },
    { "selftest", keys_name, selftest_command },
};

static bool tag_is_valid(const char *tag) {
    size_t len = strlen(tag);
    return len >= 8 && len <= SESSION_TAG_MAX && strspn(tag, "0123456789abcdef") == len;
}

// From the script while it lasts: a byte of the console costs an interrupt, and the emulator two switches between its threads.
static int next_char(void) {
    uint32_t state = machine_irq_disable();
    size_t at = session.script;
    int c = -1;
    if (at != 0 && at < (size_t)(machine_window_end - machine_window)) {
        c = (uint8_t)machine_window[at];
        session.script = c != 0 ? at + 1 : 0;
    }
    machine_irq_restore(state);
    return c > 0 ? c : rx_wait();
}

// Reads a line; NULL when it was too long (it is skipped to its end).
static char *read_line(void) {
    static char line[COMMAND_LINE_MAX + 1];
    size_t len = 0;
    for (;;) {
        int c = next_char();
        if (c == '\n') {
            break;
        }
        if (c != '\r' && len <= COMMAND_LINE_MAX) {
            line[len++] = c;
        }
    }
    if (len > COMMAND_LINE_MAX - 1) {
        return NULL;
    }
    line[len] = '\0';
    return strlen(line) == len ? line : NULL;
}

static void answer(char *line) {
    command_t command;
    frame_answer("");
    if (line == NULL) {
        monitor_refuse("line", "a command line is at most 1000 bytes without zero bytes", NULL);
        return;
    }
    const char *wrong = command_parse(line, &command);
    const char *tag = command_get(&command, "tag");
    if (tag != NULL && tag_is_valid(tag)) {
        frame_answer(tag);
    } else if (wrong == NULL) {
        wrong = "tag is 8 to 32 characters 0-9a-f";
    }
    if (wrong != NULL) {
        monitor_refuse("syntax", wrong, NULL);
        return;
    }
    for (size_t i = 0; i < MP_ARRAY_SIZE(verbs); ++i) {
        if (strcmp(verbs[i].name, command.name) == 0) {
            const char *key = command_unknown_key(&command, verbs[i].keys);
            if (key != NULL) {
                monitor_refuse("argument", "the command does not know the key", key);
                return;
            }
            verbs[i].run(&command);
            return;
        }
    }
    monitor_refuse("command", "unknown command", command.name);
}

void monitor_main(void) {
    if (session.ack_pending) {
        session.ack_pending = false;
        ack();
    }
    for (;;) {
        session.stage = STAGE_IDLE;
        answer(read_line());
    }
}
