#include "service/store.h"

#include "base/json.h"
#include "repo/trace_repo.h"
#include "service/offer.h"
#include "service/unit.h"

#define STORE_NAME_MAX 100
#define HOOKS_EVERY UTC_HOUR

static const struct purpose {
    const char *name, *job;
    enum lane lane;
} purposes[] = {
    { "orders", JOB_PULL_ORDERS, LANE_NOW },
    { "sweep", JOB_SWEEP, LANE_SWEEP },
    { "hooks", JOB_HOOKS, LANE_SOON },
};
#define PURPOSES (sizeof purposes / sizeof purposes[0])

static const struct purpose *purpose_named(const char *name)
{
    for (size_t i = 0; i < PURPOSES; i++)
        if (str_eq(str_from(purposes[i].name), str_from(name))) return &purposes[i];
    return NULL;
}

/* --- what follows from a state --- */

/* A person or a check that passed wants it now: also what waits out an error. */
static bool job_now(struct service *s, const struct actor *by, int64_t store_id, const char *kind,
                    enum lane lane, int64_t *job_id, struct err *e)
{
    int64_t id = 0;
    struct err why = { 0 };
    if (!unit_store_job(s, by, store_id, kind, lane, 0, &id, e)) return false;
    if (!queue_retry(s->queue, by->company_id, id, &why) && why.kind != ERR_CONFLICT) {
        if (e) *e = why;
        return false;
    }
    if (job_id) *job_id = id;
    return true;
}

/* All that a store needs that was not worked for until now. */
static bool catch_up(struct service *s, struct arena *a, const struct actor *by, int64_t store_id,
                     struct err *e)
{
    struct schedule *due;
    size_t count;
    if (!schedule_repo_list(s->db, a, by, store_id, &due, &count, e)) return false;
    for (size_t i = 0; i < count; i++) {
        const struct purpose *p = purpose_named(str_cstr(a, due[i].purpose));
        if (p && !job_now(s, by, store_id, p->job, p->lane, NULL, e)) return false;
    }
    return job_now(s, by, store_id, JOB_PUSH_OFFERS, LANE_NOW, NULL, e) &&
           offer_recompute_later(s, by, store_id, e);
}

static bool tell(struct service *s, const struct actor *by, int64_t store_id, struct err *e)
{
    unit_ring(s);
    return event_repo_add(s->db, by, store_id, "store.changed", store_id, (str){ 0 },
                          clock_now(s->clock), e);
}

static str credentials_key(struct arena *a, int64_t store_id)
{
    return str_print(a, "store.credentials:%lld", (long long)store_id);
}

static bool activate(struct service *s, struct arena *a, const struct actor *by, int64_t store_id,
                     struct err *e)
{
    return store_repo_state(s->db, by, store_id, STORE_ACTIVE, (str){ 0 }, (str){ 0 }, e) &&
           fault_repo_close(s->db, by, credentials_key(a, store_id), clock_now(s->clock), e) &&
           catch_up(s, a, by, store_id, e);
}

/* --- connecting --- */

static bool name_check(str name, struct err *e)
{
    bool is_fine = name.len > 0 && name.len <= STORE_NAME_MAX && str_is_utf8(name) &&
                   str_eq(str_trim(name), name);
    for (size_t i = 0; i < name.len && is_fine; i++)
        is_fine = (unsigned char)name.at[i] >= ' ' && name.at[i] != 0x7f;
    return is_fine || err_set(e, ERR_INVALID, "store.name",
                              "a store's name has 1 to %d characters on one line", STORE_NAME_MAX);
}

static bool ensure_schedules(struct service *s, const struct actor *by, int64_t store_id,
                             const struct store_facts *f, utc_ms now, struct err *e)
{
    const utc_ms every[PURPOSES] = { f->poll_ms, f->sweep_ms, f->has_hooks ? HOOKS_EVERY : 0 };
    for (size_t i = 0; i < PURPOSES; i++)
        if (every[i] > 0 && !schedule_repo_ensure(s->db, by, store_id, purposes[i].name, every[i],
                                                  now + every[i], e))
            return false;
    return true;
}

