/* 8 threads, of which a semaphore lets 3 in at a time, 500 times each. */
#include "futex.h"
#include "threads.h"

enum { THREADS = 8, PLACES = 3, ROUNDS = 500 };

static struct thread threads[THREADS];
static struct semaphore places = { PLACES };
static word inside, visits;

static void work(void *argument)
{
    (void)argument;
    for (int i = 0; i < ROUNDS; i++) {
        down(&places);
        uint32_t here = ++inside;
        require(here >= 1 && here <= PLACES);
        visits++;
        sched_yield();
        --inside;
        up(&places);
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    for (int i = 0; i < THREADS; i++)
        spawn(&threads[i], work, NULL);
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    expect(places.count, PLACES);
    say("", visits, " visits");
}
