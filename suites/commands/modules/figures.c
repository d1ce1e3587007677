/* Prints each number of standard input with the formats of printf for floats that its arguments are: %f, %.3e, %+10.2g, %a and such. Ends with 2
   for another format, and with 3 for input that is no number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A percent sign, flags, width, precision and one conversion of a double, and nothing else. */
static int is_format(const char *text)
{
    if (*text++ != '%')
        return 0;
    text += strspn(text, "-+ #0");
    text += strspn(text, "0123456789");
    if (*text == '.') {
        text++;
        text += strspn(text, "0123456789");
    }
    return *text && strchr("fFeEgGaA", *text) && !text[1];
}

int main(int argc, char **argv)
{
    char word[400];
    for (int i = 1; i < argc; i++)
        if (!is_format(argv[i])) {
            fprintf(stderr, "figures: no format of a float: %s\n", argv[i]);
            return 2;
        }
    while (scanf("%399s", word) == 1) {
        char *end;
        double number = strtod(word, &end);
        if (end == word || *end) {
            fprintf(stderr, "figures: no number: %s\n", word);
            return 3;
        }
        for (int i = 1; i < argc; i++) {
            printf("%s", i > 1 ? "|" : "");
            printf(argv[i], number);
        }
        putchar('\n');
    }
    return 0;
}
