/* A small Forth: its source text is compiled into the code of a stack machine, and a loop around one `switch` runs that. What an
   interpreter inside of a module costs: unpredictable branches, operands in memory, calls of its own. Cells are 32 bits wide, addresses
   are indices into `memory`. */
#include "work.h"

enum { MEMORY = 1 << 17, CODE = 4096, WORDS = 128, STACK = 256, LONGEST_NAME = 16 };

/* --- The machine ---------------------------------------------------------------------------------------------------------------------- */

enum instruction {
    LITERAL, CALL, EXIT, JUMP, JUMP_IF_ZERO, DO, LOOP, /* those with an operand, and what the compiler alone makes, first */
    ADD, SUBTRACT, MULTIPLY, REMAINDER, AND, XOR, SHIFT_RIGHT, EQUAL, LESS, DUPLICATE, DROP, SWAP, OVER, TO_RETURN, FROM_RETURN, INDEX,
    FETCH, STORE, FETCH_BYTE, STORE_BYTE,
};

static int32_t code[CODE];
static uint8_t memory[MEMORY];

static int32_t load(int32_t address)
{
    require((uint32_t)address <= MEMORY - 4);
    const uint8_t *m = memory + address;
    return (int32_t)(m[0] | (uint32_t)m[1] << 8 | (uint32_t)m[2] << 16 | (uint32_t)m[3] << 24);
}

static void store(int32_t address, int32_t value)
{
    require((uint32_t)address <= MEMORY - 4);
    for (int i = 0; i < 4; i++)
        memory[address + i] = (uint8_t)((uint32_t)value >> 8 * i);
}

/* Runs from `start` to the EXIT of the outermost word, with `argument` on the stack, and answers what is on top then. */
static int32_t execute(int32_t start, int32_t argument)
{
    int32_t data[STACK], returns[STACK];
    int32_t *top = data, *back = returns, at = start;
    /* The lowest of either is what an empty stack's pointer points at. */
    *++top = argument;
    for (;;) {
        /* Each instruction puts one on a stack at most, but for DO. */
        require(top >= data && top < data + STACK - 1 && back < returns + STACK - 2);
        switch ((enum instruction)code[at++]) {
        case LITERAL: *++top = code[at++]; break;
        case CALL: *++back = at + 1; at = code[at]; break;
        case EXIT:
            if (back == returns)
                return *top;
            at = *back--;
            break;
        case JUMP: at = code[at]; break;
        case JUMP_IF_ZERO: at = *top-- ? at + 1 : code[at]; break;
        case DO:
            back += 2;
            back[-1] = top[-1];
            back[0] = top[0];
            top -= 2;
            break;
        case LOOP:
            if (++*back < back[-1]) {
                at = code[at];
            } else {
                back -= 2;
                at++;
            }
            break;
        case ADD: top--; *top = (int32_t)((uint32_t)top[0] + (uint32_t)top[1]); break;
        case SUBTRACT: top--; *top = (int32_t)((uint32_t)top[0] - (uint32_t)top[1]); break;
        case MULTIPLY: top--; *top = (int32_t)((uint32_t)top[0] * (uint32_t)top[1]); break;
        case REMAINDER:
            top--;
            require(top[1] > 0);
            *top = top[0] % top[1];
            break;
        case AND: top--; *top = top[0] & top[1]; break;
        case XOR: top--; *top = top[0] ^ top[1]; break;
        case SHIFT_RIGHT: top--; *top = (int32_t)((uint32_t)top[0] >> (top[1] & 31)); break;
        case EQUAL: top--; *top = -(top[0] == top[1]); break;
        case LESS: top--; *top = -(top[0] < top[1]); break;
        case DUPLICATE: top++; *top = top[-1]; break;
        case DROP: top--; break;
        case SWAP: {
            int32_t other = top[0];
            top[0] = top[-1];
            top[-1] = other;
            break;
        }
        case OVER: top++; *top = top[-2]; break;
        case TO_RETURN: *++back = *top--; break;
        case FROM_RETURN: *++top = *back--; break;
        case INDEX: *++top = *back; break;
        case FETCH: *top = load(*top); break;
        case STORE: store(top[0], top[-1]); top -= 2; break;
        case FETCH_BYTE: require((uint32_t)*top < MEMORY); *top = memory[*top]; break;
        case STORE_BYTE: require((uint32_t)*top < MEMORY); memory[*top] = (uint8_t)top[-1]; top -= 2; break;
        }
    }
}

/* --- The compiler --------------------------------------------------------------------------------------------------------------------- */

struct word {
    char name[LONGEST_NAME];
    int32_t start; /* of its code */
    int32_t instruction; /* -1: it is called */
};

static struct word words[WORDS];
static int word_count;
static int32_t code_size;

static const struct {
    const char *name;
    enum instruction instruction;
} primitives[] = {
    { "+", ADD }, { "-", SUBTRACT }, { "*", MULTIPLY }, { "mod", REMAINDER }, { "and", AND }, { "xor", XOR }, { "rshift", SHIFT_RIGHT },
    { "=", EQUAL }, { "<", LESS }, { "dup", DUPLICATE }, { "drop", DROP }, { "swap", SWAP }, { "over", OVER }, { ">r", TO_RETURN },
    { "r>", FROM_RETURN }, { "i", INDEX }, { "@", FETCH }, { "!", STORE }, { "c@", FETCH_BYTE }, { "c!", STORE_BYTE }, { "exit", EXIT },
};

