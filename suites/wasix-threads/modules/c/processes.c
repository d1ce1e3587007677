/* What a program is told of processes where it is the only one:

   ids      its own id is the same in every thread, and its parent's can be asked for
   unknown  the parent of a process that does not exist
   join     nobody to wait for
   fork, spawn, exec   the errno, or what became of it */
#include "arguments.h"
#include "futex.h"
#include "threads.h"

enum { THREADS = 4, NOBODY = 4242424 };

static struct thread threads[THREADS];
static uint32_t ids[THREADS];

static void ask(void *argument)
{
    expect(proc_id(&ids[(uint32_t)argument]), SUCCESS);
}

__attribute__((export_name("_start"))) void start(void)
{
    uint32_t pid = 0, parent = NOBODY;
    expect(proc_id(&pid), SUCCESS);
    if (is_argument(1, "ids")) {
        for (uint32_t i = 0; i < THREADS; i++)
            spawn(&threads[i], ask, (void *)i);
        for (int i = 0; i < THREADS; i++) {
            join(&threads[i]);
            expect(ids[i], pid);
        }
        expect(proc_parent(pid, &parent), SUCCESS);
        require(parent != NOBODY && parent != pid);
        say_text("one process");
    } else if (is_argument(1, "unknown")) {
        expect(proc_parent(NOBODY, &parent), BADF);
        say_text("badf");
    } else if (is_argument(1, "join")) {
        struct option_pid nobody = { 0, 0 };
        struct join_status status = { 0, 0 };
        expect(proc_join(&nobody, 0, &status), CHILD);
        say_text("child");
    } else if (is_argument(1, "fork")) {
        uint32_t child = NOBODY;
        int error = proc_fork(1, &child);
        say("proc_fork: errno ", (uint64_t)error, child == 0 ? ", in the child" : "");
    } else if (is_argument(1, "spawn")) {
        uint32_t handles[8];
        say("proc_spawn: errno ", (uint64_t)proc_spawn("nothing", 7, 0, "nothing", 7, "", 0, 2, 2, 2, "/", 1, handles), "");
    } else if (is_argument(1, "exec")) {
        say("proc_exec3: errno ", (uint64_t)proc_exec3("nothing", 7, "nothing", 7, NULL, 0, 0, NULL, 0), "");
    } else {
        require(!"a known argument");
    }
}
