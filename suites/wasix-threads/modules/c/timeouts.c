/* 8 threads in futex_wait with timeouts of 20 to 160 ms: nobody wakes them, and none returns before its time. A ninth waits for 30 s, and is woken
   when the others are done. */
#include "futex.h"
#include "threads.h"

enum { THREADS = 8, MS = 1000000, MONOTONIC = 1 };

static struct thread threads[THREADS], patient;
static word never, bell;
static uint8_t woken[THREADS];
static uint64_t waited[THREADS];

static uint64_t now(void)
{
    uint64_t time;
    expect(clock_time_get(MONOTONIC, 1, &time), SUCCESS);
    return time;
}

static void wait_alone(void *argument)
{
    uint32_t me = (uint32_t)argument;
    struct option_timestamp timeout = { 1, (me + 1) * 20 * MS };
    uint64_t before = now();
    woken[me] = 1;
    expect(futex_wait(&never, 0, &timeout, &woken[me]), SUCCESS);
    waited[me] = now() - before;
}

static void wait_for_the_bell(void *argument)
{
    (void)argument;
    struct option_timestamp timeout = { 1, 30000ull * MS };
    uint8_t rung = 0;
    uint64_t before = now();
    while (bell == 0) {
        int error = futex_wait(&bell, 0, &timeout, &rung);
        require(error == INVAL || (error == SUCCESS && rung == 1));
    }
    require(now() - before < 30000ull * MS);
}

__attribute__((export_name("_start"))) void start(void)
{
    spawn(&patient, wait_for_the_bell, NULL);
    for (uint32_t i = 0; i < THREADS; i++)
        spawn(&threads[i], wait_alone, (void *)i);
    for (uint32_t i = 0; i < THREADS; i++) {
        join(&threads[i]);
        /* Two clocks may differ by a millisecond. */
        require(waited[i] >= (i + 1) * 20 * MS - MS);
        expect(woken[i], 0);
    }
    bell = 1;
    wake_one(&bell);
    join(&patient);
    say("", THREADS, " timeouts, and one was woken");
}
