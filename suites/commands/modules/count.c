/* Counts lines, words and bytes, as wc does: of standard input, or of each file named, and then of all of them together. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct counts {
    unsigned long lines, words, bytes;
};

static struct counts count(FILE *input)
{
    struct counts counts = {0, 0, 0};
    int in_word = 0;
    for (int c = getc(input); c != EOF; c = getc(input)) {
        counts.bytes++;
        counts.lines += c == '\n';
        counts.words += !in_word && !isspace(c);
        in_word = !isspace(c);
    }
    return counts;
}

static void show(struct counts counts, const char *name)
{
    printf("%lu %lu %lu%s%s\n", counts.lines, counts.words, counts.bytes, *name ? " " : "", name);
}

int main(int argc, char **argv)
{
    struct counts total = {0, 0, 0};
    int status = 0;
    if (argc < 2)
        show(count(stdin), "");
    for (int i = 1; i < argc; i++) {
        FILE *input = fopen(argv[i], "rb");
        if (!input) {
            fprintf(stderr, "count: %s: %s\n", argv[i], errno == ENOENT ? "no such file" : strerror(errno));
            status = 1;
            continue;
        }
        struct counts counts = count(input);
        fclose(input);
        show(counts, argv[i]);
        total.lines += counts.lines;
        total.words += counts.words;
        total.bytes += counts.bytes;
    }
    if (argc > 2)
        show(total, "total");
    return status;
}
