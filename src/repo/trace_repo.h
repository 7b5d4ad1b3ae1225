/*
 * trace_repo.h: what happened: API calls, attempts, events for the panel, faults that need a person.
 */
#ifndef REPO_TRACE_REPO_H
#define REPO_TRACE_REPO_H

#include "repo/repo.h"

/* Secrets are masked before they come here; boxes are sealed here. */
struct api_call {
    int64_t id, company_id, store_id, job_id;
    utc_ms at;
    str store_name, marketplace;
    str purpose, method, url;
    int status; /* 0: no reply */
    int64_t took_ms, request_bytes, reply_bytes;
    enum err_kind error_kind;
    str error_code, error_message;
    str request, reply; /* JSON: {"headers": {...}, "body": "..."}; only from call_repo_find */
    str about;          /* words to find it by */
};
bool call_repo_add(struct db *db, struct arena *a, const struct keyring *k, struct api_call *c,
                   struct err *e);
struct call_filter {
    int64_t store_id, job_id;
    int status_class; /* 2, 4, 5; 429; -1: failed (0 or >= 400); 0: all */
    str purpose, search;
};
bool call_repo_list(struct db *db, struct arena *a, const struct actor *by,
                    const struct call_filter *f, const struct page *page, struct api_call **out,
                    size_t *count, struct page_end *end, struct err *e);
bool call_repo_find(struct db *db, struct arena *a, const struct keyring *k, const struct actor *by,
                    int64_t id, struct api_call *out, struct err *e);
bool call_repo_forget(struct db *db, utc_ms before, int64_t most, int64_t *count, struct err *e);

struct attempt {
    int64_t id, company_id, store_id, job_id, call_id;
    str kind, target, outcome, error_code, error_message;
    utc_ms started_at, ended_at;
};
bool attempt_repo_begin(struct db *db, struct attempt *at, struct err *e);
bool attempt_repo_end(struct db *db, const struct attempt *at, const char *outcome,
                      const struct err *why, utc_ms now, struct err *e);
/* Those of a job without outcome: left by a process that died. */
bool attempt_repo_open(struct db *db, struct arena *a, int64_t job_id, struct attempt **out,
                       size_t *count, struct err *e);

/* Old ones with an outcome, the oldest rows at most `most`. */
bool attempt_repo_forget(struct db *db, utc_ms ended_before, int64_t most, int64_t *count,
                         struct err *e);

struct event {
    int64_t id, company_id, store_id, subject_id;
    utc_ms at;
    str kind, data;
};
/* In the transaction of the fact. */
bool event_repo_add(struct db *db, const struct actor *by, int64_t store_id, const char *kind,
                    int64_t subject_id, str data, utc_ms now, struct err *e);
/* All companies', ascending, after an id: the live feed's. */
bool event_repo_after(struct db *db, struct arena *a, int64_t after_id, size_t limit,
                      struct event **out, size_t *count, struct err *e);
/* One actor's, newest first: the overview's feed. */
bool event_repo_newest(struct db *db, struct arena *a, const struct actor *by, size_t limit,
                       struct event **out, size_t *count, struct err *e);
bool event_repo_bounds(struct db *db, struct arena *a, int64_t *oldest, int64_t *newest,
                       struct err *e);
bool event_repo_forget(struct db *db, utc_ms before, struct err *e);

struct fault {
    int64_t id, company_id, store_id, subject_id;
    str key, kind, code, message, args;
    utc_ms opened_at, last_at, closed_at;
    int64_t times;
};
/* Opens a fault, or counts it once more when one with this key is open. Also an event when new. */
bool fault_repo_open(struct db *db, const struct actor *by, const struct fault *f, utc_ms now,
                     struct err *e);
bool fault_repo_close(struct db *db, const struct actor *by, str key, utc_ms now, struct err *e);
/* By its id, when a person has seen to it. ERR_NOT_FOUND "fault.not_found": not there, or not open. */
bool fault_repo_close_id(struct db *db, const struct actor *by, int64_t id, utc_ms now,
                         struct err *e);
/* Open ones of a kind that were not met since, of all companies, the longest unseen first: company and
 * id are filled. */
bool fault_repo_unseen(struct db *db, struct arena *a, const char *kind, utc_ms since, size_t limit,
                       struct fault **out, size_t *count, struct err *e);
bool fault_repo_forget(struct db *db, utc_ms closed_before, struct err *e);
bool fault_repo_is_open(struct db *db, struct arena *a, const struct actor *by, str key, bool *is,
                        struct err *e);
bool fault_repo_list(struct db *db, struct arena *a, const struct actor *by, bool open_only,
                     const struct page *page, struct fault **out, size_t *count,
                     struct page_end *end, struct err *e);

#endif
