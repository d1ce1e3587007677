/* dice differ: whether two draws of 32 bytes differ.
   dice faces: whether 6000 throws of a die show each face often enough (fewer than 700 of 1000 expected is no chance: ten standard deviations).
   dice shuffle COUNT: whether the numbers below COUNT, shuffled, are still each there once, and no longer in order.
   dice too-many: whether getentropy refuses more than its 256 bytes with EIO. */
/* -std=c11 alone hides what is not in C. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *said(int yes)
{
    return yes ? "yes" : "no";
}

static void fill(void *bytes, size_t size)
{
    if (getentropy(bytes, size) != 0) {
        fputs("dice: no randomness\n", stderr);
        exit(3);
    }
}

/* A number below `limit`, each equally likely: draws from the incomplete last round are thrown away. */
static uint32_t below(uint32_t limit)
{
    static uint32_t drawn[64];
    static size_t left;
    for (;;) {
        if (left == 0) {
            fill(drawn, sizeof drawn);
            left = 64;
        }
        uint32_t number = drawn[--left];
        if (number < UINT32_MAX - UINT32_MAX % limit)
            return number % limit;
    }
}

static void faces(void)
{
    int seen[6] = {0};
    for (int i = 0; i < 6000; i++)
        seen[below(6)]++;
    for (int i = 0; i < 6; i++)
        printf("%d: %s\n", i + 1, said(seen[i] >= 700 && seen[i] <= 1300));
}

static int shuffle(uint32_t count)
{
    uint32_t *numbers = malloc(count * sizeof *numbers), *met = calloc(count, sizeof *met);
    if (!numbers || !met)
        return 3;
    for (uint32_t i = 0; i < count; i++)
        numbers[i] = i;
    for (uint32_t i = count - 1; i > 0; i--) {
        uint32_t other = below(i + 1), number = numbers[i];
        numbers[i] = numbers[other];
        numbers[other] = number;
    }
    int once = 1, in_order = 1;
    for (uint32_t i = 0; i < count; i++) {
        once &= met[numbers[i]]++ == 0;
        in_order &= numbers[i] == i;
    }
    printf("each once: %s\nin order: %s\n", said(once), said(in_order));
    return 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    if (strcmp(what, "differ") == 0) {
        uint8_t first[32], second[32];
        fill(first, sizeof first);
        fill(second, sizeof second);
        printf("differ: %s\n", said(memcmp(first, second, sizeof first) != 0));
    } else if (strcmp(what, "faces") == 0) {
        faces();
    } else if (strcmp(what, "shuffle") == 0 && count > 1 && count <= 1000000) {
        return shuffle((uint32_t)count);
    } else if (strcmp(what, "too-many") == 0) {
        static uint8_t bytes[257];
        int result = getentropy(bytes, sizeof bytes);
        printf("refused: %s\nEIO: %s\n", said(result == -1), said(errno == EIO));
    } else {
        fputs("usage: dice differ | faces | shuffle COUNT | too-many\n", stderr);
        return 2;
    }
    return 0;
}
