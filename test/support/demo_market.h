/*
 * demo_market.h: Demo Pazar itself, played in the process behind `struct http`: the marketplace of
 * the connector `demo` (its protocol: src/connector/demo/README.md), with books to look into and
 * faults to switch on.
 *
 * Memory   owns what it keeps; replies live in the caller's arena.
 * Threads  any.
 */
#ifndef TEST_SUPPORT_DEMO_MARKET_H
#define TEST_SUPPORT_DEMO_MARKET_H

#include "base/auto.h"
#include "net/http.h"

struct demo_market;

struct demo_market *demo_market_new(const char *key);
void demo_market_free(struct demo_market *m);
AUTO_CLOSE(demo_market, demo_market_free)

struct http *demo_market_http(struct demo_market *m);

/* Puts a SKU on sale; price as "199.90". */
void demo_market_list(struct demo_market *m, const char *sku, int64_t quantity, const char *price);
/* A buyer orders: the order's number, 1 upwards. Its time is `now`. */
int demo_market_order(struct demo_market *m, const char *sku, int64_t pieces, utc_ms now);
void demo_market_cancel(struct demo_market *m, int number, utc_ms now);

/* What it shows and has seen. -1: no such SKU. */
int64_t demo_market_quantity(struct demo_market *m, const char *sku);
const char *demo_market_status(struct demo_market *m, int number); /* "open" ... */
int demo_market_calls(struct demo_market *m);

/* The next `times` calls: answered with `status`, or when 0 applied and their reply lost. */
void demo_market_fail(struct demo_market *m, int times, int status);

#endif
