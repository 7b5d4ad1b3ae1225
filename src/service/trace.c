#include "service/trace.h"

#include "base/json.h"
#include "db/db.h"
#include "service/unit.h"

#define UNSEEN_ENDS (7 * UTC_DAY)
#define ENDED_AT_ONCE 100

bool trace_attempt(struct service *s, struct attempt *at, struct err *e)
{
    return attempt_repo_begin(s->db, at, e);
}

bool trace_call(struct service *s, struct arena *a, struct api_call *call, struct attempt *attempt,
                const char *outcome, const struct err *why, struct err *e)
{
    AUTO(db_tx) tx = db_begin(s->db, e);
    if (!tx) return false;
    if (!call_repo_add(s->db, a, s->keys, call, e)) return false;
    if (attempt) {
        attempt->call_id = call->id;
        if (!attempt_repo_end(s->db, attempt, outcome, why, clock_now(s->clock), e)) return false;
    }
    return db_commit(&tx, e);
}

static str args_json(struct arena *a, const struct err *why)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    for (int i = 0; i < ERR_ARGS && why->args[i].name; i++)
        json_put_cstr(&w, why->args[i].name, why->args[i].value);
    json_close_object(&w);
    return json_written(&w);
}

bool trace_fault(struct service *s, struct arena *a, const struct actor *by, int64_t store_id,
                 str key, const char *kind, int64_t subject_id, const struct err *why,
                 struct err *e)
{
    bool is_open = true;
    /* Most runs that went well have no fault to close: they are spared the writer's baton. */
    if (!why && !fault_repo_is_open(s->db, a, by, key, &is_open, e)) return false;
    if (!why && !is_open) return true;
    AUTO(db_tx) tx = db_begin(s->db, e);
    if (!tx) return false;
    utc_ms now = clock_now(s->clock);
    if (why) {
        struct fault f = { .company_id = by->company_id,
                           .store_id = store_id,
                           .subject_id = subject_id,
                           .key = key,
                           .kind = str_from(kind),
                           .code = str_from(why->code),
                           .message = str_from(why->message),
                           .args = args_json(a, why) };
        if (!fault_repo_open(s->db, by, &f, now, e)) return false;
    } else if (!fault_repo_close(s->db, by, key, now, e)) {
        return false;
    }
    if (!db_commit(&tx, e)) return false;
    if (s->ring) s->ring(s->ring_context);
    return true;
}

bool trace_buyer_shown(struct service *s, const struct actor *by, const char *kind, int64_t id,
                       struct err *e)
{
    if (!by->user_id) return true;
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    return unit_audit(s, by, "buyer.seen", kind, id, (str){ 0 }, e) && db_commit(&tx, e);
}

bool trace_fault_seen_to(struct service *s, const struct actor *by, int64_t id, struct err *e)
{
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    unit_ring(s);
    return fault_repo_close_id(s->db, by, id, clock_now(s->clock), e) &&
           unit_audit(s, by, "fault.close", "fault", id, (str){ 0 }, e) && db_commit(&tx, e);
}

static bool end_all(struct service *s, const struct fault *faults, size_t count, struct err *e)
{
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    for (size_t i = 0; i < count; i++) {
        struct actor system = actor_system(faults[i].company_id);
        struct err why = { 0 };
        bool is_ended =
            fault_repo_close_id(s->db, &system, faults[i].id, clock_now(s->clock), &why);
        if (is_ended || why.kind == ERR_NOT_FOUND) continue; /* somebody was quicker */
        *e = why;
        return false;
    }
    unit_ring(s);
    return db_commit(&tx, e);
}

bool trace_end_unseen(struct service *s, struct err *e)
{
    static const char *const kinds[] = { "order.report", "order.status", "listing.ambiguous" };
    AUTO(arena) a = arena_new();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct fault *faults;
        size_t count;
        if (!fault_repo_unseen(s->db, a, kinds[i], clock_now(s->clock) - UNSEEN_ENDS, ENDED_AT_ONCE,
                               &faults, &count, e))
            return false;
        if (count && !end_all(s, faults, count, e)) return false;
    }
    return true;
}
