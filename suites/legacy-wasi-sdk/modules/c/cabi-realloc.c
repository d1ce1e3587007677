// What wit-bindgen gives to modules that are made for components. An adapter asks here for its memory and does not grow it by itself.
#include <stdlib.h>

__attribute__((export_name("cabi_realloc"))) void *cabi_realloc(void *block, size_t old_size, size_t alignment, size_t size);

// malloc aligns to 16 bytes, which is more than anybody asks for.
void *cabi_realloc(void *block, size_t old_size, size_t alignment, size_t size) {
    (void)old_size;
    void *resized = realloc(block, size);
    if (!resized || alignment > 16) abort();
    return resized;
}
