/* Makes a directory in the preopen /work and 16 files in it, each written in four pieces, read again and compared; renames and removes
   them, and the directory. Nothing is left, so that it can be run again. */
#include "wasi.h"
#include "work.h"

enum { FILES = 16, PIECES = 4 };

static int work;
static uint8_t piece[4096], seen[PIECES * sizeof piece];
static char name[] = "directory/file-00", other[] = "directory/kept-00";
enum { DIRECTORY = sizeof "directory" - 1, NAME = sizeof name - 1 };

static void number(char *path, int file)
{
    path[NAME - 2] = (char)('0' + file / 10);
    path[NAME - 1] = (char)('0' + file % 10);
}

static void write_and_read(int file)
{
    int fd;
    size_t done;
    uint32_t random = (uint32_t)file, again = random;
    /* The right to seek implies the one to tell, but not in every wasi-common; C libraries ask for both. */
    uint64_t rights = RIGHTS_FD_READ | RIGHTS_FD_SEEK | RIGHTS_FD_TELL | RIGHTS_FD_WRITE, at;
    number(name, file);
    require(path_open(work, 0, name, NAME, OFLAGS_CREAT | OFLAGS_EXCL, rights, 0, 0, &fd) == 0);
    for (int i = 0; i < PIECES; i++) {
        for (size_t j = 0; j < sizeof piece; j++)
            piece[j] = (uint8_t)random_bits(&random, 8);
        require(fd_write(fd, &(struct iovec) { piece, sizeof piece }, 1, &done) == 0 && done == sizeof piece);
    }
    require(fd_seek(fd, 0, WHENCE_SET, &at) == 0 && at == 0);
    for (size_t taken = 0; taken < sizeof seen; taken += done)
        require(fd_read(fd, &(struct iovec) { seen + taken, sizeof seen - taken }, 1, &done) == 0 && done > 0);
    require(fd_read(fd, &(struct iovec) { piece, sizeof piece }, 1, &done) == 0 && done == 0);
    for (size_t i = 0; i < sizeof seen; i++)
        require(seen[i] == (uint8_t)random_bits(&again, 8));
    require(fd_close(fd) == 0);
}

void EXPORT(_start)(void)
{
    work = preopen_of_work();
    require(path_create_directory(work, name, DIRECTORY) == 0);
    for (int file = 0; file < FILES; file++)
        write_and_read(file);
    for (int file = 0; file < FILES; file++) {
        number(name, file);
        number(other, file);
        require(path_rename(work, name, NAME, work, other, NAME) == 0);
    }
    /* Only an empty directory can be removed. */
    require(path_remove_directory(work, name, DIRECTORY) != 0);
    for (int file = 0; file < FILES; file++) {
        number(other, file);
        require(path_unlink_file(work, other, NAME) == 0);
    }
    require(path_remove_directory(work, name, DIRECTORY) == 0);
    size_t done;
    require(fd_write(1, &(struct iovec) { "16 files\n", 9 }, 1, &done) == 0 && done == 9);
}
