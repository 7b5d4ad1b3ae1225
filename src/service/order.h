/*
 * order.h: orders arrive, their stock is taken; cancellations give it back.
 *
 * Shape    the cause key of a movement of a line is "order:<store>:<number>:<line>:<n>", n counting
 *          the line's movements, so that nothing is taken or given back twice whatever is delivered
 *          again. A movement is the difference between the pieces that stand now, from what every
 *          package has said (domain/order_standing.h), and those that were taken.
 *
 * Taking   a line takes all that it still needs or nothing: half a line cannot be promised. What
 *          cannot be taken is short: the order is stored, stands in front of a person with a fault
 *          ("order.short", one an order), and takes nothing by itself when stock comes in, because
 *          which of several waiting orders gets it is a person's choice: order_settle() is the
 *          action. Newer news of the same order tries again too.
 *          HELD and unknown statuses take like NEW. CANCELLED gives back. Shipping only ends
 *          `reserved`. A return gives nothing back here: a claim or a count does, when somebody has
 *          looked at the goods.
 *
 * News     of a package counts when it is newer by modified_at; at an equal or unknown time when it
 *          is further along or cancels a line. Work steps (NEW, PICKING, READY) do not go back. What
 *          is older or repeated changes nothing but ends its raw row. A cancelled package of which
 *          some lines are called cancelled has moved the others on; one that calls none so is
 *          cancelled whole. A line mentioned twice in a package has the sum of its entries that are
 *          not cancelled. The same package named as origin by another is replaced, whatever was
 *          last heard of it, and takes no action.
 *
 *          Known gap, left to the marketplace's order of telling: when a package is called cancelled
 *          with all its lines before the package that carries some of them on is known, these go
 *          back and are taken anew when it comes; in between somebody else may have bought them, and
 *          the order is short. Both in one payload are worked in together and never pass through it.
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
 * "order.wrong_state". job_id: of the last job. Its payload: {"order_id": "17", "package_id":
 * "3853354001", "action": "acknowledge" | "invoice", "invoice_number": "..."}, the package's id being
 * the marketplace's; how many pieces of which line the package has, the order's parts say. Audited. */
bool order_action(struct service *s, const struct actor *by, int64_t order_id,
                  enum order_action action, str invoice_number, int64_t *job_id, struct err *e);
/* The marketplace accepted the action: package and order take the status, the time line says so. */
bool order_action_done(struct service *s, const struct actor *by, int64_t order_id,
                       str remote_package_id, enum order_action action, int64_t call_id,
                       struct err *e);

#endif
