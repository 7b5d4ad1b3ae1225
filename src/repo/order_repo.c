/* Orders with their packages, lines and parts. Lists stand in order_list.c, the time line in
 * order_event.c. */
#include "repo/order_row.h"

enum order_status order_row_status(str name)
{
    enum order_status s = ORDER_UNKNOWN;
    order_status_from(name, &s);
    return s;
}

void order_row_read(const struct db_rows *rows, size_t row, struct stored_order *out)
{
    *out = (struct stored_order){
        .id = db_cell_i64(rows, row, 0),
        .company_id = db_cell_i64(rows, row, 1),
        .store_id = db_cell_i64(rows, row, 2),
        .store_name = db_cell_text(rows, row, 3),
        .marketplace = db_cell_text(rows, row, 4),
        .remote_number = db_cell_text(rows, row, 5),
        .status = order_row_status(db_cell_text(rows, row, 6)),
        .is_short = db_cell_i64(rows, row, 7) != 0,
        .is_unmapped = db_cell_i64(rows, row, 8) != 0,
        .ordered_at = db_cell_i64(rows, row, 9),
        .modified_at = db_cell_i64(rows, row, 10),
        .ship_by = db_cell_i64(rows, row, 11),
        .received_at = db_cell_i64(rows, row, 12),
        .total.e4 = db_cell_i64(rows, row, 13),
        .buyer_masked = db_cell_text(rows, row, 15),
        .report = db_cell_text(rows, row, 16),
    };
    str_fill(out->total.currency, sizeof out->total.currency, db_cell_text(rows, row, 14));
}

static bool read_packages(struct db *db, struct arena *a, struct stored_order *o, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT p.id, p.remote_package_id, p.origin_package_ids, p.remote_status, p.status,"
                " p.modified_at, p.carrier, p.tracking_number, p.tracking_url, p.total_e4"
                " FROM {p}mp_order_package p WHERE p.order_id = ? ORDER BY p.id",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(o->id))) return false;
    o->packages = ARENA_ARRAY(a, struct stored_package, rows.count);
    o->package_count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        o->packages[i] = (struct stored_package){
            .id = db_cell_i64(&rows, i, 0),
            .remote_package_id = db_cell_text(&rows, i, 1),
            .origin_package_ids = db_cell_text(&rows, i, 2),
            .remote_status = db_cell_text(&rows, i, 3),
            .status = order_row_status(db_cell_text(&rows, i, 4)),
            .modified_at = db_cell_i64(&rows, i, 5),
            .carrier = db_cell_text(&rows, i, 6),
            .tracking_number = db_cell_text(&rows, i, 7),
            .tracking_url = db_cell_text(&rows, i, 8),
            .total = money_of(db_cell_i64(&rows, i, 9), o->total.currency),
        };
    return true;
}

static void read_line(const struct db_rows *rows, size_t row, struct stored_line *out)
{
    char currency[4] = "";
    str_fill(currency, sizeof currency, db_cell_text(rows, row, 14));
    *out = (struct stored_line){
        .id = db_cell_i64(rows, row, 0),
        .package_id = db_cell_i64(rows, row, 1),
        .listing_id = db_cell_i64(rows, row, 2),
        .variant_id = db_cell_i64(rows, row, 3),
        .taken = db_cell_i64(rows, row, 4),
        .reserved = db_cell_i64(rows, row, 5),
        .takes = db_cell_i64(rows, row, 6),
        .is_short = db_cell_i64(rows, row, 7) != 0,
        .sku = db_cell_text(rows, row, 20),
        .line = { .remote_line_id = db_cell_text(rows, row, 8),
                  .remote_sku = db_cell_text(rows, row, 9),
                  .title = db_cell_text(rows, row, 10),
                  .quantity = db_cell_i64(rows, row, 11),
                  .unit_price = money_of(db_cell_i64(rows, row, 12), currency),
                  .unit_discount = money_of(db_cell_i64(rows, row, 13), currency),
                  .vat_ppm = db_cell_i64(rows, row, 15),
                  .commission_ppm = db_cell_i64(rows, row, 16),
                  .status = order_row_status(db_cell_text(rows, row, 17)),
                  .remote_status = db_cell_text(rows, row, 18),
                  .is_cancelled = db_cell_i64(rows, row, 19) != 0 },
    };
}

