/*
 * sqlite_writer.h: the one connection that writes, its baton and the group commit.
 *
 * Shape    who wants to write waits for the baton; the first in line runs alone, in a savepoint of
 *          the group's transaction, and hands the baton on. The group is committed when nobody else
 *          waits, after 200 units, 2 ms after its first unit ended, before the checkpoint, or
 *          before a bulk unit where somebody interactive waits for it. One bulk unit goes ahead
 *          after 64 interactive ones, so that neither starves.
 * Threads  any. What `lock` guards is said beside it; all else belongs to the baton's holder.
 * Errors   when SQLite gave the whole transaction up, every unit of the group fails: "db.full" when
 *          that was why, else "db.gone". After an IO error at COMMIT the file may still show the
 *          group when the machine stops before the next one: a unit refused so is repeated by its
 *          unique keys, never blindly.
 */
#ifndef DB_SQLITE_WRITER_H
#define DB_SQLITE_WRITER_H

#include <pthread.h>

#include "db/sqlite_conn.h"

enum writer_lane { WRITER_KEEPER, WRITER_INTERACTIVE, WRITER_BULK, WRITER_LANES };

struct after_commit {
    void (*run)(void *context);
    void *context;
};

/* A unit of work, and its thread's place in line. */
struct db_tx {
    struct sqlite_writer *writer;
    enum writer_lane lane;
    struct db_tx *next; /* in line, then in the group, then among those whose callbacks run */
    pthread_cond_t wake;
    bool has_baton, has_turn;                              /* under lock */
    enum { UNIT_OPEN, UNIT_COMMITTED, UNIT_FAILED } state; /* under lock once it is in a group */
    bool is_gone; /* the transaction was lost under it: `failure` says why */
    struct err failure;
    int64_t begun_us;
    struct after_commit *after;
    size_t after_count, after_room;
};

struct unit_list {
    struct db_tx *first, *last;
};

struct sqlite_writer {
    struct sqlite_conn *conn;
    _Atomic uintptr_t holder; /* the thread whose unit is open; 0: none */
    struct db_tx *unit;
    int64_t group_us; /* how long a group may stay open; tests let time stand still */
    struct {
        bool is_open;
        struct unit_list units; /* released, waiting for the COMMIT */
        size_t count, interactive;
        int64_t first_us;
    } group;

    pthread_mutex_t lock;
    bool is_taken; /* the baton */
    struct unit_list line[WRITER_LANES];
    unsigned passed_over;   /* interactive units served while a bulk unit waited */
    struct unit_list turns; /* committed, their callbacks still to run, in commit order */
    bool turn_is_taken;
    _Atomic uintptr_t turn_holder;

    /* The keeper: sqlite_keeper.c. */
    pthread_t keeper;
    pthread_cond_t keeper_wake;
    bool is_stopping;
    int wal_pages_seen;        /* by the last COMMIT: the baton holder's */
    int wal_pages, wal_copied; /* of these, copied by the last checkpoint */
    uint64_t commits;
    bool keeper_failed;
};

/* Takes the connection over. */
struct sqlite_writer *sqlite_writer_start(struct sqlite_conn *c);
void sqlite_writer_stop(struct sqlite_writer *w);

/* Whether this thread's unit is open. */
bool sqlite_writer_is_mine(const struct sqlite_writer *w);

struct db_tx *sqlite_writer_begin(struct sqlite_writer *w, enum writer_lane lane, struct err *e);
bool sqlite_writer_commit(struct db_tx *tx, struct err *e); /* both free tx */
void sqlite_writer_rollback(struct db_tx *tx);
void sqlite_writer_after(struct sqlite_writer *w, void (*run)(void *context), void *context);

/* Within this thread's unit. */
bool sqlite_writer_run(struct sqlite_writer *w, const struct sql_text *sql,
                       const struct db_value *values, size_t count, struct sqlite_done *done,
                       struct err *e);
bool sqlite_writer_query(struct sqlite_writer *w, struct arena *arena, const struct sql_text *sql,
                         const struct db_value *values, size_t count, struct db_rows *rows,
                         struct err *e);
bool sqlite_writer_run_once(struct sqlite_writer *w, const char *text, struct err *e);

/* For the keeper: the baton without a unit; what was open is committed before. */
void sqlite_writer_take_baton(struct sqlite_writer *w);
void sqlite_writer_pass_baton(struct sqlite_writer *w);

/* The keeper checkpoints: after every 1,000 pages, and empties the WAL when nobody writes. */
void sqlite_keeper_start(struct sqlite_writer *w);
void sqlite_keeper_stop(struct sqlite_writer *w);
/* After each COMMIT, under lock. */
void sqlite_keeper_note(struct sqlite_writer *w);

#endif
