/* Prints the SHA-256 (FIPS 180-4) of standard input or of each file named, as sha256sum does. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The first 32 bits of the fractional parts of the square roots (initial) and cube roots (constants) of the first primes. */
static const uint32_t initial[8] = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

struct hash {
    uint32_t state[8];
    uint8_t block[64];
    uint64_t length;
};

static uint32_t rotate(uint32_t x, int by)
{
    return x >> by | x << (32 - by);
}

static void compress(struct hash *hash)
{
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++) {
        const uint8_t *b = hash->block + 4 * i;
        w[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t early = w[i - 15], late = w[i - 2];
        w[i] = w[i - 16] + (rotate(early, 7) ^ rotate(early, 18) ^ early >> 3)
             + w[i - 7] + (rotate(late, 17) ^ rotate(late, 19) ^ late >> 10);
    }
    memcpy(s, hash->state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25))
                    + ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + w[i];
        uint32_t t2 = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22))
                    + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        hash->state[i] += s[i];
}

static void update(struct hash *hash, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        hash->block[hash->length++ % 64] = bytes[i];
        if (hash->length % 64 == 0)
            compress(hash);
    }
}

static void finish(struct hash *hash)
{
    uint64_t bits = hash->length * 8;
    uint8_t end[8], byte = 0x80;
    for (int i = 0; i < 8; i++)
        end[i] = (uint8_t)(bits >> (56 - 8 * i));
    for (update(hash, &byte, 1), byte = 0; hash->length % 64 != 56;)
        update(hash, &byte, 1);
    update(hash, end, sizeof end);
}

static int print_hash(FILE *input, const char *name)
{
    struct hash hash = {.length = 0};
    uint8_t buffer[1000];
    memcpy(hash.state, initial, sizeof initial);
    for (size_t size; (size = fread(buffer, 1, sizeof buffer, input)) > 0;)
        update(&hash, buffer, size);
    if (ferror(input)) {
        fprintf(stderr, "sha256: cannot read %s\n", name);
        return 1;
    }
    finish(&hash);
    for (int i = 0; i < 8; i++)
        printf("%08x", (unsigned)hash.state[i]);
    printf("  %s\n", name);
    return 0;
}

int main(int argc, char **argv)
{
    int status = argc < 2 ? print_hash(stdin, "-") : 0;
    for (int i = 1; i < argc; i++) {
        FILE *input = fopen(argv[i], "rb");
        if (!input) {
            fprintf(stderr, "sha256: cannot open %s\n", argv[i]);
            status = 1;
            continue;
        }
        status |= print_hash(input, argv[i]);
        fclose(input);
    }
    return status;
}
