/*
 * order_write.h: orders as the description has them.
 */
#ifndef API_ORDER_WRITE_H
#define API_ORDER_WRITE_H

#include "base/json.h"
#include "repo/order_repo.h"

void put_order(struct json_writer *w, const char *key, const struct stored_order *o, str buyer);
/* The order with packages, lines, time line, and what may be done with it now. */
void put_order_detail(struct json_writer *w, const struct stored_order *o, str buyer,
                      const struct order_event *events, size_t count);
/* Whether the marketplace's connector can do it at all. */
bool order_action_is_known(str marketplace, enum order_action action);

#endif
