/*
 * Static files: one path may be stored plain, gzipped and in brotli; each is a representation with
 * an ETag of its own bytes. A bundle is indexed and hashed once, a folder is read at each request,
 * as it is for developing.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/crypto.h"
#include "net/http_server.h"

#define FILE_LIMIT ((size_t)32 << 20)
#define ETAG_SIZE 35 /* 32 hex digits in quotes */

enum encoding { PLAIN, GZIP, BROTLI, ENCODINGS };

static const struct {
    const char *name, *suffix;
} encodings[ENCODINGS] = { { NULL, "" }, { "gzip", ".gz" }, { "br", ".br" } };

struct stored {
    str path; /* "/assets/x.js" */
    str bytes[ENCODINGS];
    char etags[ENCODINGS][ETAG_SIZE];
};

struct static_files {
    struct stored *files; /* sorted by path; a folder has none */
    size_t count;
    int folder; /* -1: a bundle */
};

/* ---- Kinds of files ---- */

static const struct {
    const char *extension, *type;
} types[] = {
    { ".html", "text/html; charset=utf-8" },
    { ".js", "text/javascript; charset=utf-8" },
    { ".mjs", "text/javascript; charset=utf-8" },
    { ".css", "text/css; charset=utf-8" },
    { ".json", "application/json" },
    { ".map", "application/json" },
    { ".webmanifest", "application/manifest+json" },
    { ".svg", "image/svg+xml" },
    { ".png", "image/png" },
    { ".jpg", "image/jpeg" },
    { ".jpeg", "image/jpeg" },
    { ".webp", "image/webp" },
    { ".avif", "image/avif" },
    { ".gif", "image/gif" },
    { ".ico", "image/x-icon" },
    { ".woff2", "font/woff2" },
    { ".woff", "font/woff" },
    { ".ttf", "font/ttf" },
    { ".wasm", "application/wasm" },
    { ".pdf", "application/pdf" },
    { ".txt", "text/plain; charset=utf-8" },
    { ".xml", "application/xml" },
    { ".csv", "text/csv; charset=utf-8" },
};

static const char *type_of(str path)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (str_ends(path, str_from(types[i].extension))) return types[i].type;
    return "application/octet-stream";
}

static bool has_extension(str path)
{
    for (size_t i = path.len; i > 0 && path.at[i - 1] != '/'; i--)
        if (path.at[i - 1] == '.') return true;
    return false;
}

static void make_etag(str bytes, char out[ETAG_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[SHA256_SIZE];
    sha256(bytes, hash);
    out[0] = out[33] = '"';
    for (size_t i = 0; i < 16; i++) {
        out[1 + 2 * i] = digits[hash[i] >> 4];
        out[2 + 2 * i] = digits[hash[i] & 15];
    }
    out[34] = '\0';
}

/* ---- Where they come from ---- */

static enum encoding encoding_of(const char *name)
{
    if (!name) return PLAIN;
    return strcmp(name, "br") == 0 ? BROTLI : GZIP;
}

static int by_path(const void *a, const void *b)
{
    return str_cmp(((const struct stored *)a)->path, ((const struct stored *)b)->path);
}

/* One entry a path, from neighbours in the sorted list that hold one representation each. */
static size_t join_neighbours(struct stored *files, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && str_eq(files[kept - 1].path, files[i].path)) {
            for (int k = 0; k < ENCODINGS; k++) {
                if (!files[i].bytes[k].at) continue;
                files[kept - 1].bytes[k] = files[i].bytes[k];
                memcpy(files[kept - 1].etags[k], files[i].etags[k], ETAG_SIZE);
            }
        } else {
            files[kept++] = files[i];
        }
    }
    return kept;
}

