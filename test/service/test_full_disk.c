/* The disk is full, or fails, in the middle of an order: all of it stands or nothing, and the same
 * news once more makes it whole. */
#include <sqlite3.h>
#include <stdio.h>

#include "db/db.h"
#include "service/order.h"
#include "service/stock.h"
#include "support/fault_vfs.h"
#include "support/suite.h"
#include "support/told.h"

static bool try_accept(struct house *h, const char *text, struct err *e)
{
    size_t count;
    const struct order *orders = told_orders(h, text, &count);
    return order_accept(&h->service, &h->system, h->stores[0], 0, orders, count, e);
}

static void all_or_nothing(struct house *h, bool is_done, const char *whole)
{
    str left = told_left(h);
    if (is_done)
        assert_text(left, whole);
    else
        assert_int_equal(left.len, 0);
    told_ledger_is_clean(h);
}

static const struct fault_case {
    const char *name;
    enum fault_op op;
    int rc;
    bool and_after;
} fault_cases[] = {
    { "a write finds the disk full", FAULT_WRITE, SQLITE_FULL, true },
    { "a write fails once", FAULT_WRITE, SQLITE_IOERR_WRITE, false },
    { "waiting for the disk fails", FAULT_SYNC, SQLITE_IOERR_FSYNC, true },
};

static void an_order_stands_whole_or_not_at_all(void **state)
{
    const struct fault_case *c = *state;
    static const char *order = "1 P @1 NEW | a:0:2, b:3:11, c:?XYZ:1";
    static const char *whole = "0:8+2 | 1 NEW short unmapped";
    int failed = 0, most = c->op == FAULT_SYNC ? 1 : 12;
    for (int nth = 1; nth <= most; nth++) {
        AUTO(fault_vfs) disk = fault_vfs_new("full");
        {
            AUTO(house) h = house_new_on("full");
            house_serve(h);
            struct err e = { 0 };
            fault_vfs_fail(disk, c->op, nth, c->rc, c->and_after);
            bool is_done = try_accept(h, order, &e);
            fault_vfs_heal(disk);
            if (!is_done) assert_int_equal(e.kind, ERR_UNAVAILABLE);
            failed += !is_done;
            all_or_nothing(h, is_done, whole);
            assert_true(try_accept(h, order, &e));
            all_or_nothing(h, true, whole);
            house_reopen(h); /* as the file has it */
            house_serve(h);
            all_or_nothing(h, true, whole);
        }
    }
    assert_true(failed > 0);
}

static void a_full_disk_stops_and_a_freed_one_goes_on(void **state)
{
    (void)state;
    AUTO(fault_vfs) disk = fault_vfs_new("small");
    {
        AUTO(house) h = house_new_on("small");
        house_serve(h);
        struct err e = { 0 };
        struct stock_edit row = { .sku = house_sku(h, 0), .is_absolute = true, .amount = 5000 };
        struct stock_edit_result result;
        assert_true(stock_edit(&h->service, h->arena, &h->admin, &row, 1, STR(""), STR(""), false,
                               &result, &e));
        fault_vfs_limit(disk, fault_vfs_used(disk) + 400000);
        int64_t stored = 0;
        char text[64];
        for (;; stored++) {
            assert_true(stored < 5000);
            snprintf(text, sizeof text, "%lld P%lld @1 NEW | a:0:1", (long long)stored,
                     (long long)stored);
            if (!try_accept(h, text, &e)) break;
        }
        assert_true(stored > 0);
        assert_int_equal(e.kind, ERR_UNAVAILABLE);
        assert_string_equal(e.code, "db.full");
        assert_int_equal(house_available(h, h->variants[0]), 5000 - stored);
        told_ledger_is_clean(h);
        fault_vfs_heal(disk);
        assert_true(try_accept(h, text, &e));
        assert_int_equal(house_available(h, h->variants[0]), 5000 - stored - 1);
        told_ledger_is_clean(h);
    }
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, an_order_stands_whole_or_not_at_all, fault_cases);
    SUITE_TEST(&s, a_full_disk_stops_and_a_freed_one_goes_on);
    return suite_run(&s, "full_disk");
}
