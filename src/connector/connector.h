/*
 * connector.h: what a marketplace can do, as a table of facts and functions.
 *
 * Shape    behind every function stand a pure request builder and a pure reply parser with one send
 *          between them. A connector knows no database, thread, retry or clock: time is visit.now.
 *          NULL: this marketplace cannot. There is no second list of abilities to keep true.
 * Memory   results live in visit.arena.
 * Errors   reply_refused() of the folder turns a refusal into the kind the worker acts on (err.h);
 *          remote_code and message are the marketplace's own.
 */
#ifndef CONNECTOR_CONNECTOR_H
#define CONNECTOR_CONNECTOR_H

#include "domain/listing.h"
#include "domain/order.h"
#include "domain/store.h"
#include "net/http.h"

/* What the seller fills in; the panel draws it. */
struct store_setting {
    const char *name; /* "seller_id"; NULL ends the list */
    const char *title_tr, *title_en;
    const char *help_tr, *help_en;
    enum { SETTING_TEXT, SETTING_SECRET, SETTING_CHOICE } kind;
    const char *const *choices; /* of SETTING_CHOICE; the first is the default; ends with NULL */
    bool is_required;
};

/* At most `calls` in any `window_ms`. The scope is the store. */
struct rate_limit {
    const char
        *group; /* http_request.limit_group; "*": every endpoint (purpose) by itself; NULL ends */
    const char *tier; /* value of the store's "tier" setting; NULL: all */
    int calls;
    int window_ms;
};

struct visit {
    struct http *http;
    struct arena *arena;
    const struct store *store;
    str base_url; /* the store's or the connector's, without trailing '/' */
    utc_ms now;
};

/* What a live connection check saw, step by step, each with the real answer. */
struct check_step {
    const char *name; /* "address_list": the panel's key */
    bool is_ok;
    str detail;
};
struct check_report {
    struct check_step steps[6];
    size_t count;
};

struct order_query {
    utc_ms since, until; /* modified in [since, until] */
    str cursor;          /* empty: from the start */
};
struct order_page {
    const struct order *orders; /* one per package */
    size_t count;
    str cursor; /* of the next page; empty: this was the last */
};

struct listing_seen {
    str remote_sku, remote_id, title;
    int64_t quantity;
    money price, list_price;
    bool is_on_sale;
};
struct listing_page {
    const struct listing_seen *listings;
    size_t count;
    str cursor;
};

/* One item's result. */
struct offer_result {
    str remote_sku;
    enum { OFFER_PENDING, OFFER_ACCEPTED, OFFER_REFUSED, OFFER_REFUSED_FOR_NOW } outcome;
    char code[48]; /* the marketplace's own, or ours where it gives only a sentence */
    str message;   /* as the marketplace said it */
};
struct push_receipt {
    str batch_id;                       /* not empty: results come by pull_batch */
    const struct offer_result *results; /* else here, one per offer in order */
    size_t count;
};
struct batch_result {
    bool is_done;
    const struct offer_result *results;
    size_t count;
};

struct shipment_notice {
    str remote_number, remote_package_id;
    const struct order_line *lines;
    size_t line_count;
    str invoice_number; /* of invoice notices; may be empty */
};

struct hook {
    str remote_id, url;
    bool is_active;
};
struct hook_list {
    const struct hook *hooks;
    size_t count;
};
/* A callback as it arrived; `secret` is what we gave when registering. */
struct hook_delivery {
    const struct http_header *headers;
    size_t header_count;
    str body;
    str secret;
};

struct connector {
    const char *key;   /* "trendyol": in rows, URLs and logs, for good */
    const char *title; /* "Trendyol" */
    const char *base_url, *test_base_url;
    const struct store_setting *settings;
    const struct rate_limit *limits;
    size_t offers_per_push;      /* the largest batch */
    utc_ms same_body_refused_ms; /* an identical offers body is refused for so long; 0: never */
    utc_ms batch_first_poll_ms, batch_poll_ms; /* when to ask for results */
    utc_ms batch_expires_ms;                   /* then results are gone: unknown, sent again */
    utc_ms settling_ms;       /* how long a read-back may lag behind an accepted write */
    utc_ms poll_ms, sweep_ms; /* default schedule of pull_orders and of the read-back */
    utc_ms overlap_ms;        /* rolling overlap of pull_orders */
    utc_ms order_history_ms;  /* how far back the first pull goes */
    int64_t quantity_ceiling; /* largest quantity of an offer */

    /* A cheap read with the credentials: ERR_CREDENTIALS when they are dead. */
    bool (*check)(struct visit *v, struct check_report *out, struct err *e);

    bool (*pull_orders)(struct visit *v, const struct order_query *q, struct order_page *out,
                        struct err *e);
    /* One order by number: the paged fallback, to look before repeating. */
    bool (*find_order)(struct visit *v, str remote_number, struct order_page *out, struct err *e);
    /* Pure: a stored payload (one package, or a page of them) back into orders. */
    bool (*parse_orders)(struct arena *a, str payload, utc_ms now, struct order_page *out,
                         struct err *e);

    bool (*push_offers)(struct visit *v, const struct offer *offers, size_t count,
                        struct push_receipt *out, struct err *e);
    bool (*pull_batch)(struct visit *v, str batch_id, struct batch_result *out, struct err *e);
    bool (*pull_listings)(struct visit *v, str cursor, struct listing_page *out, struct err *e);

    bool (*acknowledge)(struct visit *v, const struct shipment_notice *n, struct err *e);
    bool (*invoice)(struct visit *v, const struct shipment_notice *n, struct err *e);

    bool (*list_hooks)(struct visit *v, struct hook_list *out, struct err *e);
    bool (*register_hook)(struct visit *v, str url, str secret, str *remote_id, struct err *e);
    bool (*delete_hook)(struct visit *v, str remote_id, struct err *e);
    /* Pure: whether a callback is from them (ERR_SIGNED_OUT when not). Its body is then a payload
     * for parse_orders. */
    bool (*hook_check)(const struct hook_delivery *d, struct err *e);
    /* Pure: a key that is the same for the same delivery sent again, per package of the body. */
    bool (*hook_dedupe)(struct arena *a, const struct order *o, str *key, struct err *e);
};

extern const struct connector *const connectors[]; /* registry.c; ends with NULL */
const struct connector *connector_find(str key);

#endif
