/*
 * row.h: inside queue only: a job as its row has it.
 */
#ifndef QUEUE_ROW_H
#define QUEUE_ROW_H

#include "db/db.h"
#include "queue/queue.h"

#define JOB_COLUMNS                                                                                \
    "j.id, j.company_id, j.store_id, j.kind, j.payload, j.lane, j.state, j.tries, j.run_at,"       \
    " j.lease_until, j.created_at, j.started_at, j.ended_at, j.error_kind, j.error_code,"          \
    " j.error_message, j.result, j.lease_owner"

void job_read(const struct db_rows *rows, size_t row, struct job *out);

#endif
