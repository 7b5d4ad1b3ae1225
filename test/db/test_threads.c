/* Many threads on one database: sums, the order of callbacks, what readers see. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include "db/things.h"

struct writer_thread {
    struct house *h;
    int number, refused;
};

enum { WRITERS = 32, UNITS = 40 };

static void *write_units(void *context)
{
    struct writer_thread *t = context;
    struct err e = { 0 };
    for (int i = 0; i < UNITS; i++) {
        AUTO(db_tx) tx = i % 8 ? db_begin(t->h->db, &e) : db_begin_bulk(t->h->db, &e);
        char key[32];
        snprintf(key, sizeof key, "%d-%d", t->number, i);
        bool ok = tx && db_run(t->h->db, &raise_one, &e, db_i64(1), db_cstr("sum")) &&
                  add_thing(t->h->db, key, 0, &e);
        if (ok && i % 10 == 3) ok = add_thing(t->h->db, "sum", 0, &e); /* this unit alone fails */
        if (!ok || !db_commit(&tx, &e)) t->refused++;
    }
    return NULL;
}

static void start_all(struct writer_thread *of, pthread_t *threads, int count, struct house *h,
                      void *(*run)(void *))
{
    for (int i = 0; i < count; i++) {
        of[i] = (struct writer_thread){ .h = h, .number = i };
        assert_int_equal(pthread_create(&threads[i], NULL, run, &of[i]), 0);
    }
}

static void thirty_two_threads_add_up(void **state)
{
    struct house *h = *state;
    struct writer_thread of[WRITERS];
    pthread_t threads[WRITERS];
    assert_true(add_thing(h->db, "sum", 0, NULL));
    start_all(of, threads, WRITERS, h, write_units);
    int refused = 0;
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(of[i].refused, UNITS / 10);
        refused += of[i].refused;
    }
    assert_int_equal(one(h->db, 1), WRITERS * UNITS - refused);
    assert_int_equal(things(h->db), 1 + WRITERS * UNITS - refused);
}

/* Each unit draws a number while it holds the baton; callbacks must come in that order. */
struct order {
    struct db *db;
    int drawn;
    _Atomic int ran, wrong;
};
struct ticket {
    struct order *order;
    int number;
};

static void check_ticket(void *context)
{
    struct ticket *t = context;
    if (atomic_fetch_add(&t->order->ran, 1) != t->number) t->order->wrong++;
}

static void *draw_tickets(void *context)
{
    struct order *o = context;
    for (int i = 0; i < UNITS; i++) {
        AUTO(db_tx) tx = db_begin(o->db, NULL);
        struct ticket t = { o, 0 };
        if (i % 5 == 4) continue; /* rolled back: takes no place */
        t.number = o->drawn++;
        if (i % 2) db_run(o->db, &raise_one, NULL, db_i64(1), db_cstr("none"));
        db_after_commit(o->db, check_ticket, &t);
        if (!db_commit(&tx, NULL)) o->wrong++;
    }
    return NULL;
}

static void callbacks_come_in_commit_order(void **state)
{
    struct house *h = *state;
    struct order o = { .db = h->db };
    pthread_t threads[8];
    for (int i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, draw_tickets, &o), 0);
    for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
    assert_int_equal(o.ran, 8 * UNITS * 4 / 5);
    assert_int_equal(o.wrong, 0);
}

static void *count_from_outside(void *context)
{
    struct writer_thread *t = context;
    t->refused = (int)things(t->h->db);
    return NULL;
}

static void a_reader_sees_only_commits(void **state)
{
    struct house *h = *state;
    struct writer_thread outside;
    pthread_t thread;
    AUTO(db_tx) tx = db_begin(h->db, NULL);
    assert_true(add_thing(h->db, "a", 1, NULL));
    start_all(&outside, &thread, 1, h, count_from_outside);
    pthread_join(thread, NULL);
    assert_int_equal(outside.refused, 0);
    assert_true(db_commit(&tx, NULL));
    start_all(&outside, &thread, 1, h, count_from_outside);
    pthread_join(thread, NULL);
    assert_int_equal(outside.refused, 1);
}

static void *read_often(void *context)
{
    struct writer_thread *t = context;
    int64_t seen = 0;
    for (int i = 0; i < 200; i++) {
        int64_t now = things(t->h->db);
        if (now < seen) t->refused++;
        seen = now;
    }
    return NULL;
}

static void more_readers_than_connections_take_turns(void **state)
{
    struct house *h = *state;
    struct writer_thread of[12];
    pthread_t threads[12];
    start_all(of, threads, 12, h, read_often);
    for (int i = 0; i < 100; i++)
        assert_true(db_run(h->db, &add, NULL, db_null(), db_i64(1), db_null()));
    for (int i = 0; i < 12; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(of[i].refused, 0);
    }
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(thirty_two_threads_add_up),
        TEST(callbacks_come_in_commit_order),
        TEST(a_reader_sees_only_commits),
        TEST(more_readers_than_connections_take_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
