/*
 * A random walk of orders: a marketplace is played here, its news delivered in any order, some of it
 * twice; stock is edited meanwhile. In the end the stock rows must be what the marketplace's own books
 * say. The seed is BEDESTEN_SEED, or 1; with BEDESTEN_LONG fifty of them.
 */
#include <stdio.h>
#include <stdlib.h>

#include "db/db.h"
#include "service/offer.h"
#include "service/order.h"
#include "service/stock.h"
#include "support/suite.h"
#include "support/told.h"

enum {
    EVENTS = 10000,   /* pieces of news delivered, one to eight at once */
    MAPPED_AT = 6000, /* until then variant 7 is sold under a SKU that nobody mapped */
    PLENTY = 1000000,
    SCARCE_FROM = 4, /* variants 4 to 6 run out */
    LINES = 4,
    PACKAGES = 20000,
    WINDOW = 120, /* so many pieces of news are under way at most */
};

struct market_line {
    char id[16];
    int variant;
    int64_t pieces;
    bool is_cancelled;
};
struct market_package {
    int order;
    char id[16], origins[40];
    enum order_status status;
    utc_ms modified_at;
    struct market_line lines[LINES];
    size_t line_count;
    bool is_over; /* superseded, cancelled or delivered: nothing more happens to it */
};
/* A piece of news is a package as it was. */
struct news {
    struct market_package package;
    int left; /* deliveries still to come */
};
struct walk {
    struct house *h;
    uint64_t random;
    utc_ms now;
    struct market_package *packages;
    size_t package_count;
    int orders, lines;
    struct news news[WINDOW + 8];
    size_t news_count;
    int64_t edited[HOUSE_VARIANTS]; /* what edits changed */
};

static uint64_t draw(struct walk *w, uint64_t below)
{
    w->random ^= w->random << 13;
    w->random ^= w->random >> 7;
    w->random ^= w->random << 17;
    return w->random % below;
}

/* --- the marketplace --- */

static void tell(struct walk *w, struct market_package *p)
{
    p->modified_at = ++w->now;
    assert_true(w->news_count < WINDOW + 8);
    w->news[w->news_count++] =
        (struct news){ .package = *p, .left = 1 + (draw(w, 4) == 0) + (draw(w, 16) == 0) };
}

static struct market_package *new_package(struct walk *w, int order,
                                          const struct market_package *origin, bool is_named)
{
    assert_true(w->package_count < PACKAGES);
    struct market_package *p = &w->packages[w->package_count];
    *p = (struct market_package){ .order = order, .status = ORDER_NEW };
    snprintf(p->id, sizeof p->id, "P%zu", w->package_count++);
    if (origin) p->status = origin->status;
    if (origin && is_named) snprintf(p->origins, sizeof p->origins, "%s", origin->id);
    return p;
}

static void new_line_id(struct walk *w, struct market_line *l)
{
    snprintf(l->id, sizeof l->id, "L%d", ++w->lines);
}

static void place_order(struct walk *w)
{
    struct market_package *p = new_package(w, ++w->orders, NULL, false);
    if (draw(w, 5) == 0) p->status = ORDER_HELD;
    p->line_count = 1 + draw(w, LINES - 1);
    for (size_t i = 0; i < p->line_count; i++) {
        p->lines[i] = (struct market_line){ .variant = (int)draw(w, HOUSE_VARIANTS),
                                            .pieces = 1 + (int64_t)draw(w, 3) };
        new_line_id(w, &p->lines[i]);
    }
    tell(w, p);
}

static void move_on(struct walk *w, struct market_package *p)
{
    static const enum order_status next[] = {
        [ORDER_HELD] = ORDER_NEW,          [ORDER_NEW] = ORDER_PICKING,
        [ORDER_PICKING] = ORDER_READY,     [ORDER_READY] = ORDER_SHIPPED,
        [ORDER_SHIPPED] = ORDER_DELIVERED,
    };
    p->status = next[p->status];
    p->is_over = p->status == ORDER_DELIVERED;
    tell(w, p);
}

static void end_package(struct walk *w, struct market_package *p, enum order_status how)
{
    p->status = how;
    p->is_over = true;
    for (size_t i = 0; i < p->line_count && how == ORDER_CANCELLED; i++)
        p->lines[i].is_cancelled = true;
    tell(w, p);
}

