/* A library whose `_initialize` starts a thread, and whose exports do. It may be initialized twice. */
#include "futex.h"
#include "threads.h"

static struct thread thread;
static word initialized, total;

static void set_up(void *argument)
{
    (void)argument;
    initialized = 1;
}

static void work(void *argument)
{
    total += (uint32_t)argument;
}

__attribute__((export_name("_initialize"))) void initialize(void)
{
    spawn(&thread, set_up, NULL);
    join(&thread);
    total = 0;
}

__attribute__((export_name("is_initialized"))) uint32_t is_initialized(void)
{
    return initialized;
}

__attribute__((export_name("more"))) uint32_t more(uint32_t number)
{
    spawn(&thread, work, (void *)number);
    join(&thread);
    return total;
}
