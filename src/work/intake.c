/*
 * intake.c: stored payloads are understood, one by one: one bad order never blocks its page.
 */
#include "base/crypto.h"
#include "base/log.h"
#include "service/order.h"
#include "work/run.h"

#define RAWS_AT_ONCE 50

/* A status or field that nobody knew: the order is kept, and a person is told once a kind. */
static void report(struct run *r, const struct order_page *page)
{
    for (size_t i = 0; i < page->count; i++) {
        const struct order *o = &page->orders[i];
        if (!o->report.len) continue;
        struct err what = { .marketplace = r->connector->key }, e = { 0 };
        err_set(&what, ERR_INVALID, "order.not_understood",
                "order %.*s came with something this version does not know: %.*s",
                STR_ARG(o->remote_number), STR_ARG(o->report));
        err_arg(&what, "order", o->remote_number);
        err_arg(&what, "what", o->report);
        str kind = str_cut(sha256_hex(r->arena, o->report), 0, 16);
        str key = str_print(r->arena, "report:%lld:%.*s", (long long)r->store.id, STR_ARG(kind));
        if (!trace_fault(r->service, r->arena, &r->by, r->store.id, key, "order.report", 0, &what,
                         &e))
            log_warning_err("report not recorded", &e, LOG_INT("store", r->store.id));
        log_warning_err("order not wholly understood", &what, LOG_INT("store", r->store.id));
    }
}

/* True when the row is dealt with, well or not; false when it must wait: for the database, or for the
 * worker that has the job now. */
static bool understand(struct run *r, const struct raw_order *raw, struct err *e)
{
    struct order_page page = { 0 };
    struct err why = { .marketplace = r->connector->key };
    if (raw->is_unreadable)
        err_set(&why, ERR_INVALID, "raw.unreadable", "what was stored cannot be opened: %.*s",
                STR_ARG(raw->error_message));
    else if (r->connector->parse_orders(r->arena, raw->payload, run_now(r), &page, &why)) {
        if (order_accept(r->service, &r->by, r->store.id, raw->id, page.orders, page.count, &why)) {
            report(r, &page);
            return true;
        }
        bool is_lost = str_eq(str_from(why.code), STR("job.lost"));
        if (why.kind == ERR_UNAVAILABLE || is_lost) {
            *e = why;
            return false;
        }
    }
    log_warning_err("payload not understood; it is kept", &why, LOG_INT("store", r->store.id),
                    LOG_INT("payload", raw->id));
    return order_raw_failed(r->service, &r->by, r->store.id, raw->id, &why, e);
}

bool job_intake(struct run *r, struct err *e)
{
    for (int64_t after = 0;;) {
        struct arena_mark mark = arena_mark(r->arena);
        struct raw_order *raws = NULL;
        size_t count = 0;
        if (!raw_repo_new(r->service->db, r->arena, r->service->keys, &r->by, r->store.id, after,
                          RAWS_AT_ONCE, &raws, &count, e))
            return false;
        for (size_t i = 0; i < count; i++) {
            struct arena_mark each = arena_mark(r->arena);
            if (!understand(r, &raws[i], e)) return false;
            after = raws[i].id;
            arena_rewind(r->arena, each);
        }
        arena_rewind(r->arena, mark);
        if (count < RAWS_AT_ONCE) return true;
        if (!run_renew(r, e)) return false;
    }
}
