/* The primes below 200000, counted and summed by 8 threads, each of which takes every eighth number. */
#include "threads.h"

enum { THREADS = 8, LIMIT = 200000 };

static struct thread threads[THREADS];
static struct {
    uint32_t first, count;
    uint64_t sum;
} parts[THREADS];

static void work(void *argument)
{
    uint32_t me = (uint32_t)argument;
    for (uint32_t number = 2 + me; number < LIMIT; number += THREADS) {
        uint32_t divisor = 2;
        while (divisor * divisor <= number && number % divisor)
            divisor++;
        if (divisor * divisor > number) {
            parts[me].count++;
            parts[me].sum += number;
        }
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    for (uint32_t i = 0; i < THREADS; i++)
        spawn(&threads[i], work, (void *)i);
    uint32_t count = 0;
    uint64_t sum = 0;
    for (int i = 0; i < THREADS; i++) {
        join(&threads[i]);
        count += parts[i].count;
        sum += parts[i].sum;
    }
    say("", count, " primes");
    say("their sum ", sum, "");
}
