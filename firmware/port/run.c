#include <string.h>

#include "py/builtin.h"
#include "py/compile.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/objstr.h"
#include "py/persistentcode.h"
#include "py/runtime.h"
#include "extmod/vfs.h"
#include "port/code.h"
#include "port/frame.h"
#include "port/image.h"
#include "port/machine.h"
#include "port/monitor.h"
#include "port/record.h"
#include "port/run.h"
#include "port/session.h"
#include "port/vfs_image.h"

#define HEAP_MIN (16384)
#define MESSAGE_MAX (200)

typedef struct _run_t {
    const char *path;
    const char *modpath;
    const char *argv;
    bool from_source;
    bool in_place;
    bool real_time;
    uint32_t emit;
    uint32_t opt;
    uint32_t heap;
} run_t;

const char *const run_keys[] = {
    "tag", "path", "mode", "load", "time", "emit", "opt", "heap", "modpath", "argv", "image", NULL,
};

size_t run_heap_default(void) {
    size_t wanted = 1024 * 1024 * (sizeof(void *) / 4);
    size_t have = machine_heap_end - machine_heap;
    return wanted < have ? wanted : have;
}

/******************************************************************************/
// Arguments

// Index of `word` in `words`, or -1 after a refusal.
static int choose(const char *word, const char *const *words, const char *text) {
    for (int i = 0; words[i] != NULL; ++i) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    monitor_refuse("argument", text, word);
    return -1;
}

static bool number_arg(const command_t *command, const char *key, uint32_t low, uint32_t high, const char *text, uint32_t *value) {
    const char *arg = command_get(command, key);
    if (arg != NULL && (!command_number(arg, value) || *value < low || *value > high)) {
        monitor_refuse("argument", text, arg);
        return false;
    }
    return true;
}

static bool image_arg(const command_t *command) {
    const char *wanted = command_get(command, "image");
    image_t image;
    image_look(&image);
    if (!image.present) {
        monitor_refuse("image", "there is no ROMFS image in the artifact window", NULL);
        return false;
    }
    if (wanted != NULL && strcmp(wanted, image.id) != 0) {
        monitor_refuse("image", "the window holds another image", image.id);
        return false;
    }
    return true;
}

static bool parse_run(const command_t *command, run_t *run) {
    static const char *const modes[] = { "mpy", "source", NULL };
    static const char *const loads[] = { "copy", "rom", NULL };
    static const char *const clocks[] = { "virtual", "real", NULL };
    #if MICROPY_EMIT_NATIVE
    static const char *const emitters[] = { "bytecode", "native", "viper", NULL };
    #else
    static const char *const emitters[] = { "bytecode", NULL };
    #endif
    *run = (run_t) { .modpath = "/lib", .heap = run_heap_default() };
    run->path = command_get(command, "path");
    if (run->path == NULL || run->path[0] != '/') {
        monitor_refuse("argument", "path has to be an absolute path in the image", run->path);
        return false;
    }
    const char *arg = command_get(command, "mode");
    if (arg == NULL) {
        size_t len = strlen(run->path);
        run->from_source = len < 4 || strcmp(run->path + len - 4, ".mpy") != 0;
    } else {
        int mode = choose(arg, modes, "mode is mpy or source, not");
        if (mode < 0) {
            return false;
        }
        run->from_source = mode == 1;
    }
    arg = command_get(command, "load");
    if (arg != NULL) {
        int how = choose(arg, loads, "load is copy or rom, not");
        if (how < 0) {
            return false;
        }
        run->in_place = how == 1;
    }
    arg = command_get(command, "time");
    if (arg != NULL) {
        int how = choose(arg, clocks, "time is virtual or real, not");
        if (how < 0) {
            return false;
        }
        run->real_time = how == 1;
    }
    arg = command_get(command, "emit");
    if (arg != NULL) {
        int emit = choose(arg, emitters, "this firmware cannot emit");
        if (emit < 0) {
            return false;
        }
        run->emit = emit;
    }
    if ((arg = command_get(command, "modpath")) != NULL) {
        run->modpath = arg;
    }
    run->argv = command_get(command, "argv");
    return number_arg(command, "opt", 0, 3, "opt is 0 to 3, not", &run->opt)
           && number_arg(command, "heap", HEAP_MIN, machine_heap_end - machine_heap, "heap is 16384 to heap_max, not", &run->heap)
           && image_arg(command);
}

