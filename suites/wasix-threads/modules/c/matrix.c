/* The product of two matrices of 96 by 96, rows taken from a shared counter by 6 threads, against the product that one thread makes. */
#include "threads.h"

enum { THREADS = 6, SIZE = 96 };

static struct thread threads[THREADS];
static _Atomic uint32_t next_row;
static double a[SIZE][SIZE], b[SIZE][SIZE], product[SIZE][SIZE], alone[SIZE][SIZE];
static uint32_t rows[THREADS];

static void multiply(uint32_t row, double result[SIZE][SIZE])
{
    for (int column = 0; column < SIZE; column++) {
        double sum = 0;
        for (int i = 0; i < SIZE; i++)
            sum += a[row][i] * b[i][column];
        result[row][column] = sum;
    }
}

static void work(void *argument)
{
    for (uint32_t row; (row = next_row++) < SIZE;) {
        multiply(row, product);
        rows[(uint32_t)argument]++;
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) {
            a[i][j] = (double)(i * 7 + j * 3) / 16;
            b[i][j] = (double)(i * 5 - j * 11) / 32;
        }
    for (uint32_t i = 0; i < THREADS; i++)
        spawn(&threads[i], work, (void *)i);
    uint32_t done = 0;
    for (int i = 0; i < THREADS; i++) {
        join(&threads[i]);
        done += rows[i];
    }
    for (uint32_t row = 0; row < SIZE; row++)
        multiply(row, alone);
    for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++)
            require(product[i][j] == alone[i][j]);
    say("", done, " rows");
}
