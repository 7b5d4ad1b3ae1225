/* 64 buyers for the last unit: one gets it, the others are short, and the ledger adds up. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/db.h"
#include "service/order.h"
#include "service/stock.h"
#include "support/suite.h"
#include "support/told.h"

enum { BUYERS = 64, ROUNDS = 50, LONG_ROUNDS = 1000 };

struct buyer {
    struct house *h;
    pthread_barrier_t *start;
    int round, number;
    bool is_stored;
};

/* No arena of the house: it belongs to one thread at a time. */
static void *buy(void *context)
{
    struct buyer *b = context;
    char number[32], package[40], sku[16];
    snprintf(number, sizeof number, "%d-%d", b->round, b->number);
    snprintf(package, sizeof package, "P%s", number);
    snprintf(sku, sizeof sku, "86900000000%02d", 1);
    struct order_line line = { .remote_line_id = STR("1"),
                               .remote_sku = str_from(sku),
                               .quantity = 1,
                               .unit_price = money_of(1000000, "TRY"),
                               .unit_discount = money_of(0, "TRY"),
                               .status = ORDER_NEW };
    struct order o = { .remote_number = str_from(number),
                       .remote_package_id = str_from(package),
                       .status = ORDER_NEW,
                       .ordered_at = HOUSE_NOW,
                       .modified_at = HOUSE_NOW,
                       .total = money_of(1000000, "TRY"),
                       .lines = &line,
                       .line_count = 1 };
    struct err e = { 0 };
    pthread_barrier_wait(b->start);
    b->is_stored =
        order_accept(&b->h->service, &b->h->system, b->h->stores[b->number % 2], 0, &o, 1, &e);
    return NULL;
}

static void one_round(struct house *h, int round)
{
    static const struct sql_text takers = {
        .both = "SELECT COUNT(*) FROM {p}mp_order_map WHERE is_short = 0 AND id > ?",
    };
    static const struct sql_text stored = {
        .both = "SELECT COUNT(*) FROM {p}mp_order_map WHERE id > ?",
    };
    static const struct sql_text newest = {
        .both = "SELECT COALESCE(MAX(id), 0) FROM {p}mp_order_map WHERE id > ?",
    };
    struct buyer buyers[BUYERS];
    pthread_t threads[BUYERS];
    pthread_barrier_t start;
    struct stock_edit one = { .sku = house_sku(h, 0), .is_absolute = true, .amount = 1 };
    struct stock_edit_result result;
    struct err e = { 0 };
    assert_true(stock_edit(&h->service, h->arena, &h->admin, &one, 1, STR(""), STR(""), false,
                           &result, &e));
    int64_t before = house_number(h, &newest, 0);
    assert_int_equal(pthread_barrier_init(&start, NULL, BUYERS), 0);
    for (int i = 0; i < BUYERS; i++) {
        buyers[i] = (struct buyer){ .h = h, .start = &start, .round = round, .number = i };
        assert_int_equal(pthread_create(&threads[i], NULL, buy, &buyers[i]), 0);
    }
    for (int i = 0; i < BUYERS; i++) pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&start);
    for (int i = 0; i < BUYERS; i++) assert_true(buyers[i].is_stored);
    assert_int_equal(house_number(h, &stored, before), BUYERS);
    assert_int_equal(house_number(h, &takers, before), 1);
    assert_int_equal(house_available(h, h->variants[0]), 0);
    assert_int_equal(house_reserved(h, h->variants[0]), round + 1);
}

static void one_of_64_buyers_gets_the_last_unit(void **state)
{
    (void)state;
    AUTO(house) h = house_new();
    house_serve(h);
    int rounds = getenv("BEDESTEN_LONG") ? LONG_ROUNDS : ROUNDS;
    for (int i = 0; i < rounds; i++) one_round(h, i);
    told_ledger_is_clean(h);
}

int main(void)
{
    static struct suite s;
    SUITE_TEST(&s, one_of_64_buyers_gets_the_last_unit);
    return suite_run(&s, "last_unit");
}
