/*
 * sim_fault.h: troubles asked for by a test: which call, which trouble, how often.
 *
 * Shape    a list of at most 64; the first fault that fits a call is played on it. A fault with a
 *          count disappears when it is used up; one with a probability stays until deleted.
 */
#ifndef SANDBOX_SIM_FAULT_H
#define SANDBOX_SIM_FAULT_H

#include "base/json.h"

struct sim_random;

enum sim_fault_kind {
    FAULT_NONE,
    FAULT_429,
    FAULT_500,
    FAULT_503,
    FAULT_504,
    FAULT_HTML,           /* an HTML page with the fault's status (200 unless set) */
    FAULT_CUT,            /* the line is cut before anything is applied */
    FAULT_TRUNCATED,      /* applied; half of the answer's text */
    FAULT_TIMEOUT,        /* applied; no answer for ms, then the line is cut */
    FAULT_DELAY,          /* waits ms, then works */
    FAULT_LATE,           /* applied at once, answered after ms */
    FAULT_MISSING_ONCE,   /* the first row of a list is left out */
    FAULT_UNKNOWN_STATUS, /* the first status in the answer is one nobody knows */
    FAULT_UNKNOWN_FIELD,  /* fields nobody knows */
    FAULT_KIND_COUNT
};

struct sim_fault {
    int64_t id;
    enum sim_fault_kind kind;
    char endpoint[40]; /* "*" all; "orders.*" all that start so */
    int64_t seller;    /* 0: all */
    int64_t left;      /* -1: no end */
    int64_t chance_e4; /* 10,000: always */
    int64_t ms;
    int64_t items_over; /* only bodies with more items than this; -1: any body */
    int status;         /* FAULT_HTML */
    char value[40];     /* FAULT_UNKNOWN_STATUS */
    int64_t hits;
};

#define SIM_FAULT_MAX 64

struct sim_faults {
    struct sim_fault list[SIM_FAULT_MAX];
    size_t count;
    int64_t next_id;
};

const char *sim_fault_name(enum sim_fault_kind kind);

/* Adds what {"faults": [...]}, [...] or one object asks for: all of it or nothing. */
bool sim_faults_read(struct sim_faults *f, const struct json *asked, struct err *e);
void sim_faults_drop(struct sim_faults *f, int64_t id); /* 0: all */
void sim_faults_write(const struct sim_faults *f, struct json_writer *w);

/* The fault to be played on a call, counted as used; kind FAULT_NONE when there is none. */
struct sim_fault sim_faults_take(struct sim_faults *f, struct sim_random *chance,
                                 const char *endpoint, int64_t seller, int64_t items);

#endif
