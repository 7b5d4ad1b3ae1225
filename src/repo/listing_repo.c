#include "repo/listing_repo.h"

#include "repo/listing_row.h"

money row_money(int64_t e4, str currency)
{
    money m = { .e4 = e4 };
    str_fill(m.currency, sizeof m.currency, currency);
    return m;
}

static enum listing_outcome outcome_from(str name)
{
    if (str_eq(name, STR("accepted"))) return LISTING_ACCEPTED;
    if (str_eq(name, STR("refused"))) return LISTING_WAS_REFUSED;
    if (str_eq(name, STR("lost"))) return LISTING_LOST;
    return LISTING_NO_OUTCOME;
}

/* Quantity, price, list price and time stand side by side from `first` on. */
static struct listing_state read_state(const struct db_rows *rows, size_t row, size_t first,
                                       str currency)
{
    return (struct listing_state){
        .quantity = db_cell_i64(rows, row, first),
        .price = row_money(db_cell_i64(rows, row, first + 1), currency),
        .list_price = row_money(db_cell_i64(rows, row, first + 2), currency),
        .at = db_cell_i64(rows, row, first + 3),
    };
}

void listing_read(const struct db_rows *rows, size_t row, struct listing *out)
{
    str currency = db_cell_text(rows, row, 6);
    *out = (struct listing){
        .id = db_cell_i64(rows, row, 0),
        .company_id = db_cell_i64(rows, row, 1),
        .store_id = db_cell_i64(rows, row, 2),
        .variant_id = db_cell_i64(rows, row, 3),
        .remote_sku = db_cell_text(rows, row, 4),
        .remote_id = db_cell_text(rows, row, 5),
        .wanted = read_state(rows, row, 8, currency),
        .sent = read_state(rows, row, 13, currency),
        .seen = read_state(rows, row, 17, currency),
        .confirmed_seq = db_cell_i64(rows, row, 21),
        .confirmed_at = db_cell_i64(rows, row, 22),
        .outcome = outcome_from(db_cell_text(rows, row, 23)),
        .outcome_code = db_cell_text(rows, row, 24),
        .outcome_message = db_cell_text(rows, row, 25),
        .drift_since = db_cell_i64(rows, row, 26),
        .sku = db_cell_text(rows, row, 27),
        .title = db_cell_text(rows, row, 28),
        .store_name = db_cell_text(rows, row, 29),
        .marketplace = db_cell_text(rows, row, 30),
    };
    out->wanted.seq = db_cell_i64(rows, row, 7);
    out->sent.seq = db_cell_i64(rows, row, 12);
}

void listing_read_all(const struct db_rows *rows, struct arena *a, struct listing **out,
                      size_t *count)
{
    *out = ARENA_ARRAY(a, struct listing, rows->count);
    for (size_t i = 0; i < rows->count; i++) listing_read(rows, i, &(*out)[i]);
    *count = rows->count;
}

/* --- one listing --- */

