#include "service/stock.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "db/db.h"
#include "repo/people_repo.h"
#include "repo/trace_repo.h"
#include "service/offer.h"
#include "service/unit.h"

#define AMOUNT_MOST 1000000000 /* a typing mistake beyond it is not carried into the ledger */
enum { EDITS_MOST = 500, UNIT_ROWS = 100 };

bool stock_take(struct service *s, struct arena *a, const struct actor *by,
                const struct stock_change *c, struct ledger_entry *entry, bool *is_short,
                struct err *e)
{
    struct err why = { 0 };
    bool was_known = false;
    *is_short = false;
    if (!stock_repo_change(s->db, a, by, c, entry, &was_known, &why)) {
        *is_short = why.kind == ERR_CONFLICT && str_eq(str_from(why.code), STR("stock.short"));
        if (!*is_short) *e = why;
        return *is_short;
    }
    if (!was_known) return true;
    return err_set(e, ERR_BUG, "stock.cause_known", "the movement '%.*s' is in the ledger already",
                   STR_ARG(c->cause_key));
}

bool stock_tell(struct service *s, struct arena *a, const struct actor *by,
                const struct ledger_entry *newest, struct err *e)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_i64(&w, "available", newest->resulting);
    json_close_object(&w);
    if (!event_repo_add(s->db, by, 0, "stock.changed", newest->variant_id, json_written(&w),
                        newest->at, e))
        return false;
    return offer_recompute(s, a, by, newest->variant_id, e);
}

bool stock_move(struct service *s, struct arena *a, const struct actor *by,
                const struct stock_change *c, bool *was_known, struct err *e)
{
    struct ledger_entry entry;
    if (!stock_repo_change(s->db, a, by, c, &entry, was_known, e)) return false;
    return *was_known || stock_tell(s, a, by, &entry, e);
}

/* One row of a request, in the order in which variants are locked. */
struct edit_row {
    const struct stock_edit *edit;
    struct stock_edit_result *result;
    size_t index;
    int64_t variant_id, available;
    struct ledger_entry entry;
    bool is_moved;
};

static int by_variant(const void *left, const void *right)
{
    const struct edit_row *x = left, *y = right;
    if (x->variant_id != y->variant_id) return x->variant_id < y->variant_id ? -1 : 1;
    return x->index < y->index ? -1 : 1;
}

static bool refuse_row(struct edit_row *row, enum err_kind kind, const char *code,
                       const char *sentence)
{
    struct err *why = &row->result->error;
    str sku = str_cut(row->edit->sku, 0, SKU_MAX);
    err_set(why, kind, code, "SKU '%.*s': %s", STR_ARG(sku), sentence);
    err_arg(why, "sku", sku);
    return false;
}

static bool amount_is_sound(struct edit_row *row)
{
    int64_t amount = row->edit->amount, least = row->edit->is_absolute ? 0 : -AMOUNT_MOST;
    if (amount >= least && amount <= AMOUNT_MOST) return true;
    return refuse_row(row, ERR_INVALID, "stock.amount",
                      least ? "the change is beyond a thousand million"
                            : "a count is from 0 to a thousand million");
}

/* False only when the database cannot be read: a row that falls alone has its reason. */
static bool find_row(struct service *s, struct arena *a, const struct actor *by,
                     struct edit_row *row, struct err *e)
{
    struct variant v;
    struct err why = { 0 };
    if (!amount_is_sound(row)) return true;
    if (variant_repo_find_sku(s->db, a, by, row->edit->sku, &v, &why)) {
        row->variant_id = row->result->variant_id = v.id;
        row->available = v.available;
        return true;
    }
    if (why.kind == ERR_NOT_FOUND)
        refuse_row(row, ERR_NOT_FOUND, "variant.not_found", "there is no such SKU");
    else
        *e = why;
    return why.kind == ERR_NOT_FOUND;
}

static void refuse_short(struct edit_row *row, int64_t available)
{
    char sentence[96];
    snprintf(sentence, sizeof sentence, "%lld cannot be taken from %lld",
             (long long)-row->edit->amount, (long long)available);
    refuse_row(row, ERR_CONFLICT, "stock.short", sentence);
    snprintf(sentence, sizeof sentence, "%lld", (long long)available);
    err_arg(&row->result->error, "available", str_from(sentence));
}

static void row_done(struct edit_row *row, int64_t before, int64_t after)
{
    row->result->before = before;
    row->result->after = after;
    row->result->is_done = true;
}

/* Rows of one variant follow each other, so what one would leave is what the next would find. */
static void try_rows(struct edit_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct edit_row *row = &rows[i];
        if (!row->variant_id) continue;
        if (i && rows[i - 1].variant_id == row->variant_id) row->available = rows[i - 1].available;
        int64_t before = row->available, amount = row->edit->amount;
        int64_t after = row->edit->is_absolute ? amount : before + amount;
        if (after < 0) {
            refuse_short(row, before);
            continue;
        }
        row->available = after;
        row_done(row, before, after);
    }
}

