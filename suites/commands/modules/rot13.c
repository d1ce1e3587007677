/* Turns letters by 13 places: of standard input, on standard output.
   rot13 INPUT OUTPUT: the same, after both were made these files by freopen, and then the number and the Adler-32 of the bytes on standard error.
   rot13 INPUT OUTPUT BYTES: makes the input before, of so many bytes, a drawn block again and again, and says their Adler-32 too. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adler-32, as in RFC 1950. The sums stay below 2^32 for 5552 bytes. */
static uint32_t adler(uint32_t value, const uint8_t *bytes, size_t count)
{
    uint32_t a = value & 0xffff, b = value >> 16;
    while (count) {
        for (size_t part = count < 5552 ? count : 5552, i = part; i > 0; i--) {
            a += *bytes++;
            b += a;
        }
        count -= count < 5552 ? count : 5552;
        a %= 65521;
        b %= 65521;
    }
    return b << 16 | a;
}

static uint8_t buffer[65536];

static int fail(const char *what)
{
    fprintf(stderr, "rot13: %s: %s\n", what, strerror(errno));
    return 1;
}

static int make(unsigned long count, const char *path)
{
    FILE *file = fopen(path, "wb");
    uint32_t state = 1, value = 1;
    if (!file)
        return fail(path);
    for (size_t i = 0; i < sizeof buffer; i++) {
        state = state * 1664525u + 1013904223u;
        buffer[i] = (uint8_t)"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ    .,0123\n\n"[state >> 26];
    }
    /* The same block again and again, but for its place at its start. */
    for (unsigned long done = 0; done < count;) {
        size_t part = count - done < sizeof buffer ? count - done : sizeof buffer;
        char place[9];
        snprintf(place, sizeof place, "%08lu", done);
        memcpy(buffer, place, 8);
        value = adler(value, buffer, part);
        if (fwrite(buffer, 1, part, file) != part)
            return fail(path);
        done += part;
    }
    if (fclose(file) != 0)
        return fail(path);
    fprintf(stderr, "made %lu bytes, Adler-32 %08x\n", count, (unsigned)value);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned long count = 0;
    uint32_t value = 1;
    if (argc == 2 || argc > 4) {
        fputs("usage: rot13 [INPUT OUTPUT [BYTES]]\n", stderr);
        return 2;
    }
    if (argc == 4 && make(strtoul(argv[3], NULL, 10), argv[1]) != 0)
        return 1;
    if (argc > 1 && !freopen(argv[1], "rb", stdin))
        return fail(argv[1]);
    if (argc > 1 && !freopen(argv[2], "wb", stdout))
        return fail(argv[2]);
    for (size_t got; (got = fread(buffer, 1, sizeof buffer, stdin)) > 0; count += got) {
        for (size_t i = 0; i < got; i++) {
            unsigned letter = (buffer[i] | 32u) - 'a';
            if (letter < 26)
                buffer[i] = (uint8_t)(letter < 13 ? buffer[i] + 13 : buffer[i] - 13);
        }
        value = adler(value, buffer, got);
        if (fwrite(buffer, 1, got, stdout) != got)
            return fail("writing");
    }
    if (ferror(stdin) || fflush(stdout) != 0)
        return fail("reading or writing");
    if (argc > 1)
        fprintf(stderr, "wrote %lu bytes, Adler-32 %08x\n", count, (unsigned)value);
    return 0;
}
