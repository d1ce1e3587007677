/* 8 threads that add to a plain variable 100000 times each, under one mutex. */
#include "futex.h"
#include "threads.h"

enum { THREADS = 8, ROUNDS = 100000 };

static struct thread threads[THREADS];
static struct mutex mutex;
static uint64_t total;

static void work(void *argument)
{
    (void)argument;
    for (int i = 0; i < ROUNDS; i++) {
        lock(&mutex);
        total++;
        unlock(&mutex);
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    for (int i = 0; i < THREADS; i++)
        spawn(&threads[i], work, NULL);
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    say("counted ", total, "");
}
