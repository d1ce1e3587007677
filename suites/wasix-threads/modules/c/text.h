/* Lines on the standard streams, each written by one call, and the checks that end the program with status 1. */
#ifndef TEXT_H
#define TEXT_H

#include "imports.h"

struct text {
    char bytes[1024];
    size_t length;
};

static inline void add(struct text *text, const char *more)
{
    while (*more && text->length < sizeof text->bytes)
        text->bytes[text->length++] = *more++;
}

static inline void add_number(struct text *text, uint64_t number)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count && text->length < sizeof text->bytes)
        text->bytes[text->length++] = digits[--count];
}

static inline void put(int fd, const struct text *text)
{
    struct piece piece = { text->bytes, text->length };
    size_t done;
    fd_write(fd, &piece, 1, &done);
}

/* "BEFORE NUMBER AFTER" in one line on standard output. */
static inline void say(const char *before, uint64_t number, const char *after)
{
    struct text line = { .length = 0 };
    add(&line, before);
    add_number(&line, number);
    add(&line, after);
    add(&line, "\n");
    put(1, &line);
}

static inline void say_text(const char *words)
{
    struct text line = { .length = 0 };
    add(&line, words);
    add(&line, "\n");
    put(1, &line);
}

/* "FILE:LINE: WORDS" on standard error, and status 1. */
_Noreturn static inline void failed(const char *file, int line_number, const char *words)
{
    struct text line = { .length = 0 };
    add(&line, file);
    add(&line, ":");
    add_number(&line, (uint64_t)line_number);
    add(&line, ": ");
    add(&line, words);
    add(&line, "\n");
    put(2, &line);
    proc_exit(1);
}

_Noreturn static inline void differs(const char *file, int line_number, const char *value, uint64_t wanted, uint64_t seen)
{
    struct text words = { .length = 0 };
    add(&words, value);
    add(&words, " should be ");
    add_number(&words, wanted);
    add(&words, " and is ");
    add_number(&words, seen);
    words.bytes[words.length < sizeof words.bytes ? words.length : sizeof words.bytes - 1] = 0;
    failed(file, line_number, words.bytes);
}

#define expect(value, wanted)                                                   \
    do {                                                                        \
        uint64_t seen_ = (uint64_t)(value), wanted_ = (uint64_t)(wanted);       \
        if (seen_ != wanted_)                                                   \
            differs(__FILE_NAME__, __LINE__, #value, wanted_, seen_);           \
    } while (0)

#define require(condition)                                      \
    do {                                                        \
        if (!(condition))                                       \
            failed(__FILE_NAME__, __LINE__, #condition);        \
    } while (0)

#endif
