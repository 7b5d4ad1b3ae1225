/* Stock edited by people, its ledger, and the proof that it adds up. */
#include "service/stock.h"

#include "api/input.h"
#include "api/query.h"
#include "api/resources.h"

#define EDITS_MOST 500
#define AMOUNT_MOST 1000000000
#define NOTE_MOST 200

/* ---- The ledger ---- */

static void put_entry(struct json_writer *w, const struct ledger_entry *en)
{
    json_open_object(w, NULL);
    json_put_i64(w, "seq", en->seq);
    json_put_i64(w, "delta", en->delta);
    json_put_i64(w, "resulting", en->resulting);
    json_put_cstr(w, "cause", ledger_cause_name(en->cause));
    json_put_text(w, "cause_key", en->cause_key);
    json_put_text(w, "note", en->note);
    json_put_id(w, "user_id", en->user_id);
    put_time(w, "at", en->at);
    json_put_cstr(w, "hash", en->hash);
    json_close_object(w);
}

static bool list_ledger(struct request *r, struct err *e)
{
    int64_t id, before = 0;
    size_t limit, count;
    struct variant v;
    struct ledger_entry *entries;
    if (!query_path_id(r, 0, &id, e) || !query_limit(r, &limit, e) ||
        !query_cursor_number(r, "ledger", &before, e) ||
        !variant_repo_find(r->service->db, r->arena, &r->actor, id, &v, e) ||
        !ledger_repo_newest(r->service->db, r->arena, &r->actor, id, before, limit + 1, &entries,
                            &count, e))
        return false;
    size_t shown = count < limit ? count : limit;
    struct json_writer w = list_open(r);
    for (size_t i = 0; i < shown; i++) put_entry(&w, &entries[i]);
    return list_close(r, &w,
                      count > shown
                          ? query_number_cursor(r->arena, "ledger", entries[shown - 1].seq)
                          : (str){ 0 });
}

static bool show_ledger(struct request *r, struct err *e)
{
    size_t limit, count;
    struct variant v;
    struct product p;
    struct ledger_entry *entries;
    if (!query_limit(r, &limit, e) ||
        !variant_repo_find_sku(r->service->db, r->arena, &r->actor, r->x->params[0], &v, e) ||
        !product_repo_find(r->service->db, r->arena, &r->actor, v.product_id, &p, e) ||
        !ledger_repo_newest(r->service->db, r->arena, &r->actor, v.id, 0, limit, &entries, &count,
                            e))
        return false;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    put_variant(&w, "variant", &v, p.title, &r->actor);
    json_open_array(&w, "items");
    for (size_t i = 0; i < count; i++) put_entry(&w, &entries[i]);
    json_close_array(&w);
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

static bool verify(struct request *r, struct err *e)
{
    struct ledger_verdict v;
    if (!ledger_verify(r->service, &v, e)) return false;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_put_bool(&w, "clean", v.is_clean);
    json_put_i64(&w, "variants", v.variants);
    json_put_i64(&w, "entries", v.entries);
    if (v.is_clean) {
        json_put_null(&w, "first_wrong");
    } else {
        json_open_object(&w, "first_wrong");
        put_id(&w, "company_id", v.company_id);
        put_id(&w, "variant_id", v.variant_id);
        json_put_i64(&w, "seq", v.seq);
        json_put_cstr(&w, "problem", v.problem);
        json_close_object(&w);
    }
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

/* ---- Edits ---- */

static void read_edit(struct input *in, struct stock_edit *edit)
{
    edit->sku = input_text(in, "sku", REQUIRED, 1, 200);
    edit->is_absolute = input_has(in, "set");
    if (edit->is_absolute == input_has(in, "add"))
        input_refuse(in, "set", "stock.edit", "and 'add': exactly one of the two is needed");
    int64_t set = input_i64(in, "set", 0, AMOUNT_MOST, 0);
    int64_t add = input_i64(in, "add", -AMOUNT_MOST, AMOUNT_MOST, 0);
    edit->amount = edit->is_absolute ? set : add;
}

struct edits {
    struct stock_edit *rows;
    size_t count;
    str note;
    bool is_dry_run;
};

static bool read_edits(struct request *r, struct edits *out, struct err *e)
{
    struct input in;
    if (!input_open(r->x, &in, e)) return false;
    out->note = input_text(&in, "note", OPTIONAL, 0, NOTE_MOST);
    out->is_dry_run = input_bool(&in, "dry_run", false);
    const struct json *list = input_array(&in, "edits", REQUIRED, 1, EDITS_MOST);
    out->count = list ? list->count : 0;
    out->rows = ARENA_ARRAY(r->arena, struct stock_edit, out->count);
    size_t n = 0;
    for (const struct json *v = list ? list->first : NULL; v; v = v->next, n++) {
        struct input row;
        input_child(&in, "edits", (int)n, v, &row);
        read_edit(&row, &out->rows[n]);
        if (!input_end(&row)) return false;
    }
    return input_end(&in);
}

/* The same request sent again moves nothing twice, also where its kept reply was lost. */
static str request_key(struct request *r)
{
    str key = http_header(r->x->headers, r->x->header_count, "Idempotency-Key");
    char id[RANDOM_ID_SIZE];
    if (!r->user.id || !key.len) return str_copy(r->arena, str_from(random_id(id)));
    return str_print(r->arena, "%lld:%.*s", (long long)r->user.id, STR_ARG(key));
}

static void put_result(struct json_writer *w, const struct stock_edit_result *result)
{
    json_open_object(w, NULL);
    json_put_text(w, "sku", result->sku);
    json_put_id(w, "variant_id", result->variant_id);
    json_put_i64(w, "before", result->before);
    json_put_i64(w, "after", result->after);
    if (result->is_done)
        json_put_null(w, "error");
    else
        put_err(w, "error", &result->error);
    json_close_object(w);
}

static bool edit(struct request *r, struct err *e)
{
    struct edits in;
    if (!read_edits(r, &in, e)) return false;
    struct stock_edit_result *results = ARENA_ARRAY(r->arena, struct stock_edit_result, in.count);
    if (!stock_edit(r->service, r->arena, &r->actor, in.rows, in.count, in.note, request_key(r),
                    in.is_dry_run, results, e))
        return false;
    int64_t done = 0;
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    json_put_bool(&w, "dry_run", in.is_dry_run);
    json_open_array(&w, "results");
    for (size_t i = 0; i < in.count; i++) {
        put_result(&w, &results[i]);
        done += results[i].is_done;
    }
    json_close_array(&w);
    json_put_i64(&w, "done", done);
    json_put_i64(&w, "failed", (int64_t)in.count - done);
    json_close_object(&w);
    return reply_json(r, 200, &w);
}

const struct http_route stock_routes[] = {
    ROUTE("GET", "/api/v1/variants/{id}/ledger", ACCESS_SIGNED_IN, RIGHT_SEE, list_ledger),
    ROUTE("POST", "/api/v1/stock/edits", ACCESS_SIGNED_IN, RIGHT_EDIT_STOCK, edit),
    ROUTE("POST", "/api/v1/ledger/verify", ACCESS_OWNER, 0, verify),
    ROUTE("GET", "/api/v1/ledger/{sku}", ACCESS_OWNER, 0, show_ledger),
    { 0 },
};
