/* What WASIX modules import: preview 1 (or wasi_unstable) for files, streams and arguments, wasix_32v1 for threads, futexes, pipes, signals and
   processes. Names and parameters are those of the ABI; a result is an errno unless it is void. */
#ifndef IMPORTS_H
#define IMPORTS_H

#include <stddef.h>
#include <stdint.h>

#ifndef PREVIEW
#define PREVIEW "wasi_snapshot_preview1"
#endif

#define FROM(module, name) __attribute__((import_module(module), import_name(name)))

enum { SUCCESS = 0, BADF = 8, CHILD = 12, INVAL = 28 };
enum { SIGNAL_INT = 2, SIGNAL_USR1 = 10, SIGNAL_USR2 = 12 };

struct piece {
    const void *at;
    size_t length;
};

/* Where the stack, the thread-local variables and the work of a new thread are; 64 bytes. */
struct thread_start {
    void *stack_upper;
    void *tls_base;
    void (*start_funct)(void *);
    void *start_args;
    uint32_t reserved[10];
    size_t stack_size;
    size_t guard_size;
};
_Static_assert(sizeof(struct thread_start) == 64, "thread_start is not the ABI's");

struct option_pid {
    uint8_t tag;
    uint32_t pid;
};

struct join_status {
    uint8_t tag;
    uint32_t status;
};

struct prestat {
    uint32_t tag;
    uint32_t name_length;
};

struct option_timestamp {
    uint8_t tag;
    uint64_t nanoseconds;
};
_Static_assert(sizeof(struct option_timestamp) == 16, "option_timestamp is not the ABI's");

int args_get(char **argv, char *buffer) FROM(PREVIEW, "args_get");
int args_sizes_get(size_t *count, size_t *size) FROM(PREVIEW, "args_sizes_get");
int clock_time_get(int clock, uint64_t precision, uint64_t *nanoseconds) FROM(PREVIEW, "clock_time_get");
int fd_close(int fd) FROM(PREVIEW, "fd_close");
int fd_prestat_get(int fd, struct prestat *prestat) FROM(PREVIEW, "fd_prestat_get");
int fd_prestat_dir_name(int fd, char *name, size_t length) FROM(PREVIEW, "fd_prestat_dir_name");
int fd_read(int fd, const struct piece *pieces, size_t count, size_t *done) FROM(PREVIEW, "fd_read");
int fd_write(int fd, const struct piece *pieces, size_t count, size_t *done) FROM(PREVIEW, "fd_write");
int path_open(int fd, int lookup, const char *path, size_t length, int oflags, uint64_t rights, uint64_t inheriting, int fdflags,
    int *opened) FROM(PREVIEW, "path_open");
int proc_raise(int signal) FROM(PREVIEW, "proc_raise");
_Noreturn void proc_exit(int status) FROM(PREVIEW, "proc_exit");

int thread_spawn(struct thread_start *start, uint32_t *tid) FROM("wasix_32v1", "thread_spawn_v2");
int thread_join(uint32_t tid) FROM("wasix_32v1", "thread_join");
_Noreturn void thread_exit(int status) FROM("wasix_32v1", "thread_exit");
int thread_id(uint32_t *tid) FROM("wasix_32v1", "thread_id");
int thread_sleep(uint64_t nanoseconds) FROM("wasix_32v1", "thread_sleep");
int thread_signal(uint32_t tid, int signal) FROM("wasix_32v1", "thread_signal");
int sched_yield(void) FROM("wasix_32v1", "sched_yield");
int futex_wait(_Atomic uint32_t *futex, uint32_t expected, const struct option_timestamp *timeout, uint8_t *woken)
    FROM("wasix_32v1", "futex_wait");
int futex_wake(_Atomic uint32_t *futex, uint8_t *woken) FROM("wasix_32v1", "futex_wake");
int futex_wake_all(_Atomic uint32_t *futex, uint8_t *woken) FROM("wasix_32v1", "futex_wake_all");
int fd_pipe(int *reader, int *writer) FROM("wasix_32v1", "fd_pipe");
void callback_signal(const char *name, size_t length) FROM("wasix_32v1", "callback_signal");
int proc_id(uint32_t *pid) FROM("wasix_32v1", "proc_id");
int proc_parent(uint32_t pid, uint32_t *parent) FROM("wasix_32v1", "proc_parent");
int proc_fork(int copy_memory, uint32_t *pid) FROM("wasix_32v1", "proc_fork");
int proc_join(struct option_pid *pid, int flags, struct join_status *status) FROM("wasix_32v1", "proc_join");
int proc_spawn(const char *name, size_t name_length, int chroot, const char *args, size_t args_length, const char *preopens,
    size_t preopens_length, int input, int output, int errors, const char *directory, size_t directory_length, void *handles)
    FROM("wasix_32v1", "proc_spawn");
int proc_exec3(const char *name, size_t name_length, const char *args, size_t args_length, const char *variables, size_t variables_length,
    int search, const char *path, size_t path_length) FROM("wasix_32v1", "proc_exec3");
int proc_signal(uint32_t pid, int signal) FROM("wasix_32v1", "proc_signal");

#endif
