/*
 * things.h: the database that these tests write: one table of things, and parts that refer to them.
 *
 * Shape    set_up and tear_down give each test an empty file of its own, as `struct house`.
 */
#ifndef DB_TEST_THINGS_H
#define DB_TEST_THINGS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "db/migrate.h"
#include "support/temp.h"

static const char *const steps[] = {
    "CREATE TABLE {p}thing (id INTEGER PRIMARY KEY, key TEXT, number INTEGER, bytes BLOB,"
    " UNIQUE (key)) STRICT",
    "CREATE TABLE {p}part (id INTEGER PRIMARY KEY, thing_id INTEGER NOT NULL"
    " REFERENCES {p}thing (id) DEFERRABLE INITIALLY DEFERRED, size INTEGER CHECK (size > 0)) "
    "STRICT",
    NULL
};
static const struct db_migration migrations[] = { { 1, "things", steps }, { 0 } };

static const struct sql_text add = {
    .both = "INSERT INTO {p}thing (key, number, bytes) VALUES (?, ?, ?)"
};
static const struct sql_text count_all = { .both = "SELECT count(*), sum(number) FROM {p}thing" };
static const struct sql_text raise_one = {
    .both = "UPDATE {p}thing SET number = number + ? WHERE key = ?"
};

struct house {
    struct temp *temp;
    struct db *db;
    struct arena *arena;
    char path[128];
};

static inline struct db *open_at(const char *path, unsigned readers)
{
    struct err e = { 0 };
    struct db *db = db_open(
        &(struct db_options){
            .path = path, .prefix = "oc_", .readers = readers, .migrations = migrations },
        &e);
    int steps_run;
    if (!db || !db_migrate(db, &steps_run, &e)) fail_msg("%s", e.message);
    return db;
}

static inline int set_up(void **state)
{
    static struct house h;
    h.temp = temp_new();
    h.arena = arena_new();
    h.db = open_at(temp_path(h.temp, "t.db", h.path), 4);
    *state = &h;
    return 0;
}

static inline int tear_down(void **state)
{
    struct house *h = *state;
    db_close(h->db);
    arena_free(h->arena);
    temp_free(h->temp);
    return 0;
}

static inline int64_t one(struct db *db, size_t column)
{
    AUTO(arena) arena = arena_new();
    struct db_rows rows;
    struct err e = { 0 };
    if (!db_query(db, arena, &count_all, &rows, &e)) fail_msg("%s", e.message);
    return db_cell_i64(&rows, 0, column);
}

static inline int64_t things(struct db *db)
{
    return one(db, 0);
}

static inline bool add_thing(struct db *db, const char *key, int64_t number, struct err *e)
{
    return db_run(db, &add, e, db_cstr(key), db_i64(number), db_null());
}

#endif