struct edit_request {
    str note, key;
    utc_ms now;
};

static bool move_row(struct service *s, struct arena *a, const struct actor *by,
                     const struct edit_request *request, struct edit_row *row, struct err *e)
{
    struct stock_change c = {
        .variant_id = row->variant_id,
        .delta = row->edit->amount,
        .is_count = row->edit->is_absolute,
        .cause = row->edit->is_absolute ? CAUSE_COUNT : CAUSE_EDIT,
        .cause_key = str_print(a, "edit:%lld:%.*s:%zu", (long long)by->user_id,
                               STR_ARG(request->key), row->index),
        .note = request->note,
        .at = request->now,
    };
    bool was_known = false;
    struct err why = { 0 };
    if (!stock_repo_change(s->db, a, by, &c, &row->entry, &was_known, &why)) {
        bool is_short = why.kind == ERR_CONFLICT && str_eq(str_from(why.code), STR("stock.short"));
        struct stock now;
        if (!is_short) *e = why;
        if (!is_short || !stock_repo_find(s->db, a, by, row->variant_id, &now, e)) return false;
        refuse_short(row, now.available);
        return true;
    }
    row->is_moved = !was_known && row->entry.delta != 0;
    row_done(row, row->entry.resulting - row->entry.delta, row->entry.resulting);
    return true;
}

static void put_done(struct json_writer *w, const struct edit_row *row)
{
    json_open_object(w, NULL);
    json_put_text(w, "sku", row->edit->sku);
    json_put_i64(w, "before", row->result->before);
    json_put_i64(w, "after", row->result->after);
    json_close_object(w);
}

static bool audit_rows(struct service *s, struct arena *a, const struct actor *by,
                       const struct edit_request *request, const struct edit_row *rows,
                       size_t count, struct err *e)
{
    struct json_writer w = json_writer(a);
    size_t done = 0;
    json_open_object(&w, NULL);
    json_put_text(&w, "note", request->note);
    json_open_array(&w, "rows");
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].is_moved) continue;
        put_done(&w, &rows[i]);
        done++;
    }
    json_close_array(&w);
    json_close_object(&w);
    bool is_persons = done && by->user_id;
    return !is_persons || audit_repo_add(s->db, a, by, "stock.edit", STR("stock"), json_written(&w),
                                         request->now, e);
}

/* Tells of each variant once, after its last movement. */
static bool tell_rows(struct service *s, struct arena *a, const struct actor *by,
                      const struct edit_row *rows, size_t count, struct err *e)
{
    const struct ledger_entry *newest = NULL;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].is_moved) newest = &rows[i].entry;
        bool is_last = i + 1 == count || rows[i + 1].variant_id != rows[i].variant_id;
        if (!is_last || !newest) continue;
        if (!stock_tell(s, a, by, newest, e)) return false;
        newest = NULL;
    }
    return true;
}

static bool edit_unit(struct service *s, struct arena *a, const struct actor *by,
                      const struct edit_request *request, struct edit_row *rows, size_t count,
                      struct err *e)
{
    AUTO(db_tx) tx = unit_begin(s, e);
    if (!tx) return false;
    for (size_t i = 0; i < count; i++)
        if (rows[i].variant_id && !move_row(s, a, by, request, &rows[i], e)) return false;
    if (!tell_rows(s, a, by, rows, count, e)) return false;
    if (!audit_rows(s, a, by, request, rows, count, e)) return false;
    unit_ring(s);
    return db_commit(&tx, e);
}

static str key_of_request(struct arena *a, str request_key)
{
    if (request_key.len) return request_key;
    char id[RANDOM_ID_SIZE];
    return str_copy(a, str_from(random_id(id)));
}

bool stock_edit(struct service *s, struct arena *a, const struct actor *by,
                const struct stock_edit *edits, size_t count, str note, str request_key,
                bool dry_run, struct stock_edit_result *results, struct err *e)
{
    if (!count || count > EDITS_MOST)
        return err_set(e, ERR_INVALID, "stock.rows", "1 to %d rows are edited at once", EDITS_MOST);
    struct edit_row *rows = ARENA_ARRAY(a, struct edit_row, count);
    for (size_t i = 0; i < count; i++) {
        results[i] = (struct stock_edit_result){ .sku = edits[i].sku };
        rows[i] = (struct edit_row){ .edit = &edits[i], .result = &results[i], .index = i };
        if (!find_row(s, a, by, &rows[i], e)) return false;
    }
    qsort(rows, count, sizeof *rows, by_variant);
    if (dry_run) {
        try_rows(rows, count);
        return true;
    }
    struct edit_request request = { .note = note,
                                    .key = key_of_request(a, request_key),
                                    .now = clock_now(s->clock) };
    for (size_t i = 0; i < count; i += UNIT_ROWS) {
        size_t some = count - i < UNIT_ROWS ? count - i : UNIT_ROWS;
        if (!edit_unit(s, a, by, &request, rows + i, some, e)) return false;
    }
    return true;
}
