/*
 * doctor.c: looks at everything that can stop the house from opening, and says what to do.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/json.h"
#include "main/house.h"
#include "main/settings.h"
#include "repo/people_repo.h"

#define ROOM_NEEDED ((uint64_t)256 << 20)

enum finding_kind { FINE, NOTE, WRONG };
struct findings {
    struct json_writer json;
    bool as_json;
    int wrong;
};

static void found(struct findings *f, enum finding_kind kind, const char *what, const char *text)
{
    static const char *const marks[] = { "ok", "note", "WRONG" };
    f->wrong += kind == WRONG;
    if (!f->as_json) {
        printf("%-6s %-10s %s\n", marks[kind], what, text);
        return;
    }
    json_open_object(&f->json, NULL);
    json_put_cstr(&f->json, "check", what);
    json_put_cstr(&f->json, "result", kind == FINE ? "ok" : kind == NOTE ? "note" : "wrong");
    json_put_cstr(&f->json, "detail", text);
    json_close_object(&f->json);
}

static void look_at_room(struct findings *f, struct arena *a, const char *path)
{
    struct statvfs fs;
    char *folder = strdup(path);
    char *slash = folder ? strrchr(folder, '/') : NULL;
    if (slash) *slash = 0;
    const char *where = slash && folder[0] ? folder : ".";
    if (statvfs(where, &fs) != 0) {
        found(
            f, NOTE, "disk",
            str_cstr(a, str_print(a, "%s is not there yet; it is made at the first start", where)));
    } else {
        uint64_t left = (uint64_t)fs.f_bavail * fs.f_frsize;
        found(f, left < ROOM_NEEDED ? WRONG : FINE, "disk",
              str_cstr(a,
                       str_print(a, "%llu MB free in %s%s", (unsigned long long)(left >> 20), where,
                                 left < ROOM_NEEDED ? ": make room, at least 256 MB; orders are"
                                                      " refused with a full disk"
                                                    : "")));
    }
    free(folder);
}

static void look_at_key(struct findings *f, struct arena *a, struct house *h, struct db *db)
{
    struct err e = { 0 };
    str value, box;
    if (access(h->key_path, F_OK) != 0) {
        found(
            f, db ? WRONG : NOTE, "key",
            str_cstr(a, str_print(a,
                                  db ? "%s is missing: put it back from where you keep it; without"
                                       " it credentials and orders cannot be read"
                                     : "%s is made at the first start",
                                  h->key_path)));
        return;
    }
    AUTO(keyring) keys = keyring_load(h->key_path, &e);
    if (!keys) {
        found(f, WRONG, "key", e.message);
    } else if (db && setting_repo_get(db, a, "key.fingerprint", &value, &box, &e) &&
               !str_eq(value, str_from(keyring_fingerprint(keys)))) {
        found(f, WRONG, "key",
              str_cstr(a, str_print(a,
                                    "%s is not the key this database was sealed with: put the right"
                                    " one back",
                                    h->key_path)));
    } else {
        found(f, FINE, "key", h->key_path);
    }
}

static void look_at_schema(struct findings *f, struct arena *a, struct db *db)
{
    struct db_schema_state state;
    struct err e = { 0 };
    if (!db_schema_state(db, &state, &e) || !db_check(db, &e)) {
        found(f, WRONG, "database", e.message);
    } else if (state.is_foreign) {
        found(f, WRONG, "database", "the file is another program's: give another path with --db");
    } else if (state.version > state.newest) {
        found(f, WRONG, "database",
              str_cstr(a, str_print(a,
                                    "it is of version %d, this program knows %d: start the newer"
                                    " program again",
                                    state.version, state.newest)));
    } else if (state.version < state.newest) {
        found(
            f, NOTE, "database",
            str_cstr(a, str_print(a, "version %d of %d: `bedesten serve` or `migrate` brings it up",
                                  state.version, state.newest)));
    } else {
        found(f, FINE, "database",
              str_cstr(a, str_print(a, "version %d, undamaged", state.version)));
    }
}

static void look_at_database(struct findings *f, struct arena *a, struct house *h, const char *path)
{
    struct err e = { 0 };
    struct db_options options = { .path = path, .read_only = true, .readers = 1 };
    if (access(path, F_OK) != 0) {
        found(f, NOTE, "database",
              str_cstr(a, str_print(a, "%s is made at the first start", path)));
        look_at_key(f, a, h, NULL);
        return;
    }
    AUTO(db) db = db_open(&options, &e);
    if (!db) {
        found(f, WRONG, "database", e.message);
        look_at_key(f, a, h, NULL);
        return;
    }
    look_at_schema(f, a, db);
    look_at_key(f, a, h, db);
}

/* Who holds the port is not ours to know; a server of this database is. */
static void look_at_port(struct findings *f, struct arena *a, const struct config *c,
                         bool is_running)
{
    str listen_at = config_text(c, "http.listen"), host, port;
    struct sockaddr_in at = { .sin_family = AF_INET };
    int64_t number = 0;
    if (!str_split(listen_at, ':', &host, &port) || !str_to_i64(port, &number) || number < 0 ||
        number > 65535 || inet_pton(AF_INET, str_cstr(a, host), &at.sin_addr) != 1) {
        found(f, NOTE, "port",
              str_cstr(a, str_print(a, "%.*s is not looked at: not an IPv4 address",
                                    STR_ARG(listen_at))));
        return;
    }
    at.sin_port = htons((uint16_t)number);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    bool is_free = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
    int why = errno;
    if (fd >= 0) close(fd);
    if (is_free)
        found(f, FINE, "port", str_cstr(a, str_print(a, "%.*s is free", STR_ARG(listen_at))));
    else if (why == EADDRINUSE && is_running)
        found(f, FINE, "port",
              str_cstr(a,
                       str_print(a, "%.*s is served by the running Bedesten", STR_ARG(listen_at))));
    else
        found(f, WRONG, "port",
              str_cstr(a, str_print(a,
                                    "%.*s cannot be used (%s): stop what holds it or choose another"
                                    " with --listen",
                                    STR_ARG(listen_at), strerror(why))));
}

static int run(struct arguments *args)
{
    AUTO(arena) a = arena_new();
    struct findings f = { .as_json = argument_is_set(args, "json"), .json = json_writer(a) };
    struct house h = { 0 };
    struct err e = { 0 };
    if (!crypto_setup(&e)) return command_failed(&e);
    house_paths(args->config, &h);
    const char *path = str_cstr(a, config_text(args->config, "db.path"));
    if (f.as_json) json_open_array(&f.json, NULL);
    look_at_room(&f, a, path);
    look_at_database(&f, a, &h, path);
    look_at_port(&f, a, args->config, access(h.socket_path, F_OK) == 0);
    if (f.as_json) {
        json_close_array(&f.json);
        str text = json_written(&f.json);
        printf("%.*s\n", STR_ARG(text));
    } else if (!f.wrong) {
        printf("Nothing stands in the way.\n");
    }
    return f.wrong ? EXIT_FAILED : EXIT_DONE;
}

const struct command doctor_command = {
    .name = "doctor",
    .summary = "Looks for what is wrong and says what to do",
    .examples = "  bedesten doctor --db var/bedesten.db\n  bedesten doctor --json\n",
    .options =
        (const struct option[]){
            DATABASE_OPTIONS,
            { "listen", "HOST:PORT", "address and port to look at", "http.listen" },
            { "json", NULL, "as JSON", NULL },
            { NULL },
        },
    .run = run,
};
