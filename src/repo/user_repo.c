/* Companies and users. Users are found by e-mail before there is an actor; lists take one. */
#include "repo/people_repo.h"
#include "repo/scope.h"

bool company_repo_add(struct db *db, str name, utc_ms now, int64_t *id, struct err *e)
{
    static const struct sql_text add = {
        .both = "INSERT INTO {p}mp_company (name, created_at) VALUES (?, ?)",
    };
    return db_insert(db, &add, id, e, db_text(name), db_i64(now));
}

static void first_id(const struct db_rows *rows, int64_t *id)
{
    *id = rows->count ? db_cell_i64(rows, 0, 0) : 0;
}

bool company_repo_first(struct db *db, struct arena *a, int64_t *id, struct err *e)
{
    static const struct sql_text first = {
        .both = "SELECT id FROM {p}mp_company ORDER BY id LIMIT 1",
    };
    struct db_rows rows;
    if (!db_query(db, a, &first, &rows, e)) return false;
    first_id(&rows, id);
    return true;
}

bool company_repo_named(struct db *db, struct arena *a, str name, int64_t *id, struct err *e)
{
    static const struct sql_text named = {
        .both = "SELECT id FROM {p}mp_company WHERE name = ? ORDER BY id LIMIT 1",
    };
    struct db_rows rows;
    if (!db_query(db, a, &named, &rows, e, db_text(name))) return false;
    first_id(&rows, id);
    return true;
}

bool user_repo_add(struct db *db, struct user *u, utc_ms now, struct err *e)
{
    static const struct sql_text add = {
        .both = "INSERT INTO {p}mp_user (company_id, email, name, password_hash, role, all_stores,"
                " created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
    };
    struct err why = { 0 };
    int64_t id = 0;
    if (!db_insert(db, &add, &id, &why, db_i64(u->company_id), db_text(u->email), db_text(u->name),
                   db_text(u->password_hash), db_cstr(role_name(u->role)),
                   db_i64(u->all_stores ? 1 : 0), db_i64(now))) {
        if (why.kind != ERR_CONFLICT) {
            if (e) *e = why;
            return false;
        }
        err_set(e, ERR_CONFLICT, "user.taken", "there is a user with the e-mail address '%.*s'",
                STR_ARG(u->email));
        return err_arg(e, "email", u->email);
    }
    u->id = id;
    return true;
}

#define USER_SELECT                                                                                \
    "SELECT u.id, u.company_id, u.email, u.name, u.password_hash, u.role, u.all_stores,"           \
    " u.disabled_at, u.failed_sign_ins, u.locked_until, c.name FROM {p}mp_user u"                  \
    " JOIN {p}mp_company c ON c.id = u.company_id"

static void read_user(const struct db_rows *rows, size_t row, struct user *out)
{
    *out = (struct user){
        .id = db_cell_i64(rows, row, 0),
        .company_id = db_cell_i64(rows, row, 1),
        .email = db_cell_text(rows, row, 2),
        .name = db_cell_text(rows, row, 3),
        .password_hash = db_cell_text(rows, row, 4),
        .role = ROLE_CUSTOMER, /* a role that we do not know may do the least */
        .all_stores = db_cell_i64(rows, row, 6) != 0,
        .is_disabled = !db_cell_is_null(rows, row, 7),
        .failed_sign_ins = (int)db_cell_i64(rows, row, 8),
        .locked_until = db_cell_i64(rows, row, 9),
        .company_name = db_cell_text(rows, row, 10),
    };
    role_from(db_cell_text(rows, row, 5), &out->role);
}

static bool read_one(const struct db_rows *rows, struct user *out, struct err *e)
{
    if (!rows->count) return err_set(e, ERR_NOT_FOUND, "user.not_found", "there is no such user");
    read_user(rows, 0, out);
    return true;
}

bool user_repo_by_email(struct db *db, struct arena *a, str email, struct user *out, struct err *e)
{
    static const struct sql_text find = { .both = USER_SELECT " WHERE u.email = ?" };
    struct db_rows rows;
    return db_query(db, a, &find, &rows, e, db_text(email)) && read_one(&rows, out, e);
}

bool user_repo_find(struct db *db, struct arena *a, int64_t id, struct user *out, struct err *e)
{
    static const struct sql_text find = { .both = USER_SELECT " WHERE u.id = ?" };
    struct db_rows rows;
    return db_query(db, a, &find, &rows, e, db_i64(id)) && read_one(&rows, out, e);
}

bool user_repo_list(struct db *db, struct arena *a, const struct actor *by, struct user **out,
                    size_t *count, struct err *e)
{
    static const struct sql_text list = {
        .both = USER_SELECT " WHERE u.company_id = ? ORDER BY u.id",
    };
    struct db_rows rows;
    if (!db_query(db, a, &list, &rows, e, db_i64(by->company_id))) return false;
    *out = ARENA_ARRAY(a, struct user, rows.count);
    for (size_t i = 0; i < rows.count; i++) read_user(&rows, i, &(*out)[i]);
    *count = rows.count;
    return true;
}

bool user_repo_sign_in_failed(struct db *db, int64_t id, utc_ms locked_until, struct err *e)
{
    static const struct sql_text failed = {
        .both = "UPDATE {p}mp_user SET failed_sign_ins = failed_sign_ins + 1, locked_until = ?"
                " WHERE id = ?",
    };
    return db_run(db, &failed, e, db_i64(locked_until), db_i64(id));
}

bool user_repo_signed_in(struct db *db, int64_t id, struct err *e)
{
    static const struct sql_text signed_in = {
        .both = "UPDATE {p}mp_user SET failed_sign_ins = 0, locked_until = 0 WHERE id = ?"
                " AND (failed_sign_ins <> 0 OR locked_until <> 0)",
    };
    return db_run(db, &signed_in, e, db_i64(id));
}
