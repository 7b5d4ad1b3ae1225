/*
 * trendyol.h: the simulated Trendyol's own state and the calls between its files.
 *
 * Shape    sellers have listings (by barcode), orders with packages, batches and webhooks. A package
 *          is what the order services list; an order may come to have several.
 * Units    money in kuruş, times in simulated UTC milliseconds, counts in pieces.
 * Memory   sellers, listings, orders and packages live in sandbox.keep; batches, deliveries and
 *          webhooks are malloc'ed.
 * Threads  everything here is called with the simulator's lock held unless a comment says otherwise.
 * Source   Trendyol's seller API as of November 2026.
 */
#ifndef SANDBOX_TRENDYOL_H
#define SANDBOX_TRENDYOL_H

#include "sandbox/sim.h"
#include "sandbox/sim_map.h"

enum ty_status {
    TY_AWAITING,
    TY_VERIFIED,
    TY_CREATED,
    TY_PICKING,
    TY_INVOICED,
    TY_SHIPPED,
    TY_AT_COLLECTION_POINT,
    TY_DELIVERED,
    TY_UNDELIVERED,
    TY_RETURNED,
    TY_CANCELLED,
    TY_UNSUPPLIED,
    TY_UNPACKED,
    TY_STATUS_COUNT
};

enum ty_tier { TY_TIER_50K, TY_TIER_75K, TY_TIER_150K, TY_TIER_500K, TY_TIER_UNLIMITED, TY_TIERS };

/* A service group shares one allowance a minute; TY_GROUP_NONE has only the endpoint's. */
enum ty_group {
    TY_GROUP_NONE,
    TY_GROUP_PRODUCT_READ,
    TY_GROUP_OFFERS,
    TY_GROUP_ORDER_LIST,
    TY_GROUP_PACKAGE_STATUS,
    TY_GROUP_UNSUPPLIED,
    TY_GROUPS
};

enum ty_endpoint_id {
    TY_EP_ADDRESSES,
    TY_EP_OFFERS,
    TY_EP_BATCH,
    TY_EP_LIGHT,
    TY_EP_APPROVED,
    TY_EP_PRODUCT,
    TY_EP_ORDERS_PAGED,
    TY_EP_ORDERS_STREAM,
    TY_EP_PACKAGE_STATUS,
    TY_EP_UNSUPPLIED,
    TY_EP_SPLIT,
    TY_EP_WEBHOOKS,
    TY_EP_CLOSED,
    TY_EP_TEST_ORDER,
    TY_EP_TEST_STATUS,
    TY_EP_UNKNOWN,
    TY_ENDPOINTS
};

/* The calls let through in a window: their times (sliding) and the running window (fixed). */
struct ty_meter {
    utc_ms *times; /* ring, the newest at (next - 1) */
    unsigned room, next, count;
    utc_ms window;
    unsigned in_window;
};

struct ty_listing {
    str barcode, stock_code, title;
    int64_t content_id, variant_id;
    int64_t quantity; /* what the marketplace believes */
    int64_t sale, list;
    bool is_approved, is_locked, is_archived;
    utc_ms created_at, stock_at, price_at; /* stock_at 0: never set by the seller */
    struct ty_meter price_changes;
    /* The books, in pieces ever. */
    int64_t sold, cancelled, unsupplied, oversold, offers_applied, offers_failed;
};

/* Pieces from .. from+quantity-1 of an order line of `pieces` pieces. */
struct ty_line {
    int64_t id, first_item;
    struct ty_listing *listing;
    int64_t from, quantity, pieces;
    int64_t unit_gross;                   /* a piece's sale price when ordered */
    int64_t seller_discount, ty_discount; /* of all `pieces` together */
};

struct ty_history {
    utc_ms at;
    enum ty_status status;
};

