/* Codes standard input as base64 (RFC 4648), in lines of 76 characters; with -d decodes it, line ends left out, and with -u uses the
   alphabet for names of files. Ends with 2 when called wrongly and 65 when what it is to decode is not base64. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static char alphabet[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void encode(void)
{
    unsigned char group[3];
    size_t got, column = 0;
    while ((got = fread(group, 1, sizeof group, stdin)) > 0) {
        memset(group + got, 0, sizeof group - got);
        uint32_t bits = (uint32_t)group[0] << 16 | (uint32_t)group[1] << 8 | group[2];
        if (column == 76) {
            putchar('\n');
            column = 0;
        }
        for (size_t i = 0; i < 4; i++)
            putchar(i <= got ? alphabet[bits >> (18 - 6 * i) & 63] : '=');
        column += 4;
    }
    if (column)
        putchar('\n');
}

/* Returns where the input goes wrong, from 1 on, or 0. */
static unsigned long decode(void)
{
    unsigned long at = 0;
    uint32_t bits = 0;
    int digits = 0, padding = 0;
    for (int c; (c = getchar()) != EOF;) {
        at++;
        if (c == '\n' || c == '\r')
            continue;
        const char *digit = c ? strchr(alphabet, c) : NULL;
        if (c == '=' && digits + padding >= 2 && digits + padding < 4)
            padding++;
        else if (!digit || padding)
            return at;
        else
            bits = bits << 6 | (uint32_t)(digit - alphabet), digits++;
        if (digits + padding < 4)
            continue;
        bits <<= 6 * padding;
        /* Bits that the last character has and the last byte has not must be zero. */
        if (padding && bits & (padding == 1 ? 0xff : 0xffff))
            return at;
        for (int i = 0; i < 3 - padding; i++)
            putchar((int)(bits >> (16 - 8 * i) & 0xff));
        bits = 0;
        digits = 0;
        if (padding) {
            while ((c = getchar()) == '\n' || c == '\r')
                at++;
            return c == EOF ? 0 : at + 1;
        }
    }
    return digits ? at + 1 : 0;
}

int main(int argc, char **argv)
{
    int decoding = 0;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-d") == 0) {
            decoding = 1;
        } else if (strcmp(argv[i], "-u") == 0) {
            memcpy(alphabet + 62, "-_", 2);
        } else {
            fputs("usage: base64 [-d] [-u]\n", stderr);
            return 2;
        }
    }
    if (!decoding) {
        encode();
        return 0;
    }
    unsigned long wrong = decode();
    if (wrong) {
        fflush(stdout);
        fprintf(stderr, "base64: not base64 at byte %lu\n", wrong);
        return 65;
    }
    return 0;
}