static int same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static void copy_name(char *to, const char *from)
{
    int i = 0;
    for (; from[i]; i++) {
        require(i < LONGEST_NAME - 1);
        to[i] = from[i];
    }
    to[i] = 0;
}

static void emit(int32_t cell)
{
    require(code_size < CODE);
    code[code_size++] = cell;
}

static void define(const char *name, int32_t instruction)
{
    require(word_count < WORDS);
    struct word *word = &words[word_count++];
    copy_name(word->name, name);
    word->start = code_size;
    word->instruction = instruction;
}

static const struct word *find(const char *name)
{
    for (int i = word_count - 1; i >= 0; i--)
        if (same(words[i].name, name))
            return &words[i];
    return NULL;
}

/* The next word of the text, or an empty one at its end. */
static const char *next_token(const char *text, char token[LONGEST_NAME])
{
    int size = 0;
    while (*text == ' ' || *text == '\n')
        text++;
    for (; *text && *text != ' ' && *text != '\n'; text++) {
        require(size < LONGEST_NAME - 1);
        token[size++] = *text;
    }
    token[size] = 0;
    return text;
}

static int32_t number_of(const char *token)
{
    uint32_t value = 0;
    for (; *token; token++) {
        require(*token >= '0' && *token <= '9');
        value = value * 10 + (uint32_t)(*token - '0');
    }
    return (int32_t)value;
}

static void compile(const char *text)
{
    char token[LONGEST_NAME];
    int32_t pending[16];
    int depth = 0;
    word_count = 0;
    code_size = 0;
    for (size_t i = 0; i < sizeof primitives / sizeof *primitives; i++)
        define(primitives[i].name, (int32_t)primitives[i].instruction);
    for (;;) {
        text = next_token(text, token);
        require(depth >= 0 && depth < 14);
        const struct word *word = find(token);
        if (!*token) {
            require(depth == 0);
            return;
        } else if (word && word->instruction >= 0) {
            emit(word->instruction);
        } else if (word) {
            emit(CALL);
            emit(word->start);
        } else if (same(token, "(")) {
            while (*text && *text++ != ')') {
            }
        } else if (same(token, ":")) {
            text = next_token(text, token);
            define(token, -1);
        } else if (same(token, ";")) {
            emit(EXIT);
        } else if (same(token, "if") || same(token, "while")) {
            emit(JUMP_IF_ZERO);
            pending[depth++] = code_size;
            emit(0);
        } else if (same(token, "else")) {
            emit(JUMP);
            emit(0);
            code[pending[depth - 1]] = code_size;
            pending[depth - 1] = code_size - 1;
        } else if (same(token, "then")) {
            code[pending[--depth]] = code_size;
        } else if (same(token, "begin")) {
            pending[depth++] = code_size;
        } else if (same(token, "repeat")) {
            depth -= 2;
            emit(JUMP);
            emit(pending[depth]);
            code[pending[depth + 1]] = code_size;
        } else if (same(token, "do")) {
            emit(DO);
            pending[depth++] = code_size;
        } else if (same(token, "loop")) {
            emit(LOOP);
            emit(pending[--depth]);
        } else {
            emit(LITERAL);
            emit(number_of(token));
        }
    }
}

/* --- The programs --------------------------------------------------------------------------------------------------------------------- */

static const char source[] =
    ": limit ( -- a ) 131068 ;\n"
    /* How many primes are below n, which is below 46341: the sieve of Eratosthenes, a byte a number. */
    ": clear ( n -- ) 0 do 0 i c! loop ;\n"
    ": strike ( p -- ) dup dup * begin dup limit @ < while 1 over c! over + repeat drop drop ;\n"
    ": sieve ( n -- primes ) dup limit ! dup clear\n"
    "    dup 2 do i c@ if else i strike then loop\n"
    "    0 swap 2 do i c@ if else 1 + then loop ;\n"
    /* Fibonacci's numbers by their definition. */
    ": fib ( n -- f ) dup 2 < if exit then dup 1 - fib swap 2 - fib + ;\n"
    /* n letters and spaces; each word of them is turned round where it stands; FNV-1a of all. */
    ": random ( s -- s ) 1664525 * 1013904223 + ;\n"
    ": letter ( s -- c ) 24 rshift 31 and dup 26 < if 97 + else drop 32 then ;\n"
    ": write ( n -- ) 1 swap 0 do random dup letter i c! loop drop ;\n"
    ": exchange ( a b -- ) over c@ over c@ >r swap c! r> swap c! ;\n"
    ": reverse ( from to -- ) begin 1 - over over < while over over exchange swap 1 + swap repeat drop drop ;\n"
    ": in-word ( a -- flag ) dup limit @ < if c@ 32 = 0 = else drop 0 then ;\n"
    ": turn ( -- ) 0 begin dup limit @ < while\n"
    "    dup begin dup in-word while 1 + repeat swap over reverse 1 + repeat drop ;\n"
    ": sum ( -- hash ) 2166136261 0 begin dup limit @ < while dup c@ >r swap r> xor 16777619 * swap 1 + repeat drop ;\n"
    ": words ( n -- hash ) dup limit ! write turn sum ;\n";

static uint32_t run(const char *name, int32_t argument)
{
    const struct word *word = find(name);
    require(word && word->instruction < 0);
    return (uint32_t)execute(word->start, argument);
}

/* FNV-1a of what the three programs answer. */
uint32_t EXPORT(forth)(int32_t numbers, int32_t depth, int32_t letters)
{
    compile(source);
    uint32_t hash = mix(FNV_BASIS, run("sieve", numbers));
    hash = mix(hash, run("fib", depth));
    return mix(hash, run("words", letters));
}
