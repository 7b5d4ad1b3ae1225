#include "db/sqlite_writer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum {
    GROUP_UNITS = 200,
    GROUP_US = 2000,
    BULK_WAITS_FOR = 64, /* interactive units */
    SLOW_UNIT_US = 50000,
};

static const struct sql_text begin_group = { .both = "BEGIN IMMEDIATE" };
static const struct sql_text commit_group = { .both = "COMMIT" };
static const struct sql_text rollback_group = { .both = "ROLLBACK" };
static const struct sql_text begin_unit = { .both = "SAVEPOINT unit" };
static const struct sql_text release_unit = { .both = "RELEASE unit" };
static const struct sql_text rollback_unit = { .both = "ROLLBACK TO unit" };

static bool control(struct sqlite_writer *w, const struct sql_text *sql, struct err *e)
{
    return sqlite_conn_run(w->conn, sql, NULL, 0, NULL, e);
}

/* Rule: asked after every error, because SQLite gives some transactions up by itself, and what ran
 * after that would be committed statement by statement. */
static bool transaction_stands(const struct sqlite_writer *w)
{
    return !sqlite3_get_autocommit(w->conn->handle);
}

static uintptr_t this_thread(void)
{
    return (uintptr_t)pthread_self();
}

bool sqlite_writer_is_mine(const struct sqlite_writer *w)
{
    return w->holder == this_thread();
}

static bool give_error(struct err *e, const struct err *from)
{
    if (!e) return false;
    const char *marketplace = e->marketplace;
    *e = *from;
    e->marketplace = marketplace;
    return false;
}

static void list_add(struct unit_list *list, struct db_tx *tx)
{
    tx->next = NULL;
    if (list->last)
        list->last->next = tx;
    else
        list->first = tx;
    list->last = tx;
}

static struct db_tx *list_take(struct unit_list *list)
{
    struct db_tx *first = list->first;
    list->first = first->next;
    if (!list->first) list->last = NULL;
    return first;
}

/* Callbacks run one unit after the other, in the order of the commits. */

/* Under lock. */
static void start_next_turn(struct sqlite_writer *w)
{
    if (w->turn_is_taken || !w->turns.first) return;
    struct db_tx *tx = list_take(&w->turns);
    w->turn_is_taken = true;
    tx->has_turn = true;
    pthread_cond_signal(&tx->wake);
}

static void end_turn(struct sqlite_writer *w)
{
    if (w->turn_holder != this_thread()) return;
    w->turn_holder = 0;
    pthread_mutex_lock(&w->lock);
    w->turn_is_taken = false;
    start_next_turn(w);
    pthread_mutex_unlock(&w->lock);
}

static void run_callbacks(struct db_tx *tx)
{
    struct sqlite_writer *w = tx->writer;
    if (!tx->after_count) return;
    w->turn_holder = this_thread();
    for (size_t i = 0; i < tx->after_count; i++) tx->after[i].run(tx->after[i].context);
    end_turn(w);
}

void sqlite_writer_after(struct sqlite_writer *w, void (*run)(void *context), void *context)
{
    struct db_tx *tx = w->unit;
    if (tx->after_count == tx->after_room) {
        size_t room = tx->after_room ? tx->after_room * 2 : 8;
        tx->after = reallocarray(tx->after, room, sizeof *tx->after);
        if (!tx->after) abort();
        tx->after_room = room;
    }
    tx->after[tx->after_count++] = (struct after_commit){ run, context };
}

/* The group. */

static void publish(struct sqlite_writer *w, const struct err *failure)
{
    pthread_mutex_lock(&w->lock);
    while (w->group.units.first) {
        struct db_tx *tx = list_take(&w->group.units);
        tx->state = failure ? UNIT_FAILED : UNIT_COMMITTED;
        if (failure) tx->failure = *failure;
        if (!failure && tx->after_count)
            list_add(&w->turns, tx);
        else
            pthread_cond_signal(&tx->wake);
    }
    start_next_turn(w);
    w->group.count = w->group.interactive = 0;
    if (!failure) sqlite_keeper_note(w);
    pthread_mutex_unlock(&w->lock);
}

static void fill_loss(struct err *loss, const struct err *cause)
{
    bool is_full = cause->code && strcmp(cause->code, "db.full") == 0;
    if (is_full)
        err_set(loss, ERR_UNAVAILABLE, "db.full", "%s", cause->message);
    else
        err_set(loss, ERR_UNAVAILABLE, "db.gone",
                "the transaction was lost and nothing of it was kept, try again: %s",
                cause->message);
}

/* The transaction is gone: whoever waited for its COMMIT is told so. */
static void lose_group(struct sqlite_writer *w, const struct err *cause)
{
    struct err loss = { 0 };
    fill_loss(&loss, cause);
    w->group.is_open = false;
    if (w->unit) {
        w->unit->is_gone = true;
        w->unit->failure = loss;
    }
    publish(w, &loss);
}

