/* Through this function the adapter of preview 1 asks for its memory where a module exports it. Without it Debian 12's wasi-libc takes the
   adapter's pages for its heap (wasi-libc#377): that is the question of another suite. */
#include <stdlib.h>

void *cabi_realloc(void *old, size_t old_size, size_t alignment, size_t size)
{
    (void)old_size;
    (void)alignment; /* malloc's is 16, and no more is ever asked for. */
    return realloc(old, size);
}
