#include "main/house.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "repo/people_repo.h"

void house_paths(const struct config *c, struct house *h)
{
    str path = config_text(c, "db.path"), key = config_text(c, "key.file");
    snprintf(h->socket_path, sizeof(h->socket_path), "%.*s.sock", STR_ARG(path));
    if (key.len)
        snprintf(h->key_path, sizeof(h->key_path), "%.*s", STR_ARG(key));
    else
        snprintf(h->key_path, sizeof(h->key_path), "%.*s.key", STR_ARG(path));
}

void house_folder(const char *path, char *out, size_t size)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        str_fill(out, size, STR("."));
    else
        str_fill(out, size, (str){ path, slash == path ? 1 : (size_t)(slash - path) });
}

static bool make_folder(const char *path, struct err *e)
{
    char folder[4096];
    house_folder(path, folder, sizeof(folder));
    if (mkdir(folder, 0700) == 0) return true;
    int why = errno;
    if (why == EEXIST) why = access(folder, W_OK | X_OK) == 0 ? 0 : errno;
    if (!why) return true;
    return err_set(
        e, ERR_INVALID, "db.folder",
        "the folder %s cannot be made or written (%s): make it, or give another with --db", folder,
        strerrordesc_np(errno));
}

static bool open_database(const struct config *c, struct house *h, struct err *e)
{
    AUTO(arena) a = arena_new();
    const char *path = str_cstr(a, config_text(c, "db.path"));
    struct db_options options = { .path = path,
                                  .prefix = str_cstr(a, config_text(c, "db.prefix")) };
    struct db_schema_state state;
    int steps = 0;
    if (!make_folder(path, e)) return false;
    h->db = db_open(&options, e);
    if (!h->db || !db_schema_state(h->db, &state, e) || !db_migrate(h->db, &steps, e)) return false;
    if (steps)
        log_info("database migrated", LOG_INT("steps", steps), LOG_INT("version", state.newest));
    return true;
}

/* Empty as long as nothing was sealed. */
static bool sealed_with(struct house *h, struct arena *a, str *fingerprint, struct err *e)
{
    str box;
    struct err missing = { 0 };
    *fingerprint = (str){ 0 };
    if (setting_repo_get(h->db, a, KEY_FINGERPRINT, fingerprint, &box, &missing)) return true;
    if (missing.kind == ERR_NOT_FOUND) return true;
    *e = missing;
    return false;
}

static bool make_key(const struct house *h, struct err *e)
{
    if (!keyring_create(h->key_path, e)) return false;
    log_info("key file made: keep a copy of it away from this machine",
             LOG_CSTR("file", h->key_path));
    return true;
}

/* A key file made beside a database that was sealed under another one would lose what is sealed. */
static bool open_keys(struct house *h, struct err *e)
{
    AUTO(arena) a = arena_new();
    str sealed;
    if (!sealed_with(h, a, &sealed, e)) return false;
    if (access(h->key_path, F_OK) != 0) {
        if (sealed.len)
            return err_set(e, ERR_INVALID, "key.missing",
                           "the key file %s is missing; without it credentials and orders cannot be"
                           " read: put it back from where you keep it (or name it in key.file)",
                           h->key_path);
        if (!make_key(h, e)) return false;
    }
    h->keys = keyring_load(h->key_path, e);
    if (!h->keys) return false;
    str ours = str_from(keyring_fingerprint(h->keys));
    if (!sealed.len) return setting_repo_put(h->db, KEY_FINGERPRINT, ours, (str){ 0 }, e);
    if (str_eq(sealed, ours)) return true;
    return err_set(e, ERR_INVALID, "key.foreign",
                   "the key file %s is not the one this database was sealed with: put the right one"
                   " back",
                   h->key_path);
}

bool house_open(const struct config *c, struct house *h, struct err *e)
{
    *h = (struct house){ 0 };
    house_paths(c, h);
    if (crypto_setup(e) && open_database(c, h, e) && open_keys(h, e)) {
        h->queue = queue_new(h->db, &h->clock);
        h->limits = limits_new(&h->clock);
        h->service =
            (struct service){ .db = h->db, .queue = h->queue, .keys = h->keys, .clock = &h->clock };
        if (limits_load(h->limits, h->db, e)) return true;
    }
    house_close(h);
    return false;
}

void house_close(struct house *h)
{
    if (h->queue) queue_free(h->queue);
    if (h->limits) limits_free(h->limits);
    if (h->keys) keyring_free(h->keys);
    if (h->db) db_close(h->db);
    h->queue = NULL;
    h->limits = NULL;
    h->keys = NULL;
    h->db = NULL;
}
