/* Turns letters by 13 places: of standard input, on standard output.
   rot13 INPUT OUTPUT: the same, after both were made these files by freopen, and then the number and the CRC-32 of the bytes on standard error.
   rot13 INPUT OUTPUT BYTES: makes the input before, of so many bytes that a generator draws, and says their CRC-32 too. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t table[256];

static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (int bit = 0; bit < 8; bit++)
            value = value >> 1 ^ (value & 1 ? 0xedb88320u : 0);
        table[i] = value;
    }
}

static uint32_t crc(uint32_t value, const uint8_t *bytes, size_t count)
{
    value = ~value;
    while (count--)
        value = value >> 8 ^ table[(value ^ *bytes++) & 0xff];
    return ~value;
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
    uint32_t state = 1, value = 0;
    if (!file)
        return fail(path);
    for (unsigned long done = 0; done < count;) {
        size_t part = count - done < sizeof buffer ? count - done : sizeof buffer;
        for (size_t i = 0; i < part; i++) {
            state = state * 1664525u + 1013904223u;
            buffer[i] = (uint8_t)"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ    .,0123\n\n"[state >> 26];
        }
        value = crc(value, buffer, part);
        if (fwrite(buffer, 1, part, file) != part)
            return fail(path);
        done += part;
    }
    if (fclose(file) != 0)
        return fail(path);
    fprintf(stderr, "made %lu bytes, CRC-32 %08x\n", count, (unsigned)value);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned long count = 0;
    uint32_t value = 0;
    make_table();
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
        value = crc(value, buffer, got);
        if (fwrite(buffer, 1, got, stdout) != got)
            return fail("writing");
    }
    if (ferror(stdin) || fflush(stdout) != 0)
        return fail("reading or writing");
    if (argc > 1)
        fprintf(stderr, "wrote %lu bytes, CRC-32 %08x\n", count, (unsigned)value);
    return 0;
}
