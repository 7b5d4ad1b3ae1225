/* Opening: whose file it is, how old it is, who has it open; and bringing it up to date. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "db/migrate.h"
#include "support/child.h"
#include "support/temp.h"

static const char *const first_steps[] = {
    "CREATE TABLE {p}thing (id INTEGER PRIMARY KEY) STRICT;\n",
    "INSERT INTO {p}thing (id) VALUES (1);",
    NULL,
};
static const char *const second_steps[] = {
    "ALTER TABLE {p}thing ADD COLUMN name TEXT",
    "INSERT INTO {p}thing (id, name) VALUES (2, 'two')",
    NULL,
};
static const char *const failing_steps[] = {
    "INSERT INTO {p}thing (id) VALUES (3)",
    "CREATE TABLE {p}other (id INTEGER PRIMARY KEY) STRICT",
    "INSERT INTO {p}thing (id) VALUES (1)",
    NULL,
};
static const char *const two_in_one[] = {
    "INSERT INTO {p}thing (id) VALUES (4); INSERT INTO {p}thing (id) VALUES (5)",
    NULL,
};
static const struct db_migration one[] = { { 1, "first", first_steps }, { 0 } };
static const struct db_migration both[] = {
    { 1, "first", first_steps },
    { 2, "second", second_steps },
    { 0 },
};
static const struct db_migration failing[] = {
    { 1, "first", first_steps },
    { 2, "failing", failing_steps },
    { 0 },
};
static const struct db_migration crowded[] = {
    { 1, "first", first_steps },
    { 2, "crowded", two_in_one },
    { 0 },
};
static const struct sql_text count_things = { .both = "SELECT count(*) FROM {p}thing" };

struct place {
    struct temp *temp;
    char path[128];
};

static int set_up(void **state)
{
    static struct place p;
    p.temp = temp_new();
    temp_path(p.temp, "t.db", p.path);
    *state = &p;
    return 0;
}

static int tear_down(void **state)
{
    struct place *p = *state;
    temp_free(p->temp);
    return 0;
}

static struct db *try_open(const char *path, const struct db_migration *known, struct err *e)
{
    return db_open(&(struct db_options){ .path = path, .migrations = known }, e);
}

static struct db *open_with(const char *path, const struct db_migration *known)
{
    struct err e = { 0 };
    struct db *db = try_open(path, known, &e);
    if (!db) fail_msg("%s", e.message);
    return db;
}

static int64_t things(struct db *db)
{
    AUTO(arena) arena = arena_new();
    struct db_rows rows;
    struct err e = { 0 };
    if (!db_query(db, arena, &count_things, &rows, &e)) fail_msg("%s", e.message);
    return db_cell_i64(&rows, 0, 0);
}

static int migrate(struct db *db)
{
    struct err e = { 0 };
    int ran = -1;
    if (!db_migrate(db, &ran, &e)) fail_msg("%s", e.message);
    return ran;
}

static void assert_refused(const struct err *e, const char *code, const char *says)
{
    assert_string_equal(e->code, code);
    if (!strstr(e->message, says)) fail_msg("'%s' does not say '%s'", e->message, says);
}

static void assert_state(struct db *db, int version, int newest, bool is_empty, bool is_foreign)
{
    struct db_schema_state s;
    assert_true(db_schema_state(db, &s, NULL));
    assert_int_equal(s.version, version);
    assert_int_equal(s.newest, newest);
    assert_int_equal(s.is_empty, is_empty);
    assert_int_equal(s.is_foreign, is_foreign);
}

static void each_migration_runs_once(void **state)
{
    struct place *p = *state;
    struct db *db = open_with(p->path, one);
    assert_state(db, 0, 1, true, false);
    assert_int_equal(migrate(db), 1);
    assert_int_equal(migrate(db), 0);
    assert_state(db, 1, 1, false, false);
    db_close(db);
    db = open_with(p->path, both);
    assert_state(db, 1, 2, false, false);
    assert_int_equal(migrate(db), 1);
    assert_state(db, 2, 2, false, false);
    assert_int_equal(things(db), 2);
    db_close(db);
}

static void a_failing_migration_leaves_nothing(void **state)
{
    struct place *p = *state;
    struct err e = { 0 };
    int ran = -1;
    struct db *db = open_with(p->path, failing);
    assert_false(db_migrate(db, &ran, &e));
    assert_string_equal(e.code, "db.unique");
    assert_int_equal(ran, -1);
    assert_state(db, 1, 2, false, false);
    assert_int_equal(things(db), 1);
    db_close(db);
    db = open_with(p->path, both); /* mended: it goes on from there */
    assert_int_equal(migrate(db), 1);
    assert_int_equal(things(db), 2);
    db_close(db);
}

