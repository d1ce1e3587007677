/* Answers with the file that its request names, as php-cgi would read a script: the one called PATH_TRANSLATED, and no other. */
#include "realloc.h"
#include <stdio.h>

int main(void)
{
    const char *path = getenv("PATH_TRANSLATED");
    FILE *file = path != NULL ? fopen(path, "r") : NULL;
    static char buffer[1 << 12];
    size_t length = file != NULL ? fread(buffer, 1, sizeof buffer, file) : 0;
    /* A directory can be opened, and not be read. */
    if (file == NULL || ferror(file)) {
        puts("Status: 404 Not Found\nContent-Type: text/plain\n\nNo input file specified.");
        return 0;
    }
    printf("Content-Type: text/html\nX-Script: %s\n\n", path);
    fwrite(buffer, 1, length, stdout);
    return 0;
}