struct static_files *static_files_from_bundle(const struct static_file *files, size_t count)
{
    struct static_files *f = calloc(1, sizeof *f);
    struct stored *stored = calloc(count + 1, sizeof *stored);
    if (!f || !stored) abort();
    for (size_t i = 0; i < count; i++) {
        enum encoding k = encoding_of(files[i].encoding);
        stored[i].path = str_from(files[i].path);
        stored[i].bytes[k] = (str){ (const char *)files[i].bytes, files[i].size };
        make_etag(stored[i].bytes[k], stored[i].etags[k]);
    }
    qsort(stored, count, sizeof *stored, by_path);
    f->files = stored;
    f->count = join_neighbours(stored, count);
    f->folder = -1;
    return f;
}

struct static_files *static_files_from_folder(const char *folder, struct err *e)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        err_set(e, ERR_NOT_FOUND, "net.no_folder", "%s is no folder that can be read", folder);
        return NULL;
    }
    struct static_files *f = calloc(1, sizeof *f);
    if (!f) abort();
    f->folder = fd;
    return f;
}

void static_files_free(struct static_files *f)
{
    if (f->folder >= 0) close(f->folder);
    free(f->files);
    free(f);
}

static bool read_file(int folder, const char *path, struct arena *a, str *out)
{
    struct stat s;
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) return false;
    bool ok = fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_size >= 0 &&
              (size_t)s.st_size <= FILE_LIMIT;
    size_t size = ok ? (size_t)s.st_size : 0, len = 0;
    char *bytes = arena_take(a, size + 1);
    while (ok && len < size) {
        ssize_t got = read(fd, bytes + len, size - len);
        if (got <= 0) break;
        len += (size_t)got;
    }
    close(fd);
    *out = (str){ bytes, len };
    return ok;
}

static bool find_in_folder(int folder, str path, struct arena *a, struct stored *out)
{
    bool found = false;
    for (int k = 0; k < ENCODINGS; k++) {
        const char *name = str_cstr(
            a, str_print(a, "%.*s%s", STR_ARG(str_cut(path, 1, path.len)), encodings[k].suffix));
        if (!read_file(folder, name, a, &out->bytes[k])) {
            out->bytes[k] = (str){ 0 };
            if (k == PLAIN) return false; /* a sibling without its file is none */
            continue;
        }
        make_etag(out->bytes[k], out->etags[k]);
        found = true;
    }
    return found;
}

static bool find_in_bundle(const struct static_files *f, str path, struct stored *out)
{
    struct stored wanted = { .path = path };
    const struct stored *at = bsearch(&wanted, f->files, f->count, sizeof *at, by_path);
    if (at) *out = *at;
    return at != NULL;
}

static bool find(const struct static_files *f, str path, struct arena *a, struct stored *out)
{
    *out = (struct stored){ .path = path };
    return f->folder >= 0 ? find_in_folder(f->folder, path, a, out) : find_in_bundle(f, path, out);
}

/* ---- Which path ---- */

/* The decoded path; false when a part of it is empty, hidden, or leads elsewhere. */
static bool clean_path(struct http_exchange *x, str *out)
{
    str path, rest, part;
    if (!str_url_decode(x->arena, x->path, false, &path)) return false;
    if (path.len == 0 || path.at[0] != '/') return false;
    rest = str_cut(path, 1, path.len);
    while (str_next(&rest, '/', &part)) {
        if (part.len == 0 || part.at[0] == '.') return false;
        if (memchr(part.at, '\\', part.len)) return false;
    }
    *out = path;
    return true;
}

/* The file of a path, or the page that draws paths the panel knows itself. */
static bool find_for(const struct static_files *f, struct http_exchange *x, struct stored *out)
{
    str path;
    if (!clean_path(x, &path)) return false;
    if (path.at[path.len - 1] != '/' && find(f, path, x->arena, out)) return true;
    return !has_extension(path) && find(f, STR("/index.html"), x->arena, out);
}

/* ---- Which representation ---- */

/* Whether "gzip;q=0.5" of an Accept-Encoding header takes the coding; false when it speaks of
 * another, or refuses with q=0. */
