/* Products of matrices in single precision. The loops are written so that a compiler may do four columns at once without changing one
   rounding: with simd128 this file becomes matrix-simd.wasm, without it matrix.wasm. */
#include "work.h"

enum { MOST = 256 };

static float a[MOST][MOST], b[MOST][MOST], c[MOST][MOST];

/* FNV-1a of the product's elements, row by row. Elements of the factors are whole numbers from 0 to 31, so every sum is exact. */
uint32_t EXPORT(product)(uint32_t size)
{
    require(size <= MOST && size % 4 == 0);
    uint32_t random = 1, hash = FNV_BASIS;
    for (uint32_t i = 0; i < size; i++)
        for (uint32_t j = 0; j < size; j++) {
            a[i][j] = (float)random_bits(&random, 5);
            b[i][j] = (float)random_bits(&random, 5);
        }
    for (uint32_t i = 0; i < size; i++) {
        for (uint32_t j = 0; j < size; j++)
            c[i][j] = 0;
        for (uint32_t k = 0; k < size; k++) {
            float factor = a[i][k];
            for (uint32_t j = 0; j < size; j++)
                c[i][j] += factor * b[k][j];
        }
    }
    for (uint32_t i = 0; i < size; i++)
        for (uint32_t j = 0; j < size; j++)
            hash = mix(hash, (uint32_t)c[i][j]);
    return hash;
}
