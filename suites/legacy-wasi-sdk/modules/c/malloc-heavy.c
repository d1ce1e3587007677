// Many blocks of many sizes, given back in another order and asked for anew, with calls of WASI between. Every block is looked at before it is
// given back.
#include "heap.h"

enum { BLOCKS = 128, ROUNDS = 2, LARGEST = 4000 };

static unsigned char *volatile blocks[BLOCKS];
static size_t sizes[BLOCKS];

static unsigned char mark(size_t index) {
    return (unsigned char)(index * 7 + 1);
}

int main(void) {
    size_t size = 1;
    int kept = 1;
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t index = 0; index < BLOCKS; index++) {
            if (blocks[index]) continue;
            size = (size * 75 + 74) % 65537;
            sizes[index] = size % LARGEST + 1;
            blocks[index] = malloc(sizes[index]);
            if (!blocks[index]) return 3;
            fill(blocks[index], sizes[index], mark(index));
            if (index % 32 == 31) call_wasi();
        }
        // 101 and the number of blocks have no common divisor: every other block of an order that is not that of the calls of malloc.
        for (size_t step = 0; step < BLOCKS; step += 2) {
            size_t index = (step * 101 + (size_t)round) % BLOCKS;
            if (!blocks[index]) continue;
            kept &= holds(blocks[index], sizes[index], mark(index));
            // What was written over may be the allocator's own notes too, so nothing is given back any more.
            if (!kept) return answer(kept);
            free(blocks[index]);
            blocks[index] = NULL;
        }
    }
    for (size_t index = 0; index < BLOCKS; index++) {
        if (blocks[index]) kept &= holds(blocks[index], sizes[index], mark(index));
    }
    return answer(kept);
}
