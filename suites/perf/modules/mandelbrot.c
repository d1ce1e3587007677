/* The Mandelbrot set in double precision. */
#include "work.h"

/* FNV-1a of how many steps each of size * size points takes to leave the circle of radius 2, row by row: -2 to 0.5, and -1.25 to 1.25. */
uint32_t EXPORT(mandelbrot)(uint32_t size, uint32_t limit)
{
    uint32_t hash = FNV_BASIS;
    for (uint32_t row = 0; row < size; row++)
        for (uint32_t column = 0; column < size; column++) {
            double cx = 2.5 * column / size - 2, cy = 2.5 * row / size - 1.25, x = 0, y = 0;
            uint32_t steps = 0;
            for (; steps < limit; steps++) {
                double xx = x * x, yy = y * y;
                if (xx + yy > 4)
                    break;
                y = 2 * x * y + cy;
                x = xx - yy + cx;
            }
            hash = mix(hash, steps);
        }
    return hash;
}
