/* A barrier that 8 threads meet at 1000 times. Between two meetings each writes its own number, and all read everybody's. */
#include "futex.h"
#include "threads.h"

enum { THREADS = 8, ROUNDS = 1000 };

static struct thread threads[THREADS];
static struct barrier barrier = { .threads = THREADS };
static uint32_t numbers[THREADS];

static void work(void *argument)
{
    uint32_t me = (uint32_t)argument;
    for (uint32_t round = 1; round <= ROUNDS; round++) {
        numbers[me] = round;
        meet(&barrier);
        for (int i = 0; i < THREADS; i++)
            expect(numbers[i], round);
        meet(&barrier);
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    for (uint32_t i = 0; i < THREADS; i++)
        spawn(&threads[i], work, (void *)i);
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    say("met ", barrier.round, " times");
}
