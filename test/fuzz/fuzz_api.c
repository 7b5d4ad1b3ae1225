/*
 * What a client may send to the API: a token, a query, a body. The first byte chooses where. Whatever
 * comes is answered, in JSON, and never with our own mistake.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/api.h"
#include "base/json.h"
#include "db/db.h"
#include "repo/people_repo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum part { PART_TOKEN, PART_QUERY, PART_BODY, PART_COOKIE, PART_PATH };

static const struct {
    const char *method, *path;
    enum part part;
} places[] = {
    { "GET", "/api/v1/session", PART_TOKEN },
    { "GET", "/api/v1/orders", PART_QUERY },
    { "GET", "/api/v1/listings", PART_QUERY },
    { "GET", "/api/v1/products", PART_QUERY },
    { "GET", "/api/v1/calls", PART_QUERY },
    { "GET", "/api/v1/jobs", PART_QUERY },
    { "GET", "/api/v1/faults", PART_QUERY },
    { "GET", "/api/v1/overview", PART_QUERY },
    { "POST", "/api/v1/products", PART_BODY },
    { "POST", "/api/v1/stock/edits", PART_BODY },
    { "POST", "/api/v1/stores", PART_BODY },
    { "POST", "/api/v1/listings", PART_BODY },
    { "POST", "/api/v1/orders/1/actions", PART_BODY },
    { "POST", "/api/v1/session/refresh", PART_COOKIE },
    { "GET", "/api/v1/", PART_PATH },
    { "POST", "/hooks/", PART_PATH },
};
#define PLACES (sizeof places / sizeof *places)

static struct http_server_options options;
static char folder[] = "/tmp/bedesten-fuzz-XXXXXX";

static void must(bool holds, const struct err *e)
{
    if (holds) return;
    fprintf(stderr, "%s: %s\n", e && e->code ? e->code : "?", e ? e->message : "");
    abort();
}

static void clean_up(void)
{
    static const char *const names[] = { "f.db", "f.db-wal", "f.db-shm", "f.db.lock", "f.key" };
    char path[64];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void set_up(void)
{
    static struct clock clock;
    static struct service service;
    struct err e = { 0 };
    char path[64];
    int steps;
    int64_t company;
    if (options.context) return;
    must(mkdtemp(folder) != NULL, NULL);
    atexit(clean_up);
    snprintf(path, sizeof path, "%s/f.key", folder);
    must(crypto_setup(&e) && keyring_create(path, &e), &e);
    service.keys = keyring_load(path, &e);
    snprintf(path, sizeof path, "%s/f.db", folder);
    service.db = db_open(&(struct db_options){ .path = path }, &e);
    must(service.db && db_migrate(service.db, &steps, &e), &e);
    must(company_repo_add(service.db, STR("Ada"), 1, &company, &e), &e);
    service.queue = queue_new(service.db, &clock);
    service.clock = &clock;
    struct api *api = api_new(
        &(struct api_options){ .service = &service, .version = "0", .environment = STR("x") }, &e);
    must(api != NULL, &e);
    api_routes(api, &options);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    set_up();
    if (size == 0) return 0;
    AUTO(arena) a = arena_new();
    size_t at = data[0] % PLACES;
    str rest = { (const char *)data + 1, size - 1 };
    enum part part = places[at].part;
    const struct http_header headers[] = {
        { STR("Authorization"), str_print(a, "Bearer %.*s", STR_ARG(rest)) },
        { STR("Cookie"), str_print(a, "bedesten_refresh=%.*s", STR_ARG(rest)) },
    };
    struct http_exchange x = {
        .arena = a,
        .method = places[at].method,
        .path = part == PART_PATH ? str_print(a, "%s%.*s", places[at].path, STR_ARG(rest))
                                  : str_from(places[at].path),
        .query = part == PART_QUERY ? rest : (str){ 0 },
        .body = part == PART_BODY ? rest : STR("{}"),
        .headers = headers,
        .header_count = part == PART_TOKEN    ? 1
                        : part == PART_COOKIE ? 2
                                              : 0,
        .is_local_socket = part == PART_QUERY || part == PART_BODY,
    };
    http_dispatch(&options, &x);
    must(x.status >= 200 && x.status < 500, NULL);
    const struct json *v;
    struct err e = { 0 };
    bool is_json = x.content_type && strstr(x.content_type, "json");
    if (is_json) must(json_parse(a, x.reply_body, NULL, &v, &e), &e);
    return 0;
}
