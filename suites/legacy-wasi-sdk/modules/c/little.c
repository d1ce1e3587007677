// A thousand bytes are all that is asked for: less than lies free between the module's own data and the end of its memory. An allocator that takes
// an adapter's pages for heap hands none of them out here, so nothing is seen of what it does wrong.
#include "heap.h"

int main(void) {
    enum { SIZE = 1000 };
    call_wasi();
    unsigned char *volatile block = malloc(SIZE);
    if (!block) return 3;
    fill(block, SIZE, 0xa5);
    call_wasi();
    return answer(holds(block, SIZE, 0xa5));
}
