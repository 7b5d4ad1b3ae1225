#include "api/resources.h"

bool reply_json(struct request *r, int status, const struct json_writer *w)
{
    http_reply(r->x, status, "application/json", json_written(w));
    return true;
}

bool reply_empty(struct request *r)
{
    http_reply(r->x, 204, NULL, (str){ 0 });
    return true;
}

struct json_writer list_open(struct request *r)
{
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_open_array(&w, "items");
    return w;
}

bool list_close(struct request *r, struct json_writer *w, str next)
{
    json_close_array(w);
    if (next.len)
        json_put_text(w, "next", next);
    else
        json_put_null(w, "next");
    json_put_null(w, "prev");
    json_close_object(w);
    return reply_json(r, 200, w);
}

bool reply_count(struct request *r, int64_t n, bool is_exact)
{
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_put_i64(&w, "n", n);
    json_put_bool(&w, "exact", is_exact);
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

void put_id(struct json_writer *w, const char *key, int64_t id)
{
    if (id)
        json_put_id(w, key, id);
    else
        json_put_cstr(w, key, "0");
}

void put_time(struct json_writer *w, const char *key, utc_ms at)
{
    char text[UTC_ISO_SIZE];
    json_put_cstr(w, key, utc_iso(at, text));
}

void put_money(struct json_writer *w, const char *key, money m)
{
    json_put_money(w, key, m.currency[0] ? m : money_of(m.e4, "TRY"));
}

void put_object(struct json_writer *w, const char *key, str stored)
{
    json_put_raw(w, key, stored.len && stored.at[0] == '{' ? stored : STR("{}"));
}

void put_reason(struct json_writer *w, const char *key, enum err_kind kind, str code, str message)
{
    if (kind == ERR_NONE) {
        json_put_null(w, key);
        return;
    }
    json_open_object(w, key);
    json_put_cstr(w, "kind", err_kind_name(kind));
    json_put_text(w, "code", code);
    json_put_text(w, "message", message);
    json_open_object(w, "args");
    json_close_object(w);
    json_close_object(w);
}

void put_err(struct json_writer *w, const char *key, const struct err *e)
{
    json_open_object(w, key);
    json_put_cstr(w, "kind", err_kind_name(e->kind));
    json_put_cstr(w, "code", e->code ? e->code : "internal");
    json_put_cstr(w, "message", e->message);
    json_open_object(w, "args");
    for (int i = 0; i < ERR_ARGS && e->args[i].name; i++)
        json_put_cstr(w, e->args[i].name, e->args[i].value);
    json_close_object(w);
    json_close_object(w);
}
