/* The program's arguments. */
#ifndef ARGUMENTS_H
#define ARGUMENTS_H

#include "text.h"

static inline const char *argument(size_t index)
{
    static char *argv[16];
    static char buffer[512];
    size_t count, size;
    expect(args_sizes_get(&count, &size), SUCCESS);
    require(count <= 16 && size <= sizeof buffer && index < count);
    expect(args_get(argv, buffer), SUCCESS);
    return argv[index];
}

static inline uint32_t number_argument(size_t index)
{
    uint32_t number = 0;
    for (const char *digit = argument(index); *digit; digit++) {
        require(*digit >= '0' && *digit <= '9');
        number = number * 10 + (uint32_t)(*digit - '0');
    }
    return number;
}

static inline int is_same(const char *left, const char *right)
{
    while (*left && *left == *right)
        left++, right++;
    return *left == *right;
}

static inline int is_argument(size_t index, const char *word)
{
    return is_same(argument(index), word);
}

#endif
