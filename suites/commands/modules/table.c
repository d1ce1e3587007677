/* Turns a table of comma-separated values (RFC 4180) into JSON, an array of rows: table INPUT OUTPUT. The environment variable
   SEPARATOR is another separator. Ends with 2 when called wrongly, 3 when a file cannot be opened and 4 when quotes are wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(FILE *output, int c)
{
    if (c == '"' || c == '\\')
        fprintf(output, "\\%c", c);
    else if (c == '\n')
        fputs("\\n", output);
    else if (c < 0x20)
        fprintf(output, "\\u%04x", (unsigned)c);
    else
        putc(c, output);
}

/* Copies one field, its opening quote included, and returns what ended it; -2 for a quote in the wrong place. */
static int copy_field(FILE *input, FILE *output, int separator)
{
    int c = getc(input), quoted = c == '"';
    putc('"', output);
    if (quoted)
        c = getc(input);
    for (;; c = getc(input)) {
        if (quoted && c == '"') {
            c = getc(input);
            if (c != '"') {
                quoted = 0;
                if (c == '\r')
                    c = getc(input);
                if (c != EOF && c != '\n' && c != separator)
                    return -2;
                break;
            }
        } else if (quoted ? c == EOF : c == '"') {
            return -2;
        } else if (!quoted && c == '\r') {
            continue;
        } else if (!quoted && (c == EOF || c == '\n' || c == separator)) {
            break;
        }
        put(output, c);
    }
    putc('"', output);
    return c;
}

static int convert(FILE *input, FILE *output, int separator)
{
    int rows = 0, c;
    for (; (c = getc(input)) != EOF; rows++) {
        ungetc(c, input);
        fputs(rows ? ",\n  [" : "[\n  [", output);
        while ((c = copy_field(input, output, separator)) == separator)
            fputs(", ", output);
        if (c == -2)
            return -1;
        putc(']', output);
    }
    fputs(rows ? "\n]\n" : "[]\n", output);
    return rows;
}

int main(int argc, char **argv)
{
    const char *separator = getenv("SEPARATOR");
    if (argc != 3 || (separator && strlen(separator) != 1)) {
        fputs("usage: table INPUT OUTPUT\n", stderr);
        return 2;
    }
    FILE *input = fopen(argv[1], "rb");
    FILE *output = input ? fopen(argv[2], "wb") : NULL;
    if (!output) {
        fprintf(stderr, "table: cannot open %s\n", argv[input ? 2 : 1]);
        return 3;
    }
    int rows = convert(input, output, separator ? *separator : ',');
    fclose(input);
    if (fclose(output) != 0 || rows < 0) {
        fprintf(stderr, "table: %s: quotes are wrong\n", argv[1]);
        return 4;
    }
    printf("%d rows\n", rows);
    return 0;
}
