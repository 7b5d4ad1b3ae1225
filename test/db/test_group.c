/*
 * The group commit, taken apart: who shares a COMMIT, who fails with whom, who goes first.
 *
 * The disk of fault_vfs.h counts the syncs: a COMMIT is one. A unit is put in line behind one that
 * the test holds, and the test sees the line itself, so that nothing depends on time.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "db/sqlite_db.h"
#include "support/fault_vfs.h"
#include "support/temp.h"

static const char *const steps[] = {
    "CREATE TABLE {p}thing (id INTEGER PRIMARY KEY, key TEXT UNIQUE) STRICT",
    "CREATE TABLE {p}part (id INTEGER PRIMARY KEY, thing_id INTEGER NOT NULL"
    " REFERENCES {p}thing (id) DEFERRABLE INITIALLY DEFERRED) STRICT",
    NULL,
};
static const struct db_migration migrations[] = { { 1, "things", steps }, { 0 } };
static const struct sql_text add = { .both = "INSERT INTO {p}thing (key) VALUES (?)" };
static const struct sql_text add_part = { .both = "INSERT INTO {p}part (thing_id) VALUES (?)" };
static const struct sql_text lose_all = { .both =
                                              "INSERT OR ROLLBACK INTO {p}thing (key) VALUES (?)" };
static const struct sql_text keys = { .both = "SELECT key FROM {p}thing ORDER BY id" };

struct house {
    struct temp *temp;
    struct fault_vfs *disk;
    struct db *db;
};

static int set_up(void **state)
{
    static struct house h;
    char path[128];
    struct err e = { 0 };
    int ran;
    h.temp = temp_new();
    h.disk = fault_vfs_new("fault");
    h.db = db_open(&(struct db_options){ .path = temp_path(h.temp, "t.db", path),
                                         .vfs = "fault",
                                         .migrations = migrations },
                   &e);
    if (!h.db || !db_migrate(h.db, &ran, &e)) fail_msg("%s", e.message);
    h.db->writer->group_us = INT64_MAX;
    *state = &h;
    return 0;
}

static int tear_down(void **state)
{
    struct house *h = *state;
    db_close(h->db);
    fault_vfs_free(h->disk);
    temp_free(h->temp);
    return 0;
}

/* A unit in a thread of its own. */
struct unit {
    struct db *db;
    const char *key;
    enum { ADD, ADD_TWICE, ADD_THEN_ROLLBACK, LOSE_ALL, LOSE_ALL_AND_GO_ON, LEAVE_A_HOLE } does;
    bool is_bulk;
    _Atomic int *clock; /* drawn while it runs */
    int ran_as;
    pthread_t thread;
    bool ok, ran_callback;
    struct err e;
};

static void note_callback(void *context)
{
    ((struct unit *)context)->ran_callback = true;
}

static bool do_work(struct unit *u, struct err *e)
{
    struct err ignored = { 0 };
    switch (u->does) {
    case ADD_TWICE:
        return db_run(u->db, &add, e, db_cstr(u->key)) && db_run(u->db, &add, e, db_cstr(u->key));
    case LOSE_ALL:
        return db_run(u->db, &add, e, db_cstr(u->key)) &&
               db_run(u->db, &lose_all, e, db_cstr(u->key));
    case LOSE_ALL_AND_GO_ON: /* as if the caller took the refusal for an ordinary one */
        db_run(u->db, &add, &ignored, db_cstr(u->key));
        db_run(u->db, &lose_all, &ignored, db_cstr(u->key));
        db_run(u->db, &add, &ignored, db_cstr("written outside any transaction"));
        return true;
    case LEAVE_A_HOLE:
        return db_run(u->db, &add, e, db_cstr(u->key)) && db_run(u->db, &add_part, e, db_i64(99));
    default:
        return db_run(u->db, &add, e, db_cstr(u->key));
    }
}

static void *run_unit(void *context)
{
    struct unit *u = context;
    AUTO(db_tx) tx = u->is_bulk ? db_begin_bulk(u->db, &u->e) : db_begin(u->db, &u->e);
    if (!tx) return NULL;
    if (u->clock) u->ran_as = ++*u->clock;
    db_after_commit(u->db, note_callback, u);
    if (!do_work(u, &u->e) || u->does == ADD_THEN_ROLLBACK) return NULL;
    u->ok = db_commit(&tx, &u->e);
    return NULL;
}

static size_t in_line(struct db *db)
{
    struct sqlite_writer *w = db->writer;
    size_t count = 0;
    pthread_mutex_lock(&w->lock);
    for (int lane = WRITER_INTERACTIVE; lane < WRITER_LANES; lane++)
        for (struct db_tx *tx = w->line[lane].first; tx; tx = tx->next) count++;
    pthread_mutex_unlock(&w->lock);
    return count;
}

