#include <string.h>

#include "py/mperrno.h"
#include "py/objarray.h"
#include "py/runtime.h"
#include "extmod/vfs.h"
#include "extmod/vfs_rom.h"
#include "port/machine.h"
#include "port/session.h"
#include "port/vfs_image.h"

typedef struct _vfs_image_t {
    mp_obj_base_t base;
    mp_obj_t rom;
    char cwd[MICROPY_ALLOC_PATH_MAX]; // "/" or "/folder/folder"
} vfs_image_t;

static const mp_obj_type_t vfs_image_type;

// The window as a read-only memoryview.
static mp_obj_t window_view(void) {
    return mp_obj_new_memoryview('B', machine_window_end - machine_window, machine_window);
}

mp_obj_t vfs_image_new(void) {
    vfs_image_t *self = mp_obj_malloc(vfs_image_t, &vfs_image_type);
    mp_obj_t view = window_view();
    self->rom = mp_call_function_1(MP_OBJ_FROM_PTR(&mp_type_vfs_rom), view);
    strcpy(self->cwd, "/");
    return MP_OBJ_FROM_PTR(self);
}

// Joins with the working directory and takes out ".", ".." and doubled slashes. Raises when it gets too long.
static void resolve(vfs_image_t *self, const char *path, char *out) {
    size_t len = 0;
    if (path[0] != '/') {
        strcpy(out, self->cwd);
        len = strlen(out) > 1 ? strlen(out) : 0;
    }
    while (*path != '\0') {
        size_t part = strcspn(path, "/");
        if (part == 2 && path[0] == '.' && path[1] == '.') {
            while (len > 0 && out[--len] != '/') {
            }
        } else if (part > 0 && !(part == 1 && path[0] == '.')) {
            if (len + 1 + part >= MICROPY_ALLOC_PATH_MAX) {
                mp_raise_OSError(MP_EINVAL);
            }
            out[len++] = '/';
            memcpy(out + len, path, part);
            len += part;
        }
        path += part + (path[part] == '/');
    }
    if (len == 0) {
        out[len++] = '/';
    }
    out[len] = '\0';
}

// Calls VfsRom's method with the path made absolute and, for open(), the mode behind it.
static mp_obj_t forward(mp_obj_t self_in, qstr method, mp_obj_t path_in, mp_obj_t mode) {
    vfs_image_t *self = MP_OBJ_TO_PTR(self_in);
    char path[MICROPY_ALLOC_PATH_MAX];
    resolve(self, mp_obj_str_get_str(path_in), path);
    mp_obj_t dest[4];
    mp_load_method(self->rom, method, dest);
    if (mp_obj_is_type(path_in, &mp_type_bytes)) {
        dest[2] = mp_obj_new_bytes((const byte *)path, strlen(path));
    } else {
        dest[2] = mp_obj_new_str(path, strlen(path));
    }
    dest[3] = mode;
    return mp_call_method_n_kw(mode == MP_OBJ_NULL ? 1 : 2, 0, dest);
}

