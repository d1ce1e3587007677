/* Regular expressions by Thompson's construction: an expression becomes an automaton, and all of its states go through a line at once,
   so that no expression takes longer than its states times the line's length. What there is: literals, `.`, `[a-z_]`, `[^x]`, `()`, `|`,
   `*`, `+`, `?`, `^`, `$`. */
#include "work.h"

enum { MOST_STATES = 256, LONGEST_LINE = 256 };

/* Where a state leads: a character of a set and on to `next`; to `next` and `other` without one; the same only at an edge of the line;
   or the end. */
enum kind { SET, SPLIT, AT_START, AT_END, MATCH };

struct state {
    enum kind kind;
    uint16_t next, other;
    uint32_t set[8];
};

static struct state states[MOST_STATES];
static uint16_t count;
static const char *at;

/* A part of the automaton: its first state, and its last one, a SPLIT whose `next` is still to be said. */
struct part {
    uint16_t first, last;
};

static struct part parse_alternatives(void);

static uint16_t add(enum kind kind)
{
    require(count < MOST_STATES);
    states[count] = (struct state) { .kind = kind };
    return count++;
}

static void include(struct state *state, uint8_t from, uint8_t to)
{
    for (unsigned c = from; c <= to; c++)
        state->set[c >> 5] |= 1u << (c & 31);
}

static struct part around(uint16_t state)
{
    uint16_t last = add(SPLIT);
    states[state].next = last;
    return (struct part) { state, last };
}

static struct part parse_set(void)
{
    uint16_t state = add(SET);
    int negated = *at == '^';
    if (negated)
        at++;
    do {
        uint8_t from = (uint8_t)*at++, to = from;
        require(from);
        if (at[0] == '-' && at[1] != ']') {
            to = (uint8_t)at[1];
            at += 2;
        }
        include(&states[state], from, to);
    } while (*at != ']');
    at++;
    if (negated)
        for (int i = 0; i < 8; i++)
            states[state].set[i] = ~states[state].set[i];
    return around(state);
}

static struct part parse_one(void)
{
    char c = *at++;
    switch (c) {
    case '(': {
        struct part inside = parse_alternatives();
        require(*at == ')');
        at++;
        return inside;
    }
    case '[': return parse_set();
    case '^': return around(add(AT_START));
    case '$': return around(add(AT_END));
    default: {
        uint16_t state = add(SET);
        if (c == '\\')
            c = *at++;
        else if (c == '.') {
            include(&states[state], 0, 255);
            return around(state);
        }
        require(c);
        include(&states[state], (uint8_t)c, (uint8_t)c);
        return around(state);
    }
    }
}

static struct part parse_repeated(void)
{
    struct part part = parse_one();
    for (; *at == '*' || *at == '+' || *at == '?'; at++) {
        uint16_t before = add(SPLIT), after = add(SPLIT);
        states[before].next = part.first;
        states[before].other = *at == '+' ? part.first : after;
        states[part.last].next = *at == '?' ? after : part.first;
        states[part.last].other = after;
        part = (struct part) { before, after };
    }
    return part;
}

static struct part parse_sequence(void)
{
    uint16_t empty = add(SPLIT);
    struct part part = { empty, empty };
    while (*at && *at != '|' && *at != ')') {
        struct part more = parse_repeated();
        states[part.last].next = states[part.last].other = more.first;
        part.last = more.last;
    }
    return part;
}

static struct part parse_alternatives(void)
{
    struct part part = parse_sequence();
    while (*at == '|') {
        at++;
        struct part more = parse_sequence();
        uint16_t before = add(SPLIT), after = add(SPLIT);
        states[before].next = part.first;
        states[before].other = more.first;
        states[part.last].next = states[part.last].other = after;
        states[more.last].next = states[more.last].other = after;
        part = (struct part) { before, after };
    }
    return part;
}

static uint16_t compile(const char *expression)
{
    count = 0;
    at = expression;
    struct part part = parse_alternatives();
    require(!*at);
    uint16_t match = add(MATCH);
    states[part.last].next = states[part.last].other = match;
    return part.first;
}

