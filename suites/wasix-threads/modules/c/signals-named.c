/* The handler has a name of the program's own, which callback_signal alone tells. */
#define HANDLER "when_a_signal_comes"
#include "signals.h"
