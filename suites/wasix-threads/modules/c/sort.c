/* Merge sort of 262144 numbers: each thread spawns one for the first half of its part, does the second half itself, and merges them. 15 threads and
   main, four deep. */
#include "threads.h"

enum { NUMBERS = 1 << 18, DEEPEST = 4 };

struct part {
    uint32_t first, count, depth;
};

static struct thread threads[2 << DEEPEST];
static _Atomic uint32_t used;
static uint32_t numbers[NUMBERS], spare[NUMBERS];

static void sort(uint32_t first, uint32_t count, uint32_t depth);

static void sort_part(void *argument)
{
    struct part *part = argument;
    sort(part->first, part->count, part->depth);
}

static void sort(uint32_t first, uint32_t count, uint32_t depth)
{
    if (count < 2)
        return;
    uint32_t half = count / 2;
    struct part part = { first, half, depth + 1 };
    if (depth < DEEPEST) {
        struct thread *thread = &threads[used++];
        spawn(thread, sort_part, &part);
        sort(first + half, count - half, depth + 1);
        join(thread);
    } else {
        sort_part(&part);
        sort(first + half, count - half, depth + 1);
    }
    uint32_t left = first, right = first + half;
    for (uint32_t i = first; i < first + count; i++)
        spare[i] = right == first + count || (left < first + half && numbers[left] <= numbers[right]) ? numbers[left++] : numbers[right++];
    for (uint32_t i = first; i < first + count; i++)
        numbers[i] = spare[i];
}

__attribute__((export_name("_start"))) void start(void)
{
    uint32_t state = 1;
    uint64_t sum = 0;
    for (int i = 0; i < NUMBERS; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        numbers[i] = state;
        sum += state;
    }
    sort(0, NUMBERS, 0);
    for (int i = 0; i < NUMBERS; i++) {
        sum -= numbers[i];
        require(i == 0 || numbers[i - 1] <= numbers[i]);
    }
    expect(sum, 0);
    say("sorted by ", used + 1, " threads");
}
