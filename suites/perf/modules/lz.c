/* LZ77 over generated text: a greedy compressor with a table of hashes, and its decompressor.

   A stream is a sequence of tokens. A byte below 0x80 is a count of literals less one, and they follow. A byte from 0x80 on is a match:
   its low 7 bits are the length less four, and two bytes follow, low one first: how far back it begins, 1 to 65535. */
#include "work.h"

enum { MOST = 1 << 18, HASH_BITS = 12, SHORTEST = 4, LONGEST = SHORTEST + 127, FARTHEST = 65535, LITERALS = 128, WORDS = 512 };

static uint8_t text[MOST], packed[MOST + MOST / LITERALS + 1], unpacked[MOST];
static uint32_t last[1 << HASH_BITS];

/* Words of 2 to 9 letters out of 512 that are made first, the first ones more often than the last, with spaces between. */
static void write_text(uint32_t size)
{
    static uint8_t words[WORDS][9], lengths[WORDS];
    uint32_t random = 1;
    for (int i = 0; i < WORDS; i++) {
        lengths[i] = (uint8_t)(2 + random_bits(&random, 3));
        for (int j = 0; j < lengths[i]; j++)
            words[i][j] = (uint8_t)('a' + (random_bits(&random, 8) * 26 >> 8));
    }
    for (uint32_t at = 0; at < size;) {
        uint32_t word = random_bits(&random, 9) * random_bits(&random, 9) >> 9;
        for (uint32_t j = 0; j < lengths[word] && at < size; j++)
            text[at++] = words[word][j];
        if (at < size)
            text[at++] = ' ';
    }
}

static uint32_t hash_at(const uint8_t *bytes)
{
    uint32_t four = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
    return four * 2654435761u >> (32 - HASH_BITS);
}

static uint32_t put_literals(uint32_t out, uint32_t from, uint32_t to)
{
    while (from < to) {
        uint32_t count = to - from < LITERALS ? to - from : LITERALS;
        packed[out++] = (uint8_t)(count - 1);
        for (uint32_t i = 0; i < count; i++)
            packed[out++] = text[from++];
    }
    return out;
}

static uint32_t compress(uint32_t size)
{
    /* Positions are kept one higher, so that 0 is none. */
    for (uint32_t i = 0; i < sizeof last / sizeof *last; i++)
        last[i] = 0;
    uint32_t out = 0, literals = 0, at = 0;
    while (at + SHORTEST <= size) {
        uint32_t *slot = &last[hash_at(text + at)], before = *slot, length = 0;
        *slot = at + 1;
        if (before && at - (before - 1) <= FARTHEST) {
            const uint8_t *match = text + before - 1;
            uint32_t most = size - at < LONGEST ? size - at : LONGEST;
            while (length < most && match[length] == text[at + length])
                length++;
        }
        if (length < SHORTEST) {
            at++;
            continue;
        }
        uint32_t distance = at - (before - 1);
        out = put_literals(out, literals, at);
        packed[out++] = (uint8_t)(0x80 | (length - SHORTEST));
        packed[out++] = (uint8_t)distance;
        packed[out++] = (uint8_t)(distance >> 8);
        at += length;
        literals = at;
    }
    return put_literals(out, literals, size);
}

static uint32_t decompress(uint32_t size)
{
    uint32_t out = 0;
    for (uint32_t at = 0; at < size;) {
        uint8_t token = packed[at++];
        uint32_t distance = 0, count = token + 1u;
        if (token & 0x80) {
            count = (token & 0x7f) + (uint32_t)SHORTEST;
            distance = packed[at] | (uint32_t)packed[at + 1] << 8;
            at += 2;
            require(distance > 0 && distance <= out);
        }
        require(count <= MOST - out);
        for (uint32_t i = 0; i < count; i++, out++)
            unpacked[out] = distance ? unpacked[out - distance] : packed[at++];
    }
    return out;
}

/* The CRC-32 of zlib and PNG. */
static uint32_t checksum(const uint8_t *bytes, uint32_t size)
{
    uint32_t table[256], crc = 0xffffffff;
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t entry = i;
        for (int bit = 0; bit < 8; bit++)
            entry = entry & 1 ? entry >> 1 ^ 0xedb88320 : entry >> 1;
        table[i] = entry;
    }
    for (uint32_t i = 0; i < size; i++)
        crc = crc >> 8 ^ table[(crc ^ bytes[i]) & 0xff];
    return ~crc;
}

/* The size of the packed text in the high half, and in the low one the CRC-32 of what it became when it was unpacked. */
uint64_t EXPORT(there_and_back)(uint32_t size)
{
    require(size <= MOST);
    write_text(size);
    uint32_t smaller = compress(size);
    uint32_t again = decompress(smaller);
    require(again == size);
    return (uint64_t)smaller << 32 | checksum(unpacked, size);
}
