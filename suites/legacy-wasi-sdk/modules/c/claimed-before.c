// The heap is claimed before WASI is called for the first time. An adapter has its stack in a page of its own by then, and the block is larger
// than what memory held at the beginning, so that a heap that begins behind the module's own data and takes whatever follows has that page in it.
#include "heap.h"

int main(void) {
    enum { SIZE = 200 * 1024 };
    unsigned char *volatile block = malloc(SIZE);
    if (!block) return 3;
    fill(block, SIZE, 0xa5);
    call_wasi();
    return answer(holds(block, SIZE, 0xa5));
}
