#include "repo/listing_row.h"
#include "repo/variant_row.h"

#define MATCHES_MOST 10 /* more than one is ambiguous already */

void variant_read(const struct db_rows *rows, size_t row, struct variant *out)
{
    str currency = db_cell_text(rows, row, 9);
    *out = (struct variant){
        .id = db_cell_i64(rows, row, 0),
        .company_id = db_cell_i64(rows, row, 1),
        .product_id = db_cell_i64(rows, row, 2),
        .sku = db_cell_text(rows, row, 3),
        .barcode = db_cell_text(rows, row, 4),
        .name = db_cell_text(rows, row, 5),
        .price = row_money(db_cell_i64(rows, row, 6), currency),
        .list_price = row_money(db_cell_i64(rows, row, 7), currency),
        .safety_stock = db_cell_i64(rows, row, 10),
        .available = db_cell_i64(rows, row, 11),
        .reserved = db_cell_i64(rows, row, 12),
        .updated_at = db_cell_i64(rows, row, 13),
    };
    if (!db_cell_is_null(rows, row, 8)) out->cost = row_money(db_cell_i64(rows, row, 8), currency);
}

void variant_read_all(const struct db_rows *rows, struct arena *a, struct variant **out,
                      size_t *count)
{
    *out = ARENA_ARRAY(a, struct variant, rows->count);
    for (size_t i = 0; i < rows->count; i++) variant_read(rows, i, &(*out)[i]);
    *count = rows->count;
}

static bool taken(const struct variant *v, const struct err *why, struct err *e)
{
    if (why->kind != ERR_CONFLICT) {
        if (e) *e = *why;
        return false;
    }
    err_set(e, ERR_CONFLICT, "sku.taken", "SKU '%.*s' is another variant's already",
            STR_ARG(v->sku));
    return err_arg(e, "sku", v->sku);
}

static struct db_value cost_value(const struct variant *v)
{
    return v->cost.currency[0] ? db_i64(v->cost.e4) : db_null();
}

static bool add(struct db *db, const struct actor *by, struct variant *v, utc_ms now, struct err *e)
{
    static const struct sql_text sql = {
        .both = "INSERT INTO {p}mp_variant (company_id, product_id, sku, barcode, name, price_e4,"
                " list_price_e4, cost_e4, currency, safety_stock, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    };
    struct err why = { 0 };
    int64_t id = 0;
    if (!db_insert(db, &sql, &id, &why, db_i64(by->company_id), db_i64(v->product_id),
                   db_text(v->sku), db_text(v->barcode), db_text(v->name), db_i64(v->price.e4),
                   db_i64(v->list_price.e4), cost_value(v), db_cstr(v->price.currency),
                   db_i64(v->safety_stock), db_i64(now)))
        return taken(v, &why, e);
    v->id = id;
    v->company_id = by->company_id;
    return true;
}

static bool update(struct db *db, const struct actor *by, const struct variant *v, utc_ms now,
                   struct err *e)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}mp_variant SET sku = ?, barcode = ?, name = ?, price_e4 = ?,"
                " list_price_e4 = ?, cost_e4 = ?, currency = ?, safety_stock = ?, updated_at = ?"
                " WHERE id = ? AND product_id = ? AND company_id = ?",
    };
    struct err why = { 0 };
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, &why, db_text(v->sku), db_text(v->barcode),
                        db_text(v->name), db_i64(v->price.e4), db_i64(v->list_price.e4),
                        cost_value(v), db_cstr(v->price.currency), db_i64(v->safety_stock),
                        db_i64(now), db_i64(v->id), db_i64(v->product_id), db_i64(by->company_id)))
        return taken(v, &why, e);
    return changed == 1 || err_set(e, ERR_NOT_FOUND, "variant.not_found",
                                   "there is no such variant of this product");
}

bool variant_save(struct db *db, const struct actor *by, struct variant *v, utc_ms now,
                  struct err *e)
{
    if (!(v->id ? update(db, by, v, now, e) : add(db, by, v, now, e))) return false;
    v->updated_at = now;
    return true;
}

static bool read_one(const struct db_rows *rows, struct variant *out, struct err *e)
{
    if (!rows->count)
        return err_set(e, ERR_NOT_FOUND, "variant.not_found", "there is no such variant");
    variant_read(rows, 0, out);
    return true;
}

bool variant_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                       struct variant *out, struct err *e)
{
    static const struct sql_text find = {
        .both = VARIANT_SELECT " WHERE v.id = ? AND v.company_id = ?",
    };
    struct db_rows rows;
    return db_query(db, a, &find, &rows, e, db_i64(id), db_i64(by->company_id)) &&
           read_one(&rows, out, e);
}

bool variant_repo_find_sku(struct db *db, struct arena *a, const struct actor *by, str sku,
                           struct variant *out, struct err *e)
{
    static const struct sql_text find = {
        .both = VARIANT_SELECT " WHERE v.company_id = ? AND v.sku = ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_i64(by->company_id), db_text(sku))) return false;
    if (rows.count) return read_one(&rows, out, e);
    err_set(e, ERR_NOT_FOUND, "variant.not_found", "there is no variant with SKU '%.*s'",
            STR_ARG(sku));
    return err_arg(e, "sku", sku);
}

bool variant_repo_match(struct db *db, struct arena *a, const struct actor *by, str remote_sku,
                        struct variant **out, size_t *count, struct err *e)
{
    static const struct sql_text match = {
        .both = VARIANT_SELECT
        " WHERE v.id IN (SELECT k.id FROM {p}mp_variant k WHERE k.company_id = ? AND k.sku = ?"
        " UNION SELECT b.id FROM {p}mp_variant b WHERE b.company_id = ? AND b.barcode = ?)"
        " ORDER BY v.id LIMIT ?",
    };
    struct db_rows rows = { 0 };
    if (remote_sku.len && /* no barcode is no match */
        !db_query(db, a, &match, &rows, e, db_i64(by->company_id), db_text(remote_sku),
                  db_i64(by->company_id), db_text(remote_sku), db_i64(MATCHES_MOST)))
        return false;
    variant_read_all(&rows, a, out, count);
    return true;
}

bool variant_repo_low(struct db *db, struct arena *a, const struct actor *by, size_t limit,
                      struct variant **out, size_t *count, struct err *e)
{
    static const struct sql_text low = {
        .both = VARIANT_SELECT " WHERE v.company_id = ? AND COALESCE(s.available, 0)"
                               " <= v.safety_stock ORDER BY v.id LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &low, &rows, e, db_i64(by->company_id), db_i64((int64_t)limit)))
        return false;
    variant_read_all(&rows, a, out, count);
    return true;
}

bool variant_of_product(struct db *db, struct arena *a, const struct actor *by, int64_t product_id,
                        struct variant **out, size_t *count, struct err *e)
{
    static const struct sql_text of = {
        .both = VARIANT_SELECT " WHERE v.product_id = ? AND v.company_id = ? ORDER BY v.id",
    };
    struct db_rows rows;
    if (!db_query(db, a, &of, &rows, e, db_i64(product_id), db_i64(by->company_id))) return false;
    variant_read_all(&rows, a, out, count);
    return true;
}
