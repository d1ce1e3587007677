/* Threads that are spawned and joined again and again, so many at a time: storm THREADS BATCH. */
#include "arguments.h"
#include "futex.h"
#include "threads.h"

enum { MOST = 64 };

static struct thread threads[MOST];
static uint32_t runs[MOST];
static word total;

static void work(void *argument)
{
    (*(uint32_t *)argument)++;
    total++;
}

__attribute__((export_name("_start"))) void start(void)
{
    uint32_t count = number_argument(1), batch = number_argument(2);
    require(batch > 0 && batch <= MOST && count % batch == 0);
    for (uint32_t done = 0; done < count; done += batch) {
        for (uint32_t i = 0; i < batch; i++)
            spawn(&threads[i], work, &runs[i]);
        for (uint32_t i = 0; i < batch; i++)
            join(&threads[i]);
        expect(total, done + batch);
    }
    for (uint32_t i = 0; i < batch; i++)
        expect(runs[i], count / batch);
    say("", total, " threads");
}
