/*
 * Pages and counts of orders, newest first.
 *
 * One text per index that can lead: the filter's most telling part leads, the rest is checked on the
 * way. A search gathers the ids that match; where those are many it walks the orders instead, newest
 * first, and is soon full.
 */
#include "repo/order_row.h"
#include "repo/page.h"

enum lead { LEAD_COMPANY, LEAD_STORE, LEAD_STATUS, LEAD_ATTENTION, LEAD_SEARCH, LEAD_WALK, LEADS };

enum { MOST_GATHERED = 20000, ATTENTION_MOST = 1000 };

#define BY_COMPANY "o.company_id = ?"
/* A '+' keeps the company's index out of it. */
#define BY_STORE "o.store_id = ? AND +o.company_id = ?"
#define BY_STATUS "o.company_id = ? AND o.status = ?"
#define BY_ATTENTION "o.company_id = ? AND (o.is_short = 1 OR o.is_unmapped = 1)"

#define VARIANTS_FOUND                                                                             \
    "SELECT v.id FROM {p}mp_variant v WHERE v.company_id = ? AND v.sku = ?"                        \
    " UNION SELECT k.variant_id FROM {p}mp_product_map k WHERE k.store_id IN"                      \
    " (SELECT s.id FROM {p}marketplace s WHERE s.company_id = ?) AND k.remote_sku = ?"
#define IDS_FOUND                                                                                  \
    "SELECT x.id FROM {p}mp_order_map x WHERE x.company_id = ? AND x.remote_number >= ?"           \
    " AND x.remote_number < ?"                                                                     \
    " UNION ALL SELECT p.order_id FROM {p}mp_order_package p WHERE p.company_id = ?"               \
    " AND p.tracking_number = ? AND p.tracking_number <> ''"                                       \
    " UNION ALL SELECT l.order_id FROM {p}mp_order_line l WHERE l.company_id = ?"                  \
    " AND l.remote_sku = ? AND l.variant_id IS NULL"                                               \
    " UNION ALL SELECT l.order_id FROM {p}mp_order_line l"                                         \
    " WHERE l.variant_id IN (" VARIANTS_FOUND ")"
#define BY_SEARCH "+o.company_id = ? AND o.id IN (SELECT f.id FROM (" IDS_FOUND ") f)"
#define BY_WALK                                                                                    \
    "o.company_id = ? AND ((o.remote_number >= ? AND o.remote_number < ?)"                         \
    " OR EXISTS (SELECT 1 FROM {p}mp_order_package p WHERE p.order_id = o.id"                      \
    " AND p.tracking_number = ?)"                                                                  \
    " OR EXISTS (SELECT 1 FROM {p}mp_order_line l WHERE l.order_id = o.id"                         \
    " AND ((l.variant_id IS NULL AND l.remote_sku = ?) OR l.variant_id IN (" VARIANTS_FOUND "))))"

#define CHECKED                                                                                    \
    " AND o.ordered_at >= ? AND o.ordered_at <= ? AND (o.ordered_at < ? OR o.id < ?)"              \
    " AND (? = 0 OR o.store_id = ?) AND (? = '' OR o.status = ?)"                                  \
    " AND (? = 0 OR o.is_short = 1 OR o.is_unmapped = 1)"                                          \
    " AND (? = 1 OR o.store_id IN"                                                                 \
    " (SELECT g.store_id FROM {p}mp_user_store g WHERE g.user_id = ?))"

/* The page's ids first: what is only shown is read for its rows alone. */
#define LIST(lead)                                                                                 \
    {                                                                                              \
        .both = "SELECT " ORDER_COLUMNS ", (SELECT COALESCE(SUM(l.quantity), 0)"                   \
                " FROM {p}mp_order_line l WHERE l.order_id = o.id AND l.is_cancelled = 0)"         \
                " FROM (SELECT o.id FROM {p}mp_order_map o WHERE " lead CHECKED                    \
                " ORDER BY o.ordered_at DESC, o.id DESC LIMIT ?) shown"                            \
                " JOIN {p}mp_order_map o ON o.id = shown.id"                                       \
                " JOIN {p}marketplace m ON m.id = o.store_id"                                      \
                " ORDER BY o.ordered_at DESC, o.id DESC"                                           \
    }
#define COUNT(lead)                                                                                \
    {                                                                                              \
        .both = "SELECT COUNT(*) FROM (SELECT 1 FROM {p}mp_order_map o WHERE " lead CHECKED        \
                " LIMIT ?) counted"                                                                \
    }

