/* Ends as its argument says: return STATUS, exit STATUS, _Exit STATUS, handlers (three of them, and exit in the middle), abort, assert. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void first(void)
{
    puts("first registered, last called");
}

static void second(void)
{
    puts("second");
}

static void third(void)
{
    puts("last registered, first called");
}

static void deeper(int depth)
{
    if (depth == 0)
        exit(7);
    deeper(depth - 1);
    puts("this is never reached");
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";
    int status = argc > 2 ? atoi(argv[2]) : 0;
    /* Standard error is not buffered, so this is written whatever comes after. */
    fputs("before\n", stderr);
    if (strcmp(how, "return") == 0)
        return status;
    if (strcmp(how, "exit") == 0) {
        fputs("no line end, still in the buffer", stdout);
        exit(status);
    }
    if (strcmp(how, "_Exit") == 0) {
        atexit(first);
        _Exit(status);
    }
    if (strcmp(how, "handlers") == 0) {
        atexit(first);
        atexit(second);
        atexit(third);
        deeper(100);
    }
    if (strcmp(how, "abort") == 0) {
        atexit(first);
        abort();
    }
    if (strcmp(how, "assert") == 0)
        assert(argc > 100);
    fputs("usage: ending return STATUS | exit STATUS | _Exit STATUS | handlers | abort | assert\n", stderr);
    return 2;
}
