/* Calls of the host that do next to nothing, so that what is measured is the way there and back. */
#include "wasi.h"
#include "work.h"

/* How many times the monotonic clock was asked, answered, and had not gone back. */
uint32_t EXPORT(clock)(uint32_t times)
{
    uint32_t good = 0;
    uint64_t before = 0, now;
    for (; times > 0; times--) {
        good += clock_time_get(CLOCKID_MONOTONIC, 1, &now) == 0 && now >= before;
        before = now;
    }
    return good;
}

static uint32_t write_bytes(int fd, uint32_t times)
{
    uint32_t written = 0;
    char byte = 'x';
    struct iovec from = { &byte, 1 };
    for (size_t done; times > 0; times--)
        if (fd_write(fd, &from, 1, &done) == 0)
            written += done;
    return written;
}

/* How many bytes were written to standard output, one by each call. */
uint32_t EXPORT(output)(uint32_t times)
{
    return write_bytes(1, times);
}

/* The same to the file `bytes` in /work, which is empty before. */
uint32_t EXPORT(file)(uint32_t times)
{
    int fd;
    int error = path_open(preopen_of_work(), 0, "bytes", 5, OFLAGS_CREAT | OFLAGS_TRUNC, RIGHTS_FD_WRITE, 0, 0, &fd);
    require(error == 0);
    uint32_t written = write_bytes(fd, times);
    require(fd_close(fd) == 0);
    return written;
}