/* One that nothing went into is none. */
static void begin_package(struct walk *w, struct market_package *p)
{
    p->is_over = !p->line_count;
    if (p->line_count) tell(w, p);
}

static void cancel_line(struct walk *w, struct market_package *p)
{
    p->lines[draw(w, p->line_count)].is_cancelled = true;
    tell(w, p);
}

/* One line or some of its pieces cancelled: the rest goes on in a new package. */
static void cancel_part(struct walk *w, struct market_package *p)
{
    struct market_package *rest = new_package(w, p->order, p, true);
    size_t cut = draw(w, p->line_count);
    for (size_t i = 0; i < p->line_count; i++) {
        struct market_line l = p->lines[i];
        if (i == cut) l.pieces -= 1 + (int64_t)draw(w, (uint64_t)l.pieces);
        if (l.pieces > 0) rest->lines[rest->line_count++] = l;
    }
    end_package(w, p, ORDER_CANCELLED);
    begin_package(w, rest);
}

/* Every line into one of two packages; pieces of one line into both, some under new ids. */
static void split(struct walk *w, struct market_package *p)
{
    struct market_package *a = new_package(w, p->order, p, true);
    struct market_package *b = new_package(w, p->order, p, true);
    bool by_pieces = draw(w, 2), new_ids = draw(w, 2);
    for (size_t i = 0; i < p->line_count; i++) {
        struct market_line l = p->lines[i];
        struct market_package *to = draw(w, 2) ? a : b;
        if (by_pieces && l.pieces > 1 && !l.is_cancelled) {
            struct market_line other = l;
            other.pieces = 1;
            l.pieces -= 1;
            if (new_ids) new_line_id(w, &l);
            if (new_ids) new_line_id(w, &other);
            struct market_package *second = to == a ? b : a;
            second->lines[second->line_count++] = other;
        }
        to->lines[to->line_count++] = l;
    }
    end_package(w, p, ORDER_SUPERSEDED);
    begin_package(w, a);
    begin_package(w, b);
}

/* The same lines under a new package id, whose origin is named or not. */
static void transfer(struct walk *w, struct market_package *p)
{
    struct market_package *to = new_package(w, p->order, p, draw(w, 2));
    for (size_t i = 0; i < p->line_count; i++) to->lines[to->line_count++] = p->lines[i];
    end_package(w, p, ORDER_SUPERSEDED);
    tell(w, to);
}

static struct market_package *any_open(struct walk *w)
{
    for (int tries = 0; tries < 20 && w->package_count; tries++) {
        size_t back = draw(w, w->package_count < 200 ? w->package_count : 200);
        struct market_package *p = &w->packages[w->package_count - 1 - back];
        if (!p->is_over) return p;
    }
    return NULL;
}

static void market_acts(struct walk *w)
{
    struct market_package *p = draw(w, 3) ? any_open(w) : NULL;
    if (!p) {
        place_order(w);
    } else if (p->status == ORDER_SHIPPED) {
        move_on(w, p);
    } else {
        switch (draw(w, 10)) {
        case 0:
            end_package(w, p, ORDER_CANCELLED);
            break;
        case 1:
            cancel_line(w, p);
            break;
        case 2:
            cancel_part(w, p);
            break;
        case 3:
            split(w, p);
            break;
        case 4:
            transfer(w, p);
            break;
        default:
            move_on(w, p);
        }
    }
}

/* --- the post --- */

static void letter(struct walk *w, const struct market_package *p, struct order *out,
                   struct order_line lines[LINES])
{
    struct arena *a = w->h->arena;
    for (size_t i = 0; i < p->line_count; i++) {
        const struct market_line *l = &p->lines[i];
        lines[i] = (struct order_line){
            .remote_line_id = str_from(l->id),
            .remote_sku = l->variant == 7 ? STR("XYZ") : house_remote(w->h, (size_t)l->variant),
            .quantity = l->pieces,
            .unit_price = money_of(1000000, "TRY"),
            .unit_discount = money_of(0, "TRY"),
            .status = l->is_cancelled ? ORDER_CANCELLED : p->status,
            .is_cancelled = l->is_cancelled,
        };
    }
    *out = (struct order){ .remote_number = str_print(a, "N%d", p->order),
                           .remote_package_id = str_from(p->id),
                           .origin_package_ids = str_from(p->origins),
                           .status = p->status,
                           .remote_status = str_from(order_status_name(p->status)),
                           .ordered_at = HOUSE_NOW,
                           .modified_at = p->modified_at,
                           .total = money_of(1000000, "TRY"),
                           .lines = lines,
                           .line_count = p->line_count };
}

