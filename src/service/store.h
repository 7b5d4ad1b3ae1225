/*
 * store.h: connecting, pausing and watching stores.
 */
#ifndef SERVICE_STORE_H
#define SERVICE_STORE_H

#include "repo/store_repo.h"
#include "service/service.h"

/* The facts of the store's connector that a service needs; who calls knows the connector. */
struct store_facts {
    const char *const *secrets; /* names of the settings to seal; ends with NULL */
    utc_ms poll_ms, sweep_ms;
    bool has_hooks;
    int64_t quantity_ceiling; /* the most pieces a listing may show there; below 1: any number */
};

/* Saves the store, its schedules (orders, sweep, hooks), and, when it becomes active, adds the jobs of
 * the first sync. Audited. "store.taken" by name. Checks base_url: https, or plain HTTP on loopback
 * in test mode ("store.base_url"). */
bool store_connect(struct service *s, struct arena *a, const struct actor *by, struct store *st,
                   const struct store_facts *facts, struct err *e);
/* Pause and resume by a person; resuming recomputes, pulls and sweeps at once. */
bool store_pause(struct service *s, const struct actor *by, int64_t id, struct err *e);
bool store_resume(struct service *s, const struct actor *by, int64_t id, struct err *e);
/* The second, cheap call was refused too: stopped, with a fault that says what to do. `used` is the
 * store as it was opened for the calls: when somebody has changed its address or credentials since,
 * nothing is proved of the new ones, and ERR_UNAVAILABLE "store.changed" asks to try again. */
bool store_disconnected(struct service *s, const struct actor *by, const struct store *used,
                        const struct err *why, struct err *e);
/* A check went well: a disconnected store becomes active again. */
bool store_check_passed(struct service *s, const struct actor *by, int64_t id, struct err *e);
/* Queues a live check that a person waits for. */
bool store_check(struct service *s, const struct actor *by, int64_t id, int64_t *job_id,
                 struct err *e);
bool store_run_now(struct service *s, const struct actor *by, int64_t id, const char *purpose,
                   struct err *e);

/* A schedule that fell due becomes its job, unless another process was quicker. */
bool store_run_due(struct service *s, const struct schedule *due, struct err *e);
/* What a run of a purpose came to, and where the next one goes on. A failed run without a cursor keeps
 * the one there is. */
bool store_ran(struct service *s, const struct actor *by, int64_t id, const char *purpose,
               bool is_ok, str result, str cursor, struct err *e);
/* The marketplace calls us now, and names our webhook so. */
bool store_hooked(struct service *s, const struct actor *by, int64_t id, str remote_id,
                  struct err *e);

#endif