static bool item_takes(str item, str coding, bool *names_it)
{
    str name, parameters, digits;
    if (!str_split(item, ';', &name, &parameters)) name = item;
    *names_it = str_eq_nocase(str_trim(name), coding);
    parameters = str_trim(parameters);
    if (!str_starts(parameters, STR("q=")) && !str_starts(parameters, STR("Q="))) return *names_it;
    digits = str_cut(parameters, 2, parameters.len);
    for (size_t i = 0; i < digits.len; i++)
        if (digits.at[i] >= '1' && digits.at[i] <= '9') return *names_it;
    return false;
}

static bool client_takes(str accepted, str coding)
{
    str rest = accepted, item;
    bool names_it, takes_any = false;
    while (str_next(&rest, ',', &item)) {
        bool takes = item_takes(item, coding, &names_it);
        if (names_it) return takes;
        takes_any = takes_any || item_takes(item, STR("*"), &names_it);
    }
    return takes_any;
}

/* The smallest form that is stored and taken; -1 when there is none. */
static int choose(const struct stored *s, str accepted)
{
    if (s->bytes[BROTLI].at && client_takes(accepted, STR("br"))) return BROTLI;
    if (s->bytes[GZIP].at && client_takes(accepted, STR("gzip"))) return GZIP;
    return s->bytes[PLAIN].at ? PLAIN : -1;
}

/* A bundle may hold a file gzipped only; who does not take that gets it unpacked. */
static bool unpack(struct arena *a, struct stored *s)
{
    str packed = s->bytes[GZIP];
    if (packed.len < 18) return false;
    const unsigned char *tail = (const unsigned char *)packed.at + packed.len - 4;
    size_t size =
        (size_t)tail[0] | (size_t)tail[1] << 8 | (size_t)tail[2] << 16 | (size_t)tail[3] << 24;
    if (size > FILE_LIMIT) return false;
    char *out = arena_take(a, size + 1);
    z_stream z = { .next_in = (Bytef *)packed.at, .avail_in = (uInt)packed.len };
    if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK) return false;
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)size + 1;
    bool ok = inflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out == size;
    inflateEnd(&z);
    if (!ok) return false;
    s->bytes[PLAIN] = (str){ out, size };
    make_etag(s->bytes[PLAIN], s->etags[PLAIN]);
    return true;
}

/* ---- The answer ---- */

/* If-None-Match: "*" or a list, where W/ makes no difference. */
static bool is_known(struct http_exchange *x, const char *etag)
{
    str rest = http_header(x->headers, x->header_count, "If-None-Match"), item;
    while (str_next(&rest, ',', &item)) {
        item = str_trim(item);
        if (str_starts(item, STR("W/"))) item = str_cut(item, 2, item.len);
        if (str_eq(item, STR("*")) || str_eq(item, str_from(etag))) return true;
    }
    return false;
}

static void reply_with(struct http_exchange *x, const struct stored *s, int k)
{
    bool is_asset = str_starts(s->path, STR("/assets/"));
    bool is_known_to_client = is_known(x, s->etags[k]);
    http_reply_header(x, "ETag", str_copy(x->arena, str_from(s->etags[k])));
    http_reply_header(x, "Vary", STR("Accept-Encoding"));
    http_reply_header(x, "Cache-Control",
                      is_asset ? STR("public, max-age=31536000, immutable") : STR("no-cache"));
    if (k != PLAIN) http_reply_header(x, "Content-Encoding", str_from(encodings[k].name));
    /* A 304 carries no body; it is given so that Content-Length is that of the file. */
    http_reply(x, is_known_to_client ? 304 : 200, type_of(s->path), s->bytes[k]);
}

void static_files_serve(const struct static_files *f, struct http_exchange *x)
{
    struct stored found;
    if (!find_for(f, x, &found)) {
        http_reply(x, 404, "text/plain; charset=utf-8", STR("not found\n"));
        return;
    }
    str accepted = http_header(x->headers, x->header_count, "Accept-Encoding");
    int k = choose(&found, accepted);
    if (k < 0 && unpack(x->arena, &found)) k = PLAIN;
    if (k < 0)
        http_reply(x, 406, "text/plain; charset=utf-8", STR("stored in no form that you accept\n"));
    else
        reply_with(x, &found, k);
}