static bool read_lines(struct db *db, struct arena *a, struct stored_order *o, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT l.id, l.package_id, l.listing_id, l.variant_id, l.taken, l.reserved,"
                " l.takes, l.is_short, l.remote_line_id, l.remote_sku, l.title, l.quantity,"
                " l.unit_price_e4, l.unit_discount_e4, l.currency, l.vat_ppm, l.commission_ppm,"
                " l.status, l.remote_status, l.is_cancelled, v.sku"
                " FROM {p}mp_order_line l LEFT JOIN {p}mp_variant v ON v.id = l.variant_id"
                " WHERE l.order_id = ? ORDER BY l.id",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(o->id))) return false;
    o->lines = ARENA_ARRAY(a, struct stored_line, rows.count);
    o->line_count = rows.count;
    for (size_t i = 0; i < rows.count; i++) {
        read_line(&rows, i, &o->lines[i]);
        if (!o->lines[i].line.is_cancelled) o->piece_count += o->lines[i].line.quantity;
    }
    return true;
}

static size_t package_index(const struct stored_order *o, int64_t package_id)
{
    for (size_t i = 0; i < o->package_count; i++)
        if (o->packages[i].id == package_id) return i;
    return 0; /* a part's package is a foreign key: it is there */
}

static bool read_parts(struct db *db, struct arena *a, struct stored_order *o, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT t.package_id, t.remote_line_id, t.remote_sku, t.quantity, t.status,"
                " t.is_cancelled, t.has_left FROM {p}mp_order_part t"
                " WHERE t.order_id = ? ORDER BY t.package_id, t.remote_line_id",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(o->id))) return false;
    o->parts = ARENA_ARRAY(a, struct order_part, rows.count);
    o->part_count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        o->parts[i] = (struct order_part){
            .package = package_index(o, db_cell_i64(&rows, i, 0)),
            .remote_line_id = db_cell_text(&rows, i, 1),
            .remote_sku = db_cell_text(&rows, i, 2),
            .quantity = db_cell_i64(&rows, i, 3),
            .status = order_row_status(db_cell_text(&rows, i, 4)),
            .is_cancelled = db_cell_i64(&rows, i, 5) != 0,
            .has_left = db_cell_i64(&rows, i, 6) != 0,
        };
    return true;
}

static bool read_rest(struct db *db, struct arena *a, struct stored_order *o, struct err *e)
{
    return read_packages(db, a, o, e) && read_lines(db, a, o, e) && read_parts(db, a, o, e);
}

static bool order_missing(struct err *e)
{
    return err_set(e, ERR_NOT_FOUND, "order.not_found", "there is no such order");
}

bool order_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                     struct stored_order *out, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT " ORDER_COLUMNS " FROM {p}mp_order_map o"
                " JOIN {p}marketplace m ON m.id = o.store_id WHERE o.id = ?" STORE_SCOPE("o"),
    };
    struct db_rows rows;
    struct stored_order o;
    if (!db_query(db, a, &sql, &rows, e, db_i64(id), STORE_SCOPE_VALUES(by))) return false;
    if (!rows.count) return order_missing(e);
    order_row_read(&rows, 0, &o);
    if (!read_rest(db, a, &o, e)) return false;
    *out = o;
    return true;
}

bool order_repo_find_remote(struct db *db, struct arena *a, const struct actor *by,
                            int64_t store_id, str remote_number, struct stored_order *out,
                            struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT " ORDER_COLUMNS " FROM {p}marketplace m"
                " LEFT JOIN {p}mp_order_map o ON o.store_id = m.id AND o.remote_number = ?"
                " WHERE m.id = ? AND m.company_id = ? AND (? = 1 OR m.id IN"
                " (SELECT g.store_id FROM {p}mp_user_store g WHERE g.user_id = ?))",
    };
    struct db_rows rows;
    struct stored_order o;
    if (!db_query(db, a, &sql, &rows, e, db_text(remote_number), db_i64(store_id),
                  STORE_SCOPE_VALUES(by)))
        return false;
    if (!rows.count)
        return err_set(e, ERR_NOT_FOUND, "store.not_found", "there is no store %lld",
                       (long long)store_id);
    if (db_cell_is_null(&rows, 0, 0)) return order_missing(e);
    order_row_read(&rows, 0, &o);
    if (!read_rest(db, a, &o, e)) return false;
    *out = o;
    return true;
}

