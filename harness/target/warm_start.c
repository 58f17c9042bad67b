/* A library that is preloaded (ld.so --preload) into a unix MicroPython which runs behind a user-mode emulator, and turns
 * it into a server that forks a child for each program (the protocol: harness/process/fork_server.h; its requests here:
 * `run OUTPUT FOLDER ARGC argument… NAME=value…`). It is no part of the subject: a child enters the program's own main()
 * with its own arguments and environment, as a process of its own would.
 *
 * Why: behind an emulator a start costs 40 ms of processor time, nearly all of it the translation of the same code: the
 * dynamic loader's and the interpreter's start and end. What one process has translated its forks have.
 *
 * How: __libc_start_main is intercepted. Instead of main() comes warm_start(): it notes all writable memory, runs the
 * programs that the server was started with (the warm-up: the words between two "--then" are the arguments of one),
 * puts everything back as it was before main() after each, and serves. Such a program ends as any: exit() calls what the
 * libraries have to do at the end. The very last of these calls is ours, because it was the first to be asked for, and
 * leads back here instead of to the end of the process. Put back are: the content of all memory that was writable, the
 * mappings (what is new is unmapped), the program break, signal actions and descriptors; the stack below is cleared. So a
 * child starts from the very state that a fresh process has in front of main(); the harness proves it at each first start
 * by comparing with a fresh process (harness/target/process_target.cc).
 *
 * Built for the target's own C library without its headers (a bare-metal compiler makes it): what is used of it is
 * declared here. Sources: the declarations of POSIX; for numbers, Linux's ABI, which is the same for all Arm kernels.
 */

typedef int main_function(int argc, char **argv, char **envp);
typedef unsigned long word;  /* as wide as an address */
typedef __SIZE_TYPE__ size;

extern char **environ;
extern void *dlsym(void *handle, const char *name);
extern void _exit(int status) __attribute__((noreturn));
extern void exit(int status) __attribute__((noreturn));
extern int fcloseall(void);
extern int on_exit(void (*function)(int status, void *data), void *data);
extern int _Fork(void);  /* fork() without what threads and open files need of it: a child is as fresh as can be */
extern int getpid(void);
extern int kill(int pid, int number);
extern int wait4(int pid, int *status, int options, void *usage);
extern int setsid(void);
extern int chdir(const char *path);
extern int open(const char *path, int flags, ...);
extern int close(int fd);
extern int dup2(int from, int to);
extern long read(int fd, void *into, size octets);
extern long write(int fd, const void *from, size octets);
extern void *mmap(void *address, size length, int protection, int flags, int fd, long offset);
extern int munmap(void *address, size length);
extern int sigaction(int number, const void *action, void *old);
extern long syscall(long number, ...);
extern void *memcpy(void *to, const void *from, size octets);
extern void *memset(void *to, int value, size octets);
extern int strcmp(const char *one, const char *other);

enum {
    READ_ONLY = 0, WRITE_ONLY = 1,            /* open */
    READ_WRITE_PAGES = 3, PRIVATE_ANONYMOUS = 0x22, /* mmap */
    SYSTEM_BREAK = 45,                        /* the brk system call of Arm EABI and i386 */
    CHANNEL = 3,
    PAGE = 4096,
    SIGNALS = 65,
    MOST_REGIONS = 256,
    MOST_WORDS = 2048,
    MOST_OCTETS = 256 * 1024,
    CLEARED_STACK = 512 * 1024,
    STACK_WORDS = 4096,
    FRAME_WORDS = 16, /* more than the frames of the two functions that copy the stack below them */
    SHARED_ANONYMOUS = 0x21, /* mmap */
    KILL = 9,                /* the signal */
    MOST_CHILDREN = 1024,
    NOT_THE_PROGRAM = 97,  /* exit status of a server or child that could not get as far as main() */
};
#define NEXT_LIBRARY ((void *)-1L)
#define NOT_MAPPED ((void *)-1L)

struct region {
    word start, end;
    char *copy;  /* null: its content is not put back */
};

static main_function *real_main;
static struct region regions[MOST_REGIONS];
static unsigned region_count;
static word first_break;
static char actions[SIGNALS][256];  /* struct sigaction of any C library is smaller */
static char maps[64 * 1024];
static char request[MOST_OCTETS];
static char *words[MOST_WORDS];

static size length_of(const char *text) {
    size octets = 0;
    while (text[octets] != '\0') ++octets;
    return octets;
}

static void say(int fd, const char *text) {
    size left = length_of(text);
    while (left > 0) {
        const long put = write(fd, text, left);
        if (put <= 0) _exit(NOT_THE_PROGRAM);
        text += put;
        left -= (size)put;
    }
}