/* The variant's product, when the actor may list it at the store. */
static bool find_places(struct db *db, struct arena *a, const struct actor *by,
                        const struct listing *l, int64_t *product_id, struct err *e)
{
    static const struct sql_text store = {
        .both = "SELECT m.id FROM {p}marketplace m WHERE m.id = ?" SCOPE_OF("m.company_id", "m.id"),
    };
    static const struct sql_text variant = {
        .both = "SELECT product_id FROM {p}mp_variant WHERE id = ? AND company_id = ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &store, &rows, e, db_i64(l->store_id), STORE_SCOPE_VALUES(by)))
        return false;
    if (!rows.count) return err_set(e, ERR_NOT_FOUND, "store.not_found", "there is no such store");
    if (!db_query(db, a, &variant, &rows, e, db_i64(l->variant_id), db_i64(by->company_id)))
        return false;
    if (!rows.count)
        return err_set(e, ERR_NOT_FOUND, "variant.not_found", "there is no such variant");
    *product_id = db_cell_i64(&rows, 0, 0);
    return true;
}

bool listing_repo_add(struct db *db, const struct actor *by, struct listing *l, utc_ms now,
                      struct err *e)
{
    static const struct sql_text add = {
        .both = "INSERT INTO {p}mp_product_map (company_id, store_id, product_id, variant_id,"
                " remote_sku, remote_id, currency, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    };
    AUTO(arena) a = arena_new();
    int64_t product_id = 0, id = 0;
    if (!find_places(db, a, by, l, &product_id, e)) return false;
    struct err why = { 0 };
    if (!db_insert(db, &add, &id, &why, db_i64(by->company_id), db_i64(l->store_id),
                   db_i64(product_id), db_i64(l->variant_id), db_text(l->remote_sku),
                   db_text_or_null(l->remote_id), db_cstr(l->wanted.price.currency), db_i64(now))) {
        if (why.kind != ERR_CONFLICT) {
            if (e) *e = why;
            return false;
        }
        err_set(e, ERR_CONFLICT, "listing.taken",
                "'%.*s' or this variant is already listed at this store", STR_ARG(l->remote_sku));
        return err_arg(e, "sku", l->remote_sku);
    }
    l->id = id;
    l->company_id = by->company_id;
    return true;
}

static bool read_one(const struct db_rows *rows, struct listing *out, struct err *e)
{
    if (!rows->count)
        return err_set(e, ERR_NOT_FOUND, "listing.not_found", "there is no such listing");
    listing_read(rows, 0, out);
    return true;
}

bool listing_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                       struct listing *out, struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT " LISTING_COLUMNS LISTING_FROM " WHERE l.id = ?" STORE_SCOPE("l"),
    };
    struct db_rows rows;
    return db_query(db, a, &find, &rows, e, db_i64(id), STORE_SCOPE_VALUES(by)) &&
           read_one(&rows, out, e);
}

bool listing_repo_find_remote(struct db *db, struct arena *a, const struct actor *by,
                              int64_t store_id, str remote_sku, struct listing *out, struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT " LISTING_COLUMNS LISTING_FROM
                " WHERE l.store_id = ? AND l.remote_sku = ?" STORE_SCOPE("l"),
    };
    struct db_rows rows;
    return db_query(db, a, &find, &rows, e, db_i64(store_id), db_text(remote_sku),
                    STORE_SCOPE_VALUES(by)) &&
           read_one(&rows, out, e);
}

bool listing_repo_of_variant(struct db *db, struct arena *a, const struct actor *by,
                             int64_t variant_id, struct listing **out, size_t *count, struct err *e)
{
    static const struct sql_text of = {
        .both = "SELECT " LISTING_COLUMNS LISTING_FROM
                " WHERE l.variant_id = ?" STORE_SCOPE("l") " ORDER BY l.id",
    };
    struct db_rows rows;
    if (!db_query(db, a, &of, &rows, e, db_i64(variant_id), STORE_SCOPE_VALUES(by))) return false;
    listing_read_all(&rows, a, out, count);
    return true;
}

bool listing_repo_identify(struct db *db, const struct actor *by, int64_t id, str remote_id,
                           struct err *e)
{
    static const struct sql_text identify = {
        .both = "UPDATE {p}mp_product_map AS l SET remote_id = ? WHERE l.id = ?" STORE_SCOPE("l"),
    };
    return db_run(db, &identify, e, db_text_or_null(remote_id), db_i64(id), STORE_SCOPE_VALUES(by));
}

/* --- wanted --- */

#define BASIS_SELECT                                                                               \
    "SELECT l.id, l.store_id, l.variant_id, m.state, m.quantity_ceiling, COALESCE(s.available, 0)" \
    ", v.safety_stock, v.price_e4, v.list_price_e4, v.currency, l.currency, l.wanted_seq,"         \
    " l.wanted_quantity, l.wanted_price_e4, l.wanted_list_price_e4, l.wanted_at, l.wanted_trace"   \
    " FROM {p}mp_product_map l"                                                                    \
    " JOIN {p}mp_variant v ON v.id = l.variant_id"                                                 \
    " JOIN {p}marketplace m ON m.id = l.store_id"                                                  \
    " LEFT JOIN {p}mp_stock s ON s.variant_id = l.variant_id"

