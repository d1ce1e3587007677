// Blocks that grow and shrink by turns, with calls of WASI between; what a block holds must go with it.
#include "heap.h"

enum { BLOCKS = 8, STEPS = 32, LARGEST = 40 * 1024 };

static unsigned char *volatile blocks[BLOCKS];
static size_t sizes[BLOCKS];

int main(void) {
    size_t size = 1;
    int kept = 1;
    for (size_t step = 0; step < STEPS; step++) {
        size_t index = step * 5 % BLOCKS;
        unsigned char mark = (unsigned char)(index * 29 + 3);
        size = (size * 75 + 74) % 65537;
        size_t wanted = size % LARGEST + 1;
        size_t common = wanted < sizes[index] ? wanted : sizes[index];
        kept &= holds(blocks[index], sizes[index], mark);
        // What was written over may be the allocator's own notes too, so it is asked for nothing any more.
        if (!kept) return answer(kept);
        unsigned char *resized = realloc(blocks[index], wanted);
        if (!resized) return 3;
        kept &= holds(resized, common, mark);
        fill(resized, wanted, mark);
        blocks[index] = resized;
        sizes[index] = wanted;
        if (step % 8 == 7) call_wasi();
    }
    return answer(kept);
}
