/* The instructions memory.atomic.wait32 and memory.atomic.notify beside WASIX's futexes: the same answers as anywhere, in threads of WASIX. */
#include "futex.h"
#include "threads.h"

enum { THREADS = 8, OK = 0, NOT_EQUAL = 1, TIMED_OUT = 2 };

static struct thread threads[THREADS], waiter;
static word gate, ready, opened, passed;

static void wait_at_the_gate(void *argument)
{
    (void)argument;
    ready++;
    wake_all(&ready);
    int answer = __builtin_wasm_memory_atomic_wait32((int *)&gate, 0, -1);
    require(answer == OK || answer == NOT_EQUAL);
    passed++;
}

static void wait_with_the_futex(void *argument)
{
    (void)argument;
    wait_until(&opened, 1);
}

__attribute__((export_name("_start"))) void start(void)
{
    expect(__builtin_wasm_memory_atomic_wait32((int *)&gate, 5, -1), NOT_EQUAL);
    expect(__builtin_wasm_memory_atomic_wait32((int *)&gate, 0, 20000000), TIMED_OUT);
    expect(__builtin_wasm_memory_atomic_notify((int *)&gate, 1), 0);
    spawn(&waiter, wait_with_the_futex, NULL);
    for (int i = 0; i < THREADS; i++)
        spawn(&threads[i], wait_at_the_gate, NULL);
    wait_until(&ready, THREADS);
    uint32_t woken = 0;
    /* Who waits by now is told by notify alone. */
    while (woken < THREADS) {
        woken += (uint32_t)__builtin_wasm_memory_atomic_notify((int *)&gate, 1);
        sched_yield();
    }
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    expect(passed, THREADS);
    opened = 1;
    wake_all(&opened);
    join(&waiter);
    say("", woken, " woken by notify");
}
