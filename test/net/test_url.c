#include "net/http.h"

#include "support/suite.h"

static const struct url_case {
    const char *name, *url;
    bool ok, is_https;
    const char *host;
    int port;
    const char *path;
    bool is_loopback;
} url_cases[] = {
    { "https has port 443", "https://api.example.com/v1?a=b", true, true, "api.example.com", 443,
      "/v1?a=b", false },
    { "http has port 80", "http://localhost/x", true, false, "localhost", 80, "/x", true },
    { "the scheme is read without case", "HTTPS://A.b/", true, true, "A.b", 443, "/", false },
    { "no path is the root", "https://a.b", true, true, "a.b", 443, "/", false },
    { "a port is read", "http://127.0.0.1:8080/", true, false, "127.0.0.1", 8080, "/", true },
    { "all of 127 is loopback", "http://127.9.9.9", true, false, "127.9.9.9", 80, "/", true },
    { "an IPv6 host loses its brackets", "http://[::1]:99/x", true, false, "::1", 99, "/x", true },
    { "another IPv6 host is not loopback", "https://[2001:db8::1]", true, true, "2001:db8::1", 443,
      "/", false },
    { "a name that begins like loopback is not", "http://127.0.0.1.example.com/", true, false,
      "127.0.0.1.example.com", 80, "/", false },
    { "a name that ends like loopback is not", "http://notlocalhost/", true, false, "notlocalhost",
      80, "/", false },
    { "an address in short form is not loopback", "http://127.1/", true, false, "127.1", 80, "/",
      false },
    { "another scheme is refused", "ftp://a.b/", .ok = false },
    { "a file is refused", "file:///etc/passwd", .ok = false },
    { "no host is refused", "https:///x", .ok = false },
    { "the empty text is refused", "", .ok = false },
    { "a scheme alone is refused", "https://", .ok = false },
    { "a user name is refused", "https://user@a.b/", .ok = false },
    { "a password is refused", "https://user:secret@a.b/", .ok = false },
    { "a fragment is refused", "https://a.b/#x", .ok = false },
    { "a backslash is refused", "https://a.b\\c/", .ok = false },
    { "a blank is refused", "https://a.b/x y", .ok = false },
    { "a line break is refused", "https://a.b/x\r\nHost: c", .ok = false },
    { "high bytes are refused", "https://a.b/\xC3\xA7", .ok = false },
    { "an escape in the host is refused", "https://a%2eb/", .ok = false },
    { "a query right behind the host is refused", "https://a.b?x", .ok = false },
    { "port 0 is refused", "https://a.b:0/", .ok = false },
    { "port 65536 is refused", "https://a.b:65536/", .ok = false },
    { "an empty port is refused", "https://a.b:/", .ok = false },
    { "a port with a sign is refused", "https://a.b:-1/", .ok = false },
    { "a port with letters is refused", "https://a.b:80x/", .ok = false },
    { "an unclosed bracket is refused", "https://[::1/", .ok = false },
    { "text behind the bracket is refused", "https://[::1]x/", .ok = false },
    { "a bracket round a name is refused", "https://[a.b]/", .ok = false },
};

static void url_is_split(void **state)
{
    const struct url_case *c = *state;
    struct url_parts u = { .port = -1 };
    assert_int_equal(url_split(str_from(c->url), &u), c->ok);
    if (!c->ok) {
        assert_int_equal(u.port, -1); /* untouched */
        return;
    }
    assert_int_equal(u.is_https, c->is_https);
    assert_text(u.host, c->host);
    assert_int_equal(u.port, c->port);
    assert_text(u.path, c->path);
    assert_int_equal(url_is_loopback(&u), c->is_loopback);
}

static void a_header_is_found_without_case(void **state)
{
    (void)state;
    const struct http_header headers[] = {
        { STR("Content-Type"), STR("text/plain") },
        { STR("X-A"), STR("one") },
        { STR("x-a"), STR("two") },
    };
    assert_text(http_header(headers, 3, "content-type"), "text/plain");
    assert_text(http_header(headers, 3, "X-a"), "one");
    assert_int_equal(http_header(headers, 3, "X").len, 0);
    assert_int_equal(http_header(NULL, 0, "X").len, 0);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, url_is_split, url_cases);
    SUITE_TEST(&s, a_header_is_found_without_case);
    return suite_run(&s, "url");
}