/******************************************************************************/
// The interpreter around a program

void vm_start(size_t heap_size) {
    gc_init(machine_heap, machine_heap + heap_size);
    mp_init();
}

char *run_heap_used_end(void) {
    if (MP_STATE_MEM(area).gc_pool_start == NULL) {
        return machine_heap;
    }
    char *end = (char *)MP_STATE_MEM(area).gc_pool_start + (MP_STATE_MEM(area).gc_last_used_block + 1) * MICROPY_BYTES_PER_GC_BLOCK;
    // A program may have written over these variables.
    return machine_heap <= end && end <= machine_heap_end ? end : machine_heap_end;
}

size_t gc_collect_count;

static mp_obj_t new_str(const char *text, size_t len) {
    return mp_obj_new_str_via_qstr(text, len);
}

static void append_split(mp_obj_t list, const char *text, char separator) {
    while (*text != '\0') {
        const char *end = strchr(text, separator);
        size_t len = end != NULL ? (size_t)(end - text) : strlen(text);
        if (len > 0) {
            mp_obj_list_append(list, new_str(text, len));
        }
        text += len + (end != NULL);
    }
}

static void mount_image(const run_t *run) {
    size_t folder_len = strlen(run->path);
    while (folder_len > 1 && run->path[folder_len - 1] != '/') {
        --folder_len;
    }
    folder_len -= folder_len > 1;
    mp_obj_t folder = new_str(run->path, folder_len);
    mp_obj_t mount_args[2] = { vfs_image_new(), new_str("/", 1) };
    mp_vfs_mount(2, mount_args, (mp_map_t *)&mp_const_empty_map);
    mp_vfs_chdir(folder);
    // sys.path holds '' and '.frozen' now.
    mp_obj_list_store(mp_sys_path, MP_OBJ_NEW_SMALL_INT(0), folder);
    mp_obj_t frozen = mp_obj_subscr(mp_sys_path, MP_OBJ_NEW_SMALL_INT(1), MP_OBJ_SENTINEL);
    mp_obj_list_set_len(mp_sys_path, 1);
    append_split(mp_sys_path, run->modpath, ':');
    mp_obj_list_append(mp_sys_path, frozen);
    append_split(mp_sys_argv, run->argv != NULL ? run->argv : run->path, ' ');
}

// Loads as from any file system that is not memory-mapped: bytecode and strings are copied to the heap.
static void load_copy(const char *path, mp_compiled_module_t *module) {
    mp_obj_t args[] = { new_str(path, strlen(path)), MP_OBJ_NEW_QSTR(MP_QSTR_rb) };
    mp_obj_t file = mp_vfs_open(MP_ARRAY_SIZE(args), args, (mp_map_t *)&mp_const_empty_map);
    mp_buffer_info_t buf;
    mp_get_buffer_raise(file, &buf, MP_BUFFER_READ);
    code_from_file(path);
    mp_raw_code_load_mem(buf.buf, buf.len, module);
}