static __attribute__((noreturn)) void give_up(const char *why) {
    say(2, "warm start: ");
    say(2, why);
    say(2, "\n");
    _exit(NOT_THE_PROGRAM);
}

/* Digits without a division: the older Arm archs have none, and its routine is not in the C library. */
static char *put_number(char *at, word number) {
    static const word powers[] = {1000000000u, 100000000u, 10000000u, 1000000u, 100000u, 10000u, 1000u, 100u, 10u, 1u};
    int started = 0;
    for (unsigned i = 0; i < sizeof powers / sizeof *powers; ++i) {
        char digit = '0';
        for (; number >= powers[i]; number -= powers[i]) ++digit;
        started |= digit != '0' || powers[i] == 1;
        if (started) *at++ = digit;
    }
    return at;
}

static int number_in(const char *text) {
    int number = 0;
    for (; *text >= '0' && *text <= '9'; ++text) number = number * 10 + (*text - '0');
    return number;
}

/* -- the state in front of main() ------------------------------------------------------------------------------ */

static void read_maps(void) {
    const int file = open("/proc/self/maps", READ_ONLY);
    size have = 0;
    long got = 0;
    while (have < sizeof maps - 1 && (got = read(file, maps + have, sizeof maps - 1 - have)) > 0) have += (size)got;
    if (file < 0 || got != 0) give_up("/proc/self/maps cannot be read whole");
    close(file);
    maps[have] = '\0';
}

static word hexadecimal(const char **at) {
    word number = 0;
    for (;; ++*at) {
        const char c = **at;
        if (c >= '0' && c <= '9')
            number = number * 16 + (word)(c - '0');
        else if (c >= 'a' && c <= 'f')
            number = number * 16 + (word)(c - 'a' + 10);
        else
            return number;
    }
}

/* Walks over the lines of /proc/self/maps, "START-END rwxp …". Returns 0 behind the last. */
static int next_mapping(const char **at, word *start, word *end, int *writable) {
    if (**at == '\0') return 0;
    *start = hexadecimal(at);
    ++*at;
    *end = hexadecimal(at);
    *writable = (*at)[2] == 'w';
    while (**at != '\0' && **at != '\n') ++*at;
    if (**at == '\n') ++*at;
    return 1;
}

static void remember(void) {
    const word here = (word)__builtin_frame_address(0);
    const char *at = maps;
    word start, end, total = 0;
    int writable;
    read_maps();
    first_break = (word)syscall(SYSTEM_BREAK, 0);
    while (next_mapping(&at, &start, &end, &writable)) {
        if (region_count + 1 == MOST_REGIONS) give_up("there are too many mappings");
        /* The stack in use: what main() leaves in it lies below and is cleared. */
        const int copied = writable && !(here >= start && here < end);
        regions[region_count].start = start;
        regions[region_count].end = end;
        regions[region_count++].copy = copied ? (char *)1 : (char *)0;
        if (copied) total += end - start;
    }
    char *area = mmap((void *)0, total + PAGE, READ_WRITE_PAGES, PRIVATE_ANONYMOUS, -1, 0);
    if (area == NOT_MAPPED) give_up("there is no memory to keep the first state in");
    for (int number = 1; number < SIGNALS; ++number) sigaction(number, (const void *)0, actions[number]);
    regions[region_count].start = (word)area;
    regions[region_count].end = (word)area + ((total + 2 * PAGE - 1) & ~(word)(PAGE - 1));
    regions[region_count++].copy = (char *)0;
    for (unsigned i = 0; i < region_count; ++i) {
        if (!regions[i].copy) continue;
        regions[i].copy = area;
        area += regions[i].end - regions[i].start;
    }
    /* Our own variables are among what is copied: they are complete now and do not change any more. */
    for (unsigned i = 0; i < region_count; ++i)
        if (regions[i].copy)
            memcpy(regions[i].copy, (void *)regions[i].start, regions[i].end - regions[i].start);
}

static __attribute__((noinline)) void clear_stack(void) {
    char below[CLEARED_STACK];
    memset(below, 0, sizeof below);
    __asm__ volatile("" : : "r"(below) : "memory");
}

/* The part of [start, end) from `start` on that was mapped at first; with `known` 0 the part that was not. */
static word end_of_part(word start, word end, int *known) {
    word next = end;
    *known = 0;
    for (unsigned i = 0; i < region_count; ++i) {
        if (start >= regions[i].start && start < regions[i].end) {
            *known = 1;
            return regions[i].end < end ? regions[i].end : end;
        }
        if (regions[i].start > start && regions[i].start < next) next = regions[i].start;
    }
    return next;
}

