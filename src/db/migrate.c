#include "db/migrate.h"

#include "db/sqlite_db.h"

/* "BDST": what the file's header says when it is ours. */
#define APPLICATION_ID 0x42445354

static const struct sql_text application_id = { .sqlite = "PRAGMA application_id" };
static const struct sql_text set_application_id = { .sqlite = "PRAGMA application_id=0x42445354" };
static const struct sql_text count_tables = {
    .sqlite = "SELECT count(*), coalesce(sum(name = '{p}mp_schema'), 0) FROM sqlite_master"
              " WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
};
static const struct sql_text newest_run = {
    .sqlite = "SELECT coalesce(max(version), 0) FROM {p}mp_schema"
};
static const struct sql_text create_table = {
    .sqlite = "CREATE TABLE IF NOT EXISTS {p}mp_schema (version INTEGER PRIMARY KEY,"
              " name TEXT NOT NULL, ran_at INTEGER NOT NULL) STRICT"
};
static const struct sql_text note_run = {
    .sqlite = "INSERT INTO {p}mp_schema (version, name, ran_at)"
              " VALUES (?, ?, CAST(strftime('%s', 'now') AS INTEGER) * 1000)"
};

static int newest_of(const struct db_migration *known)
{
    int newest = 0;
    for (; known->version; known++) newest = known->version;
    return newest;
}

static bool ask(struct sqlite_conn *c, struct arena *arena, const struct sql_text *sql,
                struct db_rows *rows, struct err *e)
{
    return sqlite_conn_query(c, arena, sql, NULL, 0, rows, e);
}

bool migrate_look(struct sqlite_conn *c, const struct db_migration *known,
                  struct db_schema_state *out, struct err *e)
{
    AUTO(arena) arena = arena_new();
    struct db_rows id, tables, version;
    if (!ask(c, arena, &application_id, &id, e)) return false;
    if (!ask(c, arena, &count_tables, &tables, e)) return false;
    bool is_marked = db_cell_i64(&id, 0, 0) == APPLICATION_ID;
    bool has_other_mark = db_cell_i64(&id, 0, 0) != 0 && !is_marked;
    bool has_tables = db_cell_i64(&tables, 0, 0) > 0, has_ours = db_cell_i64(&tables, 0, 1) > 0;
    struct db_schema_state state = {
        .newest = newest_of(known),
        .is_empty = !has_ours,
        .is_foreign = has_other_mark || (has_tables && !has_ours),
    };
    if (has_ours) {
        if (!ask(c, arena, &newest_run, &version, e)) return false;
        state.version = (int)db_cell_i64(&version, 0, 0);
    }
    *out = state;
    return true;
}

bool migrate_may_use(const struct db_schema_state *state, const char *path, struct err *e)
{
    if (state->is_foreign)
        return err_set(
            e, ERR_INVALID, "db.foreign",
            "'%s' belongs to another program or has another table prefix: name the right "
            "file, or one that does not exist yet",
            path);
    if (state->version > state->newest)
        return err_set(e, ERR_INVALID, "db.newer",
                       "'%s' was written by a newer version (schema %d, this program knows %d): "
                       "install that version, or restore a backup made before it",
                       path, state->version, state->newest);
    return true;
}

bool db_schema_state(struct db *db, struct db_schema_state *out, struct err *e)
{
    if (db_in_tx(db)) return migrate_look(db->writer->conn, db->migrations, out, e);
    struct sqlite_conn *c = sqlite_pool_borrow(db->readers, e);
    if (!c) return false;
    bool ok = migrate_look(c, db->migrations, out, e);
    sqlite_pool_give_back(db->readers, c);
    return ok;
}

static bool run_steps(struct db *db, const struct db_migration *m, struct err *e)
{
    if (!db_run(db, &create_table, e) || !db_run(db, &set_application_id, e)) return false;
    for (const char *const *step = m->steps; *step; step++)
        if (!sqlite_writer_run_once(db->writer, *step, e)) return false;
    return db_run(db, &note_run, e, db_i64(m->version), db_cstr(m->name));
}

/* All of a migration or nothing of it; `ran` says whether it was still to do. */
static bool run_migration(struct db *db, const struct db_migration *m, bool *ran, struct err *e)
{
    AUTO(db_tx) tx = db_begin_bulk(db, e);
    struct db_schema_state state;
    if (!tx || !db_schema_state(db, &state, e) || !migrate_may_use(&state, db->path, e))
        return false;
    bool is_due = state.version < m->version;
    if (is_due && !run_steps(db, m, e)) return false;
    if (!db_commit(&tx, e)) return false;
    *ran = is_due;
    return true;
}

bool db_migrate(struct db *db, int *steps_run, struct err *e)
{
    int count = 0;
    struct db_schema_state state;
    if (!db_schema_state(db, &state, e) || !migrate_may_use(&state, db->path, e)) return false;
    for (const struct db_migration *m = db->migrations; m->version; m++) {
        bool ran = false;
        if (m->version <= state.version) continue;
        if (!run_migration(db, m, &ran, e)) return false;
        count += ran;
    }
    *steps_run = count;
    return true;
}
