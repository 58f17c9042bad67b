/* A library that is preloaded (ld.so --preload) into a unix MicroPython which runs behind a user-mode emulator, and turns
 * it into a server that forks a child for each program (the protocol: harness/process/fork_server.h; its requests here:
 * `run OUTPUT FOLDER ARGC argument… NAME=value…`). It is no part of the subject: a child enters the program's own main()
 * with its own arguments and environment, as a process of its own would.
 *
 * Why: behind an emulator a start costs 40 ms of processor time, nearly all of it the translation of the same code: the
 * dynamic loader's and the interpreter's start and end. What one process has translated its forks have.
 *
 * How: __libc_start_main is intercepted. Instead of main() comes warm_start(): it notes all writable memory, calls main()
 * once with the arguments that the server was started with (the warm-up, which has to return), puts everything back as
 * it was before main(), and serves. Put back are: the content of all memory that was writable, the mappings (what is new
 * is unmapped), the program break, signal actions and descriptors; the stack below is cleared. So a child starts from the
 * very state that a fresh process has in front of main(); the harness proves it at each first start by comparing with a fresh
 * process (harness/target/process_target.cc).
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
extern int fork(void);
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

/* In the child. What fails here is no outcome of the program: the child says so and ends with a status of its own, and the
 * harness runs the program in a fresh process. */
static int become(int output) {
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
    return real_main(argc, arguments, environ);
}

static void reap(const char *who) {
    long usage[64];  /* struct rusage: user and system time as seconds and microseconds, then ru_maxrss in KiB */
    char line[64] = "ended ";
    int status = 0;
    if (wait4(number_in(who), &status, 0, usage) < 0) {
        say(CHANNEL, "error there is no such child\n");
        return;
    }
    char *at = put_number(line + 6, (word)status);
    *at++ = ' ';
    at = put_number(at, ((word)usage[0] + (word)usage[2]) * 1000000u + (word)usage[1] + (word)usage[3]);
    *at++ = ' ';
    at = put_number(at, (word)usage[4]);
    *at++ = '\n';
    *at = '\0';
    say(CHANNEL, line);
}

static int serve(void) {
    for (;;) {
        const int count = next_request();
        if (count > 4 && strcmp(words[0], "run") == 0 && number_in(words[3]) <= count - 4) {
            const int output = open(words[1], WRITE_ONLY);
            const int child = output < 0 ? -1 : fork();
            if (child == 0) return become(output);
            close(output);
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

static int warm_start(int argc, char **argv, char **envp) {
    remember();
    const int failed = real_main(argc, argv, envp);
    if (failed) give_up("the warm-up failed");
    put_back();
    for (int fd = CHANNEL + 1; fd < 64; ++fd) close(fd);
    return serve();
}

int __libc_start_main(main_function *program_main, int argc, char **argv, void *init, void *fini, void *loader_fini,
                      void *stack_end) {
    typedef int start_function(main_function *, int, char **, void *, void *, void *, void *);
    start_function *start = (start_function *)dlsym(NEXT_LIBRARY, "__libc_start_main");
    if (!start) give_up("the C library has no __libc_start_main");
    real_main = program_main;
    return start(warm_start, argc, argv, init, fini, loader_fini, stack_end);
}
