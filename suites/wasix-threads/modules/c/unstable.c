/* A module of the time before preview 1 with threads: wasi_unstable for its streams and arguments, wasix_32v1 for the rest. */
#define PREVIEW "wasi_unstable"
#include "arguments.h"
#include "futex.h"
#include "threads.h"

enum { THREADS = 4 };

static struct thread threads[THREADS];
static word total;

static void work(void *argument)
{
    total += (uint32_t)argument;
    if ((uint32_t)argument == 1)
        say_text("hello from a thread");
}

__attribute__((export_name("_start"))) void start(void)
{
    uint32_t factor = number_argument(1);
    for (uint32_t i = 0; i < THREADS; i++)
        spawn(&threads[i], work, (void *)(i * factor + 1));
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    say("total ", total, "");
}
