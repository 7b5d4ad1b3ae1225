/*
 * input.h: the JSON body of a request, read strictly: a key given twice, a field nobody asked for, a
 * wrong kind or size is refused by name.
 *
 * Shape    open, ask for each field, end. The first mistake is kept and everything after it reads as
 *          missing, so that a reader is one list of questions and one answer at its end.
 * Errors   ERR_INVALID "body.missing", "body.type", "json.syntax", "field.missing", "field.unknown",
 *          "field.kind", "field.length", "field.range", "field.text", "field.choice", "field.money";
 *          each names its `field`, "variants.0.sku".
 */
#ifndef API_INPUT_H
#define API_INPUT_H

#include "base/json.h"
#include "net/http_server.h"

#define INPUT_FIELDS 32

enum need { OPTIONAL, REQUIRED };

struct input {
    struct arena *arena;
    const struct json *object;
    str place; /* before a field's name: "variants.0." */
    const char *asked[INPUT_FIELDS];
    size_t asked_count;
    struct err *e;
    bool *is_wrong; /* shared with children */
    bool wrong;
};

bool input_open(struct http_exchange *x, struct input *in, struct err *e);
/* Of an object inside: "variants", 0. index < 0: no index. */
void input_child(struct input *parent, const char *name, int index, const struct json *object,
                 struct input *in);
/* False when anything was wrong, also a field that was not asked for. */
bool input_end(struct input *in);

bool input_has(const struct input *in, const char *name);
/* Length in bytes; white space at both ends is cut. Control characters are refused. */
str input_text(struct input *in, const char *name, enum need need, size_t least, size_t most);
/* As it came: passwords, and values that others define. */
str input_raw_text(struct input *in, const char *name, enum need need, size_t most);
int64_t input_i64(struct input *in, const char *name, int64_t least, int64_t most,
                  int64_t fallback);
int64_t input_id(struct input *in, const char *name, enum need need); /* 0: missing */
bool input_bool(struct input *in, const char *name, bool fallback);
/* {amount, currency}, not negative; without currency when missing or null. */
money input_money(struct input *in, const char *name, enum need need);
const struct json *input_array(struct input *in, const char *name, enum need need, size_t least,
                               size_t most);
const struct json *input_object(struct input *in, const char *name, enum need need);

/* Refuses a field for a reason of the caller's. */
void input_refuse(struct input *in, const char *name, const char *code, const char *why);

#endif
