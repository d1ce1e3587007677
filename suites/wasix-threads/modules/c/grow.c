/* One thread grows the memory, and the others, main included, see its size and what it wrote to the new pages; then everybody grows it. */
#include "futex.h"
#include "threads.h"

enum { THREADS = 8, PAGE = 65536 };

static struct thread grower, threads[THREADS];
static word grown, checked;
static uint32_t before, after;

static void grow(void *argument)
{
    (void)argument;
    before = __builtin_wasm_memory_size(0);
    expect(__builtin_wasm_memory_grow(0, 4), before);
    after = __builtin_wasm_memory_size(0);
    for (uint32_t page = before; page < after; page++)
        *(volatile uint32_t *)(page * PAGE + 4) = page;
    grown = 1;
    wake_all(&grown);
}

static void look(void)
{
    wait_until(&grown, 1);
    require(__builtin_wasm_memory_size(0) >= after);
    for (uint32_t page = before; page < after; page++) {
        expect(*(volatile uint32_t *)(page * PAGE), 0);
        expect(*(volatile uint32_t *)(page * PAGE + 4), page);
    }
}

static void look_and_grow(void *argument)
{
    (void)argument;
    look();
    checked++;
    wake_all(&checked);
    wait_until(&checked, THREADS);
    uint32_t mine = __builtin_wasm_memory_grow(0, 1);
    require(mine != (uint32_t)-1);
    *(volatile uint32_t *)(mine * PAGE) += 1;
}

__attribute__((export_name("_start"))) void start(void)
{
    for (int i = 0; i < THREADS; i++)
        spawn(&threads[i], look_and_grow, NULL);
    spawn(&grower, grow, NULL);
    look();
    join(&grower);
    for (int i = 0; i < THREADS; i++)
        join(&threads[i]);
    expect(after, before + 4);
    expect(__builtin_wasm_memory_size(0), after + THREADS);
    for (uint32_t page = after; page < after + THREADS; page++)
        expect(*(volatile uint32_t *)(page * PAGE), 1);
    say("grown by ", after + THREADS - before, " pages");
}
