/* Pushes: what was sent together, and what became of each item. */
#include "repo/listing_repo.h"
#include "repo/scope.h"

static const char *const states[] = {
    [PUSH_OPEN] = "open",       [PUSH_SENT] = "sent",       [PUSH_DONE] = "done",
    [PUSH_REFUSED] = "refused", [PUSH_UNKNOWN] = "unknown",
};
#define STATE_COUNT (sizeof states / sizeof states[0])

#define PUSHES_MOST 1000 /* open ones read at once */

static enum push_state state_from(str name)
{
    for (size_t i = 0; i < STATE_COUNT; i++)
        if (str_eq(name, str_from(states[i]))) return (enum push_state)i;
    return PUSH_UNKNOWN;
}

bool push_repo_add(struct db *db, const struct actor *by, struct push *p,
                   const struct offer *offers, struct err *e)
{
    static const struct sql_text add = {
        .both = "INSERT INTO {p}mp_push (company_id, store_id, state, body_digest, items,"
                " created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    };
    static const struct sql_text add_item = {
        .both = "INSERT INTO {p}mp_push_item (push_id, listing_id, seq, quantity, price_e4,"
                " list_price_e4) VALUES (?, ?, ?, ?, ?, ?)",
    };
    int64_t id = 0;
    if (!db_insert(db, &add, &id, e, db_i64(by->company_id), db_i64(p->store_id),
                   db_cstr(states[p->state]), db_text(p->body_digest),
                   db_i64((int64_t)p->item_count), db_i64(p->created_at), db_i64(p->expires_at)))
        return false;
    for (size_t i = 0; i < p->item_count; i++) {
        const struct offer *o = &offers[i];
        if (!db_run(db, &add_item, e, db_i64(id), db_i64(o->listing_id), db_i64(o->seq),
                    db_i64(o->quantity), db_i64(o->price.e4), db_i64(o->list_price.e4)))
            return false;
    }
    p->id = id;
    return true;
}

bool push_repo_save(struct db *db, const struct actor *by, const struct push *p, struct err *e)
{
    static const struct sql_text save = {
        .both =
            "UPDATE {p}mp_push AS u SET state = ?, batch_id = ?, refused_items = ?, sent_at = ?,"
            " next_poll_at = ?, polls = ?, expires_at = ?, ended_at = ?"
            " WHERE u.id = ?" STORE_SCOPE("u"),
    };
    int64_t changed = 0;
    if (!db_run_counted(db, &save, &changed, e, db_cstr(states[p->state]),
                        db_text_or_null(p->batch_id), db_i64((int64_t)p->refused_count),
                        db_i64(p->sent_at), db_i64(p->next_poll_at), db_i64(p->polls),
                        db_i64(p->expires_at), db_i64(p->ended_at), db_i64(p->id),
                        STORE_SCOPE_VALUES(by)))
        return false;
    return changed == 1 ||
           err_set(e, ERR_NOT_FOUND, "push.not_found", "there is no such push of offers");
}

bool push_repo_open(struct db *db, struct arena *a, const struct actor *by, int64_t store_id,
                    enum push_state state, struct push **out, size_t *count, struct err *e)
{
    static const struct sql_text open = {
        .both = "SELECT u.id, u.store_id, u.state, u.body_digest, u.batch_id, u.items,"
                " u.refused_items, u.created_at, u.sent_at, u.next_poll_at, u.expires_at,"
                " u.ended_at, u.polls FROM {p}mp_push u"
                " WHERE u.store_id = ? AND u.state = ?" STORE_SCOPE(
                    "u") " ORDER BY u.next_poll_at, u.id LIMIT ?",
    };
    struct db_rows rows;
    if (!db_query(db, a, &open, &rows, e, db_i64(store_id), db_cstr(states[state]),
                  STORE_SCOPE_VALUES(by), db_i64(PUSHES_MOST)))
        return false;
    *out = ARENA_ARRAY(a, struct push, rows.count);
    for (size_t i = 0; i < rows.count; i++) {
        (*out)[i] = (struct push){
            .id = db_cell_i64(&rows, i, 0),
            .store_id = db_cell_i64(&rows, i, 1),
            .state = state_from(db_cell_text(&rows, i, 2)),
            .body_digest = db_cell_text(&rows, i, 3),
            .batch_id = db_cell_text(&rows, i, 4),
            .item_count = (size_t)db_cell_i64(&rows, i, 5),
            .refused_count = (size_t)db_cell_i64(&rows, i, 6),
            .created_at = db_cell_i64(&rows, i, 7),
            .sent_at = db_cell_i64(&rows, i, 8),
            .next_poll_at = db_cell_i64(&rows, i, 9),
            .expires_at = db_cell_i64(&rows, i, 10),
            .ended_at = db_cell_i64(&rows, i, 11),
            .polls = (int)db_cell_i64(&rows, i, 12),
        };
    }
    *count = rows.count;
    return true;
}

bool push_repo_item_outcome(struct db *db, const struct actor *by, int64_t push_id,
                            int64_t listing_id, const char *outcome, struct err *e)
{
    static const struct sql_text set = {
        .both = "UPDATE {p}mp_push_item SET outcome = ? WHERE push_id = ? AND listing_id = ?"
                " AND EXISTS (SELECT 1 FROM {p}mp_push u WHERE u.id = ?" STORE_SCOPE("u") ")",
    };
    return db_run(db, &set, e, db_cstr(outcome), db_i64(push_id), db_i64(listing_id),
                  db_i64(push_id), STORE_SCOPE_VALUES(by));
}

bool push_repo_drop(struct db *db, const struct actor *by, int64_t push_id, struct err *e)
{
    static const struct sql_text drop_items = {
        .both = "DELETE FROM {p}mp_push_item WHERE push_id IN"
                " (SELECT u.id FROM {p}mp_push u WHERE u.id = ?" STORE_SCOPE("u") ")",
    };
    static const struct sql_text drop = {
        .both = "DELETE FROM {p}mp_push WHERE id = ?" SCOPE_OF("company_id", "store_id"),
    };
    return db_run(db, &drop_items, e, db_i64(push_id), STORE_SCOPE_VALUES(by)) &&
           db_run(db, &drop, e, db_i64(push_id), STORE_SCOPE_VALUES(by));
}

bool push_repo_forget(struct db *db, utc_ms ended_before, int64_t most, int64_t *count,
                      struct err *e)
{
    static const struct sql_text old = {
        .both = "SELECT id FROM {p}mp_push WHERE ended_at > 0 AND ended_at < ?"
                " ORDER BY ended_at LIMIT ?",
    };
    static const struct sql_text drop_items = {
        .both = "DELETE FROM {p}mp_push_item WHERE push_id = ?",
    };
    static const struct sql_text drop = { .both = "DELETE FROM {p}mp_push WHERE id = ?" };
    AUTO(arena) a = arena_new();
    struct db_rows rows;
    if (!db_query(db, a, &old, &rows, e, db_i64(ended_before), db_i64(most))) return false;
    for (size_t i = 0; i < rows.count; i++) {
        struct db_value id = db_i64(db_cell_i64(&rows, i, 0));
        if (!db_run(db, &drop_items, e, id) || !db_run(db, &drop, e, id)) return false;
    }
    *count = (int64_t)rows.count;
    return true;
}

bool push_repo_was_sent(struct db *db, const struct actor *by, int64_t store_id, str body_digest,
                        utc_ms since, bool *was, struct err *e)
{
    static const struct sql_text find = {
        .both = "SELECT u.id FROM {p}mp_push u WHERE u.store_id = ? AND u.body_digest = ?"
                " AND u.created_at >= ?" STORE_SCOPE("u") " LIMIT 1",
    };
    AUTO(arena) a = arena_new();
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_i64(store_id), db_text(body_digest), db_i64(since),
                  STORE_SCOPE_VALUES(by)))
        return false;
    *was = rows.count > 0;
    return true;
}
