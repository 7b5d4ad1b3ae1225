#include "api/input.h"

#include <assert.h>
#include <string.h>

#define DEPTH 12
#define VALUES 50000
#define AMOUNT_MOST 24

static bool refuse_field(struct input *in, const char *name, const char *code, const char *why)
{
    if (*in->is_wrong) return false;
    *in->is_wrong = true;
    str field = str_print(in->arena, "%.*s%s", STR_ARG(in->place), name);
    err_set(in->e, ERR_INVALID, code, "'%.*s' %s", STR_ARG(field), why);
    return err_arg(in->e, "field", field);
}

void input_refuse(struct input *in, const char *name, const char *code, const char *why)
{
    refuse_field(in, name, code, why);
}

static bool is_json_type(str type)
{
    str name, parameters;
    if (!str_split(type, ';', &name, &parameters)) name = type;
    return str_eq_nocase(str_trim(name), STR("application/json"));
}

/* The parser names the key that came twice as `key`. */
static bool name_the_field(struct err *e)
{
    for (int i = 0; i < ERR_ARGS && e->args[i].name; i++)
        if (strcmp(e->args[i].name, "key") == 0) e->args[i].name = "field";
    return false;
}

bool input_open(struct http_exchange *x, struct input *in, struct err *e)
{
    static const struct json_limits limits = { .depth = DEPTH,
                                               .values = VALUES,
                                               .refuse_duplicate_keys = true };
    const struct json *object = NULL;
    str type = http_header(x->headers, x->header_count, "Content-Type");
    if (type.len && !is_json_type(type))
        return err_set(e, ERR_INVALID, "body.type", "the body must be application/json");
    if (!x->body.len) return err_set(e, ERR_INVALID, "body.missing", "the request needs a body");
    if (!json_parse(x->arena, x->body, &limits, &object, e)) return name_the_field(e);
    if (object->kind != JSON_OBJECT)
        return err_set(e, ERR_INVALID, "body.kind", "the body must be a JSON object");
    *in = (struct input){ .arena = x->arena, .object = object, .e = e };
    in->is_wrong = &in->wrong;
    return true;
}

void input_child(struct input *parent, const char *name, int index, const struct json *object,
                 struct input *in)
{
    str place = index < 0
                    ? str_print(parent->arena, "%.*s%s.", STR_ARG(parent->place), name)
                    : str_print(parent->arena, "%.*s%s.%d.", STR_ARG(parent->place), name, index);
    *in = (struct input){
        .arena = parent->arena,
        .object = object,
        .place = place,
        .e = parent->e,
        .is_wrong = parent->is_wrong,
    };
    if (object && object->kind == JSON_OBJECT) return;
    in->place.len--; /* the thing itself */
    refuse_field(in, "", "field.kind", "must be an object");
    in->object = NULL;
}

static bool was_asked(const struct input *in, str key)
{
    for (size_t i = 0; i < in->asked_count; i++)
        if (str_eq(key, str_from(in->asked[i]))) return true;
    return false;
}

bool input_end(struct input *in)
{
    if (*in->is_wrong) return false;
    for (const struct json *v = in->object ? in->object->first : NULL; v; v = v->next)
        if (!was_asked(in, v->key))
            return refuse_field(in, str_cstr(in->arena, v->key), "field.unknown",
                                "is no field of this request");
    return true;
}

bool input_has(const struct input *in, const char *name)
{
    return in->object && json_get(in->object, name) != NULL;
}

/* NULL when it is missing, null, or of another kind; the last is refused. */
static const struct json *ask(struct input *in, const char *name, enum need need,
                              enum json_kind kind, const char *kind_name)
{
    assert(in->asked_count < INPUT_FIELDS);
    in->asked[in->asked_count++] = name;
    if (*in->is_wrong) return NULL;
    const struct json *v = json_get(in->object, name);
    if (json_is_null(v)) {
        if (need == REQUIRED) refuse_field(in, name, "field.missing", "is needed");
        return NULL;
    }
    if (v->kind == kind) return v;
    refuse_field(in, name, "field.kind", kind_name);
    return NULL;
}

static bool has_controls(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7f) return true;
    return false;
}

str input_raw_text(struct input *in, const char *name, enum need need, size_t most)
{
    const struct json *v = ask(in, name, need, JSON_STRING, "must be a text");
    if (!v) return (str){ 0 };
    if (v->text.len > most) {
        refuse_field(in, name, "field.length", "is too long");
        return (str){ 0 };
    }
    return v->text;
}

str input_text(struct input *in, const char *name, enum need need, size_t least, size_t most)
{
    bool is_given = !json_is_null(in->object ? json_get(in->object, name) : NULL);
    str text = str_trim(input_raw_text(in, name, need, most));
    if (*in->is_wrong || !is_given) return (str){ 0 };
    if (text.len < least) refuse_field(in, name, "field.length", "is too short");
    if (has_controls(text)) refuse_field(in, name, "field.text", "holds control characters");
    return text;
}

int64_t input_i64(struct input *in, const char *name, int64_t least, int64_t most, int64_t fallback)
{
    int64_t n = fallback;
    const struct json *v = ask(in, name, OPTIONAL, JSON_NUMBER, "must be a whole number");
    if (!v) return fallback;
    if (!json_i64(v, &n)) refuse_field(in, name, "field.kind", "must be a whole number");
    if (n < least || n > most) refuse_field(in, name, "field.range", "is out of range");
    return n;
}

int64_t input_id(struct input *in, const char *name, enum need need)
{
    int64_t id = 0;
    const struct json *v = ask(in, name, need, JSON_STRING, "must be an id, as text");
    if (v && (!str_to_i64(v->text, &id) || id < 1))
        refuse_field(in, name, "field.kind", "must be an id, as text");
    return id;
}

bool input_bool(struct input *in, const char *name, bool fallback)
{
    const struct json *v = ask(in, name, OPTIONAL, JSON_BOOL, "must be true or false");
    return v ? v->is_true : fallback;
}

static bool is_currency(str s)
{
    bool is_upper = s.len == 3;
    for (size_t i = 0; i < s.len; i++) is_upper = is_upper && s.at[i] >= 'A' && s.at[i] <= 'Z';
    return is_upper;
}

money input_money(struct input *in, const char *name, enum need need)
{
    money m = { 0 };
    struct input inner;
    const struct json *v = ask(in, name, need, JSON_OBJECT, "must be {amount, currency}");
    if (!v) return m;
    input_child(in, name, -1, v, &inner);
    str amount = input_text(&inner, "amount", REQUIRED, 1, AMOUNT_MOST);
    str currency = input_text(&inner, "currency", REQUIRED, 3, 3);
    if (!input_end(&inner)) return m;
    char code[4];
    str_fill(code, sizeof code, currency);
    if (!is_currency(currency))
        refuse_field(&inner, "currency", "field.money", "is no currency: three capital letters");
    else if (!money_parse(amount, code, &m))
        refuse_field(&inner, "amount", "field.money",
                     "is no amount: digits, a point, at most four decimals");
    else if (m.e4 < 0)
        refuse_field(&inner, "amount", "field.range", "is below zero");
    return m;
}

const struct json *input_array(struct input *in, const char *name, enum need need, size_t least,
                               size_t most)
{
    const struct json *v = ask(in, name, need, JSON_ARRAY, "must be a list");
    if (v && (v->count < least || v->count > most)) {
        refuse_field(in, name, "field.length", "has too few or too many items");
        return NULL;
    }
    return v;
}

const struct json *input_object(struct input *in, const char *name, enum need need)
{
    return ask(in, name, need, JSON_OBJECT, "must be an object");
}
