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

#define TROUBLE_TRIES 3 /* what does not mend within so many is told */
#define WAKE_OF_THE_IDLE                                                                           \
    UTC_MINUTE /* how often a job that outlasts a pause looks whether it is over */

static struct metric runs =
    METRIC(METRIC_COUNTER, "bedesten_job_runs_total", "Runs of jobs, by kind and outcome");

static const struct job_kind {
    const char *name;
    job_step *step;
    const char *purpose; /* names the fault */
    /* What becomes of it while the store is not active. What was received is understood all the same. */
    enum { PAUSED_RUNS, PAUSED_ENDS, PAUSED_WAITS, PAUSED_REFUSED } while_paused;
    bool is_single; /* each is a matter of its own: a person asked for it */
} kinds[] = {
    { JOB_PULL_ORDERS, job_pull_orders, "orders", PAUSED_ENDS, false },
    { JOB_INTAKE, job_intake, "intake", PAUSED_RUNS, false },
    { JOB_PUSH_OFFERS, job_push_offers, "offers", PAUSED_ENDS, false },
    /* Resuming asks for everything but this. */
    { JOB_FOLLOW_PUSHES, job_follow_pushes, "results", PAUSED_WAITS, false },
    { JOB_SWEEP, job_sweep, "sweep", PAUSED_ENDS, false },
    { JOB_HOOKS, job_hooks, "hooks", PAUSED_ENDS, false },
    { JOB_CHECK_STORE, job_check_store, "check", PAUSED_RUNS, true },
    { JOB_ORDER_ACTION, job_order_action, "action", PAUSED_REFUSED, true },
    { JOB_RECOMPUTE, job_recompute, "recompute", PAUSED_RUNS, false },
    { JOB_SETTLE_ORDERS, job_settle_orders, "settle", PAUSED_RUNS, false },
};

const char *const run_local_kinds[] = { JOB_INTAKE, JOB_SETTLE_ORDERS, JOB_RECOMPUTE, NULL };

bool run_is_local(str kind)
{
    for (const char *const *k = run_local_kinds; *k; k++)
        if (str_eq(kind, str_from(*k))) return true;
    return false;
}

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

/* --- faults --- */

/* Jobs of one purpose share a fault; what a person asked for has one of its own. */
static str fault_key(struct run *r, const struct job_kind *kind)
{
    if (kind->is_single) return str_print(r->arena, "job:%lld", (long long)r->job->id);
    return str_print(r->arena, "store:%lld:%s", (long long)r->store.id, kind->purpose);
}

/* Opens the fault, or closes it when `why` is NULL. */
static void tell_fault(struct run *r, const struct job_kind *kind, const struct err *why)
{
    struct err e = { 0 }, told = { 0 };
    if (!r->store.id) return;
    if (why) {
        told = *why;
        err_arg(&told, "store", r->store.name);
        err_arg(&told, "marketplace", str_from(r->connector ? r->connector->title : ""));
    }
    if (!trace_fault(r->service, r->arena, &r->by, r->store.id, fault_key(r, kind), "store.trouble",
                     r->store.id, why ? &told : NULL, &e))
        log_warning_err("fault not recorded", &e, LOG_INT("store", r->store.id));
}

/* Whether a person is told: at once of what does not mend by itself, else after a few tries. */
static bool is_trouble(const struct err *why, int tries)
{
    return tries >= TROUBLE_TRIES || (why->kind != ERR_UNAVAILABLE && why->kind != ERR_UNCERTAIN);
}

/* --- how a run ends --- */

/* One refusal does not prove dead credentials: only a second, cheap call that is refused alike does. */
static bool credentials_are_dead(struct run *r)
{
    struct check_report report = { 0 };
    struct err again = { 0 };
    return r->connector->check && !r->connector->check(&r->visit, &report, &again) &&
           again.kind == ERR_CREDENTIALS;
}

static bool end_disconnected(struct run *r, const struct job_kind *kind, const struct err *why,
                             struct err *e)
{
    struct queue *q = r->service->queue;
    struct err not_so = { 0 };
    if (!store_disconnected(r->service, &r->by, &r->store, why, &not_so)) {
        if (str_eq(str_from(not_so.code), STR("store.changed")))
            return queue_later(q, r->job, run_now(r), &not_so, e);
        *e = not_so;
        return false;
    }
    if (kind->is_single) return queue_dead(q, r->job, why, e);
    /* Reconnecting asks anew for the others, but not for what outlasts a pause. */
    if (kind->while_paused == PAUSED_WAITS)
        return queue_later(q, r->job, run_now(r) + WAKE_OF_THE_IDLE, NULL, e);
    return queue_done(q, r->job, (str){ 0 }, e);
}

static bool goes_on_at_once(const struct err *why)
{
    return visit_is_over(why) || visit_was_stopped(why);
}

