/* Solves linear equations in doubles. Standard input holds how many there are, and for each its coefficients and its right side. Prints
   the unknowns with six decimals, and the bits of each; with any argument the determinant before them. Ends with 2 where the
   input is wrong and 3 where there is no single solution.

   The arithmetic is that of IEEE 754 in a fixed order, so the bits are the same everywhere. printf does not print them, since the
   modules here are linked without floats in it. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST = 16 };

static double rows[LARGEST][LARGEST + 1];

/* The next number of the input; 0 at its end or where it is none. */
static int number(double *value)
{
    char word[64];
    char *end;
    if (scanf(" %63s", word) != 1)
        return 0;
    *value = strtod(word, &end);
    return end != word && !*end && isfinite(*value);
}

/* Gauss with the largest pivot of each column. Returns the determinant. */
static double eliminate(int n)
{
    double determinant = 1;
    for (int column = 0; column < n; column++) {
        int pivot = column;
        for (int i = column + 1; i < n; i++)
            if (fabs(rows[i][column]) > fabs(rows[pivot][column]))
                pivot = i;
        if (pivot != column) {
            double kept[LARGEST + 1];
            memcpy(kept, rows[pivot], sizeof kept);
            memcpy(rows[pivot], rows[column], sizeof kept);
            memcpy(rows[column], kept, sizeof kept);
            determinant = -determinant;
        }
        determinant *= rows[column][column];
        if (rows[column][column] == 0)
            return 0;
        for (int i = column + 1; i < n; i++) {
            double factor = rows[i][column] / rows[column][column];
            for (int j = column; j <= n; j++) {
                double product = factor * rows[column][j];
                rows[i][j] = rows[i][j] - product;
            }
        }
    }
    return determinant;
}

static void show(const char *name, int index, double value)
{
    uint64_t bits;
    long long millionths = llrint(value * 1e6);
    memcpy(&bits, &value, sizeof bits);
    printf("%s", name);
    if (index)
        printf("%d", index);
    printf(" = %s%lld.%06lld (%016llx)\n", signbit(value) ? "-" : "", llabs(millionths / 1000000), llabs(millionths % 1000000),
           (unsigned long long)bits);
}

int main(int argc, char **argv)
{
    double count;
    (void)argv;
    if (!number(&count) || count < 1 || count > LARGEST || count != floor(count)) {
        fprintf(stderr, "equations: the number of equations is wrong\n");
        return 2;
    }
    int n = (int)count;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= n; j++)
            if (!number(&rows[i][j])) {
                fprintf(stderr, "equations: equation %d, number %d is wrong\n", i + 1, j + 1);
                return 2;
            }
    double determinant = eliminate(n);
    if (argc > 1)
        show("det", 0, determinant);
    if (determinant == 0) {
        fputs("equations: no single solution\n", stderr);
        return 3;
    }
    double x[LARGEST];
    for (int i = n - 1; i >= 0; i--) {
        double rest = rows[i][n];
        for (int j = i + 1; j < n; j++) {
            double product = rows[i][j] * x[j];
            rest = rest - product;
        }
        x[i] = rest / rows[i][i];
    }
    for (int i = 0; i < n; i++)
        show("x", i + 1, x[i]);
    return 0;
}
