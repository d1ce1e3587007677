/* Counts the primes up to a number, and prints how many there are, their sum and the largest. The sieve is one large block. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    char *end = NULL;
    unsigned long limit = argc == 2 ? strtoul(argv[1], &end, 10) : 0;
    if (argc != 2 || end == argv[1] || *end || limit < 2 || limit > 100000000) {
        fputs("usage: primes LIMIT, from 2 to 100000000\n", stderr);
        return 2;
    }
    uint8_t *composite = calloc(limit + 1, 1);
    if (!composite) {
        fputs("primes: out of memory\n", stderr);
        return 3;
    }
    for (unsigned long i = 2; i * i <= limit; i++)
        for (unsigned long j = i * i; !composite[i] && j <= limit; j += i)
            composite[j] = 1;
    unsigned long count = 0, last = 0;
    unsigned long long sum = 0;
    for (unsigned long i = 2; i <= limit; i++)
        if (!composite[i]) {
            count++;
            sum += i;
            last = i;
        }
    printf("%lu primes up to %lu, sum %llu, last %lu\n", count, limit, sum, last);
    free(composite);
    return 0;
}
