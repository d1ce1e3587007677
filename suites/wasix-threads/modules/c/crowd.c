/* 64 threads that are all alive at once, each with thread-local variables, an id and a deep stack of its own. */
#define STACK 65536
#include "futex.h"
#include "threads.h"

enum { THREADS = 64, DEPTH = 200 };

static _Thread_local uint32_t number = 7, squares[16] = { 0, 1, 4, 9 }, untouched;
static struct thread threads[THREADS];
static struct barrier barrier = { .threads = THREADS + 1 };
static uint32_t *numbers[THREADS], ids[THREADS];

/* Some 200 bytes of the stack for each call. */
static __attribute__((noinline)) uint32_t fill(uint32_t depth, uint32_t value)
{
    volatile uint32_t frame[40];
    for (int i = 0; i < 40; i++)
        frame[i] = value + depth;
    uint32_t below = depth ? fill(depth - 1, value) : 0;
    for (int i = 0; i < 40; i++)
        expect(frame[i], value + depth);
    return below + 1;
}

static void work(void *argument)
{
    uint32_t index = (uint32_t)argument;
    expect(number, 7);
    expect(squares[3], 9);
    expect(untouched, 0);
    number += index;
    squares[3] = index * 1000;
    untouched = index + 1;
    numbers[index] = &number;
    expect(thread_id(&ids[index]), SUCCESS);
    meet(&barrier);
    /* Everybody has written, and nobody is gone; and all of thread_spawn have returned, so that the ids stand there. */
    expect(ids[index], threads[index].tid);
    expect(number, 7 + index);
    expect(squares[3], index * 1000);
    expect(untouched, index + 1);
    expect(fill(DEPTH, index * 0x01010101u), DEPTH + 1);
    meet(&barrier);
    expect(number, 7 + index);
}

__attribute__((export_name("_start"))) void start(void)
{
    number = 1;
    meet(&(struct barrier) { .threads = 1 });
    for (uint32_t i = 0; i < THREADS; i++)
        spawn(&threads[i], work, (void *)i);
    meet(&barrier);
    uint32_t main_id;
    expect(thread_id(&main_id), SUCCESS);
    for (int i = 0; i < THREADS; i++) {
        expect(*numbers[i], 7 + i);
        require(ids[i] != main_id && numbers[i] != &number);
        for (int j = 0; j < i; j++)
            require(ids[i] != ids[j] && numbers[i] != numbers[j]);
    }
    meet(&barrier);
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    expect(number, 1);
    say("", THREADS, " threads at once");
}
