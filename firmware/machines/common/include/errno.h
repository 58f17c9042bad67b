// errno, for the tree's math library and file systems; the numbers are those of py/mperrno.h.

#ifndef FIRMWARE_INCLUDE_ERRNO_H
#define FIRMWARE_INCLUDE_ERRNO_H

extern int errno;

#define EPERM 1
#define ENOENT 2
#define EIO 5
#define EBADF 9
#define EAGAIN 11
#define ENOMEM 12
#define EACCES 13
#define EEXIST 17
#define ENODEV 19
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define EDOM 33
#define ERANGE 34

#endif // FIRMWARE_INCLUDE_ERRNO_H