static word page_above(word address) {
    return (address + PAGE - 1) & ~(word)(PAGE - 1);
}

static void put_back(void) {
    const word here = (word)__builtin_frame_address(0);
    const word last_break = (word)syscall(SYSTEM_BREAK, 0);
    const char *at = maps;
    word start, end;
    int writable;
    for (unsigned i = 0; i < region_count; ++i)
        if (regions[i].copy)
            memcpy((void *)regions[i].start, regions[i].copy, regions[i].end - regions[i].start);
    for (int number = 1; number < SIGNALS; ++number) sigaction(number, actions[number], (void *)0);
    read_maps();
    while (next_mapping(&at, &start, &end, &writable)) {
        if (here >= start && here < end) continue;
        while (start < end) {
            int known;
            const word part = end_of_part(start, end, &known);
            /* The break's own pages go by moving it back. */
            const int of_break = start >= page_above(first_break) && part <= page_above(last_break);
            if (!known && !of_break) munmap((void *)start, part - start);
            start = part;
        }
    }
    syscall(SYSTEM_BREAK, first_break);
    clear_stack();
}

/* -- serving --------------------------------------------------------------------------------------------------- */

static void read_exactly(char *into, size octets) {
    while (octets > 0) {
        const long got = read(CHANNEL, into, octets);
        if (got <= 0) _exit(0);
        into += got;
        octets -= (size)got;
    }
}

/* Splits the next request into `words`, which end with a null; their number. */
static int next_request(void) {
    unsigned char head[4];
    read_exactly((char *)head, sizeof head);
    const size octets = head[0] | (size)head[1] << 8 | (size)head[2] << 16 | (size)head[3] << 24;
    if (octets >= sizeof request) give_up("a request is too long");
    read_exactly(request, octets);
    request[octets] = '\0';
    int count = 0;
    for (char *at = request; at <= request + octets; at += length_of(at) + 1) {
        if (count + 1 == MOST_WORDS) give_up("a request has too many words");
        words[count++] = at;
    }
    words[count] = (char *)0;
    return count;
}

/* A child in memory that it shares with the server. A child that gets to its end leaves its exit status here and kills
 * itself: at exit_group() the emulator would throw away each translation, thousands that it has from the server, which is a
 * tenth of what a small program costs. */
struct child {
    int pid;  /* 0: the entry is free; the server's */
    int exit_status, has_ended;
};
static struct child *children;
static struct child *me;  /* in a child */
static int main_argc;     /* in a child: what its main() is called with */
static char **main_argv;

static struct child *child_of(int pid) {
    for (int i = 0; i < MOST_CHILDREN; ++i)
        if (children[i].pid == pid) return children + i;
    return (struct child *)0;
}

/* In the child. What fails here is no outcome of the program: the child says so and ends with a status of its own, and the
 * harness runs the program in a fresh process. */
static void become(int output) {
    const int argc = number_in(words[3]);
    setsid();
    if (dup2(output, 1) < 0 || dup2(output, 2) < 0) give_up("the output cannot be set up");
    close(output);
    close(CHANNEL);
    if (chdir(words[2]) != 0) give_up("the working directory cannot be entered");
    /* Arguments and environment in two lists that each end with a null. */
    static char *arguments[MOST_WORDS];
    memcpy(arguments, words + 4, (size)argc * sizeof *arguments);
    arguments[argc] = (char *)0;
    environ = words + 4 + argc;
    main_argc = argc;
    main_argv = arguments;
}

static void reap(const char *who) {
    long usage[64];  /* struct rusage: user and system time as seconds and microseconds, then ru_maxrss in KiB */
    char line[64] = "ended ";
    int status = 0;
    const int pid = number_in(who);
    struct child *child = pid > 0 ? child_of(pid) : (struct child *)0;
    if (!child || wait4(child->pid, &status, 0, usage) < 0) {
        say(CHANNEL, "error there is no such child\n");
        return;
    }
    if (status == KILL && child->has_ended) status = child->exit_status;
    child->pid = 0;
    char *at = put_number(line + 6, (word)status);
    *at++ = ' ';
    at = put_number(at, ((word)usage[0] + (word)usage[2]) * 1000000u + (word)usage[1] + (word)usage[3]);
    *at++ = ' ';
    at = put_number(at, (word)usage[4]);
    *at++ = '\n';
    *at = '\0';
    say(CHANNEL, line);
}

