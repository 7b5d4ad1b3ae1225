/*
 * push_item.h: inside work only: an item's result in the service's words, whether it came with the
 * reply or with the batch.
 */
#ifndef WORK_PUSH_ITEM_H
#define WORK_PUSH_ITEM_H

#include "connector/connector.h"
#include "service/offer.h"

struct offer_item_outcome push_item_outcome(const struct offer_result *from);

#endif
