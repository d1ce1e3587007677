/* Writes what it reads, so that a request's body is the whole answer. Then it ends as its argument says: exit=STATUS, return=STATUS, trap. */
#include "realloc.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    static char buffer[1 << 16];
    size_t length;
    const char *how = argc > 1 ? argv[1] : "";
    while ((length = fread(buffer, 1, sizeof buffer, stdin)) > 0)
        fwrite(buffer, 1, length, stdout);
    fflush(stdout);
    if (strncmp(how, "exit=", 5) == 0)
        exit(atoi(how + 5));
    if (strncmp(how, "return=", 7) == 0)
        return atoi(how + 7);
    if (strcmp(how, "trap") == 0)
        abort();
    return 0;
}
