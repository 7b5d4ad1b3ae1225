/* Lists and counts of listings, and the two questions of a push: what is marked, what may fill up. */
#include "repo/catalogue_repo.h"
#include "repo/like.h"
#include "repo/listing_row.h"
#include "repo/page.h"

/* One text for each index that can serve it; a unary plus keeps the other indexes out of the plan.
 * The last id comes first: every one is sorted by it. */
enum plan {
    PLAN_COMPANY,
    PLAN_COMPANY_SYNC,
    PLAN_STORE,
    PLAN_STORE_SYNC,
    PLAN_VARIANT,
    PLAN_COUNT
};

#define OF_COMPANY " l.id < ?" SCOPE_OF("l.company_id", "l.store_id")
#define OF_OTHERS " l.id < ?" SCOPE_OF("+l.company_id", "l.store_id")
#define WHERES(before, after)                                                                      \
    {                                                                                              \
        [PLAN_COMPANY] = { .both = before OF_COMPANY after },                                      \
        [PLAN_COMPANY_SYNC] = { .both = before OF_COMPANY " AND l.sync = ?" after },               \
        [PLAN_STORE] = { .both = before OF_OTHERS " AND l.store_id = ?" after },                   \
        [PLAN_STORE_SYNC] = { .both =                                                              \
                                  before OF_OTHERS " AND l.store_id = ? AND l.sync = ?" after },   \
        [PLAN_VARIANT] = { .both = before OF_OTHERS                                                \
                           " AND l.variant_id = ? AND (? = 0 OR +l.store_id = ?)"                  \
                           " AND (? = '' OR +l.sync = ?)" after },                                 \
    }

#define VALUES_MOST 16
struct listing_question {
    enum plan plan;
    struct db_value values[VALUES_MOST];
    size_t count;
};

static void ask(struct listing_question *q, struct db_value v)
{
    q->values[q->count++] = v;
}

static struct listing_question question(const struct actor *by, const struct listing_filter *f,
                                        int64_t variant_id, int64_t below_id)
{
    struct listing_question q = { 0 };
    str sync = str_from(f->sync >= 0 ? listing_sync_name((enum listing_sync)f->sync) : "");
    ask(&q, db_i64(below_id));
    const struct db_value scope[] = { STORE_SCOPE_VALUES(by) };
    for (size_t i = 0; i < sizeof scope / sizeof scope[0]; i++) ask(&q, scope[i]);
    if (variant_id) {
        q.plan = PLAN_VARIANT;
        ask(&q, db_i64(variant_id));
        ask(&q, db_i64(f->store_id));
        ask(&q, db_i64(f->store_id));
        ask(&q, db_text(sync));
        ask(&q, db_text(sync));
        return q;
    }
    q.plan = f->store_id ? (sync.len ? PLAN_STORE_SYNC : PLAN_STORE)
                         : (sync.len ? PLAN_COMPANY_SYNC : PLAN_COMPANY);
    if (f->store_id) ask(&q, db_i64(f->store_id));
    if (sync.len) ask(&q, db_text(sync));
    return q;
}

static void ask_words(struct listing_question *q, struct arena *a, str search)
{
    struct like like = like_words(a, search);
    const struct db_value words[] = { LIKE_VALUES(like) };
    for (size_t i = 0; i < LIKE_WORDS; i++) ask(q, words[i]);
}

/* A search that is one variant's SKU or barcode asks for that variant; 0: for words. */
static bool searched_variant(struct db *db, struct arena *a, const struct actor *by,
                             const struct listing_filter *f, int64_t *variant_id, struct err *e)
{
    struct variant *variants;
    size_t count = 0;
    *variant_id = f->variant_id;
    if (f->variant_id || !f->search.len) return true;
    if (!variant_repo_match(db, a, by, str_trim(f->search), &variants, &count, e)) return false;
    if (count == 1) *variant_id = variants[0].id;
    return true;
}

bool listing_repo_list(struct db *db, struct arena *a, const struct actor *by,
                       const struct listing_filter *f, const struct page *page,
                       struct listing **out, size_t *count, struct page_end *end, struct err *e)
{
    static const struct sql_text lists[PLAN_COUNT] =
        WHERES("SELECT " LISTING_COLUMNS LISTING_FROM " WHERE",
               LIKE_ALL("p.search") " ORDER BY l.id DESC LIMIT ?");
    struct page_place from;
    int64_t variant_id;
    if (!page_open(a, page, "listings", &from, e) ||
        !searched_variant(db, a, by, f, &variant_id, e))
        return false;
    struct listing_question q = question(by, f, variant_id, from.is_first ? INT64_MAX : from.id);
    ask_words(&q, a, variant_id ? (str){ 0 } : f->search);
    ask(&q, db_i64((int64_t)page->limit + 1));
    struct db_rows rows;
    if (!db_query_values(db, a, &lists[q.plan], &rows, e, q.values, q.count)) return false;
    listing_read_all(&rows, a, out, count);
    *end = (struct page_end){ 0 };
    if (*count <= page->limit) return true;
    *count = page->limit;
    end->next = page_cursor(a, "listings", &(struct page_place){ .id = (*out)[*count - 1].id });
    return true;
}