/* A dead job keeps its error and its key: the schedule, the next fact or a person revives it. */
static bool end_failed(struct run *r, const struct job_kind *kind, struct err *why, struct err *e)
{
    struct queue *q = r->service->queue;
    if (visit_found_no_room(why))
        return queue_postpone(q, r->job, why->retry_at, r->answers > 0, why, e);
    if (goes_on_at_once(
            why)) /* a single one keeps the error, by which it looks before it repeats */
        return queue_later(q, r->job, run_now(r), kind->is_single ? why : NULL, e);
    if (why->kind == ERR_CREDENTIALS && r->connector) {
        if (credentials_are_dead(r)) return end_disconnected(r, kind, why, e);
        why->kind = ERR_UNAVAILABLE; /* it was this call, not the credentials */
    }
    struct retry_plan plan = retry_plan(why, r->job->tries, run_now(r), run_chance());
    if (why->kind == ERR_RATE_LIMITED && plan.at < r->held_until) plan.at = r->held_until;
    if (is_trouble(why, r->job->tries)) tell_fault(r, kind, why);
    return plan.verdict == RETRY_LATER ? queue_later(q, r->job, plan.at, why, e)
                                       : queue_dead(q, r->job, why, e);
}

static bool end_well(struct run *r, const struct job_kind *kind, struct err *e)
{
    /* A matter of its own has a fault to close only when it failed before. */
    if (!kind->is_single || r->job->error_kind != ERR_NONE) tell_fault(r, kind, NULL);
    if (r->again_at) return queue_later(r->service->queue, r->job, r->again_at, NULL, e);
    return queue_done(r->service->queue, r->job, r->result, e);
}

/* --- a run --- */

static bool pass_pause(struct run *r, const struct job_kind *kind, bool *is_over, struct err *e)
{
    *is_over = r->store.state != STORE_ACTIVE && kind->while_paused != PAUSED_RUNS;
    if (!*is_over || kind->while_paused == PAUSED_ENDS) return true;
    if (kind->while_paused == PAUSED_WAITS) {
        r->again_at = run_now(r) + WAKE_OF_THE_IDLE;
        return true;
    }
    return err_set(e, ERR_CONFLICT, "store.not_active",
                   "the store is %s: nothing was sent; resume it and ask again",
                   store_state_name(r->store.state));
}

static bool perform(struct run *r, const struct job_kind *kind, struct err *e)
{
    bool is_over = false;
    if (!r->job->store_id) return kind->step(r, e);
    if (!visit_open(r, e) || !visit_close_left(r, e)) return false;
    if (!pass_pause(r, kind, &is_over, e)) return false;
    return is_over || kind->step(r, e);
}

static void count_run(struct run *r, const struct job_kind *kind, const char *outcome)
{
    str labels = str_print(r->arena, "kind=\"%s\",outcome=\"%s\"", kind->name, outcome);
    metric_add(&runs, str_cstr(r->arena, labels), 1);
}

static void log_failure(const struct job *job, const struct err *why)
{
    if (visit_found_no_room(why) || goes_on_at_once(why)) return;
    log_warning_err("job failed", why, LOG_TEXT("kind", job->kind), LOG_INT("job", job->id),
                    LOG_INT("store", job->store_id), LOG_INT("try", job->tries));
}

static bool end_unknown_kind(struct run *r, struct err *e)
{
    struct err why = { 0 };
    err_set(&why, ERR_BUG, "job.unknown_kind", "this program does not know jobs of kind '%.*s'",
            STR_ARG(r->job->kind));
    return queue_dead(r->service->queue, r->job, &why, e);
}

static bool run_to_end(struct run *r, struct err *e)
{
    const struct job_kind *kind = kind_of(r->job);
    struct err why = { 0 };
    if (!kind) return end_unknown_kind(r, e);
    if (perform(r, kind, &why)) {
        count_run(r, kind, "done");
        return end_well(r, kind, e);
    }
    count_run(r, kind, err_kind_name(why.kind));
    log_failure(r->job, &why);
    /* Another worker has the job: nothing of this run is written any more. */
    if (str_eq(str_from(why.code), STR("job.lost"))) return true;
    return end_failed(r, kind, &why, e);
}

void run_job(struct work *w, struct arena *arena, const struct job *job)
{
    struct service service = *w->service;
    service.run = job;
    struct run r = {
        .work = w,
        .service = &service,
        .arena = arena,
        .job = job,
        .by = actor_system(job->company_id),
    };
    struct err e = { 0 };
    r.deadline = run_now(&r) + VISIT_LASTS;
    if (!run_to_end(&r, &e))
        log_warning_err("job's end not written; its lease will run out and it runs again", &e,
                        LOG_TEXT("kind", job->kind), LOG_INT("job", job->id));
}
