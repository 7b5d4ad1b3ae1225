/*
 * sandbox.h: a marketplace played on loopback, for tests, demos, benchmarks and test mode.
 *
 * Shape    one running simulator: its HTTP API under the marketplace's own paths, a control API
 *          under /control (docs/openapi/sandbox.yaml) that makes orders, injects faults, sets the
 *          clock and tells what the marketplace believes and has seen.
 * Threads  any number of simulators a process, each with its own threads, state and clock.
 * Errors   sandbox_start() refuses an unknown marketplace or an address that cannot be listened on.
 * Source   marketplaces' fact sheets, never our connectors.
 */
#ifndef SANDBOX_SANDBOX_H
#define SANDBOX_SANDBOX_H

#include "base/err.h"

struct sandbox;

struct sandbox_options {
    const char *marketplace; /* "trendyol" */
    const char *listen;      /* "127.0.0.1:0" */
    uint64_t seed;           /* the same seed and calls give the same sellers, ids and outcomes */
    utc_ms now;              /* where its clock starts; 0: the real time */
    bool clock_stands;       /* the clock only moves by /control/clock */
};

struct sandbox *sandbox_start(const struct sandbox_options *o, struct err *e);
int sandbox_port(const struct sandbox *s);
void sandbox_stop(struct sandbox *s);
AUTO_CLOSE(sandbox, sandbox_stop)

#endif
