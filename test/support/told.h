/*
 * told.h: orders as a marketplace tells of them, written in a line, and what is left in the house.
 *
 * Shape    "1001 P2<P1 @5 NEW | L1:0:2, L2:3:1x": order 1001, its package P2 made of P1, modified at
 *          minute 5, with the status NEW; line L1 sells two of the house's variant 0, line L2 one of
 *          variant 3, cancelled. "?" before a SKU: one that no listing has. "/PICKING" after a line:
 *          a status of its own. Several packages are parted by ";".
 * Memory   the house's arena.
 */
#ifndef TEST_SUPPORT_TOLD_H
#define TEST_SUPPORT_TOLD_H

#include "domain/order.h"
#include "support/house.h"

const struct order *told_orders(struct house *h, const char *text, size_t *count);
/* order_accept() of them at stores[store]; fails the test when it fails. */
void told_accept(struct house *h, size_t store, const char *text);

/* "0:8+2 3:9+1 | 1001 NEW, 1002 CANCELLED short unmapped": variants that are not as they were at
 * first, available + reserved; then orders by id. */
str told_left(struct house *h);
/* Fails the test with the first wrong row. */
void told_ledger_is_clean(struct house *h);

#endif
