/* entries DIRECTORY: its entries sorted, as `LC_ALL=C ls -Ap` prints them.
   entries DIRECTORY COUNT: makes so many files in it, and after that removes every second one, and says each time what readdir yields: how
   often each file was met (each must be met once, in whatever order), and how many entries are none of them. */
/* -std=c11 alone hides what is not in C. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *directory;

static int fail(const char *what, const char *name)
{
    fprintf(stderr, "entries: cannot %s %s: %s\n", what, name, strerror(errno));
    exit(1);
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The name of each entry but . and .., in the order of readdir; the caller has the array. */
static char **list(size_t *count)
{
    DIR *open = opendir(directory);
    char **names = NULL;
    *count = 0;
    if (!open)
        fail("open", directory);
    errno = 0;
    for (struct dirent *entry; (entry = readdir(open)); errno = 0) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        names = realloc(names, (*count + 1) * sizeof *names);
        if (!names || !(names[*count] = strdup(entry->d_name)))
            fail("list", directory);
        ++*count;
    }
    if (errno)
        fail("read", directory);
    closedir(open);
    return names;
}

static void show(void)
{
    size_t count;
    char **names = list(&count);
    if (count)
        qsort(names, count, sizeof *names, compare);
    for (size_t i = 0; i < count; i++) {
        char path[1024];
        struct stat status;
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        if (stat(path, &status) != 0)
            fail("look at", path);
        printf("%s%s\n", names[i], S_ISDIR(status.st_mode) ? "/" : "");
    }
}

static void path_of(char *path, size_t room, int number)
{
    /* Long names, so that a single buffer of readdir cannot hold them all. */
    snprintf(path, room, "%s/entry-%05d-of-a-directory-that-takes-more-than-one-reading", directory, number);
}

static void census(int files)
{
    size_t count, others = 0;
    char **names = list(&count);
    int *met = calloc((size_t)files + 1, sizeof *met), once = 0, never = 0, more = 0;
    char path[1024];
    if (!met)
        fail("count", directory);
    for (size_t i = 0; i < count; i++) {
        int number = strncmp(names[i], "entry-", 6) == 0 ? atoi(names[i] + 6) : -1;
        if (number < 0 || number >= files) {
            others++;
            continue;
        }
        path_of(path, sizeof path, number);
        if (strcmp(path + strlen(directory) + 1, names[i]) == 0)
            met[number]++;
        else
            others++;
    }
    for (int i = 0; i < files; i++) {
        once += met[i] == 1;
        never += met[i] == 0;
        more += met[i] > 1;
    }
    printf("%zu entries: %d files once, %d never, %d more often, %zu others\n", count, once, never, more, others);
}

int main(int argc, char **argv)
{
    int files = argc == 3 ? atoi(argv[2]) : 0;
    char path[1024];
    if (argc < 2 || argc > 3 || (argc == 3 && (files < 1 || files > 99999))) {
        fputs("usage: entries DIRECTORY [COUNT, from 1 to 99999]\n", stderr);
        return 2;
    }
    directory = argv[1];
    if (argc == 2) {
        show();
        return 0;
    }
    for (int i = 0; i < files; i++) {
        path_of(path, sizeof path, i);
        FILE *file = fopen(path, "wb");
        if (!file || fclose(file) != 0)
            fail("make", path);
    }
    census(files);
    for (int i = 1; i < files; i += 2) {
        path_of(path, sizeof path, i);
        if (unlink(path) != 0)
            fail("remove", path);
    }
    census(files);
    return 0;
}
