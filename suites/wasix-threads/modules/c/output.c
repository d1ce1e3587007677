/* 8 threads that write the same line of 64 bytes to standard output 200 times each, by one fd_write each. */
#include "threads.h"

enum { THREADS = 8, LINES = 200 };

static struct thread threads[THREADS];
static const char line[] = "all threads write this one line, each of them two hundred times\n";

static void work(void *argument)
{
    (void)argument;
    for (int i = 0; i < LINES; i++) {
        struct piece piece = { line, sizeof line - 1 };
        size_t done;
        expect(fd_write(1, &piece, 1, &done), SUCCESS);
        expect(done, sizeof line - 1);
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    for (int i = 0; i < THREADS; i++)
        spawn(&threads[i], work, NULL);
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
}
