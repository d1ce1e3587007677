/* Signals without a handler: unhandled SIGNAL. What main raises, while a thread is at work, ends the program or does not. */
#include "arguments.h"
#include "futex.h"
#include "threads.h"

static struct thread thread;
static word at_work, done;

static void work(void *argument)
{
    (void)argument;
    at_work = 1;
    while (!done)
        expect(thread_sleep(1000000), SUCCESS);
}

__attribute__((export_name("_start"))) void start(void)
{
    spawn(&thread, work, NULL);
    while (!at_work)
        expect(thread_sleep(1000000), SUCCESS);
    expect(proc_raise((int)number_argument(1)), SUCCESS);
    done = 1;
    join(&thread);
    say_text("went on");
}
