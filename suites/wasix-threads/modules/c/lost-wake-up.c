/* A wake-up between the look at a word and futex_wait must not be lost: the waiter says what it has seen, and futex_wait must notice that the
   word is another one by now. 2000 rounds of two threads, each of which waits for the other without any lock; a lost one is waited for forever. */
#include "futex.h"
#include "threads.h"

enum { ROUNDS = 2000 };

static struct thread partner;
static word asked, answered;

static void answer(void *argument)
{
    (void)argument;
    for (uint32_t i = 0; i < ROUNDS; i++) {
        while (asked == i)
            wait_while(&asked, i);
        answered = i + 1;
        wake_one(&answered);
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    spawn(&partner, answer, NULL);
    for (uint32_t i = 0; i < ROUNDS; i++) {
        asked = i + 1;
        wake_one(&asked);
        while (answered == i)
            wait_while(&answered, i);
    }
    join(&partner);
    say("", answered, " answers, none lost");
}
