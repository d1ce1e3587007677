/* Quicksort of numbers and a merge sort of records, each checked after it. */
#include "work.h"

enum { MOST = 1 << 16 };

static uint32_t numbers[MOST];

/* Insertion sort below this many: recursion costs more there. */
enum { FEW = 12 };

static void quick(uint32_t *low, uint32_t *high)
{
    while (high - low > FEW) {
        uint32_t a = *low, b = low[(high - low) / 2], c = high[-1];
        uint32_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
        uint32_t *i = low - 1, *j = high;
        for (;;) {
            do
                i++;
            while (*i < pivot);
            do
                j--;
            while (*j > pivot);
            if (i >= j)
                break;
            uint32_t other = *i;
            *i = *j;
            *j = other;
        }
        /* The smaller part by recursion, so that the stack stays logarithmic. */
        if (j + 1 - low < high - (j + 1)) {
            quick(low, j + 1);
            low = j + 1;
        } else {
            quick(j + 1, high);
            high = j + 1;
        }
    }
    for (uint32_t *i = low + 1; i < high; i++) {
        uint32_t moved = *i, *to = i;
        for (; to > low && to[-1] > moved; to--)
            *to = to[-1];
        *to = moved;
    }
}

/* FNV-1a of the sorted numbers. */
uint32_t EXPORT(quicksort)(uint32_t count)
{
    require(count <= MOST);
    uint32_t random = 1, hash = FNV_BASIS;
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = random_bits(&random, 32);
    quick(numbers, numbers + count);
    for (uint32_t i = 0; i < count; i++)
        hash = mix(hash, numbers[i]);
    return hash;
}

struct record {
    uint16_t key;
    uint16_t number;
    float weight;
};

static struct record records[MOST], space[MOST];

/* FNV-1a of the records' numbers in the order of their keys. There are fewer keys than records, so it shows whether equal ones kept
   their order. */
uint32_t EXPORT(mergesort)(uint32_t count)
{
    require(count <= MOST);
    uint32_t random = 1, hash = FNV_BASIS;
    for (uint32_t i = 0; i < count; i++)
        records[i] = (struct record) { (uint16_t)random_bits(&random, 10), (uint16_t)i, (float)i };
    struct record *from = records, *to = space;
    for (uint32_t width = 1; width < count; width *= 2) {
        for (uint32_t low = 0; low < count; low += 2 * width) {
            uint32_t middle = low + width < count ? low + width : count, high = low + 2 * width < count ? low + 2 * width : count;
            uint32_t left = low, right = middle;
            for (uint32_t i = low; i < high; i++)
                to[i] = left < middle && (right >= high || from[left].key <= from[right].key) ? from[left++] : from[right++];
        }
        struct record *other = from;
        from = to;
        to = other;
    }
    for (uint32_t i = 0; i < count; i++) {
        require((uint32_t)from[i].weight == from[i].number);
        hash = mix(hash, from[i].number);
    }
    return hash;
}
