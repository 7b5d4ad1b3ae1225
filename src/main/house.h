/*
 * house.h: the wiring: database, keys, queue, limits and services of one process.
 */
#ifndef MAIN_HOUSE_H
#define MAIN_HOUSE_H

#include "api/api.h"
#include "base/config.h"
#include "db/db.h"
#include "queue/limit.h"
#include "service/service.h"

struct house {
    struct db *db;
    struct keyring *keys;
    struct queue *queue;
    struct limits *limits;
    struct clock clock;
    struct service service;
    char key_path[4096], socket_path[4096];
};

/* Paths that follow from the settings. */
void house_paths(const struct config *c, struct house *h);

/* The folder that a path lies in. */
void house_folder(const char *path, char *out, size_t size);

/* The setting that holds the fingerprint of the key which the database was sealed with. */
#define KEY_FINGERPRINT "key.fingerprint"

/* Opens the database and the key file. An empty path is migrated, and as long as nothing was sealed a
 * key file is made beside it; a missing or another key is refused after that ("key.missing",
 * "key.foreign"). */
bool house_open(const struct config *c, struct house *h, struct err *e);
void house_close(struct house *h);

/* The API's description, linked in. */
extern const char openapi_json[];
extern const size_t openapi_json_size;

/* The panel, linked in; count 0 when this program was built without it. */
extern const struct static_file panel_files[];
extern const size_t panel_file_count;

#endif
