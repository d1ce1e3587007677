/* A JSON (RFC 8259) text is written, parsed into a tree, and the tree is gone through. */
#include "work.h"

enum { TEXT = 1 << 18, NODES = 1 << 14, DEEPEST = 64 };

/* --- The text ------------------------------------------------------------------------------------------------------------------------- */

static char text[TEXT];
static uint32_t length;

static void put(char c)
{
    require(length < TEXT);
    text[length++] = c;
}

static void put_text(const char *more)
{
    while (*more)
        put(*more++);
}

static void put_number(uint32_t number)
{
    char digits[10];
    int count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while (number /= 10);
    while (count)
        put(digits[--count]);
}

/* A list of `records` objects, with everything in them that JSON has. */
static void write_text(uint32_t records)
{
    uint32_t random = 1;
    length = 0;
    put_text("[\n");
    for (uint32_t id = 0; id < records; id++) {
        put_text(id ? ",\n  {\"id\": " : "  {\"id\": ");
        put_number(id);
        put_text(", \"name\": \"");
        for (uint32_t left = 3 + random_bits(&random, 3); left > 0; left--)
            put((char)('a' + (random_bits(&random, 8) * 26 >> 8)));
        put_text(" \\\"\\u00e9\\ud83d\\ude00\\n\\u0416\", \"price\": ");
        put_number(random_bits(&random, 10));
        put('.');
        put_number(10 + random_bits(&random, 6));
        put_text(", \"scale\": -");
        put_number(random_bits(&random, 8));
        put_text(random_bits(&random, 1) ? "e+3" : "E-2");
        put_text(", \"active\": ");
        put_text(random_bits(&random, 1) ? "true" : "false");
        put_text(", \"parent\": null, \"tags\": [");
        for (uint32_t left = random_bits(&random, 2); left > 0; left--)
            put_text(left > 1 ? "\"tag\", " : "\"last\"");
        put_text("], \"at\": {\"x\": ");
        put_number(random_bits(&random, 16));
        put_text(", \"path\": [[], {}, [1, [2, [3]]]]}}");
    }
    put_text("\n]\n");
}

/* --- The tree ------------------------------------------------------------------------------------------------------------------------- */

enum kind { NULL_VALUE, FALSE_VALUE, TRUE_VALUE, NUMBER, STRING, ARRAY, OBJECT };

/* A value, or a member of an object, which has a name. Strings are where they stood in the text: escapes only make them shorter. */
struct node {
    enum kind kind;
    struct node *first, *next;
    const char *string, *name;
    uint32_t string_length, name_length;
    double number;
};

static struct node nodes[NODES];
static uint32_t used;
static const char *at;

static struct node *parse_value(int depth);

static void skip_blanks(void)
{
    while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
        at++;
}

static void take(char c)
{
    require(*at == c);
    at++;
}

