/* Two threads with two pipes: each number comes back one higher, 1000 times. Whoever reads waits until the other has written. */
#include "threads.h"

enum { ROUNDS = 1000 };

static struct thread partner;
static int there[2], back[2];

static void send(int fd, uint32_t number)
{
    struct piece piece = { &number, sizeof number };
    size_t done;
    expect(fd_write(fd, &piece, 1, &done), SUCCESS);
    expect(done, sizeof number);
}

static uint32_t receive(int fd)
{
    uint32_t number;
    struct piece piece = { &number, sizeof number };
    size_t done;
    expect(fd_read(fd, &piece, 1, &done), SUCCESS);
    expect(done, sizeof number);
    return number;
}

static void answer(void *argument)
{
    (void)argument;
    for (int i = 0; i < ROUNDS; i++)
        send(back[1], receive(there[0]) + 1);
}

__attribute__((export_name("_start"))) void start(void)
{
    expect(fd_pipe(&there[0], &there[1]), SUCCESS);
    expect(fd_pipe(&back[0], &back[1]), SUCCESS);
    spawn(&partner, answer, NULL);
    uint32_t number = 0;
    for (int i = 0; i < ROUNDS; i++) {
        send(there[1], number);
        number = receive(back[0]);
    }
    join(&partner);
    say("", number, " answers");
}
