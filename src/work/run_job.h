/*
 * run_job.h: inside work only: what a worker thread does with a claimed job.
 */
#ifndef WORK_RUN_JOB_H
#define WORK_RUN_JOB_H

#include "work/run.h"

/* Kinds that call no marketplace, so that a slow one does not hold them up; ends with NULL. */
extern const char *const run_local_kinds[];
bool run_is_local(str kind);

/* Runs it to an end that is written, or logs that it could not be. The arena is the job's. */
void run_job(struct work *w, struct arena *arena, const struct job *job);

#endif
