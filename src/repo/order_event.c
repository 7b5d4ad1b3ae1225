/* The order's time line. */
#include "repo/order_repo.h"
#include "repo/scope.h"

bool order_event_add(struct db *db, const struct actor *by, const struct order_event *ev,
                     struct err *e)
{
    static const struct sql_text sql = {
        .both = "INSERT INTO {p}mp_order_event (company_id, order_id, at, kind, detail, user_id,"
                " call_id) SELECT o.company_id, o.id, ?, ?, ?, ?, ? FROM {p}mp_order_map o"
                " WHERE o.id = ?" STORE_SCOPE("o"),
    };
    int64_t id = 0;
    if (!db_insert(db, &sql, &id, e, db_i64(ev->at), db_cstr(ev->kind),
                   db_text(ev->detail.len ? ev->detail : STR("{}")), db_i64(ev->user_id),
                   db_i64(ev->call_id), db_i64(ev->order_id), STORE_SCOPE_VALUES(by)))
        return false;
    return id || err_set(e, ERR_NOT_FOUND, "order.not_found", "there is no such order");
}

bool order_event_list(struct db *db, struct arena *a, const struct actor *by, int64_t order_id,
                      struct order_event **out, size_t *count, struct err *e)
{
    static const struct sql_text sql = {
        .both = "SELECT t.id, t.order_id, t.user_id, t.call_id, t.at, t.kind, t.detail"
                " FROM {p}mp_order_event t JOIN {p}mp_order_map o ON o.id = t.order_id"
                " WHERE t.order_id = ?" STORE_SCOPE("o") " ORDER BY t.id",
    };
    struct db_rows rows;
    if (!db_query(db, a, &sql, &rows, e, db_i64(order_id), STORE_SCOPE_VALUES(by))) return false;
    *out = ARENA_ARRAY(a, struct order_event, rows.count);
    *count = rows.count;
    for (size_t i = 0; i < rows.count; i++)
        (*out)[i] = (struct order_event){
            .id = db_cell_i64(&rows, i, 0),
            .order_id = db_cell_i64(&rows, i, 1),
            .user_id = db_cell_i64(&rows, i, 2),
            .call_id = db_cell_i64(&rows, i, 3),
            .at = db_cell_i64(&rows, i, 4),
            .kind = str_cstr(a, db_cell_text(&rows, i, 5)),
            .detail = db_cell_text(&rows, i, 6),
        };
    return true;
}