static const struct sql_text lists[LEADS] = {
    [LEAD_COMPANY] = LIST(BY_COMPANY), [LEAD_STORE] = LIST(BY_STORE),
    [LEAD_STATUS] = LIST(BY_STATUS),   [LEAD_ATTENTION] = LIST(BY_ATTENTION),
    [LEAD_SEARCH] = LIST(BY_SEARCH),   [LEAD_WALK] = LIST(BY_WALK),
};
static const struct sql_text counts[LEADS] = {
    [LEAD_COMPANY] = COUNT(BY_COMPANY), [LEAD_STORE] = COUNT(BY_STORE),
    [LEAD_STATUS] = COUNT(BY_STATUS),   [LEAD_ATTENTION] = COUNT(BY_ATTENTION),
    [LEAD_SEARCH] = COUNT(BY_SEARCH),   [LEAD_WALK] = COUNT(BY_WALK),
};

/* The values of one query, in the order of its places. */
struct bound {
    struct db_value values[40];
    size_t count;
};
static void bind(struct bound *b, struct db_value v)
{
    b->values[b->count++] = v;
}

static str prefix_end(struct arena *a, str prefix)
{
    return str_print(a, "%.*s\xf4\x8f\xbf\xbf", STR_ARG(prefix));
}

static void bind_variants(struct bound *b, const struct actor *by, str search)
{
    bind(b, db_i64(by->company_id));
    bind(b, db_text(search));
    bind(b, db_i64(by->company_id));
    bind(b, db_text(search));
}

static void bind_ids(struct bound *b, struct arena *a, const struct actor *by, str search)
{
    bind(b, db_i64(by->company_id));
    bind(b, db_text(search));
    bind(b, db_text(prefix_end(a, search)));
    for (int i = 0; i < 2; i++) {
        bind(b, db_i64(by->company_id));
        bind(b, db_text(search));
    }
    bind_variants(b, by, search);
}

static void bind_walk(struct bound *b, struct arena *a, const struct actor *by, str search)
{
    bind(b, db_text(search));
    bind(b, db_text(prefix_end(a, search)));
    bind(b, db_text(search));
    bind(b, db_text(search));
    bind_variants(b, by, search);
}

static const char *status_of(const struct order_filter *f)
{
    return f->status < 0 ? "" : order_status_name((enum order_status)f->status);
}

static void bind_lead(struct bound *b, struct arena *a, const struct actor *by,
                      const struct order_filter *f, enum lead lead)
{
    if (lead == LEAD_STORE) bind(b, db_i64(f->store_id));
    bind(b, db_i64(by->company_id));
    if (lead == LEAD_STATUS) bind(b, db_cstr(status_of(f)));
    if (lead == LEAD_SEARCH) bind_ids(b, a, by, str_trim(f->search));
    if (lead == LEAD_WALK) bind_walk(b, a, by, str_trim(f->search));
}

static void bind_checked(struct bound *b, const struct actor *by, const struct order_filter *f,
                         const struct page_place *after)
{
    utc_ms last = f->until ? f->until - 1 : INT64_MAX;
    utc_ms from_here = after->is_first ? INT64_MAX : after->time;
    bind(b, db_i64(f->from));
    bind(b, db_i64(from_here < last ? from_here : last));
    bind(b, db_i64(from_here));
    bind(b, db_i64(after->is_first ? INT64_MAX : after->id));
    bind(b, db_i64(f->store_id));
    bind(b, db_i64(f->store_id));
    bind(b, db_cstr(status_of(f)));
    bind(b, db_cstr(status_of(f)));
    bind(b, db_i64(f->needs_attention));
    bind(b, db_i64(by->all_stores));
    bind(b, db_i64(by->user_id));
}

static bool run(struct db *db, struct arena *a, const struct sql_text *sql, const struct bound *b,
                struct db_rows *rows, struct err *e)
{
    return db_query_values(db, a, sql, rows, e, b->values, b->count);
}

/* Few matches are gathered, many are walked to. */
static bool lead_of_search(struct db *db, struct arena *a, const struct actor *by, str search,
                           enum lead *lead, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT COUNT(*) FROM (SELECT 1 FROM (" IDS_FOUND ") found LIMIT ?) counted",
    };
    struct bound b = { 0 };
    struct db_rows rows;
    bind_ids(&b, a, by, search);
    bind(&b, db_i64(MOST_GATHERED + 1));
    if (!run(db, a, &sql, &b, &rows, e)) return false;
    *lead = db_cell_i64(&rows, 0, 0) > MOST_GATHERED ? LEAD_WALK : LEAD_SEARCH;
    return true;
}

static bool lead_of(struct db *db, struct arena *a, const struct actor *by,
                    const struct order_filter *f, enum lead *lead, struct err *e)
{
    str search = str_trim(f->search);
    if (search.len) return lead_of_search(db, a, by, search, lead, e);
    *lead = f->needs_attention ? LEAD_ATTENTION
            : f->status >= 0   ? LEAD_STATUS
            : f->store_id      ? LEAD_STORE
                               : LEAD_COMPANY;
    return true;
}

