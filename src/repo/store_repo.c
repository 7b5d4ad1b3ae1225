#include "repo/store_repo.h"

#include "base/json.h"
#include "repo/scope.h"

/* --- values as JSON objects, secrets apart --- */

static bool is_secret(const char *const *secrets, str name)
{
    for (; secrets && *secrets; secrets++)
        if (str_eq(str_from(*secrets), name)) return true;
    return false;
}

static bool has_value(const struct store *s, str name)
{
    for (size_t i = 0; i < s->value_count; i++)
        if (str_eq(s->values[i].name, name)) return s->values[i].value.len > 0;
    return false;
}

static void put_value(struct json_writer *w, struct arena *a, const struct store_value *v)
{
    json_put_text(w, str_cstr(a, v->name), v->value);
}

/* The values that are (or are not) secret. Kept secrets stay where the store gives none anew: a form
 * that was not filled in again does not wipe them. */
static str values_json(struct arena *a, const struct store *s, const char *const *secrets,
                       bool want_secret, const struct store *kept)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    for (size_t i = 0; i < s->value_count; i++) {
        bool skip = is_secret(secrets, s->values[i].name) != want_secret ||
                    (want_secret && !s->values[i].value.len);
        if (!skip) put_value(&w, a, &s->values[i]);
    }
    for (size_t i = 0; want_secret && kept && i < kept->value_count; i++)
        if (is_secret(secrets, kept->values[i].name) && !has_value(s, kept->values[i].name))
            put_value(&w, a, &kept->values[i]);
    json_close_object(&w);
    return json_written(&w);
}

static bool read_values(struct arena *a, str open, str secret, struct store *out, struct err *e)
{
    const struct json *both[2];
    if (!json_parse(a, open.len ? open : STR("{}"), NULL, &both[0], e) ||
        !json_parse(a, secret.len ? secret : STR("{}"), NULL, &both[1], e))
        return false;
    struct store_value *values =
        ARENA_ARRAY(a, struct store_value, both[0]->count + both[1]->count);
    size_t n = 0;
    for (size_t i = 0; i < 2; i++)
        for (const struct json *v = both[i]->first; v; v = v->next)
            values[n++] = (struct store_value){ v->key, json_text(v) };
    out->values = values;
    out->value_count = n;
    return true;
}

/* --- reading --- */

#define STORE_SELECT                                                                               \
    "SELECT m.id, m.company_id, m.marketplace, m.name, m.base_url, m.test_mode, m.state,"          \
    " m.state_code, m.state_message, m.hook_remote_id, m.quantity_ceiling, m.created_at,"          \
    " m.checked_at, m.creds_json, m.settings, m.hook_secret_box FROM {p}marketplace m"
#define OF_ACTOR SCOPE_OF("m.company_id", "m.id")

static void read_shown(const struct db_rows *rows, size_t row, struct store *out)
{
    *out = (struct store){
        .id = db_cell_i64(rows, row, 0),
        .company_id = db_cell_i64(rows, row, 1),
        .marketplace = db_cell_text(rows, row, 2),
        .name = db_cell_text(rows, row, 3),
        .base_url = db_cell_text(rows, row, 4),
        .test_mode = db_cell_i64(rows, row, 5) != 0,
        .state = STORE_PAUSED, /* a state that we do not know is not worked for */
        .state_code = db_cell_text(rows, row, 7),
        .state_message = db_cell_text(rows, row, 8),
        .hook_remote_id = db_cell_text(rows, row, 9),
        .quantity_ceiling = db_cell_i64(rows, row, 10),
        .created_at = db_cell_i64(rows, row, 11),
        .checked_at = db_cell_i64(rows, row, 12),
    };
    store_state_from(db_cell_text(rows, row, 6), &out->state);
}

static bool read_opened(const struct db_rows *rows, struct arena *a, const struct keyring *k,
                        struct store *out, struct err *e)
{
    if (!rows->count) return err_set(e, ERR_NOT_FOUND, "store.not_found", "there is no such store");
    struct store s;
    str creds, secret;
    read_shown(rows, 0, &s);
    if (!box_open(k, a, db_cell_text(rows, 0, 13), box_place(a, s.company_id, s.id, "creds_json"),
                  &creds, e) ||
        !box_open(k, a, db_cell_text(rows, 0, 15), box_place(a, s.company_id, s.id, "hook_secret"),
                  &secret, e) ||
        !read_values(a, db_cell_text(rows, 0, 14), creds, &s, e))
        return false;
    s.hook_secret = secret;
    *out = s;
    return true;
}

