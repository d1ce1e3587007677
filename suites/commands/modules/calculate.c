/* Calculates each argument, a sum of products of integers and parentheses, in 64 bits. Ends with the status of the first error. */
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>

enum error { NONE = 0, USAGE = 64, SYNTAX = 65, DIVISION_BY_ZERO = 66, OVERFLOW = 67 };

struct parser {
    const char *at;
    enum error error;
};

static int64_t sum(struct parser *p);

static int64_t fail(struct parser *p, enum error error)
{
    if (!p->error)
        p->error = error;
    return 0;
}

static char next(struct parser *p)
{
    while (*p->at == ' ')
        p->at++;
    return *p->at;
}

static int64_t factor(struct parser *p)
{
    char c = next(p);
    int64_t value = 0;
    if (c == '-') {
        p->at++;
        if (__builtin_sub_overflow((int64_t)0, factor(p), &value))
            return fail(p, OVERFLOW);
        return value;
    }
    if (c == '(') {
        p->at++;
        value = sum(p);
        if (next(p) != ')')
            return fail(p, SYNTAX);
        p->at++;
        return value;
    }
    if (!isdigit((unsigned char)c))
        return fail(p, SYNTAX);
    for (; isdigit((unsigned char)*p->at); p->at++)
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, *p->at - '0', &value))
            return fail(p, OVERFLOW);
    return value;
}

static int64_t product(struct parser *p)
{
    int64_t value = factor(p);
    for (char c; !p->error && ((c = next(p)) == '*' || c == '/' || c == '%');) {
        p->at++;
        int64_t right = factor(p);
        if (p->error)
            break;
        if (c == '*') {
            if (__builtin_mul_overflow(value, right, &value))
                return fail(p, OVERFLOW);
        } else if (right == 0) {
            return fail(p, DIVISION_BY_ZERO);
        } else if (right == -1) {
            if (__builtin_sub_overflow((int64_t)0, c == '/' ? value : 0, &value))
                return fail(p, OVERFLOW);
        } else {
            value = c == '/' ? value / right : value % right;
        }
    }
    return value;
}

static int64_t sum(struct parser *p)
{
    int64_t value = product(p);
    for (char c; !p->error && ((c = next(p)) == '+' || c == '-');) {
        p->at++;
        int64_t right = product(p);
        if (c == '+' ? __builtin_add_overflow(value, right, &value) : __builtin_sub_overflow(value, right, &value))
            return fail(p, OVERFLOW);
    }
    return value;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs("usage: calculate EXPRESSION...\n", stderr);
        return USAGE;
    }
    for (int i = 1; i < argc; i++) {
        struct parser p = {argv[i], NONE};
        int64_t value = sum(&p);
        if (!p.error && next(&p))
            p.error = SYNTAX;
        if (p.error) {
            const char *what = p.error == SYNTAX ? "syntax error" : p.error == OVERFLOW ? "overflow" : "division by zero";
            fprintf(stderr, "calculate: %s in '%s' at %d\n", what, argv[i], (int)(p.at - argv[i]));
            return p.error;
        }
        printf("%lld\n", (long long)value);
    }
    return 0;
}
