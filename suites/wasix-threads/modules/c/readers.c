/* A readers/writer lock: 2 threads write both halves of a pair, 6 read it, and nobody sees one half without the other. */
#include "futex.h"
#include "threads.h"

enum { READERS = 6, WRITERS = 2, ROUNDS = 1000 };

static struct thread threads[READERS + WRITERS];
static struct mutex mutex;
static struct condition changed;
static uint32_t reading, writing, pair[2], reads;
static word together;

static void read_lock(void)
{
    lock(&mutex);
    while (writing)
        wait_for(&changed, &mutex);
    reading++;
    unlock(&mutex);
}

static void read_unlock(void)
{
    lock(&mutex);
    reads++;
    if (--reading == 0)
        signal_all(&changed);
    unlock(&mutex);
}

static void write_lock(void)
{
    lock(&mutex);
    while (writing || reading)
        wait_for(&changed, &mutex);
    writing = 1;
    unlock(&mutex);
}

static void write_unlock(void)
{
    lock(&mutex);
    writing = 0;
    signal_all(&changed);
    unlock(&mutex);
}

static void read_pairs(void *argument)
{
    (void)argument;
    for (int i = 0; i < ROUNDS; i++) {
        read_lock();
        uint32_t first = ((volatile uint32_t *)pair)[0];
        expect(((volatile uint32_t *)pair)[1], first);
        read_unlock();
    }
}

static void write_pairs(void *argument)
{
    (void)argument;
    for (int i = 0; i < ROUNDS; i++) {
        write_lock();
        expect(together++, 0);
        ((volatile uint32_t *)pair)[0]++;
        sched_yield();
        ((volatile uint32_t *)pair)[1]++;
        expect(--together, 0);
        write_unlock();
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    for (int i = 0; i < READERS + WRITERS; i++)
        spawn(&threads[i], i < READERS ? read_pairs : write_pairs, NULL);
    for (int i = 0; i < READERS + WRITERS; i++)
        join(&threads[i]);
    expect(pair[0], pair[1]);
    say("written ", pair[0], "");
    say("read ", reads, "");
}
