/*
 * run.c: runs one claimed job and writes what becomes of it.
 */
#include "work/run_job.h"

#include <string.h>

#include "base/json.h"
#include "base/log.h"
#include "base/metrics.h"
#include "service/store.h"
#include "work/retry.h"

static struct metric runs =
    METRIC(METRIC_COUNTER, "bedesten_job_runs_total", "Runs of jobs, by kind and outcome");

/* While a store is not active only these run: what was received is understood all the same. */
static const struct job_kind {
    const char *name;
    job_step *step;
    bool needs_active_store;
    bool is_scheduled;   /* the schedule asks again: a refusal ends this run only */
    const char *purpose; /* names the fault and the schedule */
} kinds[] = {
    { JOB_PULL_ORDERS, job_pull_orders, true, true, "orders" },
    { JOB_INTAKE, job_intake, false, true, "intake" },
    { JOB_PUSH_OFFERS, job_push_offers, true, true, "offers" },
    { JOB_FOLLOW_PUSHES, job_follow_pushes, true, true, "offers" },
    { JOB_SWEEP, job_sweep, true, true, "sweep" },
    { JOB_HOOKS, job_hooks, true, true, "hooks" },
    { JOB_CHECK_STORE, job_check_store, false, false, "check" },
    { JOB_ORDER_ACTION, job_order_action, true, false, "action" },
    { JOB_RECOMPUTE, job_recompute, false, true, "recompute" },
};

static const struct job_kind *kind_of(const struct job *j)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
        if (str_eq(j->kind, str_from(kinds[i].name))) return &kinds[i];
    return NULL;
}

utc_ms run_now(const struct run *r)
{
    return clock_now(r->service->clock);
}

int64_t run_chance(void)
{
    uint32_t random;
    crypto_random(&random, sizeof(random));
    return random % 1000000;
}

bool run_renew(struct run *r, struct err *e)
{
    return queue_renew(r->service->queue, r->job, LEASE_LASTS, e);
}

/* One refusal does not prove dead credentials: only a second, cheap call that is refused alike does. */
static bool credentials_are_dead(struct run *r)
{
    struct check_report report = { 0 };
    struct err again = { 0 };
    return r->connector->check && !r->connector->check(&r->visit, &report, &again) &&
           again.kind == ERR_CREDENTIALS;
}

static void fault_of(struct run *r, const struct job_kind *kind, const struct err *why)
{
    struct err e = { 0 };
    str key = str_print(r->arena, "store:%lld:%s", (long long)r->store.id, kind->purpose);
    struct err told;
    if (why) {
        told = *why;
        err_arg(&told, "store", r->store.name);
        err_arg(&told, "marketplace", str_from(r->connector ? r->connector->title : ""));
    }
    if (!trace_fault(r->service, r->arena, &r->by, r->store.id, key, "store.trouble", r->store.id,
                     why ? &told : NULL, &e))
        log_warning_err("fault not recorded", &e, LOG_INT("store", r->store.id));
}

/* Tells a person soon of what does not mend by itself within a few tries; waiting for room in a
 * limit of our own is no trouble at all. */
static bool is_trouble(const struct err *why, int tries)
{
    if (str_eq(str_from(why->code), STR("limit.wait"))) return false;
    if (str_eq(str_from(why->code), STR("visit.too_long"))) return false;
    return tries >= 3 || (why->kind != ERR_UNAVAILABLE && why->kind != ERR_UNCERTAIN);
}

static bool end_later(struct run *r, const struct err *why, utc_ms at, struct err *e)
{
    return queue_later(r->service->queue, r->job, at, why, e);
}

static bool end_failed(struct run *r, const struct job_kind *kind, struct err *why, struct err *e)
{
    struct queue *q = r->service->queue;
    if (why->kind == ERR_CREDENTIALS && r->connector) {
        if (credentials_are_dead(r)) {
            if (!store_disconnected(r->service, &r->by, r->store.id, why, e)) return false;
            return kind->is_scheduled ? queue_done(q, r->job, (str){ 0 }, e)
                                      : queue_dead(q, r->job, why, e);
        }
        why->kind = ERR_UNAVAILABLE; /* it was this call, not the credentials */
    }
    struct retry_plan plan = retry_plan(why, r->job->tries, run_now(r), run_chance());
    if (r->store.id && is_trouble(why, r->job->tries)) fault_of(r, kind, why);
    if (plan.verdict == RETRY_LATER) return end_later(r, why, plan.at, e);
    return kind->is_scheduled ? queue_done(q, r->job, (str){ 0 }, e)
                              : queue_dead(q, r->job, why, e);
}

static bool perform(struct run *r, const struct job_kind *kind, struct err *e)
{
    if (r->job->store_id) {
        if (!visit_open(r, e)) return false;
        if (kind->needs_active_store && r->store.state != STORE_ACTIVE) return true;
    }
    return kind->step(r, e);
}

static bool end_well(struct run *r, const struct job_kind *kind, struct err *e)
{
    /* Only a job that had trouble closes its fault: no write for each of the many that had none. */
    if (r->store.id && r->job->error_kind != ERR_NONE) fault_of(r, kind, NULL);
    if (r->again_at) return end_later(r, NULL, r->again_at, e);
    return queue_done(r->service->queue, r->job, r->result, e);
}

void run_job(struct work *w, struct arena *arena, const struct job *job)
{
    struct run r = {
        .work = w,
        .service = w->service,
        .arena = arena,
        .job = job,
        .by = actor_system(job->company_id),
    };
    r.deadline = run_now(&r) + VISIT_LASTS;
    const struct job_kind *kind = kind_of(job);
    struct err why = { 0 }, e = { 0 };
    bool is_ended;
    if (!kind) {
        err_set(&why, ERR_BUG, "job.unknown_kind", "this program does not know jobs of kind '%.*s'",
                STR_ARG(job->kind));
        is_ended = queue_dead(w->service->queue, job, &why, &e);
    } else if (perform(&r, kind, &why)) {
        is_ended = end_well(&r, kind, &e);
        metric_add(&runs,
                   str_cstr(arena, str_print(arena, "kind=\"%s\",outcome=\"done\"", kind->name)),
                   1);
    } else {
        if (!str_eq(str_from(why.code), STR("limit.wait")))
            log_warning_err("job failed", &why, LOG_TEXT("kind", job->kind),
                            LOG_INT("job", job->id), LOG_INT("store", job->store_id),
                            LOG_INT("try", job->tries));
        metric_add(&runs,
                   str_cstr(arena, str_print(arena, "kind=\"%s\",outcome=\"%s\"", kind->name,
                                             err_kind_name(why.kind))),
                   1);
        is_ended = end_failed(&r, kind, &why, &e);
    }
    if (!is_ended)
        log_warning_err("job's end not written; its lease will run out and it runs again", &e,
                        LOG_TEXT("kind", job->kind), LOG_INT("job", job->id));
}
