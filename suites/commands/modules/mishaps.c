/* Tries what must fail, and prints what errno says afterwards: mishaps WHAT PATH. Ends with 1 where it did not fail. */
/* -std=c11 alone hides what is not in C. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *name_of(int error)
{
    switch (error) {
    case EBADF: return "EBADF";
    case EEXIST: return "EEXIST";
    case EINVAL: return "EINVAL";
    case EISDIR: return "EISDIR";
    case ENOENT: return "ENOENT";
    case ENOTDIR: return "ENOTDIR";
    case ENOTEMPTY: return "ENOTEMPTY";
    default: return strerror(error);
    }
}

/* The result of what is to fail: -1 if it did. */
static int attempt(const char *what, const char *path)
{
    char bytes[8];
    if (strcmp(what, "read") == 0)
        return open(path, O_RDONLY);
    if (strcmp(what, "write") == 0)
        return open(path, O_WRONLY);
    if (strcmp(what, "create") == 0)
        return open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);
    if (strcmp(what, "open-directory") == 0)
        return open(path, O_RDONLY | O_DIRECTORY);
    if (strcmp(what, "list") == 0)
        return opendir(path) ? 0 : -1;
    if (strcmp(what, "make-directory") == 0)
        return mkdir(path, 0777);
    if (strcmp(what, "remove-directory") == 0)
        return rmdir(path);
    if (strcmp(what, "unlink") == 0)
        return unlink(path);
    if (strcmp(what, "rename-to-missing") == 0) {
        char to[256];
        snprintf(to, sizeof to, "%s-missing/new", path);
        return rename(path, to);
    }
    int file = open(path, O_RDONLY);
    if (file < 0) {
        fprintf(stderr, "mishaps: cannot open %s\n", path);
        exit(3);
    }
    if (strcmp(what, "seek-before-the-start") == 0)
        return (int)lseek(file, -1, SEEK_SET);
    if (strcmp(what, "read-after-close") == 0) {
        close(file);
        return (int)read(file, bytes, sizeof bytes);
    }
    if (strcmp(what, "close-twice") == 0) {
        close(file);
        return close(file);
    }
    fputs("usage: mishaps WHAT PATH...\n", stderr);
    exit(2);
}

int main(int argc, char **argv)
{
    int status = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        errno = 0;
        if (attempt(argv[i], argv[i + 1]) == -1) {
            printf("%s %s: %s\n", argv[i], argv[i + 1], name_of(errno));
        } else {
            printf("%s %s: did not fail\n", argv[i], argv[i + 1]);
            status = 1;
        }
    }
    return status;
}
