/* stopwatch monotonic: whether the clock never goes back, and moves at all.
   stopwatch sleep MILLISECONDS: whether a sleep takes at least as long as it should, and less than a hundred times as long.
   stopwatch now: whether it is later than the day of this program, and whether two ways to ask agree.
   stopwatch date SECONDS...: each as a date in UTC, as `date -u -d @SECONDS '+%F %T %a %j'` prints it. */
/* -std=c11 alone hides what is not in C. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int64_t nanoseconds(clockid_t clock)
{
    struct timespec now;
    if (clock_gettime(clock, &now) != 0 || now.tv_nsec < 0 || now.tv_nsec > 999999999) {
        fputs("stopwatch: no such clock\n", stderr);
        exit(3);
    }
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static const char *said(int yes)
{
    return yes ? "yes" : "no";
}

static void monotonic(void)
{
    int64_t first = nanoseconds(CLOCK_MONOTONIC), last = first;
    int back = 0;
    /* A coarse clock may stand still for many readings; at most a hundred million of them. */
    for (long readings = 0; readings < 1000 || (last == first && readings < 100000000); readings++) {
        int64_t now = nanoseconds(CLOCK_MONOTONIC);
        back |= now < last;
        last = now;
    }
    printf("went back: %s\nmoved on: %s\n", said(back), said(last > first));
}

static void doze(long milliseconds)
{
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    int64_t before = nanoseconds(CLOCK_MONOTONIC);
    int result = nanosleep(&time, NULL);
    int64_t slept = nanoseconds(CLOCK_MONOTONIC) - before, asked = (int64_t)milliseconds * 1000000;
    printf("slept: %s\nlong enough: %s\nmuch too long: %s\n", said(result == 0), said(slept >= asked), said(slept >= asked * 100));
}

static void now(void)
{
    /* The first of January 2024. */
    time_t then = 1704067200, seconds = time(NULL);
    int64_t fine = nanoseconds(CLOCK_REALTIME) / 1000000000;
    printf("later than 2023: %s\ntwo ways agree: %s\n", said(seconds >= then), said(fine - seconds >= 0 && fine - seconds <= 10));
}

static int dates(int count, char **seconds)
{
    for (int i = 0; i < count; i++) {
        time_t time = (time_t)strtoll(seconds[i], NULL, 10);
        struct tm *date = gmtime(&time);
        char text[64];
        if (!date || !strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %a %j", date)) {
            fprintf(stderr, "stopwatch: no date: %s\n", seconds[i]);
            return 1;
        }
        /* The way back must lead to where it came from. */
        printf("%s %s\n", text, timegm(date) == time ? "and back" : "but not back");
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "monotonic") == 0)
        monotonic();
    else if (strcmp(what, "sleep") == 0 && argc == 3)
        doze(strtol(argv[2], NULL, 10));
    else if (strcmp(what, "now") == 0)
        now();
    else if (strcmp(what, "date") == 0)
        return dates(argc - 2, argv + 2);
    else {
        fputs("usage: stopwatch monotonic | sleep MILLISECONDS | now | date SECONDS...\n", stderr);
        return 2;
    }
    return 0;
}
