/* 8 threads, each of which writes 100 lines to a file of its own and one line to a file that all have open for appending; afterwards main reads them. */
#include "arguments.h"
#include "threads.h"

enum { THREADS = 8, LINES = 100, CREATE = 1, EXCLUSIVE = 4, APPEND = 1, READ = 2, WRITE = 64 };

static struct thread threads[THREADS];
static int data, journal;

/* The descriptor of the preopen /data, whose name runtimes tell with its slash or without, and which may not be the first. */
static int preopened(void)
{
    for (int fd = 3;; fd++) {
        struct prestat prestat;
        char name[16] = { 0 };
        expect(fd_prestat_get(fd, &prestat), SUCCESS);
        if (prestat.name_length >= sizeof name)
            continue;
        expect(fd_prestat_dir_name(fd, name, prestat.name_length), SUCCESS);
        if (is_same(name + (name[0] == '/'), "data"))
            return fd;
    }
}

static int open(const char *path, size_t length, int oflags, int fdflags)
{
    int fd;
    expect(path_open(data, 0, path, length, oflags, READ | WRITE, 0, fdflags, &fd), SUCCESS);
    return fd;
}

static void write_line(int fd, uint32_t thread, uint32_t line_number)
{
    struct text line = { .length = 0 };
    add(&line, "thread ");
    add_number(&line, thread);
    add(&line, " line ");
    add_number(&line, line_number);
    add(&line, "\n");
    struct piece piece = { line.bytes, line.length };
    size_t done;
    expect(fd_write(fd, &piece, 1, &done), SUCCESS);
    expect(done, line.length);
}

static void work(void *argument)
{
    uint32_t me = (uint32_t)argument;
    char name[] = "own-0.txt";
    name[4] = (char)('0' + me);
    int own = open(name, sizeof name - 1, CREATE | EXCLUSIVE, 0);
    for (uint32_t i = 0; i < LINES; i++) {
        write_line(own, me, i);
        write_line(journal, me, i);
    }
    expect(fd_close(own), SUCCESS);
}

static void count(const char *path, size_t length)
{
    static char bytes[65536];
    int fd = open(path, length, 0, 0);
    size_t total = 0, done;
    do {
        struct piece piece = { bytes + total, sizeof bytes - total };
        expect(fd_read(fd, &piece, 1, &done), SUCCESS);
        total += done;
    } while (done);
    expect(fd_close(fd), SUCCESS);
    /* Each line is whole and stands there once, and the lines of each thread stand in their order. */
    uint32_t next[THREADS] = { 0 }, lines = 0;
    for (size_t at = 0; at < total; lines++) {
        struct text line = { .length = 0 };
        require(at + 8 < total && bytes[at + 7] >= '0' && bytes[at + 7] < '0' + THREADS);
        uint32_t thread = (uint32_t)(bytes[at + 7] - '0');
        add(&line, "thread ");
        add_number(&line, thread);
        add(&line, " line ");
        add_number(&line, next[thread]++);
        add(&line, "\n");
        for (size_t i = 0; i < line.length; i++)
            require(at + i < total && bytes[at + i] == line.bytes[i]);
        at += line.length;
    }
    struct text text = { .length = 0 };
    add(&text, path);
    add(&text, ": ");
    add_number(&text, lines);
    add(&text, " lines\n");
    put(1, &text);
}

__attribute__((export_name("_start"))) void start(void)
{
    data = preopened();
    journal = open("all.txt", 7, CREATE | EXCLUSIVE, APPEND);
    for (uint32_t i = 0; i < THREADS; i++)
        spawn(&threads[i], work, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    expect(fd_close(journal), SUCCESS);
    count("all.txt", 7);
    count("own-0.txt", 9);
    count("own-7.txt", 9);
}
