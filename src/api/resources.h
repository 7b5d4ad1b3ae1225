/*
 * resources.h: the routes of each resource's file, and the writers that several of them use.
 *
 * Shape    put_x(writer, key, x) writes one object of the description; key NULL inside arrays.
 */
#ifndef API_RESOURCES_H
#define API_RESOURCES_H

#include "api/inside.h"
#include "domain/order.h"
#include "domain/product.h"
#include "domain/store.h"
#include "repo/trace_repo.h"

extern const struct http_route session_routes[], overview_routes[], marketplace_routes[],
    store_routes[], product_routes[], stock_routes[], listing_routes[], order_routes[],
    call_routes[], job_routes[], event_routes[], fault_routes[], live_routes[], hook_routes[],
    system_routes[], panel_routes[];

/* All but the panel's; ends with NULL. */
extern const struct http_route *const resource_tables[];

/* ---- Replies ---- */

bool reply_json(struct request *r, int status, const struct json_writer *w);
bool reply_empty(struct request *r);
/* {"items": [ ... ], "next": ..., "prev": null} */
struct json_writer list_open(struct request *r);
bool list_close(struct request *r, struct json_writer *w, str next);

/* {"n": ..., "exact": ...} */
bool reply_count(struct request *r, int64_t n, bool is_exact);

/* ---- Values that the description never lets be null ---- */

void put_id(struct json_writer *w, const char *key, int64_t id);     /* "0" for none */
void put_time(struct json_writer *w, const char *key, utc_ms at);    /* 1970 for unknown */
void put_money(struct json_writer *w, const char *key, money m);     /* TRY without currency */
void put_object(struct json_writer *w, const char *key, str stored); /* {} for none */

/* Reason, or null for ERR_NONE. */
void put_reason(struct json_writer *w, const char *key, enum err_kind kind, str code, str message);
void put_err(struct json_writer *w, const char *key, const struct err *e);

/* ---- Writers shared ---- */

void put_store(struct json_writer *w, const char *key, const struct store *s);
void put_variant(struct json_writer *w, const char *key, const struct variant *v, str title,
                 const struct actor *by);
void put_fault(struct json_writer *w, const char *key, const struct fault *f);
void put_event(struct json_writer *w, const char *key, const struct event *ev);
/* Whether events of this kind are for this actor; company and stores are the repository's to keep. */
bool event_is_for(const struct actor *by, str kind);

/* jobs.c */
void put_job(struct json_writer *w, const char *key, const struct job *j);
/* {"job": ...} with 202. */
bool reply_accepted(struct request *r, int64_t job_id, struct err *e);
struct job_count {
    int64_t waiting, running, dead;
    utc_ms oldest_due_at;
};
/* Of the actor's stores; each at most 500. */
bool job_counts(struct request *r, struct job_count *out, struct err *e);

/* live.c */
struct live *live_start(struct api *a, struct err *e);
void live_ring(struct live *l);
void live_stop(struct live *l);
void live_free(struct live *l);
/* Closes the sockets of a session. */
void live_end_session(struct live *l, str session_id);
/* A ticket for one socket of this session, or false when too many wait. */
bool live_ticket(struct request *r, str *ticket, struct err *e);

#endif
