/*
 * people_repo.h: companies, users, sessions, audit rows, kept replies and settings of the installation.
 */
#ifndef REPO_PEOPLE_REPO_H
#define REPO_PEOPLE_REPO_H

#include "repo/repo.h"

struct user {
    int64_t id, company_id;
    str email, name, password_hash, company_name;
    enum role role;
    bool all_stores, is_disabled;
    int failed_sign_ins;
    utc_ms locked_until;
};
bool company_repo_add(struct db *db, str name, utc_ms now, int64_t *id, struct err *e);
/* The first company when there is one: commands act for it. 0: none yet. */
bool company_repo_first(struct db *db, struct arena *a, int64_t *id, struct err *e);
/* 0: none of this name. */
bool company_repo_named(struct db *db, struct arena *a, str name, int64_t *id, struct err *e);
bool user_repo_add(struct db *db, struct user *u, utc_ms now, struct err *e); /* "user.taken" */
bool user_repo_by_email(struct db *db, struct arena *a, str email, struct user *out, struct err *e);
bool user_repo_find(struct db *db, struct arena *a, int64_t id, struct user *out, struct err *e);
bool user_repo_list(struct db *db, struct arena *a, const struct actor *by, struct user **out,
                    size_t *count, struct err *e);
bool user_repo_sign_in_failed(struct db *db, int64_t id, utc_ms locked_until, struct err *e);
bool user_repo_signed_in(struct db *db, int64_t id, struct err *e);

struct session {
    str id;
    int64_t user_id;
    str refresh_hash, previous_hash;
    str refresh_box; /* the newest token, sealed by the caller; empty before the first rotation */
    utc_ms rotated_at, created_at, expires_at, ended_at;
    str user_agent, address;
};
bool session_repo_add(struct db *db, const struct session *s, struct err *e);
bool session_repo_find(struct db *db, struct arena *a, str id, struct session *out, struct err *e);
bool session_repo_by_refresh(struct db *db, struct arena *a, str hash, struct session *out,
                             struct err *e); /* newest or previous */
/* Conditional on `was` being the newest: ERR_CONFLICT otherwise. */
bool session_repo_rotate(struct db *db, str id, str was, str hash, str box, utc_ms now,
                         utc_ms expires_at, struct err *e);
bool session_repo_end(struct db *db, str id, const char *why, utc_ms now, struct err *e);
bool session_repo_forget(struct db *db, utc_ms expired_before, struct err *e);

bool audit_repo_add(struct db *db, struct arena *a, const struct actor *by, const char *action,
                    str subject, str detail_json, utc_ms now, struct err *e);

/* One row per name; value_box sealed by the caller. ERR_NOT_FOUND when missing. */
bool setting_repo_get(struct db *db, struct arena *a, const char *name, str *value, str *box,
                      struct err *e);
bool setting_repo_put(struct db *db, const char *name, str value, str box, struct err *e);

/* Idempotency-Key. begin: *is_new, or the kept reply (status 0: still running). */
struct kept_reply {
    str request_digest;
    int status;
    str reply;
};
bool idempotency_repo_begin(struct db *db, struct arena *a, int64_t user_id, str key,
                            str request_digest, utc_ms now, bool *is_new, struct kept_reply *kept,
                            struct err *e);
bool idempotency_repo_end(struct db *db, int64_t user_id, str key, int status, str reply,
                          struct err *e);
bool idempotency_repo_drop(struct db *db, int64_t user_id, str key, struct err *e);
bool idempotency_repo_forget(struct db *db, utc_ms before, struct err *e);

#endif