static void two_statements_in_a_step_are_refused(void **state)
{
    struct place *p = *state;
    struct err e = { 0 };
    int ran;
    struct db *db = open_with(p->path, crowded);
    assert_false(db_migrate(db, &ran, &e));
    assert_refused(&e, "db.sql", "one statement");
    assert_int_equal(things(db), 1);
    db_close(db);
}

static void the_compiled_in_migrations_run(void **state)
{
    struct place *p = *state;
    struct err e = { 0 };
    struct db *db = open_with(p->path, NULL);
    struct db_schema_state s;
    assert_true(db_schema_state(db, &s, NULL));
    assert_true(s.newest >= 1);
    assert_int_equal(migrate(db), s.newest);
    assert_int_equal(migrate(db), 0);
    if (!db_check(db, &e)) fail_msg("%s", e.message);
    db_close(db);
}

static void a_newer_file_is_refused(void **state)
{
    struct place *p = *state;
    struct err e = { 0 };
    struct db *db = open_with(p->path, both);
    migrate(db);
    db_close(db);
    assert_null(try_open(p->path, one, &e));
    assert_int_equal(e.kind, ERR_INVALID);
    assert_refused(&e, "db.newer", "schema 2, this program knows 1");
    db = db_open(&(struct db_options){ .path = p->path, .migrations = one, .read_only = true }, &e);
    assert_non_null(db); /* for looking at it */
    assert_state(db, 2, 1, false, false);
    db_close(db);
}

static void make_with(const char *path, const char *sql)
{
    sqlite3 *handle;
    assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_exec(handle, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(handle);
}

static const char *const foreign_files[] = {
    "CREATE TABLE wp_posts (id INTEGER)",
    "PRAGMA application_id=1196444487; CREATE TABLE features (id INTEGER)",
    "PRAGMA application_id=77",
    "CREATE TABLE sh_mp_schema (version INTEGER); CREATE TABLE sh_thing (id INTEGER)",
};

static void read_file(const char *path, char *bytes, size_t size)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    memset(bytes, 0, size);
    assert_true(fread(bytes, 1, size, f) > 0);
    fclose(f);
}

static void a_foreign_file_is_refused_untouched(void **state)
{
    struct place *p = *state;
    static char before[16384], after[16384];
    for (size_t i = 0; i < sizeof foreign_files / sizeof foreign_files[0]; i++) {
        struct err e = { 0 };
        make_with(p->path, foreign_files[i]);
        read_file(p->path, before, sizeof before);
        assert_null(try_open(p->path, one, &e));
        assert_int_equal(e.kind, ERR_INVALID);
        assert_refused(&e, "db.foreign", "name the right file");
        read_file(p->path, after, sizeof after);
        assert_memory_equal(before, after, sizeof before);
        struct db *db = db_open(
            &(struct db_options){ .path = p->path, .migrations = one, .read_only = true }, &e);
        assert_non_null(db);
        assert_state(db, 0, 1, true, true);
        db_close(db);
        unlink(p->path);
    }
}

static void write_at(const char *path, long at, const char *bytes, size_t size)
{
    FILE *f = fopen(path, at ? "r+b" : "wb");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    fclose(f);
}

static void a_damaged_file_is_refused(void **state)
{
    struct place *p = *state;
    struct err e = { 0 };
    static const char text[] = "this is a letter to a supplier and no database at all, is it not?";
    write_at(p->path, 0, text, sizeof text);
    assert_null(try_open(p->path, one, &e));
    assert_int_equal(e.kind, ERR_INVALID);
    assert_refused(&e, "db.damaged", "restore the last backup");
    unlink(p->path);

    struct db *db = open_with(p->path, both);
    migrate(db);
    db_close(db);
    assert_int_equal(truncate(p->path, 4096), 0); /* the head says more pages */
    assert_null(try_open(p->path, both, &e));
    assert_refused(&e, "db.damaged", "restore the last backup");
}

static void damage_within_is_found_by_the_check(void **state)
{
    struct place *p = *state;
    struct err e = { 0 };
    struct db *db = open_with(p->path, both);
    migrate(db);
    assert_true(db_check(db, &e));
    db_close(db);
    static const char noise[64] = "\x01\x02\x03\x04\x05\x06\x07\x7f\x7f\x7f\x7f\x7f";
    write_at(p->path, 2 * 4096 - 64, noise, sizeof noise); /* the end of page 2 holds rows */
    db = open_with(p->path, both);
    assert_false(db_check(db, &e));
    assert_int_equal(e.kind, ERR_INVALID);
    assert_refused(&e, "db.damaged", "restore the last backup");
    db_close(db);
}

