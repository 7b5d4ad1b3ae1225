/*
 * A disk that is full or broken, a process that is killed: whoever was told "done" is right, nobody
 * finds half of a unit, and work goes on when the disk does.
 *
 * A unit writes two rows of its own number, one in each table, and 3 KB beside them.
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"
#include "db/sqlite_db.h"
#include "support/child.h"
#include "support/fault_vfs.h"
#include "support/temp.h"

static const char *const steps[] = {
    "CREATE TABLE {p}debit (id INTEGER PRIMARY KEY, padding TEXT) STRICT",
    "CREATE TABLE {p}credit (id INTEGER PRIMARY KEY) STRICT",
    NULL,
};
static const struct db_migration migrations[] = { { 1, "books", steps }, { 0 } };
static const struct sql_text debit = { .both = "INSERT INTO {p}debit (id, padding) VALUES (?, ?)" };
static const struct sql_text credit = { .both = "INSERT INTO {p}credit (id) VALUES (?)" };
static const struct sql_text all_ids = { .both = "SELECT id FROM {p}debit ORDER BY id" };
static const struct sql_text halves = {
    .both = "SELECT (SELECT count(*) FROM {p}debit WHERE id NOT IN (SELECT id FROM {p}credit)) +"
            " (SELECT count(*) FROM {p}credit WHERE id NOT IN (SELECT id FROM {p}debit))"
};

enum { MOST_IDS = 100000 };

struct house {
    struct temp *temp;
    char path[128];
};

static int set_up(void **state)
{
    static struct house h;
    h.temp = temp_new();
    temp_path(h.temp, "t.db", h.path);
    *state = &h;
    return 0;
}

static int tear_down(void **state)
{
    struct house *h = *state;
    temp_free(h->temp);
    return 0;
}

static struct db *try_open(const char *path, const char *vfs, struct err *e)
{
    int ran;
    AUTO(db)
    db = db_open(&(struct db_options){ .path = path, .vfs = vfs, .migrations = migrations }, e);
    if (!db || !db_migrate(db, &ran, e)) return NULL;
    struct db *opened = db;
    db = NULL;
    return opened;
}

static struct db *open_at(const char *path, const char *vfs)
{
    struct err e = { 0 };
    struct db *db = try_open(path, vfs, &e);
    if (!db) fail_msg("%s", e.message);
    return db;
}

static bool book(struct db *db, int64_t id, struct err *e)
{
    static char padding[3000];
    memset(padding, 'x', sizeof padding);
    AUTO(db_tx) tx = db_begin(db, e);
    return tx && db_run(db, &debit, e, db_i64(id), db_text((str){ padding, sizeof padding })) &&
           db_run(db, &credit, e, db_i64(id)) && db_commit(&tx, e);
}

/* Which ids are there; also that no unit is there by half and that the file is sound. */
static size_t read_books(struct db *db, bool is_there[MOST_IDS])
{
    AUTO(arena) arena = arena_new();
    struct db_rows rows;
    struct err e = { 0 };
    if (!db_check(db, &e) || !db_query(db, arena, &halves, &rows, &e)) fail_msg("%s", e.message);
    assert_int_equal(db_cell_i64(&rows, 0, 0), 0);
    assert_true(db_query(db, arena, &all_ids, &rows, &e));
    memset(is_there, 0, MOST_IDS);
    for (size_t i = 0; i < rows.count; i++) is_there[db_cell_i64(&rows, i, 0)] = true;
    return rows.count;
}

static void assert_books(struct db *db, const bool acknowledged[MOST_IDS], const char *when)
{
    static bool is_there[MOST_IDS];
    read_books(db, is_there);
    for (int i = 0; i < MOST_IDS; i++)
        if (is_there[i] != acknowledged[i])
            fail_msg("%s: unit %d was %s and is %s", when, i,
                     acknowledged[i] ? "acknowledged" : "refused",
                     is_there[i] ? "there" : "not there");
}

/* One fault at a time, at every place. */

static const struct fault_case {
    const char *name;
    enum fault_op op;
    int rc;
    bool and_after;
    const char *code, *commit_code; /* of a statement; of a COMMIT */
} fault_cases[] = {
    { "one write finds the disk full", FAULT_WRITE, SQLITE_FULL, false, "db.full", "db.full" },
    { "the disk stays full", FAULT_WRITE, SQLITE_FULL, true, "db.full", "db.full" },
    { "one write fails", FAULT_WRITE, SQLITE_IOERR_WRITE, false, "db.io", "db.gone" },
    { "every write fails", FAULT_WRITE, SQLITE_IOERR_WRITE, true, "db.io", "db.gone" },
    { "one sync fails", FAULT_SYNC, SQLITE_IOERR_FSYNC, false, "db.io", "db.gone" },
    { "every sync fails", FAULT_SYNC, SQLITE_IOERR_FSYNC, true, "db.io", "db.gone" },
    { "a sync finds the disk full", FAULT_SYNC, SQLITE_FULL, false, "db.full", "db.full" },
};

