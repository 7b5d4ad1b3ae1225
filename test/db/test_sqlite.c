/* What a caller may rely on: values, refusals, units of work, copies. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "db/things.h"
#include "support/child.h"

static const struct sql_text add_or_skip = {
    .both = "INSERT INTO {p}thing (key) VALUES (?) ON CONFLICT (key) DO NOTHING"
};
static const struct sql_text add_part = {
    .both = "INSERT INTO {p}part (thing_id, size) VALUES (?, ?)"
};
static const struct sql_text same_number = {
    .both = "UPDATE {p}thing SET number = number WHERE number = ?"
};
static const struct sql_text find = {
    .both = "SELECT key, number, bytes FROM {p}thing WHERE key IS ?"
};
/* Values. */

static const struct value_case {
    const char *name;
    struct db_value key, number, bytes;
} value_cases[] = {
    { "text with Turkish letters round trips",
      { .kind = DB_TEXT, .text = STR_INIT("ığüşöçİĞÜŞÖÇ") },
      { .kind = DB_INTEGER, .integer = 1 },
      { .kind = DB_NULL } },
    { "the largest and the smallest integer round trip",
      { .kind = DB_TEXT, .text = STR_INIT("max") },
      { .kind = DB_INTEGER, .integer = INT64_MIN },
      { .kind = DB_BLOB, .text = STR_INIT("\x7f") } },
    { "the empty text is not NULL",
      { .kind = DB_TEXT },
      { .kind = DB_INTEGER, .integer = INT64_MAX },
      { .kind = DB_BLOB } },
    { "NULL stays NULL", { .kind = DB_NULL }, { .kind = DB_NULL }, { .kind = DB_NULL } },
    { "a NUL byte within a blob is kept",
      { .kind = DB_TEXT, .text = STR_INIT("nul") },
      { .kind = DB_INTEGER, .integer = 0 },
      { .kind = DB_BLOB, .text = STR_INIT("a\0b\xff") } },
    { "a quote is only a letter",
      { .kind = DB_TEXT, .text = STR_INIT("'); DROP TABLE oc_thing; --") },
      { .kind = DB_INTEGER, .integer = -1 },
      { .kind = DB_BLOB, .text = STR_INIT("'") } },
};

static void assert_value(const struct db_value *got, const struct db_value *want)
{
    assert_int_equal(got->kind, want->kind);
    assert_true(got->integer == want->integer);
    assert_int_equal(got->text.len, want->text.len);
    if (want->text.len) assert_memory_equal(got->text.at, want->text.at, want->text.len);
}

static void values_round_trip(void **state)
{
    struct house *h = *state;
    for (size_t i = 0; i < sizeof value_cases / sizeof value_cases[0]; i++) {
        const struct value_case *c = &value_cases[i];
        struct err e = { 0 };
        struct db_rows rows;
        if (!db_run(h->db, &add, &e, c->key, c->number, c->bytes) ||
            !db_query(h->db, h->arena, &find, &rows, &e, c->key))
            fail_msg("%s: %s", c->name, e.message);
        assert_int_equal(rows.count, 1);
        assert_int_equal(rows.columns, 3);
        assert_value(db_cell(&rows, 0, 0), &c->key);
        assert_value(db_cell(&rows, 0, 1), &c->number);
        assert_value(db_cell(&rows, 0, 2), &c->bytes);
    }
}

static void a_long_result_is_whole(void **state)
{
    static const struct sql_text many = {
        .both = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
                " SELECT i, 'text ' || i FROM n"
    };
    struct house *h = *state;
    struct db_rows rows;
    assert_true(db_query(h->db, h->arena, &many, &rows, NULL, db_i64(5000)));
    assert_int_equal(rows.count, 5000);
    assert_int_equal(db_cell_i64(&rows, 4999, 0), 5000);
    assert_true(str_eq(db_cell_text(&rows, 0, 1), STR("text 1")));
    assert_true(str_eq(db_cell_text(&rows, 4999, 1), STR("text 5000")));
    assert_true(db_query(h->db, h->arena, &find, &rows, NULL, db_cstr("nobody")));
    assert_int_equal(rows.count, 0);
}

