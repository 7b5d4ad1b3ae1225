#include "base/config.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define MOST_BYTES ((size_t)1 << 20) /* a settings file larger than this is the wrong file */
#define MOST_COMPARED 64             /* longest key that is compared with misspelt ones */
#define MOST_SHOWN 64                /* of a key or value in a message */

struct setting {
    str value;
    const char *source; /* "bedesten.conf, line 3"; "the default" */
    bool is_in_file;
};

struct config {
    struct arena *arena;
    const struct config_key *keys;
    struct setting *settings; /* one per key */
    size_t count;
};

void config_free(struct config *c)
{
    if (!c) return;
    arena_free(c->arena);
    free(c);
}

static struct setting *find(const struct config *c, str key)
{
    for (size_t i = 0; i < c->count; i++)
        if (str_eq(key, str_from(c->keys[i].key))) return &c->settings[i];
    return NULL;
}

static str shown(str s)
{
    return str_cut(s, 0, s.len > MOST_SHOWN ? utf8_whole(s.at, MOST_SHOWN) : s.len);
}

static size_t smallest(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* How many letters must be added, dropped or changed (Levenshtein, one row at a time). */
static size_t distance(str a, str b)
{
    size_t row[MOST_COMPARED + 1];
    if (a.len > MOST_COMPARED || b.len > MOST_COMPARED) return MOST_COMPARED;
    for (size_t j = 0; j <= b.len; j++) row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t above = row[j];
            size_t changed = diagonal + (a.at[i - 1] != b.at[j - 1]);
            row[j] = smallest(above + 1, row[j - 1] + 1, changed);
            diagonal = above;
        }
    }
    return row[b.len];
}

static bool refuse_unknown(const struct config *c, str key, const char *source, struct err *e)
{
    const char *nearest = "";
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < c->count; i++) {
        size_t d = distance(key, str_from(c->keys[i].key));
        if (d >= least) continue;
        least = d;
        nearest = c->keys[i].key;
    }
    err_set(e, ERR_INVALID, "config.unknown_key",
            "%s: there is no setting '%.*s'; the nearest is '%s'", source, STR_ARG(shown(key)),
            nearest);
    err_arg(e, "key", key);
    return err_arg(e, "nearest", str_from(nearest));
}

static bool read_line(struct config *c, const char *file, int number, str line, struct err *e)
{
    line = str_trim(line);
    if (line.len == 0 || line.at[0] == '#') return true;
    str key, value;
    const char *source = str_print(c->arena, "%s, line %d", file, number).at;
    if (!str_split(line, '=', &key, &value))
        return err_set(e, ERR_INVALID, "config.syntax",
                       "%s: a line is 'key = value' or a # comment", source);
    key = str_trim(key);
    struct setting *s = find(c, key);
    if (!s) return refuse_unknown(c, key, source, e);
    if (s->is_in_file)
        return err_set(e, ERR_INVALID, "config.set_twice", "%s: '%.*s' is set already in %s",
                       source, STR_ARG(key), s->source);
    value = str_copy(c->arena, str_trim(value));
    *s = (struct setting){ .value = value, .source = source, .is_in_file = true };
    return true;
}

static bool read_text(struct config *c, const char *file, str text, struct err *e)
{
    if (str_starts(text, STR("\xEF\xBB\xBF"))) text = str_cut(text, 3, text.len);
    if (!str_is_utf8(text) || str_has(text, (str){ "", 1 }))
        return err_set(e, ERR_INVALID, "config.syntax", "%s is no text in UTF-8", file);
    str line;
    for (int number = 1; str_next(&text, '\n', &line); number++)
        if (!read_line(c, file, number, line, e)) return false;
    return true;
}

/* Reads the whole file, or so much of it that it is seen to be too large. */
static bool read_bytes(FILE *f, struct text *bytes)
{
    char some[4096];
    size_t got;
    while (bytes->len <= MOST_BYTES && (got = fread(some, 1, sizeof some, f)) > 0)
        text_add(bytes, (str){ some, got });
    return !ferror(f);
}

static bool read_file(struct config *c, const char *file, struct err *e)
{
    struct text bytes = { .arena = c->arena };
    FILE *f = fopen(file, "re");
    bool done = f && read_bytes(f, &bytes);
    int reason = errno;
    if (f) fclose(f);
    if (!done)
        return err_set(e, ERR_INVALID, "config.unreadable", "settings file %s: %s", file,
                       strerror(reason));
    if (bytes.len > MOST_BYTES)
        return err_set(e, ERR_INVALID, "config.unreadable", "settings file %s is larger than 1 MiB",
                       file);
    return read_text(c, file, text_str(&bytes), e);
}

