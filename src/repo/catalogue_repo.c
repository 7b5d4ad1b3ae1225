#include "repo/catalogue_repo.h"

#include "base/fold.h"
#include "repo/like.h"
#include "repo/page.h"
#include "repo/variant_row.h"

/* --- saving --- */

static bool save_row(struct db *db, struct arena *a, const struct actor *by, struct product *p,
                     utc_ms now, struct err *e)
{
    static const struct sql_text add = {
        .both = "INSERT INTO {p}mp_product (company_id, title, brand, category, vat_ppm, search,"
                " sort_key, created_at, updated_at) VALUES (?, ?, ?, ?, ?, '', ?, ?, ?)",
    };
    static const struct sql_text update = {
        .both = "UPDATE {p}mp_product SET title = ?, brand = ?, category = ?, vat_ppm = ?,"
                " sort_key = ?, updated_at = ? WHERE id = ? AND company_id = ?",
    };
    str key = fold_sort_key(a, p->title);
    if (p->id) {
        int64_t changed = 0;
        if (!db_run_counted(db, &update, &changed, e, db_text(p->title), db_text(p->brand),
                            db_text(p->category), db_i64(p->vat_ppm), db_text(key), db_i64(now),
                            db_i64(p->id), db_i64(by->company_id)))
            return false;
        return changed == 1 ||
               err_set(e, ERR_NOT_FOUND, "product.not_found", "there is no such product");
    }
    int64_t id = 0;
    if (!db_insert(db, &add, &id, e, db_i64(by->company_id), db_text(p->title), db_text(p->brand),
                   db_text(p->category), db_i64(p->vat_ppm), db_text(key), db_i64(now),
                   db_i64(now)))
        return false;
    p->id = id;
    p->company_id = by->company_id;
    p->created_at = now;
    return true;
}

/* Of all the product's variants, also of those that were not saved now. */
static bool save_search(struct db *db, struct arena *a, const struct actor *by,
                        const struct product *p, struct err *e)
{
    static const struct sql_text set = {
        .both = "UPDATE {p}mp_product SET search = ? WHERE id = ? AND company_id = ?",
    };
    struct variant *all;
    size_t count;
    if (!variant_of_product(db, a, by, p->id, &all, &count, e)) return false;
    struct text t = { .arena = a };
    text_print(&t, "%.*s %.*s %.*s", STR_ARG(p->title), STR_ARG(p->brand), STR_ARG(p->category));
    for (size_t i = 0; i < count; i++)
        text_print(&t, " %.*s %.*s", STR_ARG(all[i].sku), STR_ARG(all[i].barcode));
    return db_run(db, &set, e, db_text(fold_text(a, text_str(&t))), db_i64(p->id),
                  db_i64(by->company_id));
}

bool product_repo_save(struct db *db, struct arena *a, const struct actor *by, struct product *p,
                       struct variant *variants, utc_ms now, struct err *e)
{
    if (!save_row(db, a, by, p, now, e)) return false;
    for (size_t i = 0; i < p->variant_count; i++) {
        variants[i].product_id = p->id;
        if (!variant_save(db, by, &variants[i], now, e)) return false;
    }
    if (!save_search(db, a, by, p, e)) return false;
    p->variants = variants;
    p->updated_at = now;
    return true;
}

/* --- reading --- */

#define PRODUCT_COLUMNS                                                                            \
    "p.id, p.company_id, p.title, p.brand, p.category, p.vat_ppm, p.created_at, p.updated_at,"     \
    " p.sort_key"

static bool read_product(struct db *db, struct arena *a, const struct actor *by,
                         const struct db_rows *rows, size_t row, struct product *out, struct err *e)
{
    *out = (struct product){
        .id = db_cell_i64(rows, row, 0),
        .company_id = db_cell_i64(rows, row, 1),
        .title = db_cell_text(rows, row, 2),
        .brand = db_cell_text(rows, row, 3),
        .category = db_cell_text(rows, row, 4),
        .vat_ppm = db_cell_i64(rows, row, 5),
        .created_at = db_cell_i64(rows, row, 6),
        .updated_at = db_cell_i64(rows, row, 7),
    };
    struct variant *variants;
    if (!variant_of_product(db, a, by, out->id, &variants, &out->variant_count, e)) return false;
    out->variants = variants;
    return true;
}

bool product_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                       struct product *out, struct err *e)
{
    static const struct sql_text find = {
        .both =
            "SELECT " PRODUCT_COLUMNS " FROM {p}mp_product p WHERE p.id = ? AND p.company_id = ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_i64(id), db_i64(by->company_id))) return false;
    if (!rows.count)
        return err_set(e, ERR_NOT_FOUND, "product.not_found", "there is no such product");
    return read_product(db, a, by, &rows, 0, out, e);
}

/* Titles ascending; the first bound says where an index range starts, the second what is after it. */
#define PRODUCT_LIST(condition)                                                                    \
    "SELECT " PRODUCT_COLUMNS " FROM {p}mp_product p WHERE p.company_id = ? AND p.sort_key >= ?"   \
    " AND (p.sort_key > ? OR p.id > ?)" condition LIKE_ALL("p.search") LOW_STOCK                   \
        " ORDER BY p.sort_key, p.id LIMIT ?"
#define LOW_STOCK                                                                                  \
    " AND (? = 0 OR EXISTS (SELECT 1 FROM {p}mp_variant v"                                         \
    " LEFT JOIN {p}mp_stock s ON s.variant_id = v.id"                                              \
    " WHERE v.product_id = p.id AND COALESCE(s.available, 0) <= v.safety_stock))"

bool product_repo_list(struct db *db, struct arena *a, const struct actor *by,
                       const struct product_filter *f, const struct page *page,
                       struct product **out, size_t *count, struct page_end *end, struct err *e)
{
    static const struct sql_text all = { .both = PRODUCT_LIST("") };
    static const struct sql_text of_category = { .both = PRODUCT_LIST(" AND p.category = ?") };
    struct page_place from;
    if (!page_open(a, page, "products", &from, e)) return false;
    struct like like = like_words(a, f->search);
    struct db_value values[12] = { db_i64(by->company_id), db_text(from.key), db_text(from.key),
                                   db_i64(from.id) };
    size_t n = 4;
    if (f->category.len) values[n++] = db_text(f->category);
    for (size_t i = 0; i < LIKE_WORDS; i++) values[n++] = db_text(like.words[i]);
    values[n++] = db_i64(f->low_stock ? 1 : 0);
    values[n++] = db_i64((int64_t)page->limit + 1);
    struct db_rows rows;
    if (!db_query_values(db, a, f->category.len ? &of_category : &all, &rows, e, values, n))
        return false;
    size_t shown = rows.count > page->limit ? page->limit : rows.count;
    struct product *products = ARENA_ARRAY(a, struct product, shown);
    for (size_t i = 0; i < shown; i++)
        if (!read_product(db, a, by, &rows, i, &products[i], e)) return false;
    *out = products;
    *count = shown;
    *end = (struct page_end){ 0 };
    if (rows.count > shown)
        end->next = page_cursor(a, "products",
                                &(struct page_place){ .id = products[shown - 1].id,
                                                      .key = db_cell_text(&rows, shown - 1, 8) });
    return true;
}
