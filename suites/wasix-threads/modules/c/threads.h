/* Threads as a C library makes them: a stack, a copy of the thread-local variables and the work, in one block of the caller's. */
#ifndef THREADS_H
#define THREADS_H

#include "text.h"

#ifndef STACK
#define STACK 16384
#endif

struct thread {
    struct thread_start start;
    uint32_t tid;
    _Alignas(16) char block[STACK];
};

/* The linker makes it: sets this instance's __tls_base and copies the initial values there. */
void __wasm_init_tls(void *tls_base);

/* Called by wasi_thread_start.s. */
__attribute__((used)) void begin_thread(uint32_t tid, struct thread_start *start)
{
    (void)tid;
    __wasm_init_tls(start->tls_base);
    start->start_funct(start->start_args);
}

static inline int try_spawn(struct thread *thread, void (*work)(void *), void *argument)
{
    size_t tls = (__builtin_wasm_tls_size() + 15) & ~(size_t)15;
    require(__builtin_wasm_tls_align() <= 16 && tls + 4096 <= STACK);
    thread->start = (struct thread_start) {
        .stack_upper = thread->block + STACK,
        .tls_base = thread->block,
        .start_funct = work,
        .start_args = argument,
        .stack_size = STACK - tls,
    };
    return thread_spawn(&thread->start, &thread->tid);
}

static inline void spawn(struct thread *thread, void (*work)(void *), void *argument)
{
    expect(try_spawn(thread, work, argument), SUCCESS);
}

static inline void join(const struct thread *thread)
{
    expect(thread_join(thread->tid), SUCCESS);
}

#endif
