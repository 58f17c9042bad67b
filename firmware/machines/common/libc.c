// The one object of a C library that the tree's math and file systems expect and nothing in the tree provides.

#include <errno.h>

int errno;