/* Names only, and no secret among them. */
static str detail_of(struct arena *a, const struct store *was, const struct store *is)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    if (was->id) json_put_text(&w, "name_before", was->name);
    json_put_text(&w, "name", is->name);
    json_put_text(&w, "marketplace", is->marketplace);
    if (was->id) json_put_text(&w, "base_url_before", was->base_url);
    json_put_text(&w, "base_url", is->base_url);
    json_put_bool(&w, "test_mode", is->test_mode);
    json_close_object(&w);
    return json_written(&w);
}

static bool after_saving(struct service *s, struct arena *a, const struct actor *by,
                         const struct store *was, struct store *st, const struct store_facts *f,
                         struct err *e)
{
    bool is_new = was->id == 0;
    bool ceiling_changed = !is_new && (was->quantity_ceiling > 0 || st->quantity_ceiling > 0) &&
                           was->quantity_ceiling != st->quantity_ceiling;
    if (!ensure_schedules(s, by, st->id, f, clock_now(s->clock), e)) return false;
    if (is_new || was->state == STORE_DISCONNECTED) {
        st->state = STORE_ACTIVE;
        return activate(s, a, by, st->id, e);
    }
    st->state = was->state;
    if (ceiling_changed && !offer_recompute_later(s, by, st->id, e)) return false;
    return st->state != STORE_ACTIVE || !f->has_hooks ||
           job_now(s, by, st->id, JOB_HOOKS, LANE_SOON, NULL, e);
}

bool store_connect(struct service *s, struct arena *a, const struct actor *by, struct store *st,
                   const struct store_facts *facts, struct err *e)
{
    if (!name_check(st->name, e) || !store_base_url_check(st->base_url, st->test_mode, e))
        return false;
    struct store was = { 0 }, saved = *st;
    saved.quantity_ceiling = facts->quantity_ceiling;
    if (!saved.id) saved.state = STORE_ACTIVE;
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    if (st->id && !store_repo_find(s->db, a, by, st->id, &was, e)) return false;
    if (was.id) saved.marketplace = was.marketplace; /* an account does not move to another one */
    if (!store_repo_save(s->db, a, s->keys, by, &saved, facts->secrets, clock_now(s->clock), e) ||
        !after_saving(s, a, by, &was, &saved, facts, e) || !tell(s, by, saved.id, e) ||
        !unit_audit(s, by, was.id ? "store.edit" : "store.connect", "store", saved.id,
                    detail_of(a, &was, &saved), e) ||
        !db_commit(&tx, e))
        return false;
    *st = saved;
    return true;
}

/* --- states --- */

bool store_pause(struct service *s, const struct actor *by, int64_t id, struct err *e)
{
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    return store_repo_state(s->db, by, id, STORE_PAUSED, STR("store.paused"),
                            STR("paused by a person: nothing is pulled or pushed"), e) &&
           tell(s, by, id, e) && unit_audit(s, by, "store.pause", "store", id, (str){ 0 }, e) &&
           db_commit(&tx, e);
}

bool store_resume(struct service *s, const struct actor *by, int64_t id, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    return activate(s, a, by, id, e) && tell(s, by, id, e) &&
           unit_audit(s, by, "store.resume", "store", id, (str){ 0 }, e) && db_commit(&tx, e);
}

static bool credentials_fault(struct service *s, struct arena *a, const struct actor *by,
                              const struct store *st, const struct err *why, struct err *e)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_text(&w, "store", st->name);
    json_put_text(&w, "marketplace", st->marketplace);
    json_put_cstr(&w, "reason", why->message);
    json_close_object(&w);
    struct fault f = {
        .company_id = by->company_id,
        .store_id = st->id,
        .subject_id = st->id,
        .key = credentials_key(a, st->id),
        .kind = STR("store.credentials"),
        .code = STR("store.credentials"),
        .message = str_print(a,
                             "%.*s no longer takes the credentials of '%.*s' (%s): enter them"
                             " anew in the store's settings",
                             STR_ARG(st->marketplace), STR_ARG(st->name), why->message),
        .args = json_written(&w),
    };
    return fault_repo_open(s->db, by, &f, clock_now(s->clock), e);
}