static mp_obj_t load(const run_t *run) {
    qstr path = qstr_from_str(run->path);
    mp_store_global(MP_QSTR___file__, MP_OBJ_NEW_QSTR(path));
    if (run->from_source) {
        MP_STATE_VM(mp_optimise_value) = run->opt;
        #if MICROPY_EMIT_NATIVE
        static const uint8_t options[] = { MP_EMIT_OPT_NONE, MP_EMIT_OPT_NATIVE_PYTHON, MP_EMIT_OPT_VIPER };
        MP_STATE_VM(default_emit_opt) = options[run->emit];
        #endif
        mp_lexer_t *lex = mp_lexer_new_from_file(path);
        mp_parse_tree_t tree = mp_parse(lex, MP_PARSE_FILE_INPUT);
        return mp_compile(&tree, path, false);
    }
    mp_module_context_t *context = m_new_obj(mp_module_context_t);
    context->module.globals = mp_globals_get();
    mp_compiled_module_t module;
    module.context = context;
    if (run->in_place) {
        mp_raw_code_load_file(path, &module);
    } else {
        load_copy(run->path, &module);
    }
    return mp_make_function_from_proto_fun(module.rc, context, NULL);
}

/******************************************************************************/
// Frames

static void send_begin(const run_t *run) {
    record_start();
    record_str("path", run->path);
    record_str("mode", run->from_source ? "source" : "mpy");
    record_uint("heap", run->heap);
    record_uint("boots", session.boots);
    record_send("begin");
}

static void send_loaded(void) {
    record_start();
    record_uint("code", code_block_count());
    record_hex("code_base", code_block_count() > 0 ? (uintptr_t)code_block(0)->addr : 0);
    record_uint("code_size", code_used());
    record_uint("load_us", session.loaded_us - session.begin_us);
    record_send("loaded");
}

void run_record_times(void) {
    uint64_t now = machine_time_us();
    uint64_t loaded = session.loaded_us != 0 ? session.loaded_us : now;
    record_uint("out_bytes", session.out_bytes);
    record_uint("load_us", loaded - session.begin_us);
    record_uint("run_us", now - loaded);
    record_uint("virtual_us", mp_hal_virtual_us());
}

static void record_exit(mp_obj_t exc) {
    mp_obj_t value = mp_obj_exception_get_value(exc);
    mp_int_t status = 0;
    record_str("status", "exit");
    if (value != mp_const_none && !mp_obj_get_int_maybe(value, &status)) {
        status = 1;
        vstr_t text;
        mp_print_t print;
        vstr_init_print(&text, 16, &print);
        mp_obj_print_helper(&print, value, PRINT_STR);
        record_uint("exit", 1);
        record_strn("exit_text", text.buf, text.len < MESSAGE_MAX ? text.len : MESSAGE_MAX);
        return;
    }
    record_open("exit");
    if (status < 0) {
        record_part_str("-");
        status = -status;
    }
    record_part_uint(status);
    record_close();
}

static void record_exception(mp_obj_t exc) {
    const mp_obj_type_t *type = mp_obj_get_type(exc);
    bool memory = mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(type), MP_OBJ_FROM_PTR(&mp_type_MemoryError));
    record_str("status", memory ? "memory" : "exception");
    record_str("type", qstr_str(type->name));
    if (mp_obj_is_native_exception_instance(exc)) {
        mp_obj_t value = mp_obj_exception_get_value(exc);
        size_t len;
        if (mp_obj_is_str(value)) {
            const char *text = mp_obj_str_get_data(value, &len);
            record_strn("message", text, len < MESSAGE_MAX ? len : MESSAGE_MAX);
        }
    }
}

// The traceback goes out as frames of its own, through the buffer for program output.
static size_t exc_len;
static void exc_print_strn(void *env, const char *str, size_t len) {
    vstr_add_strn(env, str, len);
}

static void send_traceback(mp_obj_t exc) {
    static struct {
        char header[FRAME_HEADER_MAX];
        char data[FRAME_OUT_MAX];
        char line_feed;
    } frame;
    vstr_t text;
    vstr_init_fixed_buf(&text, sizeof(frame.data), frame.data);
    mp_print_t print = { &text, exc_print_strn };
    nlr_buf_t nlr;
    // A traceback that does not fit, or whose printing fails, is cut where it stopped.
    if (nlr_push(&nlr) == 0) {
        mp_obj_print_exception(&print, exc);
        nlr_pop();
    }
    exc_len = text.len;
    frame_send("exc", frame.data, exc_len);
}