static void assert_says_so(const struct fault_case *c, const struct err *e)
{
    if (e->kind != ERR_UNAVAILABLE ||
        (strcmp(e->code, c->code) != 0 && strcmp(e->code, c->commit_code) != 0))
        fail_msg("%s: %s: %s", c->name, e->code, e->message);
}

/* False when the fault was never reached. */
static bool round_with_fault(struct house *h, struct fault_vfs *disk, const struct fault_case *c,
                             int64_t nth)
{
    static bool acknowledged[MOST_IDS];
    memset(acknowledged, 0, sizeof acknowledged);
    unlink(h->path);
    struct db *db = open_at(h->path, "fault");
    int64_t refused_before = fault_vfs_refused(disk);
    fault_vfs_fail(disk, c->op, nth, c->rc, c->and_after);
    for (int id = 1; id <= 6; id++) {
        struct err e = { 0 };
        acknowledged[id] = book(db, id, &e);
        if (!acknowledged[id]) assert_says_so(c, &e);
    }
    bool was_reached = fault_vfs_refused(disk) > refused_before;
    assert_books(db, acknowledged, c->name);
    fault_vfs_heal(disk);
    for (int id = 11; id <= 13; id++) {
        struct err e = { 0 };
        acknowledged[id] = book(db, id, &e);
        if (!acknowledged[id]) fail_msg("%s: after it was mended: %s", c->name, e.message);
    }
    assert_books(db, acknowledged, c->name);
    db_close(db);
    db = open_at(h->path, NULL);
    assert_books(db, acknowledged, c->name);
    db_close(db);
    return was_reached;
}

static void each_fault_at_each_place(void **state)
{
    struct house *h = *state;
    struct fault_vfs *disk = fault_vfs_new("fault");
    for (size_t i = 0; i < sizeof fault_cases / sizeof fault_cases[0]; i++) {
        int64_t nth = 1;
        while (round_with_fault(h, disk, &fault_cases[i], nth)) nth++;
        if (nth < 5) fail_msg("%s: reached %d places only", fault_cases[i].name, (int)nth - 1);
    }
    fault_vfs_free(disk);
}

/* A unit larger than the cache spills into the WAL: the disk is full in the middle of it, and
 * SQLite gives the whole transaction up. */
static void a_full_disk_in_the_middle_of_a_unit(void **state)
{
    static const struct sql_text small_cache = { .sqlite = "PRAGMA cache_size=10" };
    static bool acknowledged[MOST_IDS];
    static char padding[3000];
    struct house *h = *state;
    struct fault_vfs *disk = fault_vfs_new("fault");
    struct db *db = open_at(h->path, "fault");
    struct err e = { 0 };
    memset(acknowledged, 0, sizeof acknowledged);
    memset(padding, 'y', sizeof padding);
    acknowledged[1] = book(db, 1, NULL);
    assert_true(acknowledged[1]);
    AUTO(db_tx) tx = db_begin(db, NULL);
    assert_true(db_run(db, &small_cache, NULL));
    fault_vfs_limit(disk, fault_vfs_used(disk) + 200000);
    int id = 100;
    while (id < 1000 && db_run(db, &debit, &e, db_i64(id), db_text((str){ padding, 3000 }))) id++;
    assert_in_range(id, 110, 300);
    assert_int_equal(e.kind, ERR_UNAVAILABLE);
    assert_string_equal(e.code, "db.full");
    assert_non_null(strstr(e.message, "free some"));
    fault_vfs_heal(disk);
    assert_false(db_run(db, &credit, &e, db_i64(id))); /* else it would stand alone */
    assert_string_equal(e.code, "db.full");
    assert_false(db_commit(&tx, &e));
    assert_string_equal(e.code, "db.full");
    assert_books(db, acknowledged, "after the loss");
    acknowledged[2] = book(db, 2, &e);
    assert_true(acknowledged[2]);
    assert_books(db, acknowledged, "after the next unit");
    db_close(db);
    fault_vfs_free(disk);
}

static void the_disk_fills_up_and_is_freed(void **state)
{
    struct house *h = *state;
    static bool acknowledged[MOST_IDS];
    memset(acknowledged, 0, sizeof acknowledged);
    struct fault_vfs *disk = fault_vfs_new("fault");
    struct db *db = open_at(h->path, "fault");
    fault_vfs_limit(disk, 300000);
    struct err e = { 0 };
    int id = 1;
    while (id < 1000 && book(db, id, &e)) acknowledged[id++] = true;
    assert_in_range(id, 10, 100);
    assert_int_equal(e.kind, ERR_UNAVAILABLE);
    assert_string_equal(e.code, "db.full");
    assert_false(book(db, id, &e)); /* and again, not worse */
    assert_string_equal(e.code, "db.full");
    assert_books(db, acknowledged, "while full");
    fault_vfs_limit(disk, 3000000);
    for (int more = 0; more < 20; more++, id++) {
        acknowledged[id] = book(db, id, &e);
        if (!acknowledged[id]) fail_msg("%s", e.message);
    }
    assert_books(db, acknowledged, "after");
    db_close(db);
    fault_vfs_free(disk);
}