struct ty_package {
    int64_t id;
    struct ty_order *order;
    enum ty_status status;
    const char *created_by; /* "order-creation", "cancel", "split" */
    int64_t origin;         /* the parent package, 0: none */
    str tracking;           /* digits; empty until assigned */
    const char *cancelled_by, *cancel_reason;
    int64_t cancel_code;
    utc_ms modified;
    uint64_t change;                  /* grows with every change of any package of the seller */
    struct ty_package *newer, *older; /* the seller's packages by last change */
    struct ty_package *next;          /* of the order */
    struct ty_history history[12];
    size_t history_count;
    struct ty_line *lines;
    size_t line_count;
    bool is_hidden; /* a split's child that has not appeared yet */
};

struct ty_order {
    str number;
    struct ty_seller *seller;
    utc_ms at;
    uint64_t face; /* what the buyer is made from */
    struct ty_package *packages, *last_package;
};

struct ty_batch_item {
    str barcode;
    str echo; /* requestItem as JSON */
    bool has_quantity, has_sale, has_list;
    int64_t quantity, sale, list;
    const char *failure; /* NULL: fine so far */
    bool is_done;
};

struct ty_batch {
    str id;
    struct ty_seller *seller;
    utc_ms created_at, due, done_at; /* done_at 0: still running */
    struct arena *arena;             /* items and texts */
    struct ty_batch_item *items;
    size_t item_count, failed;
};

enum ty_webhook_auth { TY_WEBHOOK_BASIC, TY_WEBHOOK_API_KEY };

struct ty_webhook {
    char id[40];
    struct ty_seller *seller;
    char *url, *user, *secret; /* secret: password or API key */
    enum ty_webhook_auth auth;
    bool subscribed[TY_STATUS_COUNT];
    bool has_subset;
    bool is_passive;
    utc_ms created_at, modified_at;
    int64_t delivered, failed; /* attempts */
};

#define TY_WEBHOOKS 15

struct ty_digest {
    unsigned char sha[32];
    utc_ms at;
};

struct ty_seller {
    int64_t id;
    char key[24], secret[24];
    str authorization; /* the header's expected value */
    enum ty_tier tier;
    struct sim_map listings;   /* by barcode */
    struct ty_listing **shelf; /* in order of loading */
    size_t shelf_count, shelf_room;
    struct sim_map packages; /* by id */
    struct ty_package *newest, *oldest;
    uint64_t last_change;
    bool is_disordered; /* the clock was set back: newest no longer means latest */
    struct ty_order **orders;
    size_t order_count, order_room;
    struct ty_webhook *webhooks[TY_WEBHOOKS];
    size_t webhook_count;
    struct ty_meter endpoint_meters[TY_ENDPOINTS], group_meters[TY_GROUPS];
    struct ty_digest *digests; /* ring of the bodies of the last 15 minutes */
    size_t digest_count, digest_room;
    utc_ms last_batch_due;
};

/* What /control/settings changes; all int64_t so that one table describes them. */
struct ty_settings {
    int64_t limits_on, window_mode, retry_after_on_429;
    int64_t batch_delay_min_ms, batch_delay_max_ms, batch_in_order, batch_expired;
    int64_t unknown_package;
    int64_t webhook_delay_ms, webhook_retry_ms, webhook_passive_after, webhook_timeout_ms;
    int64_t webhook_duplicate_percent, webhook_disorder_percent, webhook_disorder_ms;
    int64_t webhook_localhost_allowed;
    int64_t split_delay_ms, awaiting_ms, verified, ship_after_ms, deliver_after_ms;
    int64_t cancel_percent, cancel_within_ms;
    int64_t discounts, order_date_shift_ms, stream_repeats, new_line_id_on_divide;
};

struct ty_rate {
    bool is_running;
    int64_t per_second_e4, made, refused, until_count;
    int64_t started_us, ends_us; /* real time; ends_us 0: none */
    struct ty_listing **listings;
    struct ty_seller **sellers; /* of each listing */
    size_t listing_count;
    struct sim_random chance;
};