static uint32_t parse_hexadecimal(void)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++, at++) {
        char c = *at;
        require((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
        value = value << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return value;
}

static char *put_utf8(char *to, uint32_t code)
{
    if (code < 0x80) {
        *to++ = (char)code;
        return to;
    }
    int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t first[] = { 0, 0xc0, 0xe0, 0xf0 };
    *to++ = (char)(first[more] | code >> 6 * more);
    while (more--)
        *to++ = (char)(0x80 | (code >> 6 * more & 0x3f));
    return to;
}

static const char *parse_string(uint32_t *size)
{
    take('"');
    char *start = text + (at - text), *to = start;
    while (*at != '"') {
        require((uint8_t)*at >= 0x20);
        if (*at != '\\') {
            *to++ = *at++;
            continue;
        }
        at++;
        char c = *at++;
        switch (c) {
        case 'b': *to++ = '\b'; break;
        case 'f': *to++ = '\f'; break;
        case 'n': *to++ = '\n'; break;
        case 'r': *to++ = '\r'; break;
        case 't': *to++ = '\t'; break;
        case 'u': {
            uint32_t code = parse_hexadecimal();
            if (code >= 0xd800 && code < 0xdc00) {
                take('\\');
                take('u');
                uint32_t low = parse_hexadecimal();
                require(low >= 0xdc00 && low < 0xe000);
                code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            }
            to = put_utf8(to, code);
            break;
        }
        default:
            require(c == '"' || c == '\\' || c == '/');
            *to++ = c;
        }
    }
    at++;
    *size = (uint32_t)(to - start);
    return start;
}

/* Exact where digits and power of ten are small, as they are here: then one operation rounds, and rounds correctly. */
static double parse_number(void)
{
    int64_t digits = 0;
    int negative = *at == '-', power = 0, taken = 0;
    if (negative)
        at++;
    for (; *at >= '0' && *at <= '9'; at++, taken++)
        digits = digits * 10 + (*at - '0');
    require(taken > 0);
    if (*at == '.')
        for (at++; *at >= '0' && *at <= '9'; at++, power--, taken++)
            digits = digits * 10 + (*at - '0');
    require(taken <= 15);
    if ((*at | 32) == 'e') {
        at++;
        int minus = *at == '-', exponent = 0;
        if (*at == '-' || *at == '+')
            at++;
        for (; *at >= '0' && *at <= '9' && exponent < 1000; at++)
            exponent = exponent * 10 + (*at - '0');
        power += minus ? -exponent : exponent;
    }
    double ten_to = 1;
    require(power >= -22 && power <= 22);
    for (int i = power < 0 ? -power : power; i > 0; i--)
        ten_to *= 10;
    double value = power < 0 ? (double)digits / ten_to : (double)digits * ten_to;
    return negative ? -value : value;
}

static enum kind parse_word(const char *word, enum kind kind)
{
    while (*word)
        take(*word++);
    return kind;
}

static struct node *parse_list(struct node *list, char close, int depth)
{
    struct node **end = &list->first;
    at++;
    skip_blanks();
    if (*at == close) {
        at++;
        return list;
    }
    for (;;) {
        const char *name = NULL;
        uint32_t name_length = 0;
        skip_blanks();
        if (list->kind == OBJECT) {
            name = parse_string(&name_length);
            skip_blanks();
            take(':');
        }
        struct node *value = parse_value(depth + 1);
        value->name = name;
        value->name_length = name_length;
        *end = value;
        end = &value->next;
        skip_blanks();
        if (*at != ',')
            break;
        at++;
    }
    take(close);
    return list;
}

static struct node *parse_value(int depth)
{
    require(used < NODES && depth < DEEPEST);
    struct node *node = &nodes[used++];
    *node = (struct node) { .kind = NUMBER };
    skip_blanks();
    switch (*at) {
    case 'n': node->kind = parse_word("null", NULL_VALUE); break;
    case 'f': node->kind = parse_word("false", FALSE_VALUE); break;
    case 't': node->kind = parse_word("true", TRUE_VALUE); break;
    case '"':
        node->kind = STRING;
        node->string = parse_string(&node->string_length);
        break;
    case '[': node->kind = ARRAY; return parse_list(node, ']', depth);
    case '{': node->kind = OBJECT; return parse_list(node, '}', depth);
    default: node->number = parse_number();
    }
    return node;
}

/* --- The result ----------------------------------------------------------------------------------------------------------------------- */

static uint32_t mix_string(uint32_t hash, const char *string, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++)
        hash = (hash ^ (uint8_t)string[i]) * 16777619u;
    return mix(hash, size);
}

/* Every value in the order of the text: its name in UTF-8, its kind, and its number's bits or its string in UTF-8. */
static uint32_t mix_tree(uint32_t hash, const struct node *node)
{
    for (; node; node = node->next) {
        hash = mix_string(hash, node->name, node->name_length);
        hash = mix(hash, node->kind);
        if (node->kind == STRING)
            hash = mix_string(hash, node->string, node->string_length);
        if (node->kind == NUMBER) {
            union {
                double value;
                uint64_t bits;
            } number = { node->number };
            hash = mix(mix(hash, (uint32_t)number.bits), (uint32_t)(number.bits >> 32));
        }
        hash = mix_tree(hash, node->first);
    }
    return hash;
}

/* FNV-1a of the tree of a text with so many records. */
uint32_t EXPORT(json)(uint32_t records)
{
    write_text(records);
    put('\0');
    used = 0;
    at = text;
    struct node *tree = parse_value(0);
    skip_blanks();
    require(at == text + length - 1);
    return mix_tree(FNV_BASIS, tree);
}