static mp_obj_t vfs_image_mount(mp_obj_t self_in, mp_obj_t readonly, mp_obj_t mkfs) {
    (void)self_in;
    (void)readonly;
    if (mp_obj_is_true(mkfs)) {
        mp_raise_OSError(MP_EPERM);
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_3(vfs_image_mount_obj, vfs_image_mount);

static mp_obj_t vfs_image_open(mp_obj_t self_in, mp_obj_t path, mp_obj_t mode) {
    return forward(self_in, MP_QSTR_open, path, mode);
}
static MP_DEFINE_CONST_FUN_OBJ_3(vfs_image_open_obj, vfs_image_open);

static mp_obj_t vfs_image_ilistdir(mp_obj_t self_in, mp_obj_t path) {
    return forward(self_in, MP_QSTR_ilistdir, path, MP_OBJ_NULL);
}
static MP_DEFINE_CONST_FUN_OBJ_2(vfs_image_ilistdir_obj, vfs_image_ilistdir);

static mp_obj_t vfs_image_stat(mp_obj_t self_in, mp_obj_t path) {
    return forward(self_in, MP_QSTR_stat, path, MP_OBJ_NULL);
}
static MP_DEFINE_CONST_FUN_OBJ_2(vfs_image_stat_obj, vfs_image_stat);

static mp_obj_t vfs_image_statvfs(mp_obj_t self_in, mp_obj_t path) {
    return forward(self_in, MP_QSTR_statvfs, path, MP_OBJ_NULL);
}
static MP_DEFINE_CONST_FUN_OBJ_2(vfs_image_statvfs_obj, vfs_image_statvfs);

static mp_import_stat_t vfs_image_import_stat(void *self_in, const char *path_in) {
    vfs_image_t *self = self_in;
    char path[MICROPY_ALLOC_PATH_MAX];
    resolve(self, path_in, path);
    const mp_vfs_proto_t *proto = MP_OBJ_TYPE_GET_SLOT(&mp_type_vfs_rom, protocol);
    return proto->import_stat(MP_OBJ_TO_PTR(self->rom), path);
}

static mp_obj_t vfs_image_chdir(mp_obj_t self_in, mp_obj_t path_in) {
    vfs_image_t *self = MP_OBJ_TO_PTR(self_in);
    char path[MICROPY_ALLOC_PATH_MAX];
    resolve(self, mp_obj_str_get_str(path_in), path);
    if (vfs_image_import_stat(self, path) != MP_IMPORT_STAT_DIR) {
        mp_raise_OSError(MP_ENOENT);
    }
    strcpy(self->cwd, path);
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(vfs_image_chdir_obj, vfs_image_chdir);

// Mounted at the root: the path within is the whole path.
static mp_obj_t vfs_image_getcwd(mp_obj_t self_in) {
    vfs_image_t *self = MP_OBJ_TO_PTR(self_in);
    return mp_obj_new_str(self->cwd, strlen(self->cwd));
}
static MP_DEFINE_CONST_FUN_OBJ_1(vfs_image_getcwd_obj, vfs_image_getcwd);

static const mp_rom_map_elem_t vfs_image_locals_dict_table[] = {
    { MP_ROM_QSTR(MP_QSTR_mount), MP_ROM_PTR(&vfs_image_mount_obj) },
    { MP_ROM_QSTR(MP_QSTR_umount), MP_ROM_PTR(&mp_identity_obj) },
    { MP_ROM_QSTR(MP_QSTR_open), MP_ROM_PTR(&vfs_image_open_obj) },
    { MP_ROM_QSTR(MP_QSTR_chdir), MP_ROM_PTR(&vfs_image_chdir_obj) },
    { MP_ROM_QSTR(MP_QSTR_getcwd), MP_ROM_PTR(&vfs_image_getcwd_obj) },
    { MP_ROM_QSTR(MP_QSTR_ilistdir), MP_ROM_PTR(&vfs_image_ilistdir_obj) },
    { MP_ROM_QSTR(MP_QSTR_stat), MP_ROM_PTR(&vfs_image_stat_obj) },
    { MP_ROM_QSTR(MP_QSTR_statvfs), MP_ROM_PTR(&vfs_image_statvfs_obj) },
};
static MP_DEFINE_CONST_DICT(vfs_image_locals_dict, vfs_image_locals_dict_table);

static const mp_vfs_proto_t vfs_image_proto = {
    .import_stat = vfs_image_import_stat,
};

static MP_DEFINE_CONST_OBJ_TYPE(
    vfs_image_type,
    MP_QSTR_VfsImage,
    MP_TYPE_FLAG_NONE,
    protocol, &vfs_image_proto,
    locals_dict, &vfs_image_locals_dict
    );

// The window as the read-only partition that stock boards mount at /rom. A run has it at / instead.
mp_obj_t mp_vfs_rom_ioctl(size_t n_args, const mp_obj_t *args) {
    bool partition = session.mode != SESSION_MONITOR;
    switch (mp_obj_get_int(args[0])) {
        case MP_VFS_ROM_IOCTL_GET_NUMBER_OF_SEGMENTS:
            return MP_OBJ_NEW_SMALL_INT(partition ? 1 : 0);
        case MP_VFS_ROM_IOCTL_GET_SEGMENT:
            if (partition && n_args > 1 && mp_obj_get_int(args[1]) == 0) {
                return window_view();
            }
            break;
    }
    return MP_OBJ_NEW_SMALL_INT(-MP_EINVAL);
}
