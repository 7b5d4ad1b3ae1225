/*
 * ledger.h: every change of available stock, once, with its cause, chained by hash.
 *
 * Shape    one append-only entry a movement; seq counts per variant from 1; resulting = previous
 *          resulting + delta; hash covers the previous entry's hash of that variant and every field.
 * Source   docs/architecture.md.
 */
#ifndef DOMAIN_LEDGER_H
#define DOMAIN_LEDGER_H

#include "base/err.h"

enum ledger_cause {
    CAUSE_ORDER_LINE,
    CAUSE_CANCELLATION,
    CAUSE_CLAIM,
    CAUSE_COUNT,
    CAUSE_EDIT,
    CAUSE_FEED,
    CAUSE_SHOP,
    CAUSE_COUNT_
};
const char *ledger_cause_name(enum ledger_cause c); /* "order_line" */
bool ledger_cause_from(str name, enum ledger_cause *out);

#define LEDGER_HASH_SIZE 65 /* SHA-256 in hex */

struct ledger_entry {
    int64_t company_id, variant_id, seq;
    int64_t delta, resulting;
    enum ledger_cause cause;
    str cause_key;   /* unique per company: "order:3:1075012345:4765111" */
    str note;        /* why, when a person changed it */
    int64_t user_id; /* 0: the system */
    utc_ms at;
    char hash[LEDGER_HASH_SIZE];
};

/* Fills entry->hash: SHA-256 over company, variant, seq, delta, resulting, user and time as 64-bit
 * big-endian numbers, then cause, cause key, note and `previous` ("" for the first entry), each with
 * its length before it as such a number. Whoever doubts us can recompute it. */
void ledger_seal(struct arena *a, struct ledger_entry *entry, const char *previous);

#endif