bool store_repo_open(struct db *db, struct arena *a, const struct keyring *k,
                     const struct actor *by, int64_t id, struct store *out, struct err *e)
{
    static const struct sql_text find = { .both = STORE_SELECT " WHERE m.id = ?" OF_ACTOR };
    struct db_rows rows;
    return db_query(db, a, &find, &rows, e, db_i64(id), STORE_SCOPE_VALUES(by)) &&
           read_opened(&rows, a, k, out, e);
}

bool store_repo_find(struct db *db, struct arena *a, const struct actor *by, int64_t id,
                     struct store *out, struct err *e)
{
    static const struct sql_text find = { .both = STORE_SELECT " WHERE m.id = ?" OF_ACTOR };
    struct db_rows rows;
    if (!db_query(db, a, &find, &rows, e, db_i64(id), STORE_SCOPE_VALUES(by))) return false;
    if (!rows.count) return err_set(e, ERR_NOT_FOUND, "store.not_found", "there is no such store");
    read_shown(&rows, 0, out);
    return true;
}

static void read_all(const struct db_rows *rows, struct arena *a, struct store **out, size_t *count)
{
    *out = ARENA_ARRAY(a, struct store, rows->count);
    for (size_t i = 0; i < rows->count; i++) read_shown(rows, i, &(*out)[i]);
    *count = rows->count;
}

bool store_repo_list(struct db *db, struct arena *a, const struct actor *by, struct store **out,
                     size_t *count, struct err *e)
{
    static const struct sql_text list = {
        .both = STORE_SELECT " WHERE 1 = 1" OF_ACTOR " ORDER BY m.id",
    };
    struct db_rows rows;
    if (!db_query(db, a, &list, &rows, e, STORE_SCOPE_VALUES(by))) return false;
    read_all(&rows, a, out, count);
    return true;
}

bool store_repo_all(struct db *db, struct arena *a, struct store **out, size_t *count,
                    struct err *e)
{
    static const struct sql_text all = { .both = STORE_SELECT " ORDER BY m.id" };
    struct db_rows rows;
    if (!db_query(db, a, &all, &rows, e)) return false;
    read_all(&rows, a, out, count);
    return true;
}

bool store_repo_by_hook(struct db *db, struct arena *a, const struct keyring *k, str secret,
                        struct store *out, struct err *e)
{
    static const struct sql_text find = { .both = STORE_SELECT " WHERE m.hook_id = ?" };
    struct db_rows rows;
    return db_query(db, a, &find, &rows, e, db_text(sha256_hex(a, secret))) &&
           read_opened(&rows, a, k, out, e);
}

/* --- saving --- */

static bool name_taken(const struct store *s, const struct err *why, struct err *e)
{
    if (why->kind != ERR_CONFLICT) {
        if (e) *e = *why;
        return false;
    }
    err_set(e, ERR_CONFLICT, "store.taken", "there is a store named '%.*s' already",
            STR_ARG(s->name));
    return err_arg(e, "store", s->name);
}

static int64_t ceiling_of(const struct store *s)
{
    return s->quantity_ceiling > 0 ? s->quantity_ceiling : -1;
}

/* The id is part of what the boxes are sealed for, so they come with a second statement. */
static bool add(struct db *db, struct arena *a, const struct keyring *k, const struct actor *by,
                struct store *s, str settings, utc_ms now, struct err *e)
{
    static const struct sql_text insert = {
        .both = "INSERT INTO {p}marketplace (company_id, marketplace, name, base_url, auth_type,"
                " creds_json, settings, test_mode, state, hook_id, hook_secret_box,"
                " quantity_ceiling, created_at) VALUES (?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?)",
    };
    static const struct sql_text seal = {
        .both = "UPDATE {p}marketplace SET hook_secret_box = ? WHERE id = ?",
    };
    static const struct sql_text grant = {
        .both = "INSERT INTO {p}mp_user_store (user_id, store_id) VALUES (?, ?)",
    };
    struct err why = { 0 };
    int64_t id = 0;
    str secret = random_token(a), empty = STR("");
    if (!db_insert(db, &insert, &id, &why, db_i64(by->company_id), db_text(s->marketplace),
                   db_text(s->name), db_text(s->base_url), db_blob(empty), db_text(settings),
                   db_i64(s->test_mode ? 1 : 0), db_cstr(store_state_name(s->state)),
                   db_text(sha256_hex(a, secret)), db_blob(empty), db_i64(ceiling_of(s)),
                   db_i64(now)))
        return name_taken(s, &why, e);
    if (!db_run(db, &seal, e,
                db_blob(box_seal(k, a, secret, box_place(a, by->company_id, id, "hook_secret"))),
                db_i64(id)))
        return false;
    /* Who sees granted stores only sees the one that he connected. */
    if (!by->all_stores && !db_run(db, &grant, e, db_i64(by->user_id), db_i64(id))) return false;
    s->id = id;
    s->company_id = by->company_id;
    s->hook_secret = secret;
    s->created_at = now;
    return true;
}

