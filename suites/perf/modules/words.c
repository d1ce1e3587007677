/* Counts the lines, words and bytes of standard input, as wc does. */
#include "wasi.h"
#include "work.h"

static uint8_t buffer[4096];
static char line[64];
static size_t length;

static void put_number(uint32_t number, char after)
{
    char digits[10];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        line[length++] = digits[--count];
    line[length++] = after;
}

void EXPORT(_start)(void)
{
    uint32_t lines = 0, words = 0, bytes = 0;
    int in_word = 0;
    struct iovec into = { buffer, sizeof buffer };
    for (;;) {
        size_t taken;
        require(fd_read(0, &into, 1, &taken) == 0);
        if (taken == 0)
            break;
        bytes += taken;
        for (size_t i = 0; i < taken; i++) {
            int blank = buffer[i] == ' ' || (buffer[i] >= '\t' && buffer[i] <= '\r');
            lines += buffer[i] == '\n';
            words += !blank && !in_word;
            in_word = !blank;
        }
    }
    put_number(lines, ' ');
    put_number(words, ' ');
    put_number(bytes, '\n');
    struct iovec out = { line, length };
    size_t written;
    require(fd_write(1, &out, 1, &written) == 0 && written == length);
}
