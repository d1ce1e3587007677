/* Signals with a handler, which is the export that HANDLER names:

   raise          main raises one, and the handler has run when proc_raise returns
   proc-signal    the same with proc_signal and the process's own id
   to-thread      main sends one to a thread that is at work: the handler runs there
   to-registered  the same to a thread that has called callback_signal itself
   to-waiter      the same to a thread that waits for a futex
   to-sleeper     the same to a thread that sleeps
   to-main        a thread sends one to main, which waits for it with thread_join
   from-thread    a thread raises one, and the handler has run there when proc_raise returns
   once           main raises one while 4 threads are at work: it is delivered once */
#include "arguments.h"
#include "futex.h"
#include "threads.h"

enum { MS = 1000000, THREADS = 4 };

static struct thread threads[THREADS];
static word handled, last_signal, last_thread, at_work, done;
static uint32_t main_id;

__attribute__((export_name(HANDLER))) void handle(int signal)
{
    uint32_t here;
    expect(thread_id(&here), SUCCESS);
    last_signal = (uint32_t)signal;
    last_thread = here;
    handled++;
}

static void seen(uint32_t times, uint32_t signal, uint32_t thread)
{
    expect(handled, times);
    expect(last_signal, signal);
    expect(last_thread, thread);
}

/* Until something has been handled, or 500 naps are over. */
static void await_a_signal(void)
{
    for (int i = 0; i < 500 && !handled; i++)
        thread_sleep(MS);
}

static void work(void *argument)
{
    (void)argument;
    at_work++;
    while (!done)
        expect(thread_sleep(MS), SUCCESS);
}

static void register_and_work(void *argument)
{
    callback_signal(HANDLER, sizeof HANDLER - 1);
    work(argument);
}

static void wait_for_the_end(void *argument)
{
    (void)argument;
    at_work++;
    wait_until(&done, 1);
}

static void sleep_long(void *argument)
{
    (void)argument;
    at_work++;
    thread_sleep(1000ull * MS);
}

static void signal_main(void *argument)
{
    (void)argument;
    expect(thread_sleep(20 * MS), SUCCESS);
    expect(thread_signal(main_id, SIGNAL_USR2), SUCCESS);
    await_a_signal();
}

static void raise_here(void *argument)
{
    uint32_t here;
    (void)argument;
    expect(thread_id(&here), SUCCESS);
    expect(proc_raise(SIGNAL_USR1), SUCCESS);
    seen(1, SIGNAL_USR1, here);
}

static void to_a_thread(void (*doing)(void *))
{
    spawn(&threads[0], doing, NULL);
    while (!at_work)
        thread_sleep(MS);
    /* Time enough to begin to wait. */
    thread_sleep(20 * MS);
    expect(thread_signal(threads[0].tid, SIGNAL_USR2), SUCCESS);
    await_a_signal();
    seen(1, SIGNAL_USR2, threads[0].tid);
    done = 1;
    wake_all(&done);
    join(&threads[0]);
}

__attribute__((export_name("_start"))) void start(void)
{
    expect(thread_id(&main_id), SUCCESS);
    callback_signal(HANDLER, sizeof HANDLER - 1);
    if (is_argument(1, "raise")) {
        expect(proc_raise(SIGNAL_USR1), SUCCESS);
        seen(1, SIGNAL_USR1, main_id);
        expect(proc_raise(SIGNAL_INT), SUCCESS);
        seen(2, SIGNAL_INT, main_id);
    } else if (is_argument(1, "proc-signal")) {
        uint32_t pid;
        expect(proc_id(&pid), SUCCESS);
        expect(proc_signal(pid, SIGNAL_USR1), SUCCESS);
        seen(1, SIGNAL_USR1, main_id);
    } else if (is_argument(1, "to-thread")) {
        to_a_thread(work);
    } else if (is_argument(1, "to-registered")) {
        to_a_thread(register_and_work);
    } else if (is_argument(1, "to-waiter")) {
        to_a_thread(wait_for_the_end);
    } else if (is_argument(1, "to-sleeper")) {
        to_a_thread(sleep_long);
    } else if (is_argument(1, "to-main")) {
        spawn(&threads[0], signal_main, NULL);
        join(&threads[0]);
        seen(1, SIGNAL_USR2, main_id);
    } else if (is_argument(1, "from-thread")) {
        spawn(&threads[0], raise_here, NULL);
        join(&threads[0]);
    } else if (is_argument(1, "once")) {
        for (int i = 0; i < THREADS; i++)
            spawn(&threads[i], work, NULL);
        while (at_work < THREADS)
            thread_sleep(MS);
        expect(proc_raise(SIGNAL_USR1), SUCCESS);
        thread_sleep(100 * MS);
        done = 1;
        for (int i = 0; i < THREADS; i++)
            join(&threads[i]);
        expect(handled, 1);
    } else {
        require(!"a known argument");
    }
    say_text("handled");
}