static void ids_and_counts_are_given(void **state)
{
    struct house *h = *state;
    int64_t id = -1, changed = -1;
    assert_true(db_insert(h->db, &add_or_skip, &id, NULL, db_cstr("a")));
    assert_int_equal(id, 1);
    assert_true(db_insert(h->db, &add_or_skip, &id, NULL, db_cstr("a")));
    assert_int_equal(id, 0);
    assert_true(db_insert(h->db, &add_or_skip, &id, NULL, db_cstr("b")));
    assert_int_equal(id, 2);
    assert_true(add_thing(h->db, "c", 7, NULL) && add_thing(h->db, "d", 7, NULL));
    assert_true(db_run_counted(h->db, &same_number, &changed, NULL, db_i64(7)));
    assert_int_equal(changed, 2); /* found, though nothing differs */
    assert_true(db_run_counted(h->db, &same_number, &changed, NULL, db_i64(8)));
    assert_int_equal(changed, 0);
}

/* Refusals. */

static const struct sql_text broken = { .both = "SELEKT 1" };
static const struct sql_text two = { .both = "SELECT 1; SELECT 2" };
static const struct sql_text half = { .both = "SELECT 0.5" };
static const struct sql_text quoted = { .both = "SELECT \"no such column\"" };
static const struct sql_text writing_query = {
    .both = "INSERT INTO {p}thing (key) VALUES ('by query') RETURNING id"
};

static void assert_refused(const struct err *e, enum err_kind kind, const char *code)
{
    assert_int_equal(e->kind, kind);
    assert_string_equal(e->code, code);
    assert_true(strlen(e->message) > 10);
}

static void refusals_are_named(void **state)
{
    struct house *h = *state;
    struct err e = { .marketplace = "trendyol" };
    struct db_rows rows = { .count = 99 };
    assert_true(add_thing(h->db, "a", 1, NULL));
    assert_false(add_thing(h->db, "a", 2, &e));
    assert_refused(&e, ERR_CONFLICT, "db.unique");
    assert_string_equal(e.marketplace, "trendyol");
    assert_false(db_run(h->db, &add_part, &e, db_i64(99), db_i64(1)));
    assert_refused(&e, ERR_CONFLICT, "db.reference");
    assert_false(db_run(h->db, &add_part, &e, db_i64(1), db_i64(0)));
    assert_refused(&e, ERR_BUG, "db.sql");
    assert_false(db_run(h->db, &add, &e, db_i64(1)));
    assert_refused(&e, ERR_BUG, "db.sql");
    const struct sql_text *wrong[] = { &broken, &two, &half, &quoted, &writing_query };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_false(db_query(h->db, h->arena, wrong[i], &rows, &e));
        assert_refused(&e, ERR_BUG, "db.sql");
    }
    assert_int_equal(rows.count, 99);
    assert_int_equal(things(h->db), 1);
}

/* Units. */

static void a_rollback_takes_all_back(void **state)
{
    struct house *h = *state;
    {
        AUTO(db_tx) tx = db_begin(h->db, NULL);
        assert_non_null(tx);
        assert_true(db_in_tx(h->db));
        assert_true(add_thing(h->db, "a", 1, NULL) && add_thing(h->db, "b", 1, NULL));
        assert_int_equal(things(h->db), 2); /* its own connection sees it */
    }
    assert_false(db_in_tx(h->db));
    assert_int_equal(things(h->db), 0);
}

static void a_commit_keeps_all(void **state)
{
    struct house *h = *state;
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    assert_true(add_thing(h->db, "a", 1, NULL) && add_thing(h->db, "b", 1, NULL));
    assert_true(db_commit(&tx, NULL));
    assert_null(tx);
    db_close(h->db);
    h->db = open_at(h->path, 1);
    assert_int_equal(things(h->db), 2);
}

static void a_failed_statement_leaves_the_unit_open(void **state)
{
    struct house *h = *state;
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    assert_true(add_thing(h->db, "a", 1, NULL));
    assert_false(add_thing(h->db, "a", 1, NULL));
    assert_true(add_thing(h->db, "b", 1, NULL));
    assert_true(db_commit(&tx, NULL));
    assert_int_equal(things(h->db), 2);
}

