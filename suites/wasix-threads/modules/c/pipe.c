/* Producers and consumers at one pipe, of which there are at most 4 each: pipe PRODUCERS CONSUMERS. Each producer writes 1000 messages of 8 bytes, which
   are less than PIPE_BUF, so that none is torn. Then the writing end is closed, and every consumer finds the end, or main complains after some seconds. */
#include "arguments.h"
#include "futex.h"
#include "threads.h"

enum { MOST = 4, MESSAGES = 1000 };

struct message {
    uint32_t number, check;
};

static struct thread producers[MOST], consumers[MOST];
static word taken[MOST * MESSAGES], count, ended;
static int reader, writer;

static void produce(void *argument)
{
    uint32_t first = (uint32_t)argument * MESSAGES;
    for (uint32_t i = first; i < first + MESSAGES; i++) {
        struct message message = { i, ~i };
        struct piece piece = { &message, sizeof message };
        size_t done;
        expect(fd_write(writer, &piece, 1, &done), SUCCESS);
        expect(done, sizeof message);
    }
}

static void consume(void *argument)
{
    (void)argument;
    for (;;) {
        struct message message;
        struct piece piece = { &message, sizeof message };
        size_t done;
        expect(fd_read(reader, &piece, 1, &done), SUCCESS);
        if (done == 0) {
            ended++;
            return;
        }
        expect(done, sizeof message);
        expect(message.check, ~message.number);
        require(message.number < MOST * MESSAGES);
        taken[message.number]++;
        count++;
    }
}

__attribute__((export_name("_start"))) void start(void)
{
    uint32_t producing = number_argument(1), consuming = number_argument(2);
    require(producing <= MOST && consuming <= MOST);
    expect(fd_pipe(&reader, &writer), SUCCESS);
    for (uint32_t i = 0; i < consuming; i++)
        spawn(&consumers[i], consume, NULL);
    for (uint32_t i = 0; i < producing; i++)
        spawn(&producers[i], produce, (void *)i);
    for (uint32_t i = 0; i < producing; i++)
        join(&producers[i]);
    expect(fd_close(writer), SUCCESS);
    for (int i = 0; i < 2000 && ended < consuming; i++)
        expect(thread_sleep(1000000), SUCCESS);
    expect(ended, consuming);
    for (uint32_t i = 0; i < consuming; i++)
        join(&consumers[i]);
    for (uint32_t i = 0; i < producing * MESSAGES; i++)
        expect(taken[i], 1);
    say("", count, " messages");
}
