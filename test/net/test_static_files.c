#include <sys/stat.h>
#include <zlib.h>

#include "net/http_server.h"
#include "net/wire.h"
#include "support/temp.h"

/* The same files twice: in a bundle, and in a folder with .gz and .br beside them. */
#define BYTES(text) (const unsigned char *)(text), sizeof(text) - 1
static const struct static_file files[] = {
    { "/index.html", BYTES("<p>page"), NULL },
    { "/assets/app.js", BYTES("plain js"), NULL },
    { "/assets/app.js", BYTES("brotli js"), "br" },
    { "/assets/app.js", BYTES("gzip js"), "gzip" },
    { "/assets/font.woff2", BYTES("font"), NULL },
    { "/favicon.ico", BYTES("icon"), NULL },
    { "/docs/a b.txt", BYTES("with a blank"), NULL },
};
#define FILES (sizeof files / sizeof *files)

static struct static_files *bundle, *folder;
static struct temp *home;

static int start(void **state)
{
    struct err e = { 0 };
    char path[256];
    (void)state;
    home = temp_new();
    snprintf(path, sizeof path, "%s/web", home->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    folder = static_files_from_folder(path, &e);
    assert_non_null(folder);
    static const char *const inner[] = { "assets", "docs", "assets/folder.js" };
    for (size_t i = 0; i < 3; i++) {
        snprintf(path, sizeof path, "%s/web/%s", home->folder, inner[i]);
        assert_int_equal(mkdir(path, 0700), 0);
    }
    for (size_t i = 0; i < FILES; i++) {
        const char *encoding = files[i].encoding;
        snprintf(path, sizeof path, "%s/web%s%s", home->folder, files[i].path,
                 !encoding            ? ""
                 : encoding[0] == 'b' ? ".br"
                                      : ".gz");
        FILE *f = fopen(path, "we");
        assert_true(f && fwrite(files[i].bytes, 1, files[i].size, f) == files[i].size);
        fclose(f);
    }
    snprintf(path, sizeof path, "%s/secret.txt", home->folder);
    FILE *f = fopen(path, "we");
    assert_true(f && fputs("secret", f) >= 0);
    fclose(f);
    bundle = static_files_from_bundle(files, FILES);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    static_files_free(bundle);
    static_files_free(folder);
    temp_free(home);
    return 0;
}

static const struct file_case {
    const char *name, *path, *accepts;
    int status;
    const char *body, *type, *encoding;
} file_cases[] = {
    { "a file is served", "/favicon.ico", NULL, 200, "icon", "image/x-icon", "" },
    { "the root is the page", "/", NULL, 200, "<p>page", "text/html; charset=utf-8", "" },
    { "the page has its name too", "/index.html", NULL, 200, "<p>page", "text/html; charset=utf-8",
      "" },
    { "a path of the panel's own gets the page", "/orders/42", NULL, 200, "<p>page",
      "text/html; charset=utf-8", "" },
    { "so does one that ends in a slash", "/orders/", NULL, 200, "<p>page",
      "text/html; charset=utf-8", "" },
    { "a missing file is 404", "/assets/gone.js", NULL, 404, "not found\n", NULL, "" },
    { "who takes nothing gets it plain", "/assets/app.js", NULL, 200, "plain js",
      "text/javascript; charset=utf-8", "" },
    { "brotli is preferred", "/assets/app.js", "gzip, deflate, br", 200, "brotli js",
      "text/javascript; charset=utf-8", "br" },
    { "gzip where brotli is not taken", "/assets/app.js", "gzip, deflate", 200, "gzip js",
      "text/javascript; charset=utf-8", "gzip" },
    { "a weight of 0 is a refusal", "/assets/app.js", "br;q=0, gzip; q=0.0", 200, "plain js",
      "text/javascript; charset=utf-8", "" },
    { "a small weight is not", "/assets/app.js", "br;q=0.001", 200, "brotli js",
      "text/javascript; charset=utf-8", "br" },
    { "the asterisk takes all", "/assets/app.js", "*", 200, "brotli js",
      "text/javascript; charset=utf-8", "br" },
    { "all but the one that is refused", "/assets/app.js", "*, br;q=0", 200, "gzip js",
      "text/javascript; charset=utf-8", "gzip" },
    { "a file stored plain only stays plain", "/assets/font.woff2", "gzip, br", 200, "font",
      "font/woff2", "" },
    { "an escape is decoded", "/docs/a%20b.txt", NULL, 200, "with a blank",
      "text/plain; charset=utf-8", "" },
    { "the way up is closed", "/../secret.txt", NULL, 404, NULL, NULL, "" },
    { "the encoded way up is closed", "/%2e%2e/secret.txt", NULL, 404, NULL, NULL, "" },
    { "the way up inside is closed", "/assets/../favicon.ico", NULL, 404, NULL, NULL, "" },
    { "an encoded slash leads no further", "/..%2fsecret.txt", NULL, 404, NULL, NULL, "" },
    { "a backslash is no way", "/..%5csecret.txt", NULL, 404, NULL, NULL, "" },
    { "an absolute path is no way", "//etc/passwd", NULL, 404, NULL, NULL, "" },
    { "a hidden file is not served", "/.git/config", NULL, 404, NULL, NULL, "" },
    { "an encoded NUL is refused", "/favicon.ico%00.js", NULL, 404, NULL, NULL, "" },
    { "a broken escape is refused", "/%g", NULL, 404, NULL, NULL, "" },
    { "a folder is no file", "/assets/folder.js", NULL, 404, NULL, NULL, "" },
};

static struct http_exchange serve(struct arena *a, const struct static_files *from,
                                  const char *path, const char *name, const char *value)
{
    struct http_header *header = ARENA_NEW(a, struct http_header);
    *header = (struct http_header){ str_from(name), str_from(value) };
    struct http_exchange x = {
        .arena = a, .method = "GET", .path = str_from(path), .headers = header, .header_count = 1
    };
    static_files_serve(from, &x);
    return x;
}

static str header_of(const struct http_exchange *x, const char *name)
{
    return http_header(x->reply_headers, x->reply_header_count, name);
}

static void check(const struct file_case *c, const struct static_files *from)
{
    AUTO(arena) a = arena_new();
    struct http_exchange x = serve(a, from, c->path, "Accept-Encoding", c->accepts);
    assert_int_equal(x.status, c->status);
    if (c->body) assert_text(x.reply_body, c->body);
    if (c->type) assert_string_equal(x.content_type, c->type);
    assert_text(header_of(&x, "Content-Encoding"), c->encoding);
    if (c->status == 404) return;
    assert_int_equal(header_of(&x, "ETag").len, 34);
    assert_text(header_of(&x, "Vary"), "Accept-Encoding");
}

static void bundle_serves(void **state)
{
    check(*state, bundle);
}

static void folder_serves(void **state)
{
    check(*state, folder);
}

static void assets_are_kept_and_pages_asked_for(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct http_exchange x = serve(a, bundle, "/assets/font.woff2", "X", "");
    assert_text(header_of(&x, "Cache-Control"), "public, max-age=31536000, immutable");
    x = serve(a, bundle, "/orders", "X", "");
    assert_text(header_of(&x, "Cache-Control"), "no-cache");
}

static void each_form_has_a_tag_of_its_own_bytes(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct http_exchange plain = serve(a, bundle, "/assets/app.js", "X", ""),
                         br = serve(a, bundle, "/assets/app.js", "Accept-Encoding", "br"),
                         same = serve(a, folder, "/assets/app.js", "X", "");
    assert_false(str_eq(header_of(&plain, "ETag"), header_of(&br, "ETag")));
    assert_true(str_eq(header_of(&plain, "ETag"), header_of(&same, "ETag")));
}

static const struct known_case {
    const char *name, *before, *after; /* round the tag, in If-None-Match */
    bool known;
} known_cases[] = {
    { "the tag alone is known", "", "", true },
    { "the tag in a list is known", "\"x\", ", " , \"y\"", true },
    { "the weak tag is known", "W/", "", true },
    { "another tag is not", "\"x\", \"z", "", false },
};

static void known_is_304(void **state)
{
    const struct known_case *c = *state;
    AUTO(arena) a = arena_new();
    struct http_exchange x = serve(a, bundle, "/favicon.ico", "X", "");
    str tag = header_of(&x, "ETag");
    str value = str_print(a, "%s%.*s%s", c->before, STR_ARG(tag), c->after);
    x = serve(a, bundle, "/favicon.ico", "If-None-Match", str_cstr(a, value));
    assert_int_equal(x.status, c->known ? 304 : 200);
    assert_true(str_eq(header_of(&x, "ETag"), tag));
}

static void any_tag_is_known(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    assert_int_equal(serve(a, bundle, "/favicon.ico", "If-None-Match", "*").status, 304);
}

/* A bundle may hold a file packed only. */
static void a_packed_file_is_unpacked_for_who_cannot(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    unsigned char packed[128];
    z_stream z = { .next_in = (Bytef *)"unpacked",
                   .avail_in = 8,
                   .next_out = packed,
                   .avail_out = sizeof packed };
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    const struct static_file only[] = {
        { "/a.txt", packed, z.total_out, "gzip" },
        { "/b.txt", packed, 10, "gzip" }, /* cut */
        { "/c.txt", packed, z.total_out, "br" },
    };
    deflateEnd(&z);
    struct static_files *f = static_files_from_bundle(only, 3);
    struct http_exchange x = serve(a, f, "/a.txt", "X", "");
    assert_int_equal(x.status, 200);
    assert_text(x.reply_body, "unpacked");
    assert_int_equal(header_of(&x, "Content-Encoding").len, 0);
    x = serve(a, f, "/a.txt", "Accept-Encoding", "gzip");
    assert_int_equal(x.reply_body.len, only[0].size);
    assert_int_equal(serve(a, f, "/b.txt", "X", "").status, 406);
    assert_int_equal(serve(a, f, "/c.txt", "X", "").status, 406);
    static_files_free(f);
}

static void a_missing_folder_is_named(void **state)
{
    (void)state;
    struct err e = { 0 };
    assert_null(static_files_from_folder("/nowhere/at/all", &e));
    assert_int_equal(e.kind, ERR_NOT_FOUND);
    assert_true(str_has(str_from(e.message), STR("/nowhere/at/all")));
}

/* ---- Over the wire ---- */

static void serve_bundle(struct http_exchange *x)
{
    static_files_serve(bundle, x);
}

static const struct http_route routes[] = {
    { .method = "GET", .pattern = "/{rest*}", .handle = serve_bundle },
    { 0 },
};
static const struct http_route *const tables[] = { routes, NULL };

static void a_304_has_the_length_of_the_file_and_no_body(void **state)
{
    (void)state;
    struct err e = { 0 };
    AUTO(arena) a = arena_new();
    struct http_server *server = http_server_start(
        &(struct http_server_options){ .listen = "127.0.0.1:0", .tables = tables }, &e);
    assert_non_null(server);
    int port = http_server_port(server);
    str reply = wire_ask(a, port,
                         "GET /favicon.ico HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n"
                         "Connection: close\r\n\r\n");
    assert_int_equal(wire_status(reply), 304);
    assert_true(str_has(reply, STR("Content-Length: 4\r\n")));
    assert_int_equal(wire_body(reply).len, 0);
    reply = wire_ask(a, port, "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_int_equal(wire_status(reply), 200);
    assert_true(str_has(reply, STR("Content-Length: 7\r\n")));
    assert_int_equal(wire_body(reply).len, 0);
    http_server_stop(server, 1000);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, bundle_serves, file_cases);
    SUITE_ROWS(&s, folder_serves, file_cases);
    SUITE_ROWS(&s, known_is_304, known_cases);
    SUITE_TEST(&s, any_tag_is_known);
    SUITE_TEST(&s, assets_are_kept_and_pages_asked_for);
    SUITE_TEST(&s, each_form_has_a_tag_of_its_own_bytes);
    SUITE_TEST(&s, a_packed_file_is_unpacked_for_who_cannot);
    SUITE_TEST(&s, a_missing_folder_is_named);
    SUITE_TEST(&s, a_304_has_the_length_of_the_file_and_no_body);
    return _cmocka_run_group_tests("static_files", s.tests, s.count, start, stop);
}