struct trendyol {
    struct sandbox *sim;
    struct ty_settings settings;
    struct ty_seller **sellers;
    size_t seller_count;
    struct sim_map orders;  /* by number */
    struct sim_map batches; /* by id */
    int64_t next_order, next_package, next_line, next_item, next_content, next_webhook;
    struct sim_random ids, chance, webhook_chance;
    struct ty_rate rate;
    struct ty_outbox *outbox; /* trendyol_deliver.c */
};

/* A call on the marketplace's API that passed the gate. */
struct ty_call {
    struct sandbox *s;
    struct trendyol *ty;
    struct http_exchange *x;
    const struct ty_endpoint *endpoint;
    struct ty_seller *seller;
    uint64_t request; /* its number in the log */
    bool leave_one_out;
};

struct ty_endpoint {
    enum ty_endpoint_id id;
    const char *name;
    enum ty_group group;
    void (*run)(struct ty_call *c);
};

static inline struct trendyol *trendyol_of(struct sandbox *s)
{
    return s->state;
}

/* trendyol.c: sellers, listings, settings. */
struct ty_seller *ty_seller_find(struct trendyol *ty, int64_t id);
/* NULL when the id is taken. */
struct ty_seller *ty_seller_add(struct trendyol *ty, int64_t id, enum ty_tier tier);
struct ty_listing *ty_listing_find(struct ty_seller *seller, str barcode);
/* The listing of a barcode, made when there is none. */
struct ty_listing *ty_listing_ensure(struct trendyol *ty, struct ty_seller *seller, str barcode);
bool ty_listing_sells(const struct ty_listing *l);
const char *ty_tier_name(enum ty_tier tier);
bool ty_tier_from(str name, enum ty_tier *out);
str ty_uuid(struct trendyol *ty, struct arena *a);

