/*
 * store_repo.h: stores, their credentials sealed, and their schedules.
 */
#ifndef REPO_STORE_REPO_H
#define REPO_STORE_REPO_H

#include "domain/store.h"
#include "repo/repo.h"

/* Inserts (id 0) or updates name, base url, test mode, ceiling, values. `secrets` names the settings
 * that are sealed (NULL-terminated); one that is given empty or not at all stays as it was.
 * hook_secret is made on insert, and the store granted to whom it would else be hidden from. */
bool store_repo_save(struct db *db, struct arena *a, const struct keyring *k,
                     const struct actor *by, struct store *s, const char *const *secrets,
                     utc_ms now, struct err *e);
/* With values opened: for visits. */
bool store_repo_open(struct db *db, struct arena *a, const struct keyring *k,
                     const struct actor *by, int64_t id, struct store *out, struct err *e);
/* Without: for display. */
bool store_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                     struct store *out, struct err *e);
bool store_repo_list(struct db *db, struct arena *a, const struct actor *by, struct store **out,
                     size_t *count, struct err *e);
/* All companies': the scheduler's. */
bool store_repo_all(struct db *db, struct arena *a, struct store **out, size_t *count,
                    struct err *e);
/* The store a callback's secret belongs to, of any company, its hook_secret opened. */
bool store_repo_by_hook(struct db *db, struct arena *a, const struct keyring *k, str secret,
                        struct store *out, struct err *e);
bool store_repo_state(struct db *db, const struct actor *by, int64_t id, enum store_state state,
                      str code, str message, struct err *e);
bool store_repo_checked(struct db *db, const struct actor *by, int64_t id, utc_ms at,
                        struct err *e);
bool store_repo_hooked(struct db *db, const struct actor *by, int64_t id, str remote_id,
                       struct err *e);

struct schedule {
    int64_t store_id, company_id;
    str purpose; /* "orders", "sweep", "hooks" */
    utc_ms every_ms, next_run_at, last_run_at, last_ok_at;
    bool is_paused;
    str last_result, cursor;
};
bool schedule_repo_ensure(struct db *db, const struct actor *by, int64_t store_id,
                          const char *purpose, utc_ms every_ms, utc_ms first_at, struct err *e);
bool schedule_repo_list(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                        struct schedule **out, size_t *count, struct err *e);
/* Due ones of active stores, all companies; claiming moves next_run_at on by a conditional update. */
bool schedule_repo_due(struct db *db, struct arena *a, utc_ms now, size_t limit,
                       struct schedule **out, size_t *count, struct err *e);
bool schedule_repo_claim(struct db *db, const struct schedule *s, utc_ms now, bool *is_ours,
                         struct err *e);
bool schedule_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                        const char *purpose, struct schedule *out, struct err *e);
/* A failed run without a cursor keeps the one there is. */
bool schedule_repo_result(struct db *db, const struct actor *by, int64_t store_id,
                          const char *purpose, utc_ms at, bool is_ok, str result, str cursor,
                          struct err *e);
bool schedule_repo_run_now(struct db *db, const struct actor *by, int64_t store_id,
                           const char *purpose, utc_ms now, struct err *e);

#endif
