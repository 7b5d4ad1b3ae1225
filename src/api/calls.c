/* Requests to marketplaces and their answers, secrets masked before they were stored. */
#include "api/query.h"
#include "api/resources.h"
#include "repo/trace_repo.h"

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

/* Stored as {headers: [{name, value}], body, truncated}. */
static void put_message(struct json_writer *w, const char *key, str stored)
{
    bool is_whole = stored.len > 2 && stored.at[0] == '{';
    json_put_raw(w, key,
                 is_whole ? stored : STR("{\"headers\":[],\"body\":\"\",\"truncated\":false}"));
}

static bool show(struct request *r, struct err *e)
{
    int64_t id;
    struct api_call c;
    if (!query_path_id(r, 0, &id, e) ||
        !call_repo_find(r->service->db, r->arena, r->service->keys, &r->actor, id, &c, e))
        return false;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    put_call(&w, "call", &c);
    put_message(&w, "request", c.request);
    put_message(&w, "reply", c.reply);
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

const struct http_route call_routes[] = {
    ROUTE("GET", "/api/v1/calls", ACCESS_SIGNED_IN, RIGHT_SEE_CALLS, list),
    ROUTE("GET", "/api/v1/calls/{id}", ACCESS_SIGNED_IN, RIGHT_SEE_CALLS, show),
    { 0 },
};
