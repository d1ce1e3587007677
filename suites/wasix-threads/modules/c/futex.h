/* What threads wait with: futexes, and the mutex, the condition variable, the semaphore and the barrier that are made of them. Nobody trusts
   what futex_wait and futex_wake answer: all of these look at the word again. */
#ifndef FUTEX_H
#define FUTEX_H

#include <stdatomic.h>

#include "text.h"

typedef _Atomic uint32_t word;

/* Returns where the word has another value, after a wake, or for no reason at all. */
static inline void wait_while(word *futex, uint32_t value)
{
    static const struct option_timestamp never = { 0, 0 };
    uint8_t woken;
    if (*futex == value) {
        int error = futex_wait(futex, value, &never, &woken);
        require(error == SUCCESS || error == INVAL);
    }
}

static inline void wake_one(word *futex)
{
    uint8_t woken;
    expect(futex_wake(futex, &woken), SUCCESS);
}

static inline void wake_all(word *futex)
{
    uint8_t woken;
    expect(futex_wake_all(futex, &woken), SUCCESS);
}

static inline void wait_until(word *futex, uint32_t value)
{
    for (uint32_t seen; (seen = *futex) != value;)
        wait_while(futex, seen);
}

/* 0 free, 1 taken, 2 taken and somebody may wait: the third mutex of Drepper's "Futexes Are Tricky". */
struct mutex {
    word state;
};

static inline void lock(struct mutex *mutex)
{
    uint32_t free = 0;
    if (atomic_compare_exchange_strong(&mutex->state, &free, 1))
        return;
    while (atomic_exchange(&mutex->state, 2))
        wait_while(&mutex->state, 2);
}

static inline void unlock(struct mutex *mutex)
{
    if (atomic_exchange(&mutex->state, 0) == 2)
        wake_one(&mutex->state);
}

struct condition {
    word signals;
};

static inline void wait_for(struct condition *condition, struct mutex *mutex)
{
    uint32_t seen = condition->signals;
    unlock(mutex);
    wait_while(&condition->signals, seen);
    lock(mutex);
}

static inline void signal_one(struct condition *condition)
{
    condition->signals++;
    wake_one(&condition->signals);
}

static inline void signal_all(struct condition *condition)
{
    condition->signals++;
    wake_all(&condition->signals);
}

struct semaphore {
    word count;
};

static inline void down(struct semaphore *semaphore)
{
    for (;;) {
        uint32_t count = semaphore->count;
        while (count)
            if (atomic_compare_exchange_weak(&semaphore->count, &count, count - 1))
                return;
        wait_while(&semaphore->count, 0);
    }
}

static inline void up(struct semaphore *semaphore)
{
    semaphore->count++;
    wake_one(&semaphore->count);
}

struct barrier {
    uint32_t threads;
    word arrived, round;
};

static inline void meet(struct barrier *barrier)
{
    uint32_t round = barrier->round;
    if (++barrier->arrived == barrier->threads) {
        barrier->arrived = 0;
        barrier->round++;
        wake_all(&barrier->round);
    }
    while (barrier->round == round)
        wait_while(&barrier->round, round);
}

#endif
