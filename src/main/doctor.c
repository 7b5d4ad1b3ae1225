/*
 * doctor.c: looks at everything that can stop the house from opening, and says what to do.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/crypto.h"
#include "db/migrate.h"
#include "main/house.h"
#include "main/remote.h"
#include "main/settings.h"
#include "repo/people_repo.h"

#define ROOM_NEEDED ((uint64_t)256 << 20)
#define TRIED_BYTES (1 << 20)

enum finding_kind { FINE, NOTE, WRONG };
struct findings {
    struct arena *arena;
    struct json_writer json;
    bool as_json;
    int wrong;
};

__attribute__((format(printf, 4, 5))) static void found(struct findings *f, enum finding_kind kind,
                                                        const char *what, const char *format, ...)
{
    static const char *const marks[] = { "ok", "note", "WRONG" };
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
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

static void look_at_settings(struct findings *f, const struct config *c)
{
    struct settings settings;
    struct err e = { 0 };
    if (settings_read(c, &settings, &e))
        found(f, FINE, "settings", "all can be read");
    else
        found(f, WRONG, "settings", "%s", e.message);
}

/* 0 when a megabyte can be written there, else why not. The file has no name and leaves nothing; where
 * the file system has no such files nothing is tried. */
static int try_writing(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return errno == EOPNOTSUPP || errno == EISDIR ? 0 : errno;
    int why = posix_fallocate(fd, 0, TRIED_BYTES);
    close(fd);
    return why;
}

/* The first start makes the last folder of the path, and no more. */
static void look_at_new_folder(struct findings *f, const char *folder)
{
    char around[4096];
    house_folder(folder, around, sizeof(around));
    if (access(around, W_OK | X_OK) == 0)
        found(f, NOTE, "disk", "%s is not there yet; it is made at the first start", folder);
    else
        found(f, WRONG, "disk",
              "%s is not there and cannot be made (%s): make it, or give another "
              "path with --db",
              folder, strerror(errno));
}

static void look_at_room(struct findings *f, const char *path)
{
    struct statvfs fs;
    char folder[4096];
    house_folder(path, folder, sizeof(folder));
    if (statvfs(folder, &fs) != 0) {
        look_at_new_folder(f, folder);
        return;
    }
    unsigned long long left = (unsigned long long)fs.f_bavail * fs.f_frsize;
    int why = try_writing(folder);
    if (why == EFBIG)
        found(f, WRONG, "disk",
              "no file may grow in %s: lift the limit on file sizes (ulimit -f, LimitFSIZE)",
              folder);
    else if (why == ENOSPC || why == EDQUOT || left < ROOM_NEEDED)
        found(
            f, WRONG, "disk",
            "%llu MB free in %s%s: make room, at least 256 MB; orders are refused with a full disk",
            left >> 20, folder, why == EDQUOT ? ", but your quota is used up" : "");
    else if (why)
        found(f, WRONG, "disk",
              "%s cannot be written by user %u (%s): chown it, or give another path with --db",
              folder, (unsigned)geteuid(), strerror(why));
    else
        found(f, FINE, "disk", "%llu MB free in %s", left >> 20, folder);
}

/* What the database says of the key that it was sealed with. */
struct sealing {
    bool is_unknown; /* it cannot be read */
    str fingerprint; /* empty: nothing was sealed yet */
};

static void look_at_key(struct findings *f, const struct house *h, struct sealing by)
{
    struct err e = { 0 };
    if (access(h->key_path, F_OK) != 0) {
        if (by.is_unknown || by.fingerprint.len)
            found(f, WRONG, "key",
                  "%s is missing: put it back from where you keep it; without it credentials and "
                  "orders cannot be read",
                  h->key_path);
        else
            found(f, NOTE, "key", "%s is made at the first start", h->key_path);
        return;
    }
    AUTO(keyring) keys = keyring_load(h->key_path, &e);
    if (!keys)
        found(f, WRONG, "key", "%s", e.message);
    else if (by.fingerprint.len && !str_eq(by.fingerprint, str_from(keyring_fingerprint(keys))))
        found(f, WRONG, "key",
              "%s is not the key this database was sealed with: put the right one back",
              h->key_path);
    else
        found(f, FINE, "key", "%s", h->key_path);
}

