/*
 * sim_log.h: every request the marketplace received, and every rule a client broke.
 *
 * Shape    two rings: the newest 100,000 requests and the newest 10,000 breaches, numbered from 1.
 * Units    `at` is simulated time; `mono_us` the machine's monotonic clock at receipt, comparable
 *          with what other processes of the same machine read.
 * Memory   bodies are kept up to 64 MiB in all; the oldest go first, their size stays.
 */
#ifndef SANDBOX_SIM_LOG_H
#define SANDBOX_SIM_LOG_H

#include "base/json.h"
#include "net/http_server.h"

#define SIM_LOG_REQUESTS 100000
#define SIM_LOG_BREACHES 10000

struct sim_request {
    uint64_t number;
    utc_ms at;
    int64_t mono_us;
    char method[8];
    char *path; /* with its query */
    const char *endpoint;
    int64_t seller;    /* 0: the gate did not come to know it */
    int status;        /* 0: not answered yet */
    bool cut;          /* the line was cut instead of an answer */
    const char *fault; /* kind of the fault played on it, or NULL */
    char *body;
    size_t body_size;
};

struct sim_breach {
    uint64_t number;
    utc_ms at;
    uint64_t request;
    int64_t seller;
    const char *rule;
    char detail[120];
};

struct sim_log {
    struct sim_request *requests; /* number n stands at n % SIM_LOG_REQUESTS */
    struct sim_breach *breaches;
    uint64_t last_request, last_breach;
    uint64_t first_body; /* older bodies were dropped */
    size_t body_bytes;
};

void sim_log_open(struct sim_log *log);
void sim_log_free(struct sim_log *log);

/* Enters a request and returns its number. */
uint64_t sim_log_receive(struct sim_log *log, const struct http_exchange *x, const char *endpoint,
                         utc_ms at, int64_t received_us);
/* NULL when it has left the ring. */
struct sim_request *sim_log_request(struct sim_log *log, uint64_t number);
void sim_log_breach(struct sim_log *log, utc_ms at, uint64_t request, int64_t seller,
                    const char *rule, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* As JSON: requests after a number, optionally of one seller and endpoint, at most `limit`. */
void sim_log_write_requests(struct sim_log *log, struct json_writer *w, uint64_t after,
                            int64_t seller, str endpoint, size_t limit);
void sim_log_write_breaches(struct sim_log *log, struct json_writer *w, uint64_t after,
                            size_t limit);

/* Ids of sellers are numbers here as on the marketplace; 0 is nobody. */
void sim_put_seller(struct json_writer *w, int64_t seller);

#endif