static bool is_reached_alike(const struct store *x, const struct store *y)
{
    bool is_alike = str_eq(x->base_url, y->base_url) && x->test_mode == y->test_mode &&
                    x->value_count == y->value_count;
    for (size_t i = 0; i < x->value_count && is_alike; i++)
        is_alike = str_eq(x->values[i].name, y->values[i].name) &&
                   str_eq(x->values[i].value, y->values[i].value);
    return is_alike;
}

bool store_disconnected(struct service *s, const struct actor *by, const struct store *used,
                        const struct err *why, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct store st;
    if (!store_repo_open(s->db, a, s->keys, by, used->id, &st, e)) return false;
    if (!is_reached_alike(used, &st))
        return err_set(
            e, ERR_UNAVAILABLE, "store.changed",
            "the store's settings were changed meanwhile; it is tried with the new ones");
    if (!credentials_fault(s, a, by, &st, why, e)) return false;
    /* A paused store stays what its person made of it. */
    if (st.state != STORE_PAUSED &&
        !store_repo_state(s->db, by, st.id, STORE_DISCONNECTED, STR("store.credentials"),
                          str_from(why->message), e))
        return false;
    return tell(s, by, st.id, e) && db_commit(&tx, e);
}

bool store_check_passed(struct service *s, const struct actor *by, int64_t id, struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct store st;
    utc_ms now = clock_now(s->clock);
    if (!store_repo_find(s->db, a, by, id, &st, e) || !store_repo_checked(s->db, by, id, now, e))
        return false;
    bool could = st.state == STORE_DISCONNECTED
                     ? activate(s, a, by, id, e)
                     : fault_repo_close(s->db, by, credentials_key(a, id), now, e);
    return could && tell(s, by, id, e) && db_commit(&tx, e);
}

/* --- schedules --- */

bool store_run_due(struct service *s, const struct schedule *due, struct err *e)
{
    AUTO(arena) a = arena_new();
    struct actor system = actor_system(due->company_id);
    const struct purpose *p = purpose_named(str_cstr(a, due->purpose));
    bool is_ours = false;
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx || !schedule_repo_claim(s->db, due, clock_now(s->clock), &is_ours, e)) return false;
    /* A purpose that we do not know is a newer program's: left to it. */
    if (is_ours && p && !unit_store_job(s, &system, due->store_id, p->job, p->lane, 0, NULL, e))
        return false;
    return db_commit(&tx, e);
}

bool store_ran(struct service *s, const struct actor *by, int64_t id, const char *purpose,
               bool is_ok, str result, str cursor, struct err *e)
{
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    return schedule_repo_result(s->db, by, id, purpose, clock_now(s->clock), is_ok, result, cursor,
                                e) &&
           db_commit(&tx, e);
}

bool store_hooked(struct service *s, const struct actor *by, int64_t id, str remote_id,
                  struct err *e)
{
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    return store_repo_hooked(s->db, by, id, remote_id, e) && tell(s, by, id, e) &&
           db_commit(&tx, e);
}

/* --- by hand --- */

bool store_check(struct service *s, const struct actor *by, int64_t id, int64_t *job_id,
                 struct err *e)
{
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct store st;
    int64_t job = 0;
    if (!store_repo_find(s->db, a, by, id, &st, e) ||
        !job_now(s, by, id, JOB_CHECK_STORE, LANE_NOW, &job, e) || !db_commit(&tx, e))
        return false;
    *job_id = job;
    return true;
}

bool store_run_now(struct service *s, const struct actor *by, int64_t id, const char *purpose,
                   struct err *e)
{
    const struct purpose *p = purpose_named(purpose);
    if (!p)
        return err_set(e, ERR_INVALID, "store.purpose", "'%s' is nothing that a store runs",
                       purpose);
    AUTO(arena) a = arena_new();
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    struct store st;
    struct schedule schedule;
    if (!store_repo_find(s->db, a, by, id, &st, e) ||
        !schedule_repo_find(s->db, a, by, id, p->name, &schedule, e))
        return false;
    if (st.state != STORE_ACTIVE)
        return err_set(e, ERR_CONFLICT, "store.not_active", "the store is %s: resume it first",
                       store_state_name(st.state));
    return job_now(s, by, id, p->job, p->lane, NULL, e) &&
           unit_audit(s, by, "store.run", "store", id,
                      str_print(a, "{\"purpose\":\"%s\"}", p->name), e) &&
           db_commit(&tx, e);
}