static struct sealing sealing_of(struct findings *f, struct db *db)
{
    struct sealing by = { 0 };
    struct err e = { 0 };
    str box;
    if (!setting_repo_get(db, f->arena, KEY_FINGERPRINT, &by.fingerprint, &box, &e))
        by.is_unknown = e.kind != ERR_NOT_FOUND;
    return by;
}

static struct sealing look_at_tables(struct findings *f, struct db *db, const char *path)
{
    struct db_schema_state state = { 0 };
    struct err e = { 0 };
    bool is_known = db_schema_state(db, &state, &e);
    if (!is_known || !migrate_may_use(&state, path, &e) || !db_check(db, &e))
        found(f, WRONG, "database", "%s", e.message);
    else if (state.version < state.newest)
        found(f, NOTE, "database", "version %d of %d: `bedesten serve` or `migrate` brings it up",
              state.version, state.newest);
    else
        found(f, FINE, "database", "version %d, undamaged", state.version);
    return is_known && state.is_empty ? (struct sealing){ 0 } : sealing_of(f, db);
}

static struct sealing look_at_database(struct findings *f, const struct config *c, const char *path)
{
    struct err e = { 0 };
    struct db_options options = { .path = path,
                                  .prefix = str_cstr(f->arena, config_text(c, "db.prefix")),
                                  .read_only = true,
                                  .readers = 1 };
    if (access(path, F_OK) != 0) {
        found(f, NOTE, "database", "%s is made at the first start", path);
        return (struct sealing){ 0 };
    }
    AUTO(db) db = db_open(&options, &e);
    if (db) return look_at_tables(f, db, path);
    found(f, WRONG, "database", "%s", e.message);
    return (struct sealing){ .is_unknown = true };
}

/* By listening there for a moment, as `serve` will. */
static void look_at_port(struct findings *f, const struct config *c, const struct house *h)
{
    static const struct http_route *const no_tables[] = { NULL };
    struct err e = { 0 };
    str certificate = config_text(c, "http.tls_certificate"), key = config_text(c, "http.tls_key");
    const char *listen = str_cstr(f->arena, config_text(c, "http.listen"));
    struct http_server_options options = {
        .listen = listen,
        .tls_certificate = certificate.len ? str_cstr(f->arena, certificate) : NULL,
        .tls_key = key.len ? str_cstr(f->arena, key) : NULL,
        .tables = no_tables,
        .handler_threads = 1,
    };
    struct http_server *s = http_server_start(&options, &e);
    if (s) {
        http_server_stop(s, 0);
        found(f, FINE, "port", "%s is free", listen);
    } else if (strcmp(e.code, "net.port_taken") == 0 && remote_answers(h->socket_path)) {
        found(f, FINE, "port", "%s is in use, and the Bedesten of this database is running",
              listen);
    } else {
        found(f, WRONG, "port", "%s", e.message);
    }
}

static int run(struct arguments *args)
{
    AUTO(arena) a = arena_new();
    struct findings f = { .arena = a,
                          .as_json = argument_is_set(args, "json"),
                          .json = json_writer(a) };
    struct house h = { 0 };
    struct err e = { 0 };
    if (!crypto_setup(&e)) return command_failed(&e);
    house_paths(args->config, &h);
    const char *path = str_cstr(a, config_text(args->config, "db.path"));
    if (f.as_json) json_open_array(&f.json, NULL);
    look_at_settings(&f, args->config);
    look_at_room(&f, path);
    look_at_key(&f, &h, look_at_database(&f, args->config, path));
    look_at_port(&f, args->config, &h);
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
