/* What the commands of this folder import, with preview 1's own names; a result is an errno. */
#ifndef WASI_H
#define WASI_H

#include <stddef.h>
#include <stdint.h>

#define FROM_PREVIEW_1(name) __attribute__((import_module("wasi_snapshot_preview1"), import_name(#name)))

struct iovec {
    void *buf;
    size_t buf_len;
};

struct prestat {
    uint8_t tag;
    size_t name_len;
};

int clock_time_get(int id, uint64_t precision, uint64_t *timestamp) FROM_PREVIEW_1(clock_time_get);
int fd_close(int fd) FROM_PREVIEW_1(fd_close);
int fd_prestat_get(int fd, struct prestat *prestat) FROM_PREVIEW_1(fd_prestat_get);
int fd_prestat_dir_name(int fd, char *path, size_t path_len) FROM_PREVIEW_1(fd_prestat_dir_name);
int fd_read(int fd, const struct iovec *iovs, size_t iovs_len, size_t *nread) FROM_PREVIEW_1(fd_read);
int fd_seek(int fd, int64_t offset, int whence, uint64_t *newoffset) FROM_PREVIEW_1(fd_seek);
int fd_write(int fd, const struct iovec *iovs, size_t iovs_len, size_t *nwritten) FROM_PREVIEW_1(fd_write);
int path_create_directory(int fd, const char *path, size_t path_len) FROM_PREVIEW_1(path_create_directory);
int path_open(int fd, int dirflags, const char *path, size_t path_len, int oflags, uint64_t rights, uint64_t inheriting, int fdflags,
    int *opened) FROM_PREVIEW_1(path_open);
int path_remove_directory(int fd, const char *path, size_t path_len) FROM_PREVIEW_1(path_remove_directory);
int path_rename(int fd, const char *old_path, size_t old_path_len, int new_fd, const char *new_path, size_t new_path_len)
    FROM_PREVIEW_1(path_rename);
int path_unlink_file(int fd, const char *path, size_t path_len) FROM_PREVIEW_1(path_unlink_file);
_Noreturn void proc_exit(int status) FROM_PREVIEW_1(proc_exit);

enum { CLOCKID_MONOTONIC = 1, OFLAGS_CREAT = 1, OFLAGS_EXCL = 4, OFLAGS_TRUNC = 8, WHENCE_SET = 0 };
enum { RIGHTS_FD_READ = 2, RIGHTS_FD_SEEK = 4, RIGHTS_FD_TELL = 32, RIGHTS_FD_WRITE = 64 };

/* The preopen `/work`, or -1. There may be others, which one has which number is the host's affair, and as for wasi-libc a `/` in front
   does not count. */
static inline int preopen_of_work(void)
{
    struct prestat prestat;
    for (int fd = 3; fd_prestat_get(fd, &prestat) == 0; fd++) {
        char name[5] = { 0 };
        if (prestat.name_len > sizeof name || fd_prestat_dir_name(fd, name, prestat.name_len) != 0)
            continue;
        const char *work = name[0] == '/' ? name + 1 : name;
        if (prestat.name_len == (size_t)(work - name) + 4 && work[0] == 'w' && work[1] == 'o' && work[2] == 'r' && work[3] == 'k')
            return fd;
    }
    return -1;
}

#endif