static void count_run(void *context)
{
    ++*(int *)context;
}

static void callbacks_follow_the_commit(void **state)
{
    struct house *h = *state;
    int ran = 0;
    db_after_commit(h->db, count_run, &ran);
    assert_int_equal(ran, 1); /* no transaction: at once */
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    for (int i = 0; i < 20; i++) db_after_commit(h->db, count_run, &ran);
    assert_int_equal(ran, 1);
    db_rollback(tx);
    assert_int_equal(ran, 1);
    tx = db_begin(h->db, NULL);
    for (int i = 0; i < 20; i++) db_after_commit(h->db, count_run, &ran);
    assert_true(db_commit(&tx, NULL));
    assert_int_equal(ran, 21);
}

static void write_again(void *context)
{
    struct house *h = context;
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    assert_true(add_thing(h->db, "from a callback", 1, NULL));
    int ran = 0;
    db_after_commit(h->db, count_run, &ran);
    assert_true(db_commit(&tx, NULL));
    assert_int_equal(ran, 1);
}

static void a_callback_may_write(void **state)
{
    struct house *h = *state;
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    db_after_commit(h->db, write_again, h);
    assert_true(db_commit(&tx, NULL));
    assert_int_equal(things(h->db), 1);
}

static int begin_twice(void *context)
{
    struct db *db = open_at(context, 1);
    struct db_tx *outer = db_begin(db, NULL);
    struct db_tx *inner = outer ? db_begin(db, NULL) : NULL;
    return inner ? 3 : 4;
}

/* Without the database of the other tests: its thread is none of the child's. */
static void a_second_begin_asserts(void **state)
{
    (void)state;
    char path[128];
    AUTO(temp) temp = temp_new();
    temp_path(temp, "child.db", path);
    assert_int_equal(child_end(child_start(begin_twice, path)), -SIGABRT);
}

/* Files. */

static void a_copy_is_whole_and_private(void **state)
{
    struct house *h = *state;
    struct err e = { 0 };
    char path[128];
    struct stat info;
    assert_true(add_thing(h->db, "a", 1, NULL));
    assert_true(db_copy_to(h->db, temp_path(h->temp, "copy.db", path), &e));
    assert_false(db_copy_to(h->db, path, &e));
    assert_refused(&e, ERR_CONFLICT, "db.exists");
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    struct db *copy = open_at(path, 1);
    assert_int_equal(things(copy), 1);
    assert_true(db_check(copy, &e));
    db_close(copy);
}

static void the_wal_is_copied_back(void **state)
{
    struct house *h = *state;
    char bytes[4000], wal[160];
    memset(bytes, 'x', sizeof bytes);
    for (int i = 0; i < 100; i++) {
        AUTO(db_tx) tx = db_begin(h->db, NULL);
        for (int k = 0; k < 50; k++)
            assert_true(db_run(h->db, &add, NULL, db_null(), db_i64(k),
                               db_blob((str){ bytes, sizeof bytes })));
        assert_true(db_commit(&tx, NULL));
    }
    struct stat info;
    snprintf(wal, sizeof wal, "%s-wal", h->path);
    assert_int_equal(stat(wal, &info), 0);
    assert_true(info.st_size < 16 << 20); /* of more than 20 MB that were written */
    db_close(h->db);
    assert_int_not_equal(stat(wal, &info), 0);
    h->db = open_at(h->path, 1);
    assert_int_equal(things(h->db), 5000);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(values_round_trip),
        TEST(a_long_result_is_whole),
        TEST(ids_and_counts_are_given),
        TEST(refusals_are_named),
        TEST(a_rollback_takes_all_back),
        TEST(a_commit_keeps_all),
        TEST(a_failed_statement_leaves_the_unit_open),
        TEST(callbacks_follow_the_commit),
        TEST(a_callback_may_write),
        cmocka_unit_test(a_second_begin_asserts),
        TEST(a_copy_is_whole_and_private),
        TEST(the_wal_is_copied_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