bool listing_repo_count(struct db *db, struct arena *a, const struct actor *by,
                        const struct listing_filter *f, int64_t most, int64_t *n, struct err *e)
{
    /* Without search nothing is joined: the index alone is counted. */
    static const struct sql_text plain[PLAN_COUNT] = WHERES(
        "SELECT COUNT(*) FROM (SELECT l.id FROM {p}mp_product_map l WHERE", " LIMIT ?) AS t");
    static const struct sql_text searched[PLAN_COUNT] =
        WHERES("SELECT COUNT(*) FROM (SELECT l.id FROM {p}mp_product_map l"
               " JOIN {p}mp_product p ON p.id = l.product_id WHERE",
               LIKE_ALL("p.search") " LIMIT ?) AS t");
    int64_t variant_id;
    if (!searched_variant(db, a, by, f, &variant_id, e)) return false;
    struct listing_question q = question(by, f, variant_id, INT64_MAX);
    bool has_words = f->search.len && !variant_id;
    if (has_words) ask_words(&q, a, f->search);
    ask(&q, db_i64(most));
    struct db_rows rows;
    if (!db_query_values(db, a, has_words ? &searched[q.plan] : &plain[q.plan], &rows, e, q.values,
                         q.count))
        return false;
    *n = db_cell_i64(&rows, 0, 0);
    return true;
}

/* --- for pushes --- */

static void read_offers(const struct db_rows *rows, struct arena *a, struct offer **out,
                        size_t *count)
{
    *out = ARENA_ARRAY(a, struct offer, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        str currency = db_cell_text(rows, i, 6);
        (*out)[i] = (struct offer){
            .listing_id = db_cell_i64(rows, i, 0),
            .seq = db_cell_i64(rows, i, 1),
            .remote_sku = db_cell_text(rows, i, 2),
            .quantity = db_cell_i64(rows, i, 3),
            .price = row_money(db_cell_i64(rows, i, 4), currency),
            .list_price = row_money(db_cell_i64(rows, i, 5), currency),
        };
    }
    *count = rows->count;
}

#define WANTED_OFFERS                                                                              \
    "SELECT l.id, l.wanted_seq, l.remote_sku, l.wanted_quantity, l.wanted_price_e4,"               \
    " l.wanted_list_price_e4, l.currency FROM {p}mp_product_map l WHERE l.store_id = ?"

bool listing_repo_marked(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                         size_t limit, struct offer **out, size_t *count, struct err *e)
{
    static const struct sql_text marked = {
        .both = WANTED_OFFERS " AND l.wanted_seq > l.sent_seq" SCOPE_OF(
            "+l.company_id", "l.store_id") " ORDER BY l.wanted_at, l.id LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &marked, &rows, e, db_i64(store_id), STORE_SCOPE_VALUES(by),
                  db_i64((int64_t)limit)))
        return false;
    read_offers(&rows, a, out, count);
    return true;
}

bool listing_repo_fillers(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                          int64_t not_listing_id, size_t limit, struct offer **out, size_t *count,
                          struct err *e)
{
    static const struct sql_text fillers = {
        .both = WANTED_OFFERS " AND l.sync = 'in_sync' AND l.id <> ?" SCOPE_OF(
            "+l.company_id", "l.store_id") " ORDER BY l.id LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &fillers, &rows, e, db_i64(store_id), db_i64(not_listing_id),
                  STORE_SCOPE_VALUES(by), db_i64((int64_t)limit)))
        return false;
    read_offers(&rows, a, out, count);
    return true;
}

bool push_repo_items(struct db *db, struct arena *a, const struct actor *by, int64_t push_id,
                     struct offer **out, size_t *count, struct err *e)
{
    static const struct sql_text items = {
        .both =
            "SELECT i.listing_id, i.seq, l.remote_sku, i.quantity, i.price_e4,"
            " i.list_price_e4, l.currency FROM {p}mp_push_item i"
            " JOIN {p}mp_product_map l ON l.id = i.listing_id"
            " WHERE i.push_id = ? AND i.outcome IS NULL" STORE_SCOPE("l") " ORDER BY i.listing_id",
    };
    struct db_rows rows;
    if (!db_query(db, a, &items, &rows, e, db_i64(push_id), STORE_SCOPE_VALUES(by))) return false;
    read_offers(&rows, a, out, count);
    return true;
}
