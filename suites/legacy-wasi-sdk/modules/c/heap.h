// What all of these programs do: blocks of the heap are filled, WASI is called, and the blocks are looked at again.
//
// Nothing is written but through write(2): stdio would allocate, and call WASI, at times that are not the program's own choice.
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

// A call of WASI between two looks at the heap.
static void call_wasi(void) {
    static const char line[] = "called\n";
    if (write(2, line, sizeof line - 1) != (ssize_t)(sizeof line - 1)) _Exit(2);
}

// Not inlined: the compiler must not see that the blocks of two calls are the same, and that nothing can have changed between them.
__attribute__((noinline)) static void fill(unsigned char *block, size_t size, unsigned char with) {
    for (size_t at = 0; at < size; at++) block[at] = with;
}

__attribute__((noinline)) static int holds(const unsigned char *block, size_t size, unsigned char with) {
    for (size_t at = 0; at < size; at++) {
        if (block[at] != with) return 0;
    }
    return 1;
}

// The answer of the program, and its status. Nothing after it looks at the heap.
static int answer(int kept) {
    static const char yes[] = "kept\n", no[] = "corrupted\n";
    ssize_t written = kept ? write(1, yes, sizeof yes - 1) : write(1, no, sizeof no - 1);
    return written < 0 ? 2 : !kept;
}