static void read_basis(const struct db_rows *rows, size_t row, struct listing_basis *out)
{
    str currency = db_cell_text(rows, row, 9);
    int64_t ceiling = db_cell_i64(rows, row, 4);
    *out = (struct listing_basis){
        .listing_id = db_cell_i64(rows, row, 0),
        .store_id = db_cell_i64(rows, row, 1),
        .variant_id = db_cell_i64(rows, row, 2),
        .is_store_active = str_eq(db_cell_text(rows, row, 3), STR("active")),
        .ceiling = ceiling > 0 ? ceiling : -1,
        .available = db_cell_i64(rows, row, 5),
        .safety_stock = db_cell_i64(rows, row, 6),
        .price = row_money(db_cell_i64(rows, row, 7), currency),
        .list_price = row_money(db_cell_i64(rows, row, 8), currency),
        .wanted = read_state(rows, row, 12, db_cell_text(rows, row, 10)),
        .trace = db_cell_text(rows, row, 16),
    };
    out->wanted.seq = db_cell_i64(rows, row, 11);
}

bool listing_repo_basis(struct db *db, struct arena *a, const struct actor *by, int64_t variant_id,
                        int64_t store_id, int64_t after_id, size_t limit,
                        struct listing_basis **out, size_t *count, struct err *e)
{
    static const struct sql_text of_variant = {
        .both = BASIS_SELECT " WHERE l.variant_id = ? AND l.id > ?" SCOPE_OF(
            "+l.company_id", "l.store_id") " ORDER BY l.id LIMIT ?",
    };
    static const struct sql_text of_store = {
        .both = BASIS_SELECT " WHERE l.store_id = ? AND l.id > ?" SCOPE_OF(
            "+l.company_id", "l.store_id") " ORDER BY l.id LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, variant_id ? &of_variant : &of_store, &rows, e,
                  db_i64(variant_id ? variant_id : store_id), db_i64(after_id),
                  STORE_SCOPE_VALUES(by), db_i64((int64_t)limit)))
        return false;
    *out = ARENA_ARRAY(a, struct listing_basis, rows.count);
    for (size_t i = 0; i < rows.count; i++) read_basis(&rows, i, &(*out)[i]);
    *count = rows.count;
    return true;
}

bool listing_repo_want(struct db *db, const struct actor *by, int64_t id,
                       const struct listing_state *wanted, str trace, bool force, bool *changed,
                       struct err *e)
{
    static const struct sql_text want = {
        .both =
            "UPDATE {p}mp_product_map AS l SET wanted_seq = wanted_seq + 1, wanted_quantity = ?,"
            " wanted_price_e4 = ?, wanted_list_price_e4 = ?, currency = ?, wanted_at = ?,"
            " wanted_trace = ?"
            " WHERE l.id = ?" STORE_SCOPE(
                "l") " AND (? = 1 OR wanted_seq = 0 OR wanted_quantity <> ?"
                     " OR wanted_price_e4 <> ? OR wanted_list_price_e4 <> ? OR currency <> ?)",
    };
    static const struct sql_text explain = {
        .both = "UPDATE {p}mp_product_map AS l SET wanted_trace = ? WHERE l.id = ?" STORE_SCOPE(
            "l") " AND (wanted_trace IS NULL OR wanted_trace <> ?)",
    };
    int64_t count = 0;
    if (!db_run_counted(db, &want, &count, e, db_i64(wanted->quantity), db_i64(wanted->price.e4),
                        db_i64(wanted->list_price.e4), db_cstr(wanted->price.currency),
                        db_i64(wanted->at), db_text(trace), db_i64(id), STORE_SCOPE_VALUES(by),
                        db_i64(force ? 1 : 0), db_i64(wanted->quantity), db_i64(wanted->price.e4),
                        db_i64(wanted->list_price.e4), db_cstr(wanted->price.currency)))
        return false;
    if (count == 0 && !db_run(db, &explain, e, db_text(trace), db_i64(id), STORE_SCOPE_VALUES(by),
                              db_text(trace)))
        return false;
    *changed = count > 0;
    return true;
}

