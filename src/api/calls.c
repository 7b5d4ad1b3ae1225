/* Requests to marketplaces and their answers, secrets masked before they were stored. */
#include "api/query.h"
#include "api/resources.h"
#include "service/trace.h"

#define SEARCH_MOST 200
#define PURPOSE_MOST 60

static void put_call(struct json_writer *w, const char *key, const struct api_call *c)
{
    json_open_object(w, key);
    json_put_id(w, "id", c->id);
    json_put_id(w, "store_id", c->store_id);
    json_put_text(w, "store_name", c->store_name);
    json_put_text(w, "marketplace", c->marketplace);
    json_put_id(w, "job_id", c->job_id);
    put_time(w, "at", c->at);
    json_put_text(w, "purpose", c->purpose);
    json_put_text(w, "method", c->method);
    json_put_text(w, "url", c->url);
    json_put_i64(w, "status", c->status);
    json_put_i64(w, "took_ms", c->took_ms);
    json_put_i64(w, "request_bytes", c->request_bytes);
    json_put_i64(w, "reply_bytes", c->reply_bytes);
    put_reason(w, "reason", c->error_kind, c->error_code, c->error_message);
    json_close_object(w);
}

static bool read_filter(struct request *r, struct call_filter *f, struct err *e)
{
    static const struct {
        const char *name;
        int status_class;
    } classes[] = {
        { "ok", 2 },      { "client_error", 4 }, { "server_error", 5 }, { "rate_limited", 429 },
        { "failed", -1 },
    };
    *f = (struct call_filter){ 0 };
    str status = http_query_value(r->x, "status");
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (str_eq(status, str_from(classes[i].name))) f->status_class = classes[i].status_class;
    if (http_query_has(r->x, "status") && f->status_class == 0) return query_refuse(r, "status", e);
    return query_id(r, "store", &f->store_id, e) && query_id(r, "job", &f->job_id, e) &&
           query_text(r, "purpose", PURPOSE_MOST, &f->purpose, e) &&
           query_text(r, "q", SEARCH_MOST, &f->search, e);
}

static bool list(struct request *r, struct err *e)
{
    struct call_filter f;
    struct page page;
    struct page_end end = { 0 };
    struct api_call *calls;
    size_t count;
    if (!read_filter(r, &f, e) || !query_page(r, &page, e)) return false;
    if (!call_repo_list(r->service->db, r->arena, &r->actor, &f, &page, &calls, &count, &end, e))
        return query_list_failed(e);
    struct json_writer w = list_open(r);
    for (size_t i = 0; i < count; i++) put_call(&w, NULL, &calls[i]);
    return list_close(r, &w, end.next);
}

/* Calls that are never about buyers, by the first word of their purpose; of any other one this is not
 * known, so that a new connector shows nobody by mistake. */
static bool may_tell_of_buyers(str purpose)
{
    static const str others[] = { STR_INIT("offers"),    STR_INIT("batch"), STR_INIT("listings"),
                                  STR_INIT("addresses"), STR_INIT("me"),    STR_INIT("hooks") };
    str subject, rest;
    if (!str_split(purpose, '.', &subject, &rest)) subject = purpose;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (str_eq(subject, others[i])) return false;
    return true;
}

/* Stored as {headers: [{name, value}], body, truncated}; what cannot be read counts as empty. */
static void put_message(struct json_writer *w, struct arena *a, const char *key, str stored,
                        bool is_hidden)
{
    const struct json *v = NULL;
    struct err unread = { 0 };
    if (stored.len && !json_parse(a, stored, NULL, &v, &unread)) v = NULL;
    const struct json *headers = v ? json_get(v, "headers") : NULL;
    json_open_object(w, key);
    json_open_array(w, "headers");
    for (const struct json *h = headers ? headers->first : NULL; h; h = h->next) {
        json_open_object(w, NULL);
        json_put_text(w, "name", json_text_at(h, "name"));
        json_put_text(w, "value", json_text_at(h, "value"));
        json_close_object(w);
    }
    json_close_array(w);
    json_put_text(w, "body", is_hidden ? (str){ 0 } : json_text_at(v, "body"));
    json_put_bool(w, "truncated", !is_hidden && json_bool_at(v, "truncated", false));
    json_put_bool(w, "hidden", is_hidden);
    json_close_object(w);
}

static bool show(struct request *r, struct err *e)
{
    int64_t id;
    struct api_call c;
    if (!query_path_id(r, 0, &id, e) ||
        !call_repo_find(r->service->db, r->arena, r->service->keys, &r->actor, id, &c, e))
        return false;
    bool tells = may_tell_of_buyers(c.purpose);
    bool is_hidden = tells && !actor_may(&r->actor, RIGHT_SEE_BUYERS);
    if (tells && !is_hidden && !trace_buyer_shown(r->service, &r->actor, "call", id, e))
        return false;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    put_call(&w, "call", &c);
    put_message(&w, r->arena, "request", c.request, is_hidden);
    put_message(&w, r->arena, "reply", c.reply, is_hidden);
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

const struct http_route call_routes[] = {
    ROUTE("GET", "/api/v1/calls", ACCESS_SIGNED_IN, RIGHT_SEE_CALLS, list),
    ROUTE("GET", "/api/v1/calls/{id}", ACCESS_SIGNED_IN, RIGHT_SEE_CALLS, show),
    { 0 },
};