static void record_end(const run_t *run) {
    static const char *const stages[] = { "mount", "load", "run" };
    record_str("stage", stages[session.stage - STAGE_MOUNT]);
    run_record_times();
    // What the allocator counts itself: walking the heap would cost more than an average test.
    record_uint("heap_size", run->heap);
    record_uint("heap_used", m_get_current_bytes_allocated());
    record_uint("heap_peak", m_get_peak_bytes_allocated());
    record_uint("exec_used", code_used());
    record_uint("exec_spent", code_is_spent());
    record_uint("code", code_block_count());
    record_uint("gc", gc_collect_count);
}

/******************************************************************************/
// The one jump point around a run

// Returns the exception that ended it, or MP_OBJ_NULL.
static mp_obj_t execute(const run_t *run) {
    nlr_buf_t nlr;
    if (nlr_push(&nlr) != 0) {
        return MP_OBJ_FROM_PTR(nlr.ret_val);
    }
    session.stage = STAGE_MOUNT;
    mount_image(run);
    session.stage = STAGE_LOAD;
    mp_obj_t function = load(run);
    session.loaded_us = machine_time_us();
    send_loaded();
    session.stage = STAGE_RUN;
    mp_call_function_0(function);
    mp_handle_pending(true);
    nlr_pop();
    return MP_OBJ_NULL;
}

// What sys.atexit() was given, as a process would do at its end.
static mp_obj_t execute_atexit(mp_obj_t exc) {
    #if MICROPY_PY_SYS_ATEXIT
    mp_obj_t function = MP_STATE_VM(sys_exitfunc);
    nlr_buf_t nlr;
    if (mp_obj_is_callable(function)) {
        if (nlr_push(&nlr) != 0) {
            return MP_OBJ_FROM_PTR(nlr.ret_val);
        }
        MP_STATE_VM(sys_exitfunc) = mp_const_none;
        mp_call_function_0(function);
        nlr_pop();
    }
    #endif
    return exc;
}

static bool is_exit(mp_obj_t exc) {
    return mp_obj_is_subclass_fast(MP_OBJ_FROM_PTR(mp_obj_get_type(exc)), MP_OBJ_FROM_PTR(&mp_type_SystemExit));
}

static void send_end(const run_t *run, mp_obj_t exc) {
    frame_out_flush();
    if (exc != MP_OBJ_NULL && !is_exit(exc)) {
        send_traceback(exc);
    }
    record_start();
    nlr_buf_t nlr;
    if (nlr_push(&nlr) == 0) {
        if (exc == MP_OBJ_NULL) {
            record_str("status", "ok");
        } else if (is_exit(exc)) {
            record_exit(exc);
        } else {
            record_exception(exc);
        }
        nlr_pop();
    } else {
        // Turning the exception's value into text failed: what is known without it.
        record_start();
        record_str("status", is_exit(exc) ? "exit" : "exception");
        record_str(is_exit(exc) ? "exit" : "type", is_exit(exc) ? "1" : qstr_str(mp_obj_get_type(exc)->name));
    }
    record_end(run);
    session.running = false;
    record_send("end");
}

void run_begin(void) {
    session.running = true;
    session.stage = STAGE_MOUNT;
    session.out_bytes = 0;
    session.loaded_us = 0;
    session.begin_us = machine_time_us();
}

void run_command(const command_t *command) {
    run_t run;
    if (!parse_run(command, &run)) {
        return;
    }
    run_begin();
    session.real_time = run.real_time;
    send_begin(&run);
    vm_start(run.heap);
    mp_obj_t exc = execute(&run);
    if (session.stage == STAGE_RUN) {
        exc = execute_atexit(exc);
    }
    send_end(&run, exc);
    session_restart();
}
