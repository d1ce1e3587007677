/* Tells what it was given, as the last part of its path says: arguments, environment (all variables, sorted), variables?NAME&NAME (those
   alone), body. */
#include "realloc.h"
#include <stdio.h>
#include <string.h>

extern char **environ;

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    const char *what = slash != NULL ? slash + 1 : "";
    puts("Content-Type: text/plain\n");
    if (strcmp(what, "body") == 0) {
        static char buffer[1 << 16];
        size_t length;
        while ((length = fread(buffer, 1, sizeof buffer, stdin)) > 0)
            fwrite(buffer, 1, length, stdout);
    } else if (strcmp(what, "environment") == 0) {
        size_t count = 0;
        while (environ[count] != NULL)
            count++;
        qsort(environ, count, sizeof *environ, by_name);
        for (size_t i = 0; i < count; i++)
            puts(environ[i]);
    } else if (strcmp(what, "variables") == 0) {
        for (int i = 1; i < argc; i++) {
            const char *value = getenv(argv[i]);
            if (value != NULL)
                printf("%s=%s\n", argv[i], value);
            else
                printf("%s is not set\n", argv[i]);
        }
    } else {
        for (int i = 0; i < argc; i++)
            printf("[%s]\n", argv[i]);
    }
    return 0;
}