static str buyer_place(struct arena *a, const struct stored_order *o)
{
    return box_place(a, o->company_id, o->store_id, "order.buyer");
}

/* NULL keeps what is stored. */
static struct db_value buyer_box(struct arena *a, const struct keyring *k,
                                 const struct stored_order *o)
{
    if (!o->buyer_name.len && !o->buyer_json.len) return db_null();
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_text(&w, "name", o->buyer_name);
    json_put_text(&w, "json", o->buyer_json);
    json_close_object(&w);
    return db_blob(box_seal(k, a, json_written(&w), buyer_place(a, o)));
}

static bool insert_order(struct db *db, const struct actor *by, struct stored_order *o,
                         struct db_value box, struct err *e)
{
    static const struct sql_text sql = {
        .both = "INSERT INTO {p}mp_order_map (company_id, store_id, remote_number, status,"
                " is_short, is_unmapped, ordered_at, modified_at, ship_by, total_e4, currency,"
                " buyer_masked, buyer_box, received_at, report)"
                " SELECT m.company_id, m.id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
                " FROM {p}marketplace m WHERE m.id = ? AND m.company_id = ? AND (? = 1 OR m.id IN"
                " (SELECT g.store_id FROM {p}mp_user_store g WHERE g.user_id = ?))",
    };
    int64_t id = 0;
    if (!db_insert(db, &sql, &id, e, db_text(o->remote_number),
                   db_cstr(order_status_name(o->status)), db_i64(o->is_short),
                   db_i64(o->is_unmapped), db_i64(o->ordered_at), db_i64(o->modified_at),
                   db_i64(o->ship_by), db_i64(o->total.e4), db_cstr(o->total.currency),
                   db_text(o->buyer_masked), box, db_i64(o->received_at),
                   db_text_or_null(o->report), db_i64(o->store_id), STORE_SCOPE_VALUES(by)))
        return false;
    if (!id)
        return err_set(e, ERR_NOT_FOUND, "store.not_found", "there is no store %lld",
                       (long long)o->store_id);
    o->id = id;
    return true;
}

static bool update_order(struct db *db, const struct actor *by, const struct stored_order *o,
                         struct db_value box, struct err *e)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}mp_order_map AS o SET status = ?, is_short = ?, is_unmapped = ?,"
                " ordered_at = ?, modified_at = ?, ship_by = ?, total_e4 = ?, currency = ?,"
                " buyer_masked = ?, buyer_box = COALESCE(?, buyer_box), report = ?"
                " WHERE o.id = ?" STORE_SCOPE("o"),
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, e, db_cstr(order_status_name(o->status)),
                        db_i64(o->is_short), db_i64(o->is_unmapped), db_i64(o->ordered_at),
                        db_i64(o->modified_at), db_i64(o->ship_by), db_i64(o->total.e4),
                        db_cstr(o->total.currency), db_text(o->buyer_masked), box,
                        db_text_or_null(o->report), db_i64(o->id), STORE_SCOPE_VALUES(by)))
        return false;
    return changed || order_missing(e);
}

bool order_repo_save(struct db *db, struct arena *a, const struct keyring *k,
                     const struct actor *by, struct stored_order *o, struct err *e)
{
    o->company_id = by->company_id;
    struct db_value box = buyer_box(a, k, o);
    return o->id ? update_order(db, by, o, box, e) : insert_order(db, by, o, box, e);
}

/* Rows under an order are written where the order is the actor's: the same condition each time. */
#define OF_ORDER " FROM {p}mp_order_map o WHERE o.id = ?" STORE_SCOPE("o")

