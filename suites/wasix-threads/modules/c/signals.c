/* The handler has the name that wasix-libc gives it, which runtimes look for in each thread's instance. */
#define HANDLER "__wasm_signal"
#include "signals.h"