static const char *variable_of(struct arena *a, const char *key)
{
    struct text t = { .arena = a };
    text_add(&t, STR("BEDESTEN_"));
    for (const char *c = key; *c; c++) {
        bool is_letter = *c >= 'a' && *c <= 'z';
        bool is_separator = *c == '.' || *c == '-';
        text_add_char(&t, is_letter ? (char)(*c - 'a' + 'A') : is_separator ? '_' : *c);
    }
    return str_cstr(a, text_str(&t));
}

/* An empty variable counts as unset: that is what a compose file makes of one not given. Unknown
 * BEDESTEN_ variables pass, since Kubernetes adds some of its own for a service of our name. */
static void read_environment(struct config *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const char *variable = variable_of(c->arena, c->keys[i].key);
        const char *value = getenv(variable);
        if (!value || !*value) continue;
        c->settings[i].value = str_copy(c->arena, str_trim(str_from(value)));
        c->settings[i].source = str_print(c->arena, "variable %s", variable).at;
    }
}

static struct config *config_new(const struct config_key *keys)
{
    struct config *c = calloc(1, sizeof *c);
    if (!c) abort();
    c->arena = arena_new();
    c->keys = keys;
    while (keys[c->count].key) c->count++;
    c->settings = ARENA_ARRAY(c->arena, struct setting, c->count);
    for (size_t i = 0; i < c->count; i++)
        c->settings[i] =
            (struct setting){ .value = str_from(keys[i].fallback), .source = "the default" };
    return c;
}

struct config *config_load(const struct config_key *keys, const char *file, struct err *e)
{
    struct config *c = config_new(keys);
    if (file && !read_file(c, file, e)) {
        config_free(c);
        return NULL;
    }
    read_environment(c);
    return c;
}

bool config_set(struct config *c, const char *key, str value, struct err *e)
{
    struct setting *s = find(c, str_from(key));
    if (!s) return refuse_unknown(c, str_from(key), "command line", e);
    s->value = str_copy(c->arena, value);
    s->source = "command line";
    return true;
}

static const struct setting *get(const struct config *c, const char *key)
{
    const struct setting *s = find(c, str_from(key));
    assert(s);
    return s;
}

str config_text(const struct config *c, const char *key)
{
    return get(c, key)->value;
}

bool config_refuse(const struct config *c, const char *key, const char *code, const char *must_be,
                   struct err *e)
{
    const struct setting *s = get(c, key);
    err_set(e, ERR_INVALID, code, "%s: '%s' is '%.*s', but must be %s", s->source, key,
            STR_ARG(shown(s->value)), must_be);
    return err_arg(e, "key", str_from(key));
}

bool config_i64(const struct config *c, const char *key, int64_t min, int64_t max, int64_t *out,
                struct err *e)
{
    const struct setting *s = get(c, key);
    int64_t value;
    if (str_to_i64(s->value, &value) && value >= min && value <= max) {
        *out = value;
        return true;
    }
    char must_be[80];
    snprintf(must_be, sizeof must_be, "a whole number from %lld to %lld", (long long)min,
             (long long)max);
    return config_refuse(c, key, "config.not_a_number", must_be, e);
}

bool config_bool(const struct config *c, const char *key, bool *out, struct err *e)
{
    static const struct {
        str word;
        bool value;
    } words[] = {
        { STR_INIT("true"), true },   { STR_INIT("yes"), true }, { STR_INIT("on"), true },
        { STR_INIT("1"), true },      { STR_INIT("no"), false }, { STR_INIT("off"), false },
        { STR_INIT("false"), false }, { STR_INIT("0"), false },
    };
    const struct setting *s = get(c, key);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (!str_eq_nocase(s->value, words[i].word)) continue;
        *out = words[i].value;
        return true;
    }
    return config_refuse(c, key, "config.not_a_bool", "true or false", e);
}

bool config_choice(const struct config *c, const char *key, const char *const *words, int *out,
                   struct err *e)
{
    char must_be[160] = "";
    for (int i = 0; words[i]; i++) {
        if (str_eq(get(c, key)->value, str_from(words[i]))) {
            *out = i;
            return true;
        }
        size_t len = strlen(must_be);
        snprintf(must_be + len, sizeof must_be - len, "%s%s",
                 i == 0         ? ""
                 : words[i + 1] ? ", "
                                : " or ",
                 words[i]);
    }
    return config_refuse(c, key, "config.not_a_choice", must_be, e);
}