static bool insert_package(struct db *db, const struct actor *by, const struct stored_order *o,
                           struct stored_package *p, struct err *e)
{
    static const struct sql_text sql = {
        .both = "INSERT INTO {p}mp_order_package (company_id, store_id, order_id,"
                " remote_package_id, origin_package_ids, status, remote_status, modified_at,"
                " carrier, tracking_number, tracking_url, total_e4)"
                " SELECT o.company_id, o.store_id, o.id, ?, ?, ?, ?, ?, ?, ?, ?, ?" OF_ORDER,
    };
    int64_t id = 0;
    if (!db_insert(db, &sql, &id, e, db_text(p->remote_package_id), db_text(p->origin_package_ids),
                   db_cstr(order_status_name(p->status)), db_text(p->remote_status),
                   db_i64(p->modified_at), db_text(p->carrier), db_text(p->tracking_number),
                   db_text(p->tracking_url), db_i64(p->total.e4), db_i64(o->id),
                   STORE_SCOPE_VALUES(by)))
        return false;
    if (!id) return order_missing(e);
    p->id = id;
    return true;
}

bool order_repo_save_package(struct db *db, const struct actor *by, const struct stored_order *o,
                             struct stored_package *p, struct err *e)
{
    static const struct sql_text sql = {
        .both =
            "UPDATE {p}mp_order_package AS p SET origin_package_ids = ?, status = ?,"
            " remote_status = ?, modified_at = ?, carrier = ?, tracking_number = ?,"
            " tracking_url = ?, total_e4 = ? WHERE p.id = ? AND p.order_id = ?" STORE_SCOPE("p"),
    };
    if (!p->id) return insert_package(db, by, o, p, e);
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, e, db_text(p->origin_package_ids),
                        db_cstr(order_status_name(p->status)), db_text(p->remote_status),
                        db_i64(p->modified_at), db_text(p->carrier), db_text(p->tracking_number),
                        db_text(p->tracking_url), db_i64(p->total.e4), db_i64(p->id), db_i64(o->id),
                        STORE_SCOPE_VALUES(by)))
        return false;
    return changed || order_missing(e);
}

static bool insert_line(struct db *db, const struct actor *by, const struct stored_order *o,
                        struct stored_line *l, struct err *e)
{
    static const struct sql_text sql = {
        .both = "INSERT INTO {p}mp_order_line (company_id, order_id, package_id, remote_line_id,"
                " remote_sku, listing_id, variant_id, title, quantity, taken, reserved, takes,"
                " is_short, unit_price_e4, unit_discount_e4, currency, vat_ppm, commission_ppm,"
                " status, remote_status, is_cancelled) SELECT o.company_id, o.id, ?, ?, ?, ?, ?, ?,"
                " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?" OF_ORDER,
    };
    const struct order_line *n = &l->line;
    int64_t id = 0;
    if (!db_insert(db, &sql, &id, e, db_i64(l->package_id), db_text(n->remote_line_id),
                   db_text(n->remote_sku), db_i64_or_null(l->listing_id),
                   db_i64_or_null(l->variant_id), db_text(n->title), db_i64(n->quantity),
                   db_i64(l->taken), db_i64(l->reserved), db_i64(l->takes), db_i64(l->is_short),
                   db_i64(n->unit_price.e4), db_i64(n->unit_discount.e4),
                   db_cstr(n->unit_price.currency), db_i64(n->vat_ppm), db_i64(n->commission_ppm),
                   db_cstr(order_status_name(n->status)), db_text(n->remote_status),
                   db_i64(n->is_cancelled), db_i64(o->id), STORE_SCOPE_VALUES(by)))
        return false;
    if (!id) return order_missing(e);
    l->id = id;
    return true;
}

bool order_repo_save_line(struct db *db, const struct actor *by, const struct stored_order *o,
                          struct stored_line *l, struct err *e)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}mp_order_line SET package_id = ?, remote_sku = ?, listing_id = ?,"
                " variant_id = ?, title = ?, quantity = ?, taken = ?, reserved = ?, takes = ?,"
                " is_short = ?, unit_price_e4 = ?, unit_discount_e4 = ?, currency = ?,"
                " vat_ppm = ?, commission_ppm = ?, status = ?, remote_status = ?, is_cancelled = ?"
                " WHERE id = ? AND order_id = ? AND EXISTS (SELECT 1" OF_ORDER ")",
    };
    if (!l->id) return insert_line(db, by, o, l, e);
    const struct order_line *n = &l->line;
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, e, db_i64(l->package_id), db_text(n->remote_sku),
                        db_i64_or_null(l->listing_id), db_i64_or_null(l->variant_id),
                        db_text(n->title), db_i64(n->quantity), db_i64(l->taken),
                        db_i64(l->reserved), db_i64(l->takes), db_i64(l->is_short),
                        db_i64(n->unit_price.e4), db_i64(n->unit_discount.e4),
                        db_cstr(n->unit_price.currency), db_i64(n->vat_ppm),
                        db_i64(n->commission_ppm), db_cstr(order_status_name(n->status)),
                        db_text(n->remote_status), db_i64(n->is_cancelled), db_i64(l->id),
                        db_i64(o->id), db_i64(o->id), STORE_SCOPE_VALUES(by)))
        return false;
    return changed || order_missing(e);
}