/* Puts the units in line one behind the other, behind the one that the caller has open. */
static void put_in_line(struct unit *units, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(pthread_create(&units[i].thread, NULL, run_unit, &units[i]), 0);
        while (in_line(units[i].db) != i + 1) sched_yield();
    }
}

static void wait_for(struct unit *units, size_t count)
{
    for (size_t i = 0; i < count; i++) pthread_join(units[i].thread, NULL);
}

static void assert_keys(struct db *db, const char *expected)
{
    AUTO(arena) arena = arena_new();
    struct db_rows rows;
    struct text all = { .arena = arena };
    assert_true(db_query(db, arena, &keys, &rows, NULL));
    for (size_t i = 0; i < rows.count; i++)
        text_print(&all, "%s%.*s", i ? " " : "", STR_ARG(db_cell_text(&rows, i, 0)));
    assert_string_equal(str_cstr(arena, text_str(&all)), expected);
}

static void assert_committed(const struct unit *u)
{
    if (!u->ok) fail_msg("%s: %s", u->key, u->e.message);
    assert_true(u->ran_callback);
}

static void assert_failed(const struct unit *u, enum err_kind kind, const char *code)
{
    assert_false(u->ok);
    assert_false(u->ran_callback);
    assert_int_equal(u->e.kind, kind);
    assert_string_equal(u->e.code, code);
}

static void a_lone_unit_is_committed_at_once(void **state)
{
    struct house *h = *state;
    int64_t before = fault_vfs_count(h->disk, FAULT_SYNC);
    struct unit u = { .db = h->db, .key = "a" };
    run_unit(&u);
    assert_committed(&u);
    assert_int_equal(fault_vfs_count(h->disk, FAULT_SYNC) - before, 1);
}

static void units_in_line_share_one_commit(void **state)
{
    struct house *h = *state;
    struct unit units[] = { { .db = h->db, .key = "b" },
                            { .db = h->db, .key = "c" },
                            { .db = h->db, .key = "d" } };
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    assert_true(db_run(h->db, &add, NULL, db_cstr("a")));
    put_in_line(units, 3);
    int64_t before = fault_vfs_count(h->disk, FAULT_SYNC);
    assert_true(db_commit(&tx, NULL));
    wait_for(units, 3);
    for (int i = 0; i < 3; i++) assert_committed(&units[i]);
    assert_int_equal(fault_vfs_count(h->disk, FAULT_SYNC) - before, 1);
    assert_keys(h->db, "a b c d");
}

static void a_group_that_is_old_is_committed_before_the_next_unit(void **state)
{
    struct house *h = *state;
    struct unit units[] = { { .db = h->db, .key = "b" }, { .db = h->db, .key = "c" } };
    h->db->writer->group_us = 0;
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    put_in_line(units, 2);
    int64_t before = fault_vfs_count(h->disk, FAULT_SYNC);
    assert_true(db_run(h->db, &add, NULL, db_cstr("a")) && db_commit(&tx, NULL));
    wait_for(units, 2);
    assert_int_equal(fault_vfs_count(h->disk, FAULT_SYNC) - before, 3);
    assert_keys(h->db, "a b c");
}

static void nobody_interactive_waits_for_a_bulk_unit(void **state)
{
    struct house *h = *state;
    struct unit units[] = { { .db = h->db, .key = "b", .is_bulk = true },
                            { .db = h->db, .key = "c", .is_bulk = true } };
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    put_in_line(units, 2);
    int64_t before = fault_vfs_count(h->disk, FAULT_SYNC);
    assert_true(db_run(h->db, &add, NULL, db_cstr("a")) && db_commit(&tx, NULL));
    wait_for(units, 2);
    assert_int_equal(fault_vfs_count(h->disk, FAULT_SYNC) - before, 2); /* "a"; "b" and "c" */
    assert_keys(h->db, "a b c");
}

static void a_unit_fails_alone(void **state)
{
    struct house *h = *state;
    struct unit units[] = {
        { .db = h->db, .key = "b", .does = ADD_TWICE },
        { .db = h->db, .key = "c", .does = ADD_THEN_ROLLBACK },
        { .db = h->db, .key = "d", .does = LEAVE_A_HOLE },
        { .db = h->db, .key = "e" },
        { .db = h->db, .key = "f", .does = ADD_THEN_ROLLBACK }, /* the last: it commits for "e" */
    };
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    assert_true(db_run(h->db, &add, NULL, db_cstr("a")));
    put_in_line(units, 5);
    assert_true(db_commit(&tx, NULL));
    wait_for(units, 5);
    assert_failed(&units[0], ERR_CONFLICT, "db.unique");
    assert_false(units[1].ok || units[1].ran_callback);
    assert_failed(&units[2], ERR_CONFLICT, "db.reference");
    assert_committed(&units[3]);
    assert_keys(h->db, "a e");
}