/* States that are reached at one place in a line. */
struct reached {
    uint16_t list[MOST_STATES], size;
    uint32_t mark[MOST_STATES];
};

static struct reached here, there;
static uint32_t place;

/* All states that `state` leads to without a character. */
static int reach(struct reached *reached, uint16_t state, int at_start, int at_end)
{
    uint16_t pending[MOST_STATES], size = 0;
    int matches = 0;
    for (;;) {
        if (reached->mark[state] != place) {
            reached->mark[state] = place;
            const struct state *s = &states[state];
            switch (s->kind) {
            case SET: reached->list[reached->size++] = state; break;
            case SPLIT:
                pending[size++] = s->other;
                state = s->next;
                continue;
            case AT_START:
            case AT_END:
                if (s->kind == AT_START ? at_start : at_end) {
                    state = s->next;
                    continue;
                }
                break;
            case MATCH: matches = 1;
            }
        }
        if (size == 0)
            return matches;
        state = pending[--size];
    }
}

/* Whether the expression that begins at `first` matches anywhere in the line. */
static int matches(uint16_t first, const char *line, uint32_t length)
{
    struct reached *now = &here, *next = &there;
    place++;
    now->size = 0;
    for (uint32_t i = 0;; i++) {
        if (reach(now, first, i == 0, i == length))
            return 1;
        if (i == length)
            return 0;
        place++;
        next->size = 0;
        uint8_t c = (uint8_t)line[i];
        for (uint16_t j = 0; j < now->size; j++) {
            const struct state *s = &states[now->list[j]];
            if (s->set[c >> 5] >> (c & 31) & 1 && reach(next, s->next, 0, i + 1 == length))
                return 1;
        }
        struct reached *other = now;
        now = next;
        next = other;
    }
}

/* --- The lines: a web server's record, more or less ----------------------------------------------------------------------------------- */

static char line[LONGEST_LINE];
static uint32_t length;

static void put_text(const char *more)
{
    while (*more && length < LONGEST_LINE)
        line[length++] = *more++;
}

static void put_number(uint32_t number)
{
    char digits[11];
    int i = 10;
    digits[i] = 0;
    do
        digits[--i] = (char)('0' + number % 10);
    while (number /= 10);
    put_text(digits + i);
}

static void write_line(uint32_t *random)
{
    static const char *const methods[] = { "GET", "POST", "PUT", "DELETE" };
    static const char *const segments[] = { "/users", "/images", "/api", "/v2", "/index.html", "/a_b-c", "/search?q=x", "/.env" };
    static const uint16_t statuses[] = { 200, 204, 301, 304, 403, 404, 500, 503 };
    length = 0;
    for (int i = 0; i < 4; i++) {
        put_number(random_bits(random, 8));
        put_text(i < 3 ? "." : " ");
    }
    put_text(methods[random_bits(random, 2)]);
    put_text(" ");
    for (uint32_t left = 1 + random_bits(random, 2); left > 0; left--)
        put_text(segments[random_bits(random, 3)]);
    put_text(" ");
    put_number(statuses[random_bits(random, 3)]);
    put_text(" ");
    put_number(random_bits(random, 20));
}

static const char *const expressions[] = {
    "POST /(api|users)",
    "^(1[0-9]?[0-9]?|2[0-4][0-9])\\.[0-9]+\\.[0-9]+\\.",
    "(/[a-z0-9]+)+ [45]0[0-9]",
    " 5..[^3]*3$",
    "(a?a?a?a?a?aaaaa|[^ ]*html[^ ]*env) ",
};
enum { EXPRESSIONS = sizeof expressions / sizeof *expressions };

/* FNV-1a of how many of so many lines each expression is found in. */
uint32_t EXPORT(regex)(uint32_t lines)
{
    uint32_t hash = FNV_BASIS;
    for (int i = 0; i < EXPRESSIONS; i++) {
        uint16_t first = compile(expressions[i]);
        uint32_t random = 1, found = 0;
        for (uint32_t j = 0; j < lines; j++) {
            write_line(&random);
            found += (uint32_t)matches(first, line, length);
        }
        hash = mix(hash, found);
    }
    return hash;
}
