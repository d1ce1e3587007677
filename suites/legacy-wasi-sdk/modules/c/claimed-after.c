// The heap is claimed after WASI was called. An adapter has grown memory for its state by then, and its next call would look whether that is whole.
#include "heap.h"

int main(void) {
    enum { SIZE = 300 * 1024 };
    call_wasi();
    unsigned char *volatile block = malloc(SIZE);
    if (!block) return 3;
    fill(block, SIZE, 0xa5);
    call_wasi();
    return answer(holds(block, SIZE, 0xa5));
}