static void finish_group(struct sqlite_writer *w)
{
    struct err cause = { 0 };
    if (!w->group.count) {
        control(w, &rollback_group, &cause);
        w->group.is_open = false;
    } else if (control(w, &commit_group, &cause)) {
        w->group.is_open = false;
        publish(w, NULL);
    } else {
        struct err second = { 0 };
        if (transaction_stands(w)) control(w, &rollback_group, &second);
        lose_group(w, &cause);
    }
}

/* The baton. */

/* Under lock. */
static struct unit_list *first_line(struct sqlite_writer *w)
{
    if (w->line[WRITER_KEEPER].first) return &w->line[WRITER_KEEPER];
    struct unit_list *bulk = &w->line[WRITER_BULK];
    bool bulk_is_due = bulk->first && w->passed_over >= BULK_WAITS_FOR;
    if (w->line[WRITER_INTERACTIVE].first && !bulk_is_due) return &w->line[WRITER_INTERACTIVE];
    return bulk->first ? bulk : NULL;
}

static bool group_is_due(const struct sqlite_writer *w, const struct unit_list *next)
{
    if (!w->group.is_open) return false;
    if (!next) return true;
    enum writer_lane lane = next->first->lane;
    if (lane == WRITER_KEEPER) return true;
    if (!w->group.count) return false;
    if (lane == WRITER_BULK && w->group.interactive) return true;
    return w->group.count >= GROUP_UNITS || mono_us() - w->group.first_us >= w->group_us;
}

void sqlite_writer_pass_baton(struct sqlite_writer *w)
{
    pthread_mutex_lock(&w->lock);
    if (group_is_due(w, first_line(w))) {
        pthread_mutex_unlock(&w->lock);
        finish_group(w);
        pthread_mutex_lock(&w->lock);
    }
    struct unit_list *line = first_line(w);
    if (!line) {
        w->is_taken = false;
    } else {
        struct db_tx *tx = list_take(line);
        if (tx->lane == WRITER_BULK) w->passed_over = 0;
        if (tx->lane == WRITER_INTERACTIVE && w->line[WRITER_BULK].first) w->passed_over++;
        tx->has_baton = true;
        pthread_cond_signal(&tx->wake);
    }
    pthread_mutex_unlock(&w->lock);
}

static void wait_in_line(struct sqlite_writer *w, struct db_tx *tx)
{
    pthread_mutex_lock(&w->lock);
    if (!w->is_taken) {
        w->is_taken = true;
    } else {
        list_add(&w->line[tx->lane], tx);
        while (!tx->has_baton) pthread_cond_wait(&tx->wake, &w->lock);
    }
    pthread_mutex_unlock(&w->lock);
}

void sqlite_writer_take_baton(struct sqlite_writer *w)
{
    struct db_tx place = { .lane = WRITER_KEEPER };
    pthread_cond_init(&place.wake, NULL);
    wait_in_line(w, &place);
    pthread_cond_destroy(&place.wake);
}

/* A unit. */

static void tx_free(struct db_tx *tx)
{
    pthread_cond_destroy(&tx->wake);
    free(tx->after);
    free(tx);
}

static bool open_unit(struct sqlite_writer *w, struct err *e)
{
    if (!w->group.is_open) {
        if (transaction_stands(w) && !control(w, &rollback_group, e)) return false;
        if (!control(w, &begin_group, e)) return false;
        w->group.is_open = true;
    }
    struct err cause = { 0 };
    if (control(w, &begin_unit, &cause)) return true;
    if (!transaction_stands(w)) lose_group(w, &cause);
    return give_error(e, &cause);
}

struct db_tx *sqlite_writer_begin(struct sqlite_writer *w, enum writer_lane lane, struct err *e)
{
    assert(!sqlite_writer_is_mine(w) && "this thread has a transaction open");
    end_turn(w); /* a callback that writes would wait for itself */
    struct db_tx *tx = sqlite_take(sizeof *tx);
    tx->writer = w;
    tx->lane = lane;
    pthread_cond_init(&tx->wake, NULL);
    wait_in_line(w, tx);
    if (!open_unit(w, e)) {
        sqlite_writer_pass_baton(w);
        tx_free(tx);
        return NULL;
    }
    tx->begun_us = mono_us();
    w->unit = tx;
    w->holder = this_thread();
    return tx;
}

static void end_unit(struct sqlite_writer *w, struct db_tx *tx)
{
    int64_t took_us = mono_us() - tx->begun_us;
    w->unit = NULL;
    w->holder = 0;
    if (took_us > SLOW_UNIT_US)
        log_warning("slow unit of work", LOG_INT("ms", took_us / 1000),
                    LOG_CSTR("lane", tx->lane == WRITER_BULK ? "bulk" : "interactive"));
}

