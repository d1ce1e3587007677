/* What the programs of this folder share: generated input and checksums, both defined here so that another program can make them again. */
#ifndef WORK_H
#define WORK_H

#include <stddef.h>
#include <stdint.h>

/* The same source is compiled for the machine by ../witness.py, and its exported functions are called there. */
#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name))) name
#else
#define EXPORT(name) name
#endif

/* Work that cannot go on, because a table is full or a result is wrong, ends the guest: a wrong checksum is not enough to say so. */
#define require(condition)      \
    do {                        \
        if (!(condition))       \
            __builtin_trap();   \
    } while (0)

/* A linear congruential generator with the constants of Numerical Recipes. The low bits have short periods, so the high ones are given. */
static inline uint32_t random_bits(uint32_t *state, int bits)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> (32 - bits);
}

/* FNV-1a of the four bytes of a word, low one first. */
static inline uint32_t mix(uint32_t hash, uint32_t word)
{
    for (int i = 0; i < 4; i++)
        hash = (hash ^ (word >> 8 * i & 0xff)) * 16777619u;
    return hash;
}

enum { FNV_BASIS = 0x811c9dc5 };

#endif
