// assert(), as the core uses it.

#undef assert
#ifdef NDEBUG
#define assert(condition) ((void)0)
#else
__attribute__((noreturn)) void __assert_func(const char *file, int line, const char *function, const char *text);
#define assert(condition) ((condition) ? (void)0 : __assert_func(__FILE__, __LINE__, __func__, #condition))
#endif

#ifndef static_assert
#define static_assert _Static_assert
#endif
