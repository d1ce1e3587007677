/* 4 threads that contend for one counter, which they add to atomically, and for one mutex around another. */
#include "../../../wasix-threads/modules/c/futex.h"
#include "../../../wasix-threads/modules/c/threads.h"

enum { THREADS = 4, ROUNDS = 20000 };

static struct thread threads[THREADS];
static struct mutex mutex;
static _Atomic uint32_t counted;
static uint64_t total;

static void work(void *argument)
{
    uint64_t number = (uint64_t)(uintptr_t)argument;
    for (int i = 0; i < ROUNDS; i++) {
        counted++;
        lock(&mutex);
        total += number;
        unlock(&mutex);
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    for (size_t i = 0; i < THREADS; i++)
        spawn(&threads[i], work, (void *)(i + 1));
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    say("counted ", counted, "");
    say("total ", total, "");
}