/* Returns in a child. */
static __attribute__((noinline)) void serve(void) {
    for (;;) {
        const int count = next_request();
        if (count > 4 && strcmp(words[0], "run") == 0 && number_in(words[3]) <= count - 4) {
            const int output = open(words[1], WRITE_ONLY);
            struct child *const entry = child_of(0);
            if (entry) entry->has_ended = 0;
            const int child = output < 0 || !entry ? -1 : _Fork();
            if (child == 0) {
                me = entry;
                become(output);
                return;
            }
            close(output);
            if (child > 0) entry->pid = child;
            if (child < 0) {
                say(CHANNEL, "error the output cannot be opened or the process not forked\n");
                continue;
            }
            char line[32] = "pid ";
            char *end = put_number(line + 4, (word)child);
            *end++ = '\n';
            *end = '\0';
            say(CHANNEL, line);
        } else if (count == 2 && strcmp(words[0], "reap") == 0) {
            reap(words[1]);
        } else {
            say(CHANNEL, "error unknown request\n");
        }
    }
}

/* The program that runs in the server itself, while one does. */
static int is_warming_up;
static int warm_up_failed;
static void *way_back[5];  /* what __builtin_setjmp wants */

static void at_the_end(int status, void *unused) {
    (void)unused;
    fcloseall();  /* all that is behind us in a process that ends */
    if (is_warming_up) {
        warm_up_failed = status != 0;
        __builtin_longjmp(way_back, 1);
    }
    if (me) {
        me->exit_status = (status & 0xff) << 8;
        me->has_ended = 1;
        kill(getpid(), KILL);
    }
}

static __attribute__((noinline)) void warm_up(int argc, char **argv, char **envp) {
    is_warming_up = 1;
    if (__builtin_setjmp(way_back) == 0) exit(real_main(argc, argv, envp));
    if (warm_up_failed) give_up("the warm-up failed");
}

static __attribute__((noinline)) void warm_up_and_serve(int argc, char **argv, char **envp) {
    char *program = argv[0];
    int first = 0;
    /* First: at a shared mapping the emulator throws away what it has translated. */
    children = mmap((void *)0, MOST_CHILDREN * sizeof *children, READ_WRITE_PAGES, SHARED_ANONYMOUS, -1, 0);
    if (children == NOT_MAPPED) give_up("there is no memory for the table of children");
    remember();
    while (first < argc) {
        int end = first + 1;
        while (end < argc && strcmp(argv[end], "--then") != 0) ++end;
        argv[first] = program;
        argv[end] = (char *)0;
        warm_up(end - first, argv + first, envp);
        put_back();
        first = end;
    }
    for (int fd = CHANNEL + 1; fd < 64; ++fd) close(fd);
    serve();
}

/* Programs with a defect may read what earlier calls left in the stack below them: a child finds there what a fresh process
 * would. Copied word by word in the caller itself, as any call would write there; what the caller's own frame holds is
 * all that differs. */
static word below_start[STACK_WORDS], below_main[STACK_WORDS];

static inline __attribute__((always_inline)) void keep_stack_below(word *copy) {
    const volatile word *const top = (const volatile word *)__builtin_frame_address(0) - FRAME_WORDS;
    for (int i = 1; i <= STACK_WORDS; ++i) copy[i - 1] = top[-i];
}

static inline __attribute__((always_inline)) void put_stack_below(const word *copy) {
    volatile word *const top = (volatile word *)__builtin_frame_address(0) - FRAME_WORDS;
    for (int i = 1; i <= STACK_WORDS; ++i) top[-i] = copy[i - 1];
}

/* Called as main() would be, and in a child it ends in main() with the stack pointer that main() would have: the call at
 * the end is a jump. */
static int warm_start(int argc, char **argv, char **envp) {
    keep_stack_below(below_main);
    warm_up_and_serve(argc, argv, envp);
    put_stack_below(below_main);
    return real_main(main_argc, main_argv, environ);
}

int __libc_start_main(main_function *program_main, int argc, char **argv, void *init, void *fini, void *loader_fini,
                      void *stack_end) {
    typedef int start_function(main_function *, int, char **, void *, void *, void *, void *);
    keep_stack_below(below_start);
    start_function *start = (start_function *)dlsym(NEXT_LIBRARY, "__libc_start_main");
    if (!start) give_up("the C library has no __libc_start_main");
    if (on_exit(at_the_end, (void *)0) != 0) give_up("the C library takes no function for the end");
    real_main = program_main;
    put_stack_below(below_start);
    return start(warm_start, argc, argv, init, fini, loader_fini, stack_end);
}
