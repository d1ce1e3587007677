/* Sorts the lines of standard input, as LC_ALL=C sort does: -n by number, -r backwards, -u equal ones once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int numeric, backwards, unique;

static int compare(const void *a, const void *b)
{
    const char *left = *(char *const *)a, *right = *(char *const *)b;
    int order = 0;
    if (numeric) {
        long l = strtol(left, NULL, 10), r = strtol(right, NULL, 10);
        order = (l > r) - (l < r);
    }
    /* Equal numbers are ordered as text, because qsort may leave them in any order. */
    if (order == 0)
        order = strcmp(left, right);
    return backwards ? -order : order;
}

static void *grown(void *block, size_t size)
{
    block = realloc(block, size);
    if (!block) {
        fputs("lines: out of memory\n", stderr);
        exit(3);
    }
    return block;
}

/* A line without its end, or NULL after the last. */
static char *read_line(void)
{
    char *line = NULL;
    size_t length = 0, room = 0;
    int c;
    while ((c = getchar()) != EOF && c != '\n') {
        if (length + 1 >= room)
            line = grown(line, room = room ? room * 2 : 16);
        line[length++] = (char)c;
    }
    if (c == EOF && length == 0)
        return NULL;
    if (!line)
        line = grown(NULL, 1);
    line[length] = 0;
    return line;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-n") == 0)
            numeric = 1;
        else if (strcmp(argv[i], "-r") == 0)
            backwards = 1;
        else if (strcmp(argv[i], "-u") == 0)
            unique = 1;
        else {
            fprintf(stderr, "lines: unknown option %s\nusage: lines [-n] [-r] [-u]\n", argv[i]);
            return 2;
        }
    }
    char **lines = NULL;
    size_t count = 0;
    for (char *line; (line = read_line()); count++) {
        lines = grown(lines, (count + 1) * sizeof *lines);
        lines[count] = line;
    }
    if (count)
        qsort(lines, count, sizeof *lines, compare);
    for (size_t i = 0; i < count; i++)
        if (!unique || i == 0 || compare(&lines[i - 1], &lines[i]) != 0)
            puts(lines[i]);
    return 0;
}