static bool update(struct db *db, const struct actor *by, const struct store *s, str settings,
                   struct err *e)
{
    static const struct sql_text sql = {
        .both = "UPDATE {p}marketplace AS m SET name = ?, base_url = ?, test_mode = ?,"
                " settings = ?, quantity_ceiling = ? WHERE m.id = ?" OF_ACTOR,
    };
    struct err why = { 0 };
    int64_t changed = 0;
    if (!db_run_counted(db, &sql, &changed, &why, db_text(s->name), db_text(s->base_url),
                        db_i64(s->test_mode ? 1 : 0), db_text(settings), db_i64(ceiling_of(s)),
                        db_i64(s->id), STORE_SCOPE_VALUES(by)))
        return name_taken(s, &why, e);
    return changed == 1 || err_set(e, ERR_NOT_FOUND, "store.not_found", "there is no such store");
}

bool store_repo_save(struct db *db, struct arena *a, const struct keyring *k,
                     const struct actor *by, struct store *s, const char *const *secrets,
                     utc_ms now, struct err *e)
{
    static const struct sql_text seal = {
        .both = "UPDATE {p}marketplace SET creds_json = ? WHERE id = ?",
    };
    struct store kept = { 0 };
    str settings = values_json(a, s, secrets, false, NULL);
    if (s->id) {
        if (!store_repo_open(db, a, k, by, s->id, &kept, e) || !update(db, by, s, settings, e))
            return false;
        s->company_id = kept.company_id;
        s->hook_secret = kept.hook_secret;
    } else if (!add(db, a, k, by, s, settings, now, e)) {
        return false;
    }
    str creds = values_json(a, s, secrets, true, &kept);
    return db_run(db, &seal, e,
                  db_blob(box_seal(k, a, creds, box_place(a, s->company_id, s->id, "creds_json"))),
                  db_i64(s->id));
}

static bool found(int64_t changed, struct err *e)
{
    return changed == 1 || err_set(e, ERR_NOT_FOUND, "store.not_found", "there is no such store");
}

bool store_repo_state(struct db *db, const struct actor *by, int64_t id, enum store_state state,
                      str code, str message, struct err *e)
{
    static const struct sql_text set = {
        .both = "UPDATE {p}marketplace AS m SET state = ?, state_code = ?, state_message = ?"
                " WHERE m.id = ?" OF_ACTOR,
    };
    int64_t changed = 0;
    return db_run_counted(db, &set, &changed, e, db_cstr(store_state_name(state)),
                          db_text_or_null(code), db_text_or_null(message), db_i64(id),
                          STORE_SCOPE_VALUES(by)) &&
           found(changed, e);
}

bool store_repo_checked(struct db *db, const struct actor *by, int64_t id, utc_ms at, struct err *e)
{
    static const struct sql_text set = {
        .both = "UPDATE {p}marketplace AS m SET checked_at = ? WHERE m.id = ?" OF_ACTOR,
    };
    int64_t changed = 0;
    return db_run_counted(db, &set, &changed, e, db_i64(at), db_i64(id), STORE_SCOPE_VALUES(by)) &&
           found(changed, e);
}

bool store_repo_hooked(struct db *db, const struct actor *by, int64_t id, str remote_id,
                       struct err *e)
{
    static const struct sql_text set = {
        .both = "UPDATE {p}marketplace AS m SET hook_remote_id = ? WHERE m.id = ?" OF_ACTOR,
    };
    int64_t changed = 0;
    return db_run_counted(db, &set, &changed, e, db_text_or_null(remote_id), db_i64(id),
                          STORE_SCOPE_VALUES(by)) &&
           found(changed, e);
}