static size_t deliver(struct walk *w)
{
    enum { AT_ONCE = 8 };
    struct order orders[AT_ONCE];
    struct order_line lines[AT_ONCE][LINES];
    struct news picked[AT_ONCE];
    struct err e = { 0 };
    size_t count = 0, most = 1 + draw(w, AT_ONCE);
    arena_reset(w->h->arena);
    for (; count < most && w->news_count; count++) {
        size_t i = draw(w, w->news_count);
        picked[count] = w->news[i];
        letter(w, &picked[count].package, &orders[count], lines[count]);
        if (--w->news[i].left == 0) w->news[i] = w->news[--w->news_count];
    }
    if (!count) return 0;
    bool ok = order_accept(&w->h->service, &w->h->system, w->h->stores[0], 0, orders, count, &e);
    if (!ok) print_error("%s: %s\n", e.code, e.message);
    assert_true(ok);
    return count;
}

static void edit(struct walk *w)
{
    struct err e = { 0 };
    size_t variant = draw(w, HOUSE_VARIANTS);
    bool is_count = draw(w, 4) == 0 && variant >= SCARCE_FROM && variant < 7;
    struct stock_edit row = { .sku = house_sku(w->h, variant),
                              .is_absolute = is_count,
                              .amount =
                                  is_count ? (int64_t)draw(w, 20) : (int64_t)draw(w, 21) - 10 };
    struct stock_edit_result result;
    assert_true(stock_edit(&w->h->service, w->h->arena, &w->h->admin, &row, 1, STR(""), STR(""),
                           false, &result, &e));
    if (result.is_done) w->edited[variant] += result.after - result.before;
}

/* --- the books --- */

struct books {
    int64_t standing[HOUSE_VARIANTS], unshipped[HOUSE_VARIANTS];
};

static struct books books_of(const struct walk *w)
{
    struct books b = { 0 };
    for (size_t i = 0; i < w->package_count; i++) {
        const struct market_package *p = &w->packages[i];
        if (p->status == ORDER_SUPERSEDED) continue;
        for (size_t k = 0; k < p->line_count; k++) {
            if (p->lines[k].is_cancelled) continue;
            b.standing[p->lines[k].variant] += p->lines[k].pieces;
            if (!order_status_has_left(p->status))
                b.unshipped[p->lines[k].variant] += p->lines[k].pieces;
        }
    }
    return b;
}

/* All lines that want more than there was get their chance. */
static void settle_all(struct walk *w)
{
    static const struct sql_text waiting = {
        .both = "SELECT id FROM {p}mp_order_map WHERE is_short = 1 OR is_unmapped = 1 ORDER BY id",
    };
    struct err e = { 0 };
    struct db_rows rows;
    assert_true(db_query(w->h->db, w->h->arena, &waiting, &rows, &e));
    for (size_t i = 0; i < rows.count; i++)
        assert_true(order_settle(&w->h->service, &w->h->system, db_cell_i64(&rows, i, 0), &e));
}

static void same(const char *what, size_t variant, int64_t ours, int64_t theirs)
{
    if (ours == theirs) return;
    print_error("variant %zu: %s is %lld, by the marketplace's books %lld\n", variant, what,
                (long long)ours, (long long)theirs);
    fail();
}

/* Of a scarce variant some lines are short: what they lack is all that may differ, and it must be
 * more than there is. */