bool order_repo_save_part(struct db *db, const struct actor *by, const struct stored_order *o,
                          const struct order_part *p, struct err *e)
{
    static const struct sql_text sql = {
        .sqlite = "INSERT INTO {p}mp_order_part (order_id, package_id, remote_line_id, remote_sku,"
                  " quantity, status, is_cancelled, has_left)"
                  " SELECT o.id, ?, ?, ?, ?, ?, ?, ?" OF_ORDER
                  " ON CONFLICT (order_id, package_id, remote_line_id) DO UPDATE SET"
                  " remote_sku = excluded.remote_sku, quantity = excluded.quantity,"
                  " status = excluded.status, is_cancelled = excluded.is_cancelled,"
                  " has_left = excluded.has_left",
        .mariadb = "INSERT INTO {p}mp_order_part (order_id, package_id, remote_line_id, remote_sku,"
                   " quantity, status, is_cancelled, has_left)"
                   " SELECT o.id, ?, ?, ?, ?, ?, ?, ?" OF_ORDER
                   " ON DUPLICATE KEY UPDATE remote_sku = VALUES(remote_sku),"
                   " quantity = VALUES(quantity), status = VALUES(status),"
                   " is_cancelled = VALUES(is_cancelled), has_left = VALUES(has_left)",
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, e, db_i64(o->packages[p->package].id),
                        db_text(p->remote_line_id), db_text(p->remote_sku), db_i64(p->quantity),
                        db_cstr(order_status_name(p->status)), db_i64(p->is_cancelled),
                        db_i64(p->has_left), db_i64(o->id), STORE_SCOPE_VALUES(by)))
        return false;
    return changed || order_missing(e);
}

bool order_repo_map_sku(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                        str remote_sku, int64_t *listing_id, int64_t *variant_id, str *sku,
                        struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT l.id, l.variant_id, v.sku FROM {p}mp_product_map l"
                " JOIN {p}mp_variant v ON v.id = l.variant_id"
                " WHERE l.store_id = ? AND l.remote_sku = ?" STORE_SCOPE("l"),
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(store_id), db_text(remote_sku),
                  STORE_SCOPE_VALUES(by)))
        return false;
    *listing_id = rows.count ? db_cell_i64(&rows, 0, 0) : 0;
    *variant_id = rows.count ? db_cell_i64(&rows, 0, 1) : 0;
    *sku = rows.count ? db_cell_text(&rows, 0, 2) : STR("");
    return true;
}

bool order_repo_buyer(struct db *db, struct arena *a, const struct keyring *k,
                      const struct actor *by, int64_t id, str *name, str *json, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT o.company_id, o.store_id, o.buyer_box FROM {p}mp_order_map o"
                " WHERE o.id = ?" STORE_SCOPE("o"),
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(id), STORE_SCOPE_VALUES(by))) return false;
    if (!rows.count) return order_missing(e);
    struct stored_order o = { .company_id = db_cell_i64(&rows, 0, 0),
                              .store_id = db_cell_i64(&rows, 0, 1) };
    str plain;
    const struct json *buyer = NULL;
    if (!box_open(k, a, db_cell_text(&rows, 0, 2), buyer_place(a, &o), &plain, e)) return false;
    if (plain.len && !json_parse(a, plain, NULL, &buyer, e)) return false;
    *name = json_text_at(buyer, "name");
    *json = json_text_at(buyer, "json");
    return true;
}
