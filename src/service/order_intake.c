/* Payloads as they come: stored before anybody understands them. */
#include "db/db.h"
#include "repo/trace_repo.h"
#include "service/order.h"
#include "service/unit.h"

static bool add_intake(struct service *s, const struct actor *by, int64_t store_id, struct err *e)
{
    return unit_store_job(s, by, store_id, JOB_INTAKE, LANE_NOW, 0, NULL, e);
}

bool order_receive(struct service *s, const struct actor *by, int64_t store_id, const char *source,
                   const struct raw_order *raws, size_t count, size_t *news, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    size_t added = 0;
    for (size_t i = 0; i < count; i++) {
        struct raw_order raw = raws[i];
        int64_t id = 0;
        bool is_new = false;
        raw.store_id = store_id;
        raw.source = str_from(source);
        if (!raw.received_at) raw.received_at = clock_now(s->clock);
        if (!raw_repo_add(s->db, a, s->keys, by, &raw, &id, &is_new, e)) return false;
        added += is_new;
    }
    if (added && !add_intake(s, by, store_id, e)) return false;
    if (!db_commit(&tx, e)) return false;
    *news = added;
    return true;
}

static str raw_key(struct arena *a, int64_t raw_id)
{
    return str_print(a, "order.raw:%lld", (long long)raw_id);
}

static str raw_args(struct arena *a, int64_t raw_id, const struct err *why)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_id(&w, "raw", raw_id);
    json_put_cstr(&w, "code", why->code);
    json_close_object(&w);
    return json_written(&w);
}

bool order_raw_failed(struct service *s, const struct actor *by, int64_t store_id, int64_t raw_id,
                      const struct err *why, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct fault f = { .company_id = by->company_id,
                       .store_id = store_id,
                       .subject_id = raw_id,
                       .key = raw_key(a, raw_id),
                       .kind = STR("order.raw"),
                       .code = STR("order.raw"),
                       .message = str_print(a,
                                            "an order came that could not be understood (%s); it is"
                                            " kept: try it again once the cause is mended",
                                            why->message),
                       .args = raw_args(a, raw_id, why) };
    if (!raw_repo_failed(s->db, by, raw_id, why, e)) return false;
    if (!fault_repo_open(s->db, by, &f, clock_now(s->clock), e)) return false;
    unit_ring(s);
    return db_commit(&tx, e);
}

bool order_raw_retry(struct service *s, const struct actor *by, int64_t raw_id, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    int64_t store_id = 0;
    utc_ms now = clock_now(s->clock);
    if (!raw_repo_store(s->db, a, by, raw_id, &store_id, e)) return false;
    if (!raw_repo_retry(s->db, by, raw_id, e)) return false;
    if (!fault_repo_close(s->db, by, raw_key(a, raw_id), now, e)) return false;
    if (!add_intake(s, by, store_id, e)) return false;
    if (!unit_audit(s, by, "order.raw_retry", "raw", raw_id, STR(""), e)) return false;
    unit_ring(s);
    return db_commit(&tx, e);
}
