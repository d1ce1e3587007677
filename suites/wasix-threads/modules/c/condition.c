/* Two threads that hand a ball back and forth 5000 times with a mutex and a condition variable, while six others wait for the end of the game. */
#include "futex.h"
#include "threads.h"

enum { ROUNDS = 5000, SPECTATORS = 6 };

static struct thread players[2], spectators[SPECTATORS];
static struct mutex mutex;
static struct condition moved, over;
static uint32_t ball, saw_the_end;

static void play(void *argument)
{
    uint32_t me = (uint32_t)argument;
    for (int i = 0; i < ROUNDS; i++) {
        lock(&mutex);
        while (ball % 2 != me)
            wait_for(&moved, &mutex);
        if (++ball == 2 * ROUNDS)
            signal_all(&over);
        signal_one(&moved);
        unlock(&mutex);
    }
}

static void watch(void *argument)
{
    (void)argument;
    lock(&mutex);
    while (ball != 2 * ROUNDS)
        wait_for(&over, &mutex);
    saw_the_end++;
    unlock(&mutex);
}

__attribute__((export_name("_start"))) void start(void)
{
    for (int i = 0; i < SPECTATORS; i++)
        spawn(&spectators[i], watch, NULL);
    for (uint32_t i = 0; i < 2; i++)
        spawn(&players[i], play, (void *)i);
    for (int i = 0; i < 2; i++)
        join(&players[i]);
    for (int i = 0; i < SPECTATORS; i++)
        join(&spectators[i]);
    expect(saw_the_end, SPECTATORS);
    say("", ball, " moves");
}