bool order_repo_list(struct db *db, struct arena *a, const struct actor *by,
                     const struct order_filter *f, const struct page *page,
                     struct stored_order **out, size_t *count, struct page_end *end, struct err *e)
{
    struct page_place after;
    struct bound b = { 0 };
    struct db_rows rows;
    enum lead lead;
    if (!page_open(a, page, "orders", &after, e)) return false;
    if (!lead_of(db, a, by, f, &lead, e)) return false;
    bind_lead(&b, a, by, f, lead);
    bind_checked(&b, by, f, &after);
    bind(&b, db_i64((int64_t)page->limit + 1));
    if (!run(db, a, &lists[lead], &b, &rows, e)) return false;

    size_t shown = rows.count < page->limit ? rows.count : page->limit;
    struct stored_order *orders = ARENA_ARRAY(a, struct stored_order, shown);
    for (size_t i = 0; i < shown; i++) {
        order_row_read(&rows, i, &orders[i]);
        orders[i].piece_count = db_cell_i64(&rows, i, ORDER_COLUMN_COUNT);
    }
    end->next = STR("");
    if (rows.count > shown)
        end->next = page_cursor(a, "orders",
                                &(struct page_place){ .id = orders[shown - 1].id,
                                                      .time = orders[shown - 1].ordered_at });
    *out = orders;
    *count = shown;
    return true;
}

bool order_repo_count(struct db *db, struct arena *a, const struct actor *by,
                      const struct order_filter *f, int64_t most, int64_t *n, struct err *e)
{
    struct bound b = { 0 };
    struct db_rows rows;
    enum lead lead;
    if (!lead_of(db, a, by, f, &lead, e)) return false;
    bind_lead(&b, a, by, f, lead);
    bind_checked(&b, by, f, &(struct page_place){ .is_first = true });
    bind(&b, db_i64(most));
    if (!run(db, a, &counts[lead], &b, &rows, e)) return false;
    *n = db_cell_i64(&rows, 0, 0);
    return true;
}

bool order_repo_unmapped(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                         str remote_sku, int64_t after_id, size_t limit, int64_t **order_ids,
                         size_t *count, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT DISTINCT o.id FROM {p}mp_order_line l"
                " JOIN {p}mp_order_map o ON o.id = l.order_id"
                " WHERE l.company_id = ? AND l.remote_sku = ? AND l.variant_id IS NULL"
                " AND l.is_cancelled = 0 AND o.store_id = ? AND o.id > ?" STORE_SCOPE(
                    "o") " ORDER BY o.id LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(by->company_id), db_text(remote_sku),
                  db_i64(store_id), db_i64(after_id), STORE_SCOPE_VALUES(by),
                  db_i64((int64_t)limit)))
        return false;
    *order_ids = ARENA_ARRAY(a, int64_t, rows.count);
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++) (*order_ids)[i] = db_cell_i64(&rows, i, 0);
    return true;
}

/* A row a currency; the first is the one that most orders have. */
static bool read_revenue(struct db *db, struct arena *a, const struct actor *by, utc_ms from,
                         utc_ms until, struct order_totals *out, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT COUNT(*), SUM((SELECT COALESCE(SUM(l.quantity), 0)"
                " FROM {p}mp_order_line l WHERE l.order_id = o.id AND l.is_cancelled = 0)),"
                " SUM(o.total_e4), o.currency FROM {p}mp_order_map o"
                " WHERE o.ordered_at >= ? AND o.ordered_at < ?"
                " AND o.status <> 'CANCELLED'" STORE_SCOPE(
                    "o") " GROUP BY o.currency ORDER BY 1 DESC, o.currency",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(from), db_i64(until), STORE_SCOPE_VALUES(by)))
        return false;
    *out = (struct order_totals){ 0 };
    for (size_t i = 0; i < rows.count; i++) {
        out->orders += db_cell_i64(&rows, i, 0);
        out->pieces += db_cell_i64(&rows, i, 1);
    }
    if (!rows.count) return true;
    out->revenue.e4 = db_cell_i64(&rows, 0, 2);
    str_fill(out->revenue.currency, sizeof out->revenue.currency, db_cell_text(&rows, 0, 3));
    return true;
}

bool order_repo_totals(struct db *db, struct arena *a, const struct actor *by, utc_ms from,
                       utc_ms until, struct order_totals *out, struct err *e)
{
    struct order_totals totals;
    struct order_filter waiting = { .status = -1, .needs_attention = true };
    if (!read_revenue(db, a, by, from, until, &totals, e)) return false;
    if (!order_repo_count(db, a, by, &waiting, ATTENTION_MOST, &totals.attention, e)) return false;
    *out = totals;
    return true;
}
