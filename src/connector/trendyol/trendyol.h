/*
 * trendyol.h: what the files of this folder share. Nobody else includes it but the registry.
 *
 * Shape    every function of the connector describes a `struct trendyol_call`, sends it once, and reads the
 *          reply: trendyol_send() adds what all calls carry, trendyol_answer() turns a refusal into
 *          the error the worker acts on and anything else into JSON.
 * Units    their money is lira as a decimal number, their times are epoch milliseconds, their rates
 *          are percent. A percent with four decimals is the same integer as parts per million.
 * Source   README.md here.
 */
#ifndef CONNECTOR_TRENDYOL_TRENDYOL_H
#define CONNECTOR_TRENDYOL_TRENDYOL_H

#include "base/json.h"
#include "connector/connector.h"

extern const struct connector trendyol;

/* What a refusal means depends on what was asked. */
enum call_kind {
    CALL_READ,
    CALL_WRITE,
    CALL_OFFERS,  /* absolute values in batches: may be sent again, may be too large */
    CALL_PACKAGE, /* an action on one package: 401 may say that the package is unknown */
};

struct trendyol_call {
    enum call_kind kind;
    const char *method, *purpose, *group;
    str path; /* after ".../integration", with its query */
    str body; /* JSON; empty: none */
};

/* request.c */
bool trendyol_is_digits(str s); /* at least one, and nothing else */
str trendyol_seller(const struct visit *v);
bool trendyol_settings_check(const struct store *s, struct err *e);
bool trendyol_request(const struct visit *v, const struct trendyol_call *c,
                      struct http_request *out, struct err *e);
bool trendyol_send(struct visit *v, const struct trendyol_call *c, struct http_reply *reply,
                   struct err *e);
/* *out is NULL when the body is empty; the getters of json.h then just miss. */
bool trendyol_answer(struct visit *v, const struct trendyol_call *c, const struct http_reply *reply,
                     const struct json **out, struct err *e);
/* A 2xx that does not hold what it must: a read is tried again, a write may have happened. */
bool trendyol_unreadable(const struct trendyol_call *c, const struct http_reply *reply,
                         const char *what, struct err *e);

/* refusals.c */
bool trendyol_refused(const struct visit *v, const struct trendyol_call *c,
                      const struct http_reply *reply, struct err *e);

/* status.c */
enum order_status trendyol_status(str theirs);

/* package.c: a list of packages becomes one order each, whatever is in it. */
void trendyol_read_packages(struct arena *a, const struct json *list, struct order_page *out);

/* The functions of the table, by file. */
bool trendyol_check(struct visit *v, struct check_report *out, struct err *e);
bool trendyol_pull_orders(struct visit *v, const struct order_query *q, struct order_page *out,
                          struct err *e);
bool trendyol_find_order(struct visit *v, str remote_number, struct order_page *out, struct err *e);
bool trendyol_parse_orders(struct arena *a, str payload, utc_ms now, struct order_page *out,
                           struct err *e);
bool trendyol_push_offers(struct visit *v, const struct offer *offers, size_t count,
                          struct push_receipt *out, struct err *e);
bool trendyol_pull_batch(struct visit *v, str batch_id, struct batch_result *out, struct err *e);
bool trendyol_pull_listings(struct visit *v, str cursor, struct listing_page *out, struct err *e);
bool trendyol_acknowledge(struct visit *v, const struct shipment_notice *n, struct err *e);
bool trendyol_invoice(struct visit *v, const struct shipment_notice *n, struct err *e);
bool trendyol_list_hooks(struct visit *v, struct hook_list *out, struct err *e);
bool trendyol_register_hook(struct visit *v, str url, str secret, str *remote_id, struct err *e);
bool trendyol_delete_hook(struct visit *v, str remote_id, struct err *e);
bool trendyol_hook_check(const struct hook_delivery *d, struct err *e);
bool trendyol_hook_dedupe(struct arena *a, const struct order *o, str *key, struct err *e);

#endif
