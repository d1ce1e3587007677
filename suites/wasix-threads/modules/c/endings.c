/* How a program ends while 8 threads are at work, which never end by themselves but go on calling the runtime:

   endings trap join       one of them traps, and main waits for another
   endings trap work       the same, and main is at work too
   endings exit join       one of them calls proc_exit(7), and main waits for another
   endings exit work       the same, and main is at work too
   endings return          main returns
   endings main-exits      main calls proc_exit(9)
   endings last-thread     main calls thread_exit(0), a child goes on for a while, says so, and calls thread_exit(0) too */
#include "arguments.h"
#include "futex.h"
#include "threads.h"

enum { THREADS = 8, MS = 1000000 };

static struct thread threads[THREADS];
static struct barrier barrier = { .threads = THREADS + 1 };

static void work(void *argument)
{
    uint32_t me = (uint32_t)argument;
    meet(&barrier);
    if (me == 5 && is_argument(1, "trap"))
        __builtin_trap();
    if (me == 5 && is_argument(1, "exit"))
        proc_exit(7);
    for (;;)
        expect(thread_sleep(MS), SUCCESS);
}

static void outlive(void *argument)
{
    (void)argument;
    expect(thread_sleep(200 * MS), SUCCESS);
    say_text("the child went on");
    thread_exit(0);
}

__attribute__((export_name("_start"))) void start(void)
{
    if (is_argument(1, "last-thread")) {
        spawn(&threads[0], outlive, NULL);
        thread_exit(0);
    }
    for (uint32_t i = 0; i < THREADS; i++)
        spawn(&threads[i], work, (void *)i);
    meet(&barrier);
    say_text("all at work");
    if (is_argument(1, "return"))
        return;
    if (is_argument(1, "main-exits"))
        proc_exit(9);
    if (is_argument(2, "join")) {
        join(&threads[0]);
        say_text("main went on");
    } else {
        for (;;)
            expect(thread_sleep(MS), SUCCESS);
    }
}
