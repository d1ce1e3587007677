/* churn ROUNDS LIMIT: in each round one of 256 blocks, drawn by a generator with a fixed seed, gets another size below LIMIT, in words of four bytes,
   by malloc, realloc or free. Words that a block must have kept are looked at before and after, and those that it gained are written. Prints what
   happened, and a hash of all blocks at the end.
   churn refused: sizes that no memory can hold must be refused, and leave what there was. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCKS 256

static struct block {
    uint32_t *words;
    size_t size;
} blocks[BLOCKS];

static uint32_t state = 12345;

static uint32_t draw(void)
{
    state = state * 1664525u + 1013904223u;
    return state >> 8;
}

/* What word `at` of block `index` holds. */
static uint32_t pattern(size_t index, size_t at)
{
    return (uint32_t)(index * 2654435761u + at * 40503);
}

static int churn(unsigned long rounds, uint32_t limit)
{
    unsigned long allocated = 0, grown = 0, shrunk = 0, freed = 0, wrong = 0;
    size_t live = 0, most = 0;
    for (unsigned long round = 0; round < rounds; round++) {
        size_t index = draw() % BLOCKS, size = draw() % limit;
        struct block *block = &blocks[index];
        size_t kept = size < block->size ? size : block->size;
        /* Every word of the smaller blocks, and some of the larger: this is about memory, not about patience. */
        size_t step = block->size < 1024 ? 1 : 17;
        for (size_t i = 0; i < block->size; i += step)
            wrong += block->words[i] != pattern(index, i);
        live -= block->size;
        if (draw() % 8 == 0 || size == 0) {
            freed += block->words != NULL;
            free(block->words);
            block->words = NULL;
            block->size = 0;
            continue;
        }
        uint32_t *words = block->words ? realloc(block->words, size * sizeof *words) : malloc(size * sizeof *words);
        if (!words) {
            fputs("churn: out of memory\n", stderr);
            return 3;
        }
        if (!block->words)
            allocated++;
        else if (size > block->size)
            grown++;
        else
            shrunk++;
        for (size_t i = 0; i < kept; i += step)
            wrong += words[i] != pattern(index, i);
        for (size_t i = kept; i < size; i++)
            words[i] = pattern(index, i);
        block->words = words;
        block->size = size;
        live += size;
        if (live > most)
            most = live;
    }
    uint32_t hash = 2166136261u;
    for (size_t index = 0; index < BLOCKS; index++) {
        for (size_t i = 0; i < blocks[index].size; i++)
            hash = (hash ^ blocks[index].words[i]) * 16777619u;
        free(blocks[index].words);
    }
    printf("%lu allocated, %lu grown, %lu shrunk, %lu freed\n", allocated, grown, shrunk, freed);
    printf("%zu words at most, %zu at the end, %lu wrong, hash %08x\n", most, live, wrong, (unsigned)hash);
    return 0;
}

static int refused(void)
{
    /* Volatile, so that the compiler does not answer for the library: a block that nobody uses is none to it. */
    volatile size_t many = 65536, all = SIZE_MAX;
    char *volatile block;
    char *kept = malloc(16);
    if (!kept)
        return 3;
    strcpy(kept, "still here");
    block = malloc(all - 15);
    printf("malloc: %s\n", block ? "memory" : "refused");
    block = calloc(many, many);
    printf("calloc: %s\n", block ? "memory" : "refused");
    block = realloc(kept, all - 15);
    printf("realloc: %s, %s\n", block ? "memory" : "refused", kept);
    free(kept);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "refused") == 0)
        return refused();
    unsigned long rounds = argc == 3 ? strtoul(argv[1], NULL, 10) : 0, limit = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (rounds < 1 || limit < 1 || limit > 1000000) {
        fputs("usage: churn ROUNDS LIMIT, or churn refused\n", stderr);
        return 2;
    }
    return churn(rounds, (uint32_t)limit);
}
