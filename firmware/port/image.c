#include <stdint.h>
#include <string.h>

#include "port/image.h"
#include "port/machine.h"

enum {
    KIND_UNUSED = 0,
    KIND_DATA = 2,
    KIND_DATA_POINTER = 3,
    KIND_DIRECTORY = 4,
    KIND_FILE = 5,
    KIND_FILESYSTEM = 0x14a6b1,
};

#define PATH_MAX (256)

typedef struct _span_t {
    const uint8_t *start, *end;
} span_t;

typedef struct _entry_t {
    uint32_t kind;
    span_t body;
} entry_t;

static bool read_uint(span_t *from, uint32_t *value) {
    *value = 0;
    while (from->start < from->end) {
        uint8_t byte = *from->start++;
        *value = *value << 7 | (byte & 0x7f);
        if (!(byte & 0x80)) {
            return true;
        }
    }
    return false;
}

static bool read_record(span_t *from, entry_t *entry) {
    uint32_t len;
    if (!read_uint(from, &entry->kind) || !read_uint(from, &len) || entry->kind == KIND_UNUSED
        || len > (size_t)(from->end - from->start)) {
        return false;
    }
    entry->body = (span_t) { from->start, from->start + len };
    from->start += len;
    return true;
}

static bool open_filesystem(span_t *filesystem, size_t *size) {
    const uint8_t *window = (const uint8_t *)machine_window;
    span_t all = { window, (const uint8_t *)machine_window_end };
    entry_t entry;
    if (memcmp(window, "\xd2\xcd\x31", 3) != 0 || !read_record(&all, &entry) || entry.kind != KIND_FILESYSTEM) {
        return false;
    }
    *filesystem = entry.body;
    *size = all.start - window;
    return true;
}

static bool read_name(span_t *body, span_t *name) {
    uint32_t len;
    if (!read_uint(body, &len) || len > (size_t)(body->end - body->start)) {
        return false;
    }
    *name = (span_t) { body->start, body->start + len };
    body->start += len;
    return true;
}

static bool find_data(span_t body, span_t filesystem, span_t *data) {
    entry_t entry;
    while (body.start < body.end && read_record(&body, &entry)) {
        if (entry.kind == KIND_DATA) {
            *data = entry.body;
            return true;
        }
        if (entry.kind == KIND_DATA_POINTER) {
            uint32_t size, offset;
            size_t room = filesystem.end - filesystem.start;
            if (!read_uint(&entry.body, &size) || !read_uint(&entry.body, &offset) || size > room || offset > room - size) {
                return false;
            }
            *data = (span_t) { filesystem.start + offset, filesystem.start + offset + size };
            return true;
        }
    }
    return false;
}

void image_look(image_t *image) {
    span_t filesystem, rest;
    entry_t entry;
    image->id[0] = '\0';
    image->present = open_filesystem(&filesystem, &image->size);
    if (!image->present) {
        return;
    }
    rest = filesystem;
    while (rest.start < rest.end && read_record(&rest, &entry)) {
        span_t name, data;
        if (entry.kind == KIND_FILE && read_name(&entry.body, &name) && name.end - name.start == 9
            && memcmp(name.start, ".image-id", 9) == 0 && find_data(entry.body, filesystem, &data)) {
            size_t len = data.end - data.start;
            if (len <= IMAGE_ID_MAX) {
                memcpy(image->id, data.start, len);
                image->id[len] = '\0';
            }
            return;
        }
    }
}

size_t image_script(void) {
    static const char magic[] = "\x1eMPY script\n";
    const size_t len = sizeof(magic) - 1;
    span_t ignored;
    size_t size;
    if (!open_filesystem(&ignored, &size) || size + len >= (size_t)(machine_window_end - machine_window)
        || memcmp(machine_window + size, magic, len) != 0) {
        return 0;
    }
    return size + len;
}

static span_t filesystem;

// `path` is what has been walked so far; `wanted` what is left of the path asked for, or NULL once that has been reached.
static bool walk(span_t folder, char *path, size_t len, const char *wanted, image_visit_t visit) {
    bool found = wanted == NULL;
    while (folder.start < folder.end) {
        entry_t entry;
        if (!read_record(&folder, &entry)) {
            return false;
        }
        span_t name, data;
        if (entry.kind != KIND_DIRECTORY && entry.kind != KIND_FILE) {
            continue;
        }
        if (!read_name(&entry.body, &name)) {
            return false;
        }
        size_t name_len = name.end - name.start;
        const char *deeper = NULL;
        if (wanted != NULL) {
            size_t part = strcspn(wanted, "/");
            if (part != name_len || memcmp(wanted, name.start, part) != 0) {
                continue;
            }
            deeper = wanted + part + strspn(wanted + part, "/");
            deeper = *deeper != '\0' ? deeper : NULL;
        }
        if (len + 1 + name_len >= PATH_MAX) {
            return false;
        }
        path[len] = '/';
        memcpy(path + len + 1, name.start, name_len);
        path[len + 1 + name_len] = '\0';
        if (entry.kind == KIND_DIRECTORY) {
            if (!walk(entry.body, path, len + 1 + name_len, deeper, visit)) {
                return false;
            }
            found = true;
        } else if (deeper == NULL && find_data(entry.body, filesystem, &data)) {
            visit(path, data.end - data.start);
            found = true;
        }
    }
    return found;
}

bool image_walk(const char *path, image_visit_t visit) {
    size_t size;
    char buf[PATH_MAX];
    path += strspn(path, "/");
    return open_filesystem(&filesystem, &size) && walk(filesystem, buf, 0, *path != '\0' ? path : NULL, visit);
}
