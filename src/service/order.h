/*
 * order.h: orders arrive, their stock is taken; cancellations give it back.
 *
 * The cause key of a movement of a line is "order:<store>:<number>:<line>:<n>", n counting the
 * line's movements, so that nothing is taken or given back twice whatever is delivered again.
 */
#ifndef SERVICE_ORDER_H
#define SERVICE_ORDER_H

#include "repo/order_repo.h"
#include "service/service.h"

/* Stores payloads as they came and adds the intake job, in one transaction. news: how many were not
 * known by their dedupe key. */
bool order_receive(struct service *s, const struct actor *by, int64_t store_id, const char *source,
                   const struct raw_order *raws, size_t count, size_t *news, struct err *e);

/* Understands one raw payload's orders (a connector read them): saves order, packages, lines; takes
 * stock of mapped lines, in ascending variant order; what cannot be taken makes the order short;
 * unmapped lines wait and raise a fault; cancelled lines give back; other stores' listings are
 * marked; events, time line, push jobs and raw_id's 'done' stand in the same transaction. Older
 * news than what is known (modified_at) changes nothing but ends the raw row. raw_id 0: none. */
bool order_accept(struct service *s, const struct actor *by, int64_t store_id, int64_t raw_id,
                  const struct order *orders, size_t count, struct err *e);

/* A raw payload that could not be understood: kept, shown, counted as a fault. */
bool order_raw_failed(struct service *s, const struct actor *by, int64_t store_id, int64_t raw_id,
                      const struct err *why, struct err *e);
/* A person wants failed payloads understood again. */
bool order_raw_retry(struct service *s, const struct actor *by, int64_t raw_id, struct err *e);

/* After a mapping or more stock: tries again to take what is short or unmapped of an order. */
bool order_settle(struct service *s, const struct actor *by, int64_t order_id, struct err *e);

/* Queues a seller's action on every package of the order that may take it; ERR_CONFLICT
 * "order.wrong_state". job_id: of the last job. */
bool order_action(struct service *s, const struct actor *by, int64_t order_id,
                  enum order_action action, str invoice_number, int64_t *job_id, struct err *e);
/* The marketplace accepted the action: package and order take the status, the time line says so. */
bool order_action_done(struct service *s, const struct actor *by, int64_t order_id,
                       str remote_package_id, enum order_action action, int64_t call_id,
                       struct err *e);

#endif
