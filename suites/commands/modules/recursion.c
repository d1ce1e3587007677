/* Recursion of several kinds: recursion ackermann M N | descend DEPTH | frames DEPTH | queens SIZE | tree NODES. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned ackermann(unsigned m, unsigned n)
{
    if (m == 0)
        return n + 1;
    return n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

static uint32_t odd(uint32_t depth);

/* Two functions that call each other and have something left to do afterwards, so that no loop can stand for them. */
__attribute__((noinline)) static uint32_t even(uint32_t depth)
{
    return depth == 0 ? 1 : odd(depth - 1) * 31 + depth;
}

__attribute__((noinline)) static uint32_t odd(uint32_t depth)
{
    return depth == 0 ? 2 : even(depth - 1) * 37 ^ depth;
}

/* Each frame has an array in memory, which the deeper ones must leave alone. */
__attribute__((noinline)) static uint32_t frames(uint32_t depth)
{
    volatile uint32_t kept[24];
    for (uint32_t i = 0; i < 24; i++)
        kept[i] = depth * 24 + i;
    uint32_t sum = depth == 0 ? 0 : frames(depth - 1);
    for (uint32_t i = 0; i < 24; i++)
        sum += kept[i];
    return sum;
}

static unsigned queens(unsigned all, unsigned columns, unsigned left, unsigned right)
{
    unsigned count = 0;
    if (columns == all)
        return 1;
    for (unsigned free = all & ~(columns | left | right); free; free &= free - 1) {
        unsigned place = free & -free;
        count += queens(all, columns | place, (left | place) << 1, (right | place) >> 1);
    }
    return count;
}

struct node {
    struct node *smaller, *larger;
    uint32_t key;
};

static struct node *inserted(struct node *tree, uint32_t key)
{
    if (!tree) {
        tree = calloc(1, sizeof *tree);
        if (!tree)
            exit(3);
        tree->key = key;
    } else if (key < tree->key) {
        tree->smaller = inserted(tree->smaller, key);
    } else {
        tree->larger = inserted(tree->larger, key);
    }
    return tree;
}

static unsigned height(const struct node *tree)
{
    if (!tree)
        return 0;
    unsigned smaller = height(tree->smaller), larger = height(tree->larger);
    return 1 + (smaller > larger ? smaller : larger);
}

/* How many keys of the tree, from left to right, are the numbers from `from` on. */
static uint32_t in_order(const struct node *tree, uint32_t from)
{
    if (!tree)
        return from;
    from = in_order(tree->smaller, from);
    return in_order(tree->larger, tree->key == from ? from + 1 : from);
}

int main(int argc, char **argv)
{
    const char *what = argc > 2 ? argv[1] : "";
    unsigned n = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    if (strcmp(what, "ackermann") == 0 && argc == 4) {
        printf("%u\n", ackermann(n, (unsigned)strtoul(argv[3], NULL, 10)));
    } else if (strcmp(what, "descend") == 0) {
        printf("%u\n", (unsigned)even(n));
    } else if (strcmp(what, "frames") == 0 && n < 400) {
        printf("%u\n", (unsigned)frames(n));
    } else if (strcmp(what, "queens") == 0 && n > 0 && n < 16) {
        printf("%u\n", queens((1u << n) - 1, 0, 0, 0));
    } else if (strcmp(what, "tree") == 0) {
        /* 7919 is a prime, and no divisor of any smaller number: each number below it comes once, out of order. */
        struct node *tree = NULL;
        for (uint32_t i = 0; i < n && n == 7919; i++)
            tree = inserted(tree, i * 4801 % n);
        printf("%u keys in order, %u high\n", (unsigned)in_order(tree, 0), height(tree));
    } else {
        fputs("usage: recursion ackermann M N | descend DEPTH | frames DEPTH, below 400 | queens SIZE | tree 7919\n", stderr);
        return 2;
    }
    return 0;
}