static void a_copy_that_does_not_fit_is_removed(void **state)
{
    struct house *h = *state;
    struct fault_vfs *disk = fault_vfs_new("fault");
    struct db *db = open_at(h->path, "fault");
    struct err e = { 0 };
    char path[128];
    temp_path(h->temp, "copy.db", path);
    for (int id = 1; id <= 40; id++) assert_true(book(db, id, &e));
    fault_vfs_limit(disk, fault_vfs_used(disk) + 20000);
    assert_false(db_copy_to(db, path, &e));
    assert_int_equal(e.kind, ERR_UNAVAILABLE);
    assert_string_equal(e.code, "db.full");
    assert_non_null(strstr(e.message, "copy.db"));
    assert_int_not_equal(access(path, F_OK), 0);
    fault_vfs_heal(disk);
    if (!db_copy_to(db, path, &e)) fail_msg("%s", e.message);
    db_close(db);
    db = open_at(path, NULL);
    static bool is_there[MOST_IDS];
    assert_int_equal(read_books(db, is_there), 40);
    db_close(db);
    fault_vfs_free(disk);
}

/* The kernel's own limit: what a full disk and a quota look like from below. */
static int fill_to_the_limit(void *context)
{
    struct house *h = context;
    struct err e = { 0 };
    signal(SIGXFSZ, SIG_IGN);
    struct db *db = try_open(h->path, NULL, &e);
    if (!db) return 1;
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 256 * 1024;
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    static bool acknowledged[MOST_IDS];
    int id = 1;
    while (id < 1000 && book(db, id, &e)) acknowledged[id++] = true;
    if (id < 10 || id > 200) return 3;
    if (e.kind != ERR_UNAVAILABLE || strcmp(e.code, "db.full") != 0) return 4;
    limit.rlim_cur = before;
    setrlimit(RLIMIT_FSIZE, &limit);
    for (int more = 0; more < 20; more++, id++)
        if (!(acknowledged[id] = book(db, id, &e))) return 5;
    assert_books(db, acknowledged, "after the limit"); /* aborts the child */
    db_close(db);
    return 0;
}

static void a_limit_on_file_sizes(void **state)
{
    assert_int_equal(child_end(child_start(fill_to_the_limit, *state)), 0);
}

/* Kill -9. */

struct killed {
    struct house *h;
    struct db *db;
    int fd, round;
    _Atomic int next;
};

static void *book_for_ever(void *context)
{
    struct killed *k = context;
    for (;;) {
        int id = k->next++;
        if (!book(k->db, id, NULL)) _exit(7);
        if (write(k->fd, &id, sizeof id) != sizeof id) _exit(8);
    }
    return NULL;
}

static int book_until_killed(void *context)
{
    struct killed *k = context;
    struct err e = { 0 };
    k->db = try_open(k->h->path, NULL, &e);
    if (!k->db) return 6;
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, book_for_ever, k) != 0) return 9;
    pthread_join(threads[0], NULL);
    return 0;
}

static void what_was_acknowledged_survives_a_kill(void **state)
{
    enum { ROUNDS = 12 };
    struct house *h = *state;
    static bool acknowledged[MOST_IDS], is_there[MOST_IDS];
    memset(acknowledged, 0, sizeof acknowledged);
    int first = 1;
    for (int round = 0; round < ROUNDS; round++) {
        int ends[2], id, last = first;
        assert_int_equal(pipe(ends), 0);
        struct killed k = { .h = h, .fd = ends[1], .next = first, .round = round };
        pid_t pid = child_start(book_until_killed, &k);
        close(ends[1]);
        int to_read = 20 + round * 37; /* past a checkpoint in the later rounds */
        while (read(ends[0], &id, sizeof id) == sizeof id) {
            acknowledged[id] = true;
            if (id > last) last = id;
            if (--to_read == 0) kill(pid, SIGKILL);
        }
        close(ends[0]);
        assert_int_equal(child_end(pid), -SIGKILL);
        struct db *db = open_at(h->path, NULL);
        size_t count = read_books(db, is_there), expected = 0;
        db_close(db);
        for (int i = 1; i < MOST_IDS; i++) {
            if (acknowledged[i] && !is_there[i]) fail_msg("round %d: unit %d is lost", round, i);
            expected += acknowledged[i];
        }
        assert_true(count >= expected && count <= expected + 4 * (size_t)(round + 1));
        first = last + 100; /* those in flight may be there or not */
    }
}

int main(void)
{
    log_setup(2, LOG_FORMAT_HUMAN, LOG_ERROR);
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_fault_at_each_place),       TEST(a_full_disk_in_the_middle_of_a_unit),
        TEST(the_disk_fills_up_and_is_freed), TEST(a_copy_that_does_not_fit_is_removed),
        TEST(a_limit_on_file_sizes),          TEST(what_was_acknowledged_survives_a_kill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
