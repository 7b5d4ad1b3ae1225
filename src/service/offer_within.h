/*
 * offer_within.h: inside service only: steps of offers that stand in somebody else's transaction.
 */
#ifndef SERVICE_OFFER_WITHIN_H
#define SERVICE_OFFER_WITHIN_H

#include "service/offer.h"

/* Adds a listing, wants its offer, and leaves a job when orders wait for it: l has store, variant,
 * remote SKU and id. */
bool offer_list_within(struct service *s, struct arena *a, const struct actor *by,
                       struct listing *l, struct err *e);
bool offer_resend_within(struct service *s, struct arena *a, const struct actor *by,
                         int64_t listing_id, struct err *e);

#endif
