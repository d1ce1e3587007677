/* Prints its environment sorted, as `env | LC_ALL=C sort` does, or the values of the variables named, as printenv does. -u NAME takes a
   variable away before, NAME=value sets one. Ends with 1 when a variable named is not there. */
/* -std=c11 alone hides what is not in C. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char **environ;

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void show_all(void)
{
    size_t count = 0;
    while (environ && environ[count])
        count++;
    if (count)
        qsort(environ, count, sizeof *environ, compare);
    for (size_t i = 0; i < count; i++)
        puts(environ[i]);
}

int main(int argc, char **argv)
{
    int status = 0, named = 0;
    for (int i = 1; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (strcmp(argv[i], "-u") == 0 && i + 1 < argc) {
            unsetenv(argv[++i]);
        } else if (equals) {
            *equals = 0;
            if (setenv(argv[i], equals + 1, 1) != 0) {
                fputs("environment: a variable needs a name\n", stderr);
                return 2;
            }
        } else {
            const char *value = getenv(argv[i]);
            named = 1;
            if (value)
                puts(value);
            else
                status = 1;
        }
    }
    if (!named)
        show_all();
    return status;
}
