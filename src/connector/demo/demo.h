/*
 * demo.h: the connector to Demo Pazar, a marketplace that we play ourselves. Its protocol stands in
 * README.md here; docs/connectors.md walks through this folder as the example to copy.
 */
#ifndef CONNECTOR_DEMO_DEMO_H
#define CONNECTOR_DEMO_DEMO_H

#include "base/json.h"
#include "connector/connector.h"

extern const struct connector demo;

/* demo.c */
struct demo_call {
    const char *method, *purpose, *group;
    str path;
    str body;
    bool changes_something;
};
/* One call: the JSON object of a 200, or the refusal as an error. */
bool demo_call(struct visit *v, const struct demo_call *c, const struct json **out, struct err *e);
bool demo_unreadable(const struct demo_call *c, const char *what, struct err *e);

/* orders.c */
bool demo_pull_orders(struct visit *v, const struct order_query *q, struct order_page *out,
                      struct err *e);
bool demo_find_order(struct visit *v, str remote_number, struct order_page *out, struct err *e);
bool demo_parse_orders(struct arena *a, str payload, utc_ms now, struct order_page *out,
                       struct err *e);
bool demo_acknowledge(struct visit *v, const struct shipment_notice *n, struct err *e);
bool demo_invoice(struct visit *v, const struct shipment_notice *n, struct err *e);

/* offers.c */
bool demo_push_offers(struct visit *v, const struct offer *offers, size_t count,
                      struct push_receipt *out, struct err *e);
bool demo_pull_listings(struct visit *v, str cursor, struct listing_page *out, struct err *e);

#endif
