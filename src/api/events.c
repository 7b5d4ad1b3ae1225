/* What changed last, and what needs a person. */
#include "api/query.h"
#include "api/resources.h"
#include "service/trace.h"

/* ---- Events ---- */

void put_event(struct json_writer *w, const char *key, const struct event *ev)
{
    json_open_object(w, key);
    put_id(w, "seq", ev->id);
    json_put_text(w, "kind", ev->kind);
    json_put_id(w, "store_id", ev->store_id);
    put_id(w, "subject_id", ev->subject_id);
    put_time(w, "at", ev->at);
    put_object(w, "data", ev->data);
    json_close_object(w);
}

bool event_is_for(const struct actor *by, str kind)
{
    unsigned needed = str_starts(kind, STR("job.")) ? RIGHT_SEE | RIGHT_SEE_CALLS : RIGHT_SEE;
    return (by->rights & needed) == needed;
}

static bool list_events(struct request *r, struct err *e)
{
    struct event *events;
    size_t limit, count;
    if (!query_limit(r, &limit, e) ||
        !event_repo_newest(r->service->db, r->arena, &r->actor, limit, &events, &count, e))
        return false;
    struct json_writer w = list_open(r);
    for (size_t i = 0; i < count; i++)
        if (event_is_for(&r->actor, events[i].kind)) put_event(&w, NULL, &events[i]);
    return list_close(r, &w, (str){ 0 });
}

const struct http_route event_routes[] = {
    ROUTE("GET", "/api/v1/events", ACCESS_SIGNED_IN, RIGHT_SEE, list_events),
    { 0 },
};

/* ---- Faults ---- */

void put_fault(struct json_writer *w, const char *key, const struct fault *f)
{
    json_open_object(w, key);
    json_put_id(w, "id", f->id);
    json_put_id(w, "store_id", f->store_id);
    json_put_text(w, "kind", f->kind);
    json_put_text(w, "code", f->code);
    json_put_text(w, "message", f->message);
    put_object(w, "args", f->args);
    json_put_id(w, "subject_id", f->subject_id);
    put_time(w, "opened_at", f->opened_at);
    put_time(w, "last_at", f->last_at);
    json_put_time(w, "closed_at", f->closed_at);
    json_put_i64(w, "times", f->times);
    json_close_object(w);
}

static bool list_faults(struct request *r, struct err *e)
{
    struct page page;
    struct page_end end = { 0 };
    struct fault *faults;
    size_t count;
    bool all = false;
    if (!query_bool(r, "all", &all, e) || !query_page(r, &page, e)) return false;
    if (!fault_repo_list(r->service->db, r->arena, &r->actor, !all, &page, &faults, &count, &end,
                         e))
        return query_list_failed(e);
    struct json_writer w = list_open(r);
    for (size_t i = 0; i < count; i++) put_fault(&w, NULL, &faults[i]);
    return list_close(r, &w, end.next);
}

static bool close_fault(struct request *r, struct err *e)
{
    int64_t id;
    return query_path_id(r, 0, &id, e) && trace_fault_seen_to(r->service, &r->actor, id, e) &&
           reply_empty(r);
}

const struct http_route fault_routes[] = {
    ROUTE("GET", "/api/v1/faults", ACCESS_SIGNED_IN, RIGHT_SEE, list_faults),
    ROUTE("POST", "/api/v1/faults/{id}/close", ACCESS_SIGNED_IN, RIGHT_SEE, close_fault),
    { 0 },
};
