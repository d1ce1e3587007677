/* 16 threads that wait on one futex, woken by one futex_wake_all, 100 times; and 16 that futex_wake wakes one after another. */
#include "futex.h"
#include "threads.h"

enum { THREADS = 16, ROUNDS = 100 };

static struct thread threads[THREADS];
static word round, arrived, tickets, served;

static void together(void *argument)
{
    (void)argument;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        arrived++;
        wake_one(&arrived);
        while (round == i)
            wait_while(&round, i);
    }
}

static void in_turn(void *argument)
{
    (void)argument;
    for (;;) {
        uint32_t left = tickets;
        if (left == 0)
            wait_while(&tickets, 0);
        else if (atomic_compare_exchange_weak(&tickets, &left, left - 1))
            break;
    }
    served++;
    wake_one(&served);
}

__attribute__((export_name("_start"))) void start(void)
{
    for (int i = 0; i < THREADS; i++)
        spawn(&threads[i], together, NULL);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        wait_until(&arrived, THREADS * (i + 1));
        round++;
        wake_all(&round);
    }
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    say("woken together ", round, " times");

    for (int i = 0; i < THREADS; i++)
        spawn(&threads[i], in_turn, NULL);
    for (uint32_t i = 0; i < THREADS; i++) {
        tickets++;
        wake_one(&tickets);
        wait_until(&served, i + 1);
    }
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    say("woken in turn ", served, "");
}