static void a_lost_transaction_fails_the_whole_group(void **state)
{
    struct house *h = *state;
    struct unit units[] = {
        { .db = h->db, .key = "b" },
        { .db = h->db, .key = "c", .does = LOSE_ALL_AND_GO_ON },
        { .db = h->db, .key = "d" },
    };
    struct err e = { 0 };
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    assert_true(db_run(h->db, &add, NULL, db_cstr("a")));
    put_in_line(units, 3);
    assert_false(db_commit(&tx, &e));
    wait_for(units, 3);
    assert_failed(&units[1], ERR_UNAVAILABLE, "db.gone");
    assert_committed(&units[2]);
    assert_int_equal(e.kind, ERR_UNAVAILABLE);
    assert_string_equal(e.code, "db.gone");
    assert_failed(&units[0], ERR_UNAVAILABLE, "db.gone");
    assert_keys(h->db, "d");
}

static void the_statement_that_loses_all_keeps_its_own_error(void **state)
{
    struct house *h = *state;
    struct unit u = { .db = h->db, .key = "a", .does = LOSE_ALL };
    run_unit(&u);
    assert_failed(&u, ERR_CONFLICT, "db.unique");
    assert_keys(h->db, "");
    struct unit next = { .db = h->db, .key = "b" };
    run_unit(&next);
    assert_committed(&next);
    assert_keys(h->db, "b");
}

static void a_failed_commit_fails_the_whole_group(void **state)
{
    static const struct {
        int rc;
        const char *code;
    } cases[] = { { SQLITE_FULL, "db.full" }, { SQLITE_IOERR_FSYNC, "db.gone" } };
    struct house *h = *state;
    for (size_t i = 0; i < 2; i++) {
        struct unit units[] = { { .db = h->db, .key = "b" }, { .db = h->db, .key = "c" } };
        struct err e = { 0 };
        AUTO(db_tx) tx = db_begin(h->db, NULL);
        assert_true(db_run(h->db, &add, NULL, db_cstr("a")));
        put_in_line(units, 2);
        fault_vfs_fail(h->disk, FAULT_SYNC, 1, cases[i].rc, true);
        assert_false(db_commit(&tx, &e));
        wait_for(units, 2);
        fault_vfs_heal(h->disk);
        assert_int_equal(e.kind, ERR_UNAVAILABLE);
        assert_string_equal(e.code, cases[i].code);
        assert_failed(&units[0], ERR_UNAVAILABLE, cases[i].code);
        assert_failed(&units[1], ERR_UNAVAILABLE, cases[i].code);
        assert_keys(h->db, "");
    }
    struct unit next = { .db = h->db, .key = "d" };
    run_unit(&next);
    assert_committed(&next);
    assert_keys(h->db, "d");
}

static void interactive_units_go_first_and_bulk_is_not_forgotten(void **state)
{
    enum { BULK = 2, INTERACTIVE = 70 };
    struct house *h = *state;
    static struct unit units[BULK + INTERACTIVE];
    static char names[BULK + INTERACTIVE][8];
    _Atomic int clock = 0;
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    for (int i = 0; i < BULK + INTERACTIVE; i++) {
        str_fill(names[i], sizeof names[i],
                 (str){ (char[]){ (char)('a' + i / 26), (char)('a' + i % 26) }, 2 });
        units[i] =
            (struct unit){ .db = h->db, .key = names[i], .is_bulk = i < BULK, .clock = &clock };
    }
    put_in_line(units, BULK + INTERACTIVE);
    assert_true(db_commit(&tx, NULL));
    wait_for(units, BULK + INTERACTIVE);
    for (int i = 0; i < BULK + INTERACTIVE; i++) assert_committed(&units[i]);
    assert_int_equal(units[0].ran_as, 65); /* the first bulk unit, after 64 that passed it */
    assert_int_equal(units[1].ran_as, 72); /* the second, when nobody else was left */
    for (int i = 0; i < INTERACTIVE; i++)
        assert_int_equal(units[BULK + i].ran_as, i < 64 ? i + 1 : i + 2);
}

int main(void)
{
    log_setup(2, LOG_FORMAT_HUMAN, LOG_ERROR);
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_lone_unit_is_committed_at_once),
        TEST(units_in_line_share_one_commit),
        TEST(a_group_that_is_old_is_committed_before_the_next_unit),
        TEST(nobody_interactive_waits_for_a_bulk_unit),
        TEST(a_unit_fails_alone),
        TEST(a_lost_transaction_fails_the_whole_group),
        TEST(the_statement_that_loses_all_keeps_its_own_error),
        TEST(a_failed_commit_fails_the_whole_group),
        TEST(interactive_units_go_first_and_bulk_is_not_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
