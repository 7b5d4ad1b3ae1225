/*
 * house.h: a house to test in: a fresh migrated database in a folder of its own, keys, a clock that
 * stands still, two companies, users, stores, variants with stock and listings.
 *
 * Shape    company A ("Ada Tekstil") has two Trendyol stores on the same SKUs; company B ("Bora
 *          Elektronik") is the stranger of whom A must see nothing, and the other way round. Rows are
 *          written by bare SQL, so that the fixture stands before the repositories do.
 * Memory   all of it ends with house_free().
 * Errors   what cannot be set up ends the test program with the error's message.
 */
#ifndef TEST_SUPPORT_HOUSE_H
#define TEST_SUPPORT_HOUSE_H

#include "base/auto.h"
#include "db/db.h"
#include "domain/actor.h"
#include "service/service.h"

#define HOUSE_NOW ((utc_ms)1790000000000) /* where the clock stands at first */
#define HOUSE_STORES 2
#define HOUSE_VARIANTS 8
#define HOUSE_STOCK 10 /* available of each variant, by one ledger entry of cause count */

struct house {
    struct temp *temp;
    const char *vfs;
    struct db *db;
    struct keyring *keys;
    struct clock clock;
    struct arena *arena;
    struct queue *queue;    /* from house_serve() on */
    struct service service; /* likewise */
    void (*stop_serving)(struct house *h);

    int64_t company, other_company;
    int64_t stores[HOUSE_STORES]; /* of company: listings of every variant on both */
    int64_t other_store;          /* of the other company */
    int64_t product;
    int64_t variants[HOUSE_VARIANTS]; /* SKU "BDS-0001" ..., barcode "869000000000<n>" */
    int64_t listings[HOUSE_STORES][HOUSE_VARIANTS]; /* remote SKU: the variant's barcode */
    int64_t other_variant, other_listing;           /* SKU "BDS-0001" too, with stock */

    struct actor system;   /* for company */
    struct actor admin;    /* all stores of company */
    struct actor clerk;    /* support, granted stores[0] only */
    struct actor stranger; /* admin of the other company */
};

struct house *house_new(void);
/* The same on a disk of the tester's own: the name of a registered VFS. */
struct house *house_new_on(const char *vfs);
/* Adds the queue and fills `service`. */
void house_serve(struct house *h);
void house_free(struct house *h);
AUTO_CLOSE(house, house_free)

/* Closes the database and opens it again, as after a restart; house_serve() anew. */
void house_reopen(struct house *h);

str house_sku(struct house *h, size_t variant);    /* "BDS-0003" */
str house_remote(struct house *h, size_t variant); /* "8690000000003" */

/* One number by SQL; "?" takes `value`. For what no function of the house tells. */
int64_t house_number(struct house *h, const struct sql_text *sql, int64_t value);
void house_run(struct house *h, const struct sql_text *sql, int64_t value);
int64_t house_available(struct house *h, int64_t variant);
int64_t house_reserved(struct house *h, int64_t variant);

#endif
