/*
 * check_store.c: the live connection check that a person waits for.
 */
#include "base/json.h"
#include "service/store.h"
#include "work/run.h"

static void put_reason(struct json_writer *w, const struct err *why)
{
    json_open_object(w, "reason");
    json_put_cstr(w, "kind", err_kind_name(why->kind));
    json_put_cstr(w, "code", why->code);
    json_put_cstr(w, "message", why->message);
    json_open_object(w, "args");
    for (int i = 0; i < ERR_ARGS && why->args[i].name; i++)
        json_put_cstr(w, why->args[i].name, why->args[i].value);
    json_close_object(w);
    json_close_object(w);
}

/* {"ok", "steps": [{"name", "ok", "detail"}], "reason"}: the job's result, good or bad. */
static str result_of(struct run *r, const struct check_report *report, const struct err *why)
{
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_put_bool(&w, "ok", why == NULL);
    json_open_array(&w, "steps");
    for (size_t i = 0; i < report->count; i++) {
        json_open_object(&w, NULL);
        json_put_cstr(&w, "name", report->steps[i].name);
        json_put_bool(&w, "ok", report->steps[i].is_ok);
        json_put_text(&w, "detail", report->steps[i].detail);
        json_close_object(&w);
    }
    json_close_array(&w);
    if (why)
        put_reason(&w, why);
    else
        json_put_null(&w, "reason");
    json_close_object(&w);
    return json_written(&w);
}

/* Only credentials that were refused twice are dead. */
static bool check(struct run *r, struct check_report *report, struct err *why)
{
    if (r->connector->check(&r->visit, report, why)) return true;
    if (why->kind != ERR_CREDENTIALS) return false;
    *report = (struct check_report){ 0 };
    *why = (struct err){ .marketplace = r->connector->key };
    return r->connector->check(&r->visit, report, why);
}

bool job_check_store(struct run *r, struct err *e)
{
    struct check_report report = { 0 };
    struct err why = { .marketplace = r->connector->key };
    if (check(r, &report, &why)) {
        r->result = result_of(r, &report, NULL);
        return store_check_passed(r->service, &r->by, r->store.id, e);
    }
    if (why.kind == ERR_RATE_LIMITED || visit_is_over(&why) || visit_was_stopped(&why)) {
        /* Nothing was learnt: the person waits a little longer. */
        *e = why;
        return false;
    }
    r->result = result_of(r, &report, &why);
    if (why.kind != ERR_CREDENTIALS) return true;
    return store_disconnected(r->service, &r->by, &r->store, &why, e);
}