static const char *const bad_prefixes[] = { "",          "9x",  "Oc_", "oc-",
                                            "oc_; DROP", "_oc", "oç_", "a2345678901234567",
                                            "{p}" };

static void a_prefix_that_is_no_name_is_refused(void **state)
{
    struct place *p = *state;
    for (size_t i = 0; i < sizeof bad_prefixes / sizeof bad_prefixes[0]; i++) {
        struct err e = { 0 };
        struct db_options o = { .path = p->path, .prefix = bad_prefixes[i], .migrations = one };
        assert_null(db_open(&o, &e));
        assert_refused(&e, "db.prefix", "cannot be used");
    }
    struct db_options longest = { .path = p->path,
                                  .prefix = "a23456789012345_",
                                  .migrations = one };
    struct db *db = db_open(&longest, NULL);
    assert_non_null(db);
    migrate(db);
    assert_string_equal(db_prefix(db), "a23456789012345_");
    assert_int_equal(things(db), 1);
    db_close(db);
}

/* One process. */

struct second {
    const char *path;
    char pid[24];
};

static int open_second(void *context)
{
    struct second *s = context;
    struct err e = { 0 };
    if (try_open(s->path, one, &e)) return 1;
    if (e.kind != ERR_INVALID || strcmp(e.code, "db.locked") != 0) return 2;
    if (!strstr(e.message, s->pid) || strcmp(e.args[0].value, s->pid) != 0) return 3;
    struct db *db =
        db_open(&(struct db_options){ .path = s->path, .migrations = one, .read_only = true }, &e);
    if (!db) return 4;
    struct db_schema_state state;
    if (!db_schema_state(db, &state, &e) || state.version != 1) return 5;
    db_close(db);
    return 0;
}

static void a_second_process_is_told_the_pid(void **state)
{
    struct place *p = *state;
    struct second s = { .path = p->path };
    char link_path[128];
    snprintf(s.pid, sizeof s.pid, "%ld", (long)getpid());
    struct db *db = open_with(p->path, one);
    migrate(db);
    assert_int_equal(child_end(child_start(open_second, &s)), 0);
    assert_int_equal(symlink(p->path, temp_path(p->temp, "other name.db", link_path)), 0);
    s.path = link_path;
    assert_int_equal(child_end(child_start(open_second, &s)), 0);
    db_close(db);
    db = open_with(p->path, one); /* the lock went with its holder */
    assert_int_equal(things(db), 1);
    db_close(db);
}

static void a_file_of_ours_is_private(void **state)
{
    struct place *p = *state;
    struct stat info;
    mode_t before = umask(0);
    struct db *db = open_with(p->path, one);
    umask(before);
    assert_int_equal(stat(p->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    db_close(db);
}

static void a_missing_folder_is_named(void **state)
{
    struct place *p = *state;
    struct err e = { 0 };
    char path[128];
    assert_null(try_open(temp_path(p->temp, "nowhere/t.db", path), one, &e));
    assert_refused(&e, "db.io", "nowhere/t.db");
    e = (struct err){ 0 };
    assert_null(db_open(&(struct db_options){ .path = p->path, .read_only = true }, &e));
    assert_refused(&e, "db.io", "t.db");
}

static void reading_only_cannot_write(void **state)
{
    struct place *p = *state;
    struct err e = { 0 };
    struct db *db = open_with(p->path, one);
    migrate(db);
    db_close(db);
    db =
        db_open(&(struct db_options){ .path = p->path, .migrations = both, .read_only = true }, &e);
    assert_non_null(db);
    assert_int_equal(things(db), 1);
    assert_null(db_begin(db, &e));
    assert_refused(&e, "db.sql", "reading only");
    assert_false(db_migrate(db, &(int){ 0 }, &e));
    db_close(db);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_migration_runs_once),
        TEST(a_failing_migration_leaves_nothing),
        TEST(two_statements_in_a_step_are_refused),
        TEST(the_compiled_in_migrations_run),
        TEST(a_newer_file_is_refused),
        TEST(a_foreign_file_is_refused_untouched),
        TEST(a_damaged_file_is_refused),
        TEST(damage_within_is_found_by_the_check),
        TEST(a_prefix_that_is_no_name_is_refused),
        TEST(a_second_process_is_told_the_pid),
        TEST(a_file_of_ours_is_private),
        TEST(a_missing_folder_is_named),
        TEST(reading_only_cannot_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
