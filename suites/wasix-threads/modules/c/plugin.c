/* A library that is set up once and then called again and again; what it does it does with threads, which are gone when it returns. It can be
   called as a command first. */
#include "futex.h"
#include "threads.h"

enum { THREADS = 8 };

/* What the host reads: where the board is, and what stands there. */
static struct {
    uint32_t calls, threads, sum, last_id;
    char greeting[16];
} board;
static struct thread threads[THREADS], lasting;
static struct mutex mutex;
static word task, result, asleep;
static uint32_t ready;

static void work(void *argument)
{
    lock(&mutex);
    board.sum += (uint32_t)argument;
    board.threads++;
    unlock(&mutex);
}

static void write_greeting(void *argument)
{
    const char *text = argument;
    for (int i = 0; i < 15 && text[i]; i++)
        board.greeting[i] = text[i];
}

/* Takes tasks until it is told to end. */
static void serve(void *argument)
{
    (void)argument;
    for (;;) {
        wait_while(&task, 0);
        uint32_t number = task;
        if (number == 0)
            continue;
        task = 0;
        if (number == (uint32_t)-1)
            return;
        result = number * number;
        wake_one(&result);
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    static struct thread first;
    spawn(&first, write_greeting, "set up");
    join(&first);
    ready = 1;
}

__attribute__((export_name("where"))) void *where(void)
{
    return &board;
}

/* The sum of COUNT numbers from FIRST on, one thread for each; -1 before the set-up. */
__attribute__((export_name("sum"))) uint32_t sum(uint32_t first, uint32_t count)
{
    if (!ready || count > THREADS)
        return (uint32_t)-1;
    board.sum = 0;
    for (uint32_t i = 0; i < count; i++)
        spawn(&threads[i], work, (void *)(first + i));
    for (uint32_t i = 0; i < count; i++)
        join(&threads[i]);
    board.calls++;
    board.last_id = count ? threads[count - 1].tid : 0;
    return board.sum;
}

/* A thread that lives from one call to the next. */
__attribute__((export_name("begin"))) void begin(void)
{
    spawn(&lasting, serve, NULL);
    board.calls++;
}

__attribute__((export_name("square"))) uint32_t square(uint32_t number)
{
    result = 0;
    task = number;
    wake_one(&task);
    while (result == 0)
        wait_while(&result, 0);
    board.calls++;
    return result;
}

__attribute__((export_name("end"))) uint32_t end(void)
{
    task = (uint32_t)-1;
    wake_one(&task);
    join(&lasting);
    return ++board.calls;
}

/* A thread that nobody joins goes to sleep for so many milliseconds. */
__attribute__((export_name("leave_asleep"))) void leave_asleep(uint32_t milliseconds);

static void sleep_on(void *argument)
{
    asleep = 1;
    wake_one(&asleep);
    thread_sleep((uint32_t)argument * 1000000ull);
}

void leave_asleep(uint32_t milliseconds)
{
    static struct thread sleeper;
    spawn(&sleeper, sleep_on, (void *)milliseconds);
    wait_until(&asleep, 1);
}