static void check_books(struct walk *w)
{
    static const struct sql_text wants = {
        .both = "SELECT COALESCE(SUM(quantity), 0) FROM {p}mp_order_line WHERE variant_id = ?"
                " AND is_cancelled = 0",
    };
    static const struct sql_text lacks = {
        .both = "SELECT COALESCE(SUM(quantity - taken), 0) FROM {p}mp_order_line"
                " WHERE variant_id = ? AND is_cancelled = 0",
    };
    static const struct sql_text least_lack = {
        .both = "SELECT COALESCE(MIN(quantity - taken), 1000000) FROM {p}mp_order_line"
                " WHERE variant_id = ? AND is_short = 1",
    };
    static const struct sql_text odd = {
        .both = "SELECT COUNT(*) FROM {p}mp_order_line WHERE variant_id = ? AND"
                " ((is_cancelled = 1 AND taken > 0) OR (is_short = 0 AND is_cancelled = 0 AND"
                " taken <> quantity) OR (is_short = 1 AND taken >= quantity) OR reserved > taken)",
    };
    struct house *h = w->h;
    struct books b = books_of(w);
    for (size_t v = 0; v < HOUSE_VARIANTS; v++) {
        int64_t id = h->variants[v], lacking = house_number(h, &lacks, id);
        same("what stands", v, house_number(h, &wants, id), b.standing[v]);
        same("available", v, house_available(h, id),
             HOUSE_STOCK + w->edited[v] - b.standing[v] + lacking);
        same("lines that are odd", v, house_number(h, &odd, id), 0);
        assert_true(house_number(h, &least_lack, id) > house_available(h, id));
        if (v >= SCARCE_FROM && v < 7) continue;
        same("what is lacking", v, lacking, 0);
        same("reserved", v, house_reserved(h, id), b.unshipped[v]);
    }
}

static void prepare(struct walk *w)
{
    static const struct sql_text unlist = {
        .both = "DELETE FROM {p}mp_product_map WHERE id = ?",
    };
    struct err e = { 0 };
    house_run(w->h, &unlist, w->h->listings[0][7]);
    for (size_t v = 0; v < HOUSE_VARIANTS; v++) {
        if (v >= SCARCE_FROM && v < 7) continue;
        struct stock_edit row = { .sku = house_sku(w->h, v), .amount = PLENTY };
        struct stock_edit_result result;
        assert_true(stock_edit(&w->h->service, w->h->arena, &w->h->admin, &row, 1, STR(""), STR(""),
                               false, &result, &e));
        w->edited[v] += PLENTY;
    }
}

static void walk_from(uint64_t start)
{
    AUTO(house) h = house_new();
    house_serve(h);
    struct err e = { 0 };
    struct walk *w = calloc(1, sizeof *w);
    assert_non_null(w);
    *w = (struct walk){ .h = h, .random = start * 0x9e3779b97f4a7c15u + 1, .now = HOUSE_NOW };
    w->packages = calloc(PACKAGES, sizeof *w->packages);
    assert_non_null(w->packages);
    prepare(w);
    size_t delivered = 0;
    int64_t listing = 0;
    while (delivered < EVENTS) {
        while (w->news_count < WINDOW / 2 || (w->news_count < WINDOW && draw(w, 2))) market_acts(w);
        delivered += deliver(w);
        if (draw(w, 10) == 0) edit(w);
        if (!listing && delivered >= MAPPED_AT)
            assert_true(offer_list(&h->service, &h->admin, h->stores[0], h->variants[7], STR("XYZ"),
                                   &listing, &e));
    }
    while (w->news_count) deliver(w);
    settle_all(w);
    check_books(w);
    told_ledger_is_clean(h);
    free(w->packages);
    free(w);
}

static uint64_t seed;

static void stock_is_what_the_marketplaces_books_say(void **state)
{
    (void)state;
    const char *given = getenv("BEDESTEN_SEED");
    uint64_t first = given ? strtoull(given, NULL, 10) : 1;
    uint64_t count = getenv("BEDESTEN_LONG") ? 50 : 1;
    for (seed = first; seed < first + count; seed++) walk_from(seed);
}

int main(void)
{
    static struct suite s;
    SUITE_TEST(&s, stock_is_what_the_marketplaces_books_say);
    int failed = suite_run(&s, "order_walk");
    if (failed) print_error("BEDESTEN_SEED=%llu\n", (unsigned long long)seed);
    return failed;
}