bool listing_repo_trace(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                        str *trace, struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT l.wanted_trace FROM {p}mp_product_map l WHERE l.id = ?" STORE_SCOPE("l"),
    };
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_i64(id), STORE_SCOPE_VALUES(by))) return false;
    if (!rows.count)
        return err_set(e, ERR_NOT_FOUND, "listing.not_found", "there is no such listing");
    *trace = db_cell_text(&rows, 0, 0);
    return true;
}

/* --- sent and seen --- */

bool listing_repo_sent(struct db *db, const struct actor *by, const struct offer *o, utc_ms at,
                       struct err *e)
{
    static const struct sql_text sent = {
        .both = "UPDATE {p}mp_product_map AS l SET sent_seq = ?, sent_quantity = ?,"
                " sent_price_e4 = ?, sent_list_price_e4 = ?, sent_at = ?, outcome = NULL,"
                " outcome_code = NULL, outcome_message = NULL"
                " WHERE l.id = ? AND l.sent_seq <= ?" STORE_SCOPE("l"),
    };
    return db_run(db, &sent, e, db_i64(o->seq), db_i64(o->quantity), db_i64(o->price.e4),
                  db_i64(o->list_price.e4), db_i64(at), db_i64(o->listing_id), db_i64(o->seq),
                  STORE_SCOPE_VALUES(by));
}

bool listing_repo_outcome(struct db *db, const struct actor *by, int64_t id, int64_t seq,
                          enum listing_outcome outcome, str code, str message, utc_ms at,
                          bool *has_landed, struct err *e)
{
    static const struct sql_text accepted = {
        .both = "UPDATE {p}mp_product_map AS l SET outcome = 'accepted', outcome_code = NULL,"
                " outcome_message = NULL, confirmed_seq = ?, confirmed_at = ?, drift_since = 0"
                " WHERE l.id = ? AND l.sent_seq = ?" STORE_SCOPE("l"),
    };
    static const struct sql_text other = {
        .both = "UPDATE {p}mp_product_map AS l SET outcome = ?, outcome_code = ?,"
                " outcome_message = ?, sent_seq = ?,"
                " drift_since = CASE WHEN ? = 1 THEN 0 ELSE drift_since END"
                " WHERE l.id = ? AND l.sent_seq = ?" STORE_SCOPE("l"),
    };
    int64_t changed = 0;
    const char *name = outcome == LISTING_WAS_REFUSED ? "refused"
                       : outcome == LISTING_LOST      ? "lost"
                                                      : NULL;
    /* Back to none at all: the seq before may still be under way in an older push, whose outcome
     * must not land on these values. */
    int64_t stands = outcome == LISTING_WAS_REFUSED ? seq : 0;
    bool done = outcome == LISTING_ACCEPTED
                    ? db_run_counted(db, &accepted, &changed, e, db_i64(seq), db_i64(at),
                                     db_i64(id), db_i64(seq), STORE_SCOPE_VALUES(by))
                    : db_run_counted(db, &other, &changed, e, db_cstr(name), db_text_or_null(code),
                                     db_text_or_null(message), db_i64(stands),
                                     db_i64(outcome == LISTING_WAS_REFUSED), db_i64(id),
                                     db_i64(seq), STORE_SCOPE_VALUES(by));
    if (!done) return false;
    if (has_landed) *has_landed = changed > 0;
    return true;
}

bool listing_repo_seen(struct db *db, const struct actor *by, int64_t id,
                       const struct listing_state *seen, utc_ms drift_since, struct err *e)
{
    static const struct sql_text see = {
        .both = "UPDATE {p}mp_product_map AS l SET seen_quantity = ?, seen_price_e4 = ?,"
                " seen_list_price_e4 = ?, seen_at = ?, drift_since = ?"
                " WHERE l.id = ?" STORE_SCOPE("l"),
    };
    return db_run(db, &see, e, db_i64(seen->quantity), db_i64(seen->price.e4),
                  db_i64(seen->list_price.e4), db_i64(seen->at), db_i64(drift_since), db_i64(id),
                  STORE_SCOPE_VALUES(by));
}