/* trendyol_gate.c */
extern const struct http_route trendyol_routes[];
void ty_refuse(struct ty_call *c, int status, const char *key, const char *message);
/* The shape of some order calls. */
void ty_refuse_order(struct ty_call *c, int status, const char *error, const char *message);
void ty_answer(struct ty_call *c, const struct json_writer *w);
void ty_breach(struct ty_call *c, const char *rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A text as the fault leaves it: cut in half, with an unknown status or unknown fields. */
str ty_fault_text(struct arena *a, str text, const struct sim_fault *f);
/* The body as JSON; false when it was none and the call has been refused. */
bool ty_body(struct ty_call *c, const struct json **out);
/* A number of the query: missing keeps *out; false when it is no number (and the call is refused). */
bool ty_query_i64(struct ty_call *c, const char *name, int64_t *out);

/* trendyol_limit.c: false when the call was refused. */
bool ty_limit_pass(struct ty_call *c);
/* Takes one of `limit` per window; false when none is left. */
bool ty_meter_take(struct ty_meter *m, unsigned limit, utc_ms window, bool is_fixed, utc_ms now);
void ty_meter_free(struct ty_meter *m);
unsigned ty_group_limit(enum ty_group group, enum ty_tier tier); /* 0: none */
const char *ty_group_name(enum ty_group group);

/* trendyol_batch.c */
void ty_run_offers(struct ty_call *c);
void ty_run_batch(struct ty_call *c);
void ty_batches_free(struct trendyol *ty);

/* trendyol_listing.c */
void ty_run_addresses(struct ty_call *c);
void ty_run_light(struct ty_call *c);
void ty_run_approved(struct ty_call *c);
void ty_run_product(struct ty_call *c);

/* trendyol_order.c: the orders' life. */
struct ty_wish {
    struct ty_listing *listing;
    int64_t quantity;
};
struct ty_part { /* pieces of one line of a package */
    int64_t line_id, quantity;
};
struct ty_order *ty_order_make(struct trendyol *ty, struct ty_seller *seller,
                               const struct ty_wish *wishes, size_t count, bool is_awaiting);
/* "" when the marketplace would sell it, else why not. */
const char *ty_order_obstacle(const struct ty_wish *wishes, size_t count);
struct ty_order *ty_order_find(struct trendyol *ty, str number);
struct ty_package *ty_package_find(struct ty_seller *seller, int64_t id);
void ty_package_move(struct trendyol *ty, struct ty_package *p, enum ty_status status);
bool ty_status_is_open(enum ty_status s); /* Awaiting .. Invoiced: may still be cancelled */
const char *ty_status_name(enum ty_status s);
const char *ty_status_webhook_name(enum ty_status s);
bool ty_status_from(str name, enum ty_status *out);
bool ty_status_from_webhook(str name, enum ty_status *out);

struct ty_ending {
    enum ty_status status; /* TY_CANCELLED or TY_UNSUPPLIED */
    const char *by, *reason;
    int64_t code;
};
/* Ends these pieces of a package (none named: all); what remains goes on in a new package, which is
 * returned (NULL when nothing remains). False when a part is not in the package. */
bool ty_package_end(struct trendyol *ty, struct ty_package *p, const struct ty_part *parts,
                    size_t count, struct ty_ending how, struct ty_package **rest);
/* Splits into groups of parts and, in one more package, what no group names. False when a part is
 * not in the package or nothing would be split. */
struct ty_group_of_parts {
    const struct ty_part *parts;
    size_t count;
};
bool ty_package_split(struct trendyol *ty, struct ty_package *p,
                      const struct ty_group_of_parts *groups, size_t count);

/* trendyol_package.c: a package as the order services write it. */
void ty_package_write(const struct trendyol *ty, const struct ty_package *p, struct json_writer *w);
void ty_put_kurus(struct json_writer *w, const char *key, int64_t kurus);
/* Package totals in kuruş. */
struct ty_totals {
    int64_t gross, seller_discount, ty_discount;
};
struct ty_totals ty_package_totals(const struct ty_package *p);

/* trendyol_query.c */
void ty_run_orders_paged(struct ty_call *c);
void ty_run_orders_stream(struct ty_call *c);

/* trendyol_action.c */
void ty_run_package_status(struct ty_call *c);
void ty_run_unsupplied(struct ty_call *c);
void ty_run_split(struct ty_call *c);
void ty_run_test_order(struct ty_call *c);
void ty_run_test_status(struct ty_call *c);

/* trendyol_webhook.c */
void ty_run_webhook_create(struct ty_call *c);
void ty_run_webhook_list(struct ty_call *c);
void ty_run_webhook_update(struct ty_call *c);
void ty_run_webhook_delete(struct ty_call *c);
void ty_run_webhook_activate(struct ty_call *c);
void ty_run_webhook_deactivate(struct ty_call *c);
void ty_webhook_free(struct ty_webhook *h);

/* trendyol_deliver.c */
bool ty_outbox_open(struct trendyol *ty, struct err *e);
void ty_outbox_halt(struct trendyol *ty); /* without the lock */
void ty_outbox_close(struct trendyol *ty);
/* The package has just changed: every webhook that wants to know will be told. */
void ty_webhooks_tell(struct trendyol *ty, const struct ty_package *p);
/* What waits for its time or its turn, of one webhook. */
size_t ty_outbox_waiting(const struct trendyol *ty, const struct ty_webhook *h);
void ty_outbox_forget(struct trendyol *ty, const struct ty_webhook *h);
/* Waits until nothing that is due is left, at most real ms. */
bool ty_outbox_flush(struct trendyol *ty, int64_t ms);

/* trendyol_rate.c */
int64_t ty_rate_work(struct sandbox *s);
void ty_rate_get(struct http_exchange *x);
void ty_rate_post(struct http_exchange *x);
void ty_rate_free(struct ty_rate *r);

/* trendyol_control.c, trendyol_settings.c, trendyol_books.c */
extern const struct http_route trendyol_control_routes[];
struct ty_seller *ty_control_seller(struct trendyol *ty, const struct json *body);
void ty_settings_defaults(struct ty_settings *set);
void ty_settings_get(struct http_exchange *x);
void ty_settings_post(struct http_exchange *x);
void ty_books_get(struct http_exchange *x);
void ty_order_write(const struct ty_order *o, struct json_writer *w);
void ty_order_act(struct http_exchange *x); /* trendyol_fate.c */

#endif