/* Takes back what the unit did and nothing else; when even that fails, the group goes with it. */
static void undo_unit(struct sqlite_writer *w, struct db_tx *tx)
{
    struct err cause = { 0 };
    if (tx->is_gone) return;
    if (control(w, &rollback_unit, &cause) && control(w, &release_unit, &cause)) return;
    struct err second = { 0 };
    if (transaction_stands(w)) control(w, &rollback_group, &second);
    lose_group(w, &cause);
}

static bool close_unit(struct sqlite_writer *w, struct db_tx *tx, struct err *e)
{
    if (tx->is_gone) return give_error(e, &tx->failure);
    /* Else the COMMIT would fail for the whole group. */
    int open_references = 0, unused;
    sqlite3_db_status(w->conn->handle, SQLITE_DBSTATUS_DEFERRED_FKS, &open_references, &unused, 0);
    if (open_references)
        return err_set(
            e, ERR_CONFLICT, "db.reference",
            "a row that was written refers to one that is missing: write that one first");
    struct err cause = { 0 };
    if (control(w, &release_unit, &cause)) return true;
    if (!transaction_stands(w)) lose_group(w, &cause);
    return give_error(e, &cause);
}

static void join_group(struct sqlite_writer *w, struct db_tx *tx)
{
    if (!w->group.count++) w->group.first_us = mono_us();
    if (tx->lane == WRITER_INTERACTIVE) w->group.interactive++;
    list_add(&w->group.units, tx);
}

static bool wait_for_commit(struct sqlite_writer *w, struct db_tx *tx)
{
    pthread_mutex_lock(&w->lock);
    while (tx->state == UNIT_OPEN ||
           (tx->state == UNIT_COMMITTED && tx->after_count && !tx->has_turn))
        pthread_cond_wait(&tx->wake, &w->lock);
    pthread_mutex_unlock(&w->lock);
    return tx->state == UNIT_COMMITTED;
}

bool sqlite_writer_commit(struct db_tx *tx, struct err *e)
{
    struct sqlite_writer *w = tx->writer;
    assert(sqlite_writer_is_mine(w) && w->unit == tx);
    bool ok = close_unit(w, tx, e);
    if (!ok) undo_unit(w, tx);
    end_unit(w, tx);
    if (ok) join_group(w, tx);
    sqlite_writer_pass_baton(w);
    if (ok) {
        ok = wait_for_commit(w, tx) || give_error(e, &tx->failure);
        if (ok) run_callbacks(tx);
    }
    tx_free(tx);
    return ok;
}

void sqlite_writer_rollback(struct db_tx *tx)
{
    struct sqlite_writer *w = tx->writer;
    assert(sqlite_writer_is_mine(w) && w->unit == tx);
    undo_unit(w, tx);
    end_unit(w, tx);
    sqlite_writer_pass_baton(w);
    tx_free(tx);
}

/* Statements of a unit. */

static bool look_after(struct sqlite_writer *w, bool ok, const struct err *cause, struct err *e)
{
    if (!transaction_stands(w)) lose_group(w, cause);
    if (!ok) return give_error(e, cause);
    return !w->unit->is_gone || give_error(e, &w->unit->failure);
}

bool sqlite_writer_run(struct sqlite_writer *w, const struct sql_text *sql,
                       const struct db_value *values, size_t count, struct sqlite_done *done,
                       struct err *e)
{
    if (w->unit->is_gone) return give_error(e, &w->unit->failure);
    struct err cause = { 0 };
    bool ok = sqlite_conn_run(w->conn, sql, values, count, done, &cause);
    return look_after(w, ok, &cause, e);
}

bool sqlite_writer_query(struct sqlite_writer *w, struct arena *arena, const struct sql_text *sql,
                         const struct db_value *values, size_t count, struct db_rows *rows,
                         struct err *e)
{
    if (w->unit->is_gone) return give_error(e, &w->unit->failure);
    struct err cause = { 0 };
    bool ok = sqlite_conn_query(w->conn, arena, sql, values, count, rows, &cause);
    return look_after(w, ok, &cause, e);
}

bool sqlite_writer_run_once(struct sqlite_writer *w, const char *text, struct err *e)
{
    if (w->unit->is_gone) return give_error(e, &w->unit->failure);
    struct err cause = { 0 };
    bool ok = sqlite_conn_run_once(w->conn, text, &cause);
    return look_after(w, ok, &cause, e);
}

struct sqlite_writer *sqlite_writer_start(struct sqlite_conn *c)
{
    struct sqlite_writer *w = sqlite_take(sizeof *w);
    w->conn = c;
    w->group_us = GROUP_US;
    pthread_mutex_init(&w->lock, NULL);
    sqlite_keeper_start(w);
    return w;
}

void sqlite_writer_stop(struct sqlite_writer *w)
{
    sqlite_keeper_stop(w);
    pthread_mutex_destroy(&w->lock);
    sqlite_conn_close(w->conn);
    free(w);
}
