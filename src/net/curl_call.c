#include "net/curl_call.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* ---- Before: checks, header lines ---- */

static bool has_line_break(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] == '\r' || s.at[i] == '\n' || s.at[i] == '\0') return true;
    return false;
}

static bool check_request(const struct http_request *r, const struct http_client_options *o,
                          struct url_parts *url, struct err *e)
{
    if (!url_split(r->url, url))
        return err_set(e, ERR_INVALID, "http.bad_url",
                       "not an http or https address: check the store's base URL");
    if (!url->is_https && !o->unix_socket && !url_is_loopback(url)) {
        err_set(e, ERR_INVALID, "http.plain_refused",
                "plain http to '%.*s' is refused: use https (http is for this machine only)",
                STR_ARG(url->host));
        return err_arg(e, "host", url->host);
    }
    for (size_t i = 0; i < r->header_count; i++) {
        const struct http_header *h = &r->headers[i];
        if (h->name.len == 0 || has_line_break(h->name) || has_line_break(h->value))
            return err_set(e, ERR_INVALID, "http.bad_header",
                           "a header holds a line break: check the store's settings");
    }
    return true;
}

/* A list's lines are curl's own copies; a key may stand in any of them. */
static void free_lines(struct curl_slist *lines)
{
    for (struct curl_slist *l = lines; l; l = l->next) explicit_bzero(l->data, strlen(l->data));
    curl_slist_free_all(lines);
}

static void add_line(struct call *call, str name, str value)
{
    size_t size = name.len + value.len + 3;
    char *line = malloc(size);
    if (!line) abort();
    memcpy(line, name.at, name.len);
    /* curl reads "Name:" as leaving the header out and "Name;" as an empty value. */
    memcpy(line + name.len, value.len > 0 ? ": " : ";", value.len > 0 ? 3 : 2);
    if (value.len > 0) {
        memcpy(line + name.len + 2, value.at, value.len);
        line[size - 1] = '\0';
    }
    struct curl_slist *longer = curl_slist_append(call->headers, line);
    explicit_bzero(line, size);
    free(line);
    if (!longer) abort();
    call->headers = longer;
}

static void add_bare_line(struct call *call, const char *line)
{
    struct curl_slist *longer = curl_slist_append(call->headers, line);
    if (!longer) abort();
    call->headers = longer;
}

static void make_lines(struct call *call)
{
    const struct http_request *r = call->request;
    for (size_t i = 0; i < r->header_count; i++)
        add_line(call, r->headers[i].name, r->headers[i].value);
    add_bare_line(call, "Expect:"); /* no waiting for 100 Continue */
    if (!http_header(r->headers, r->header_count, "Content-Type").at)
        add_bare_line(call, "Content-Type:"); /* none, instead of curl's form type */
}

bool call_prepare(struct call *call, const struct http_client_options *options,
                  const struct http_request *request, struct err *e)
{
    struct url_parts url;
    if (!check_request(request, options, &url, e)) return false;
    *call = (struct call){ .request = request, .options = options, .url = url };
    call->url_text = strndup(request->url.at, request->url.len);
    if (!call->url_text) abort();
    make_lines(call);
    pthread_cond_init(&call->done, NULL);
    return true;
}

void call_release(struct call *call)
{
    if (call->url_text) explicit_bzero(call->url_text, strlen(call->url_text));
    free(call->url_text);
    free_lines(call->headers);
    free(call->head.at);
    free(call->body.at);
    pthread_cond_destroy(&call->done);
}

/* ---- During: curl's callbacks, on the loop's thread ---- */

static void buffer_add(struct call_buffer *b, const char *at, size_t len)
{
    if (b->len + len > b->room) {
        size_t room = b->room ? b->room : 4096;
        while (room < b->len + len) room *= 2;
        char *larger = realloc(b->at, room);
        if (!larger) abort();
        b->at = larger;
        b->room = room;
    }
    memcpy(b->at + b->len, at, len);
    b->len += len;
}

static size_t on_body(char *at, size_t one, size_t len, void *user)
{
    struct call *call = user;
    size_t limit = call->request->reply_limit ? call->request->reply_limit : CALL_REPLY_LIMIT;
    (void)one;
    if (len > limit - call->body.len) {
        call->is_too_large = true;
        return CURL_WRITEFUNC_ERROR;
    }
    buffer_add(&call->body, at, len);
    return len;
}

static size_t on_head(char *at, size_t one, size_t len, void *user)
{
    struct call *call = user;
    (void)one;
    /* Each status line begins a head anew: only the last, after any 1xx, is the reply's. */
    if (len >= 5 && memcmp(at, "HTTP/", 5) == 0) {
        call->head.len = 0;
        call->head_is_whole = false;
    }
    if (len > 0 && (at[0] == '\r' || at[0] == '\n')) call->head_is_whole = true;
    if (len > CALL_HEAD_LIMIT - call->head.len) {
        call->is_too_large = true;
        return 0;
    }
    buffer_add(&call->head, at, len);
    return len;
}

static size_t on_upload(char *to, size_t one, size_t room, void *user)
{
    struct call *call = user;
    str rest = str_cut(call->request->body, call->body_sent, room * one);
    if (rest.len > 0) memcpy(to, rest.at, rest.len);
    call->body_sent += rest.len;
    return rest.len;
}

static int on_rewind(void *user, curl_off_t offset, int origin)
{
    struct call *call = user;
    if (origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_FAIL;
    call->body_sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

/* Called each time the request is about to go out on a connection. curl sends a request again by
 * itself when a kept connection dies without a reply; a call that changes something must not be
 * repeated like that once any of it was sent, and one that counts against a limit was admitted once. */
static int on_leaving(void *user, char *peer, char *local, int peer_port, int local_port)
{
    struct call *call = user;
    long sent = 0;
    (void)peer, (void)local, (void)peer_port, (void)local_port;
    curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &sent);
    bool may_repeat = !call->request->changes_something && !call->request->limit_group;
    if (call->has_left && !may_repeat && sent > 0) {
        call->was_cut = true;
        return CURL_PREREQFUNC_ABORT;
    }
    call->has_left = true;
    return CURL_PREREQFUNC_OK;
}

/* ---- Setting up a handle ---- */

#define SET(easy, option, value)                                                                   \
    do {                                                                                           \
        if (curl_easy_setopt((easy), (option), (value)) != CURLE_OK) return false;                 \
    } while (0)

static bool set_method(struct call *call)
{
    const struct http_request *r = call->request;
    CURL *easy = call->easy;
    bool is_get = strcmp(r->method, "GET") == 0, is_head = strcmp(r->method, "HEAD") == 0;
    if (r->body.len == 0 && (is_get || is_head)) {
        SET(easy, CURLOPT_HTTPGET, 1L);
        if (is_head) SET(easy, CURLOPT_NOBODY, 1L);
        return true;
    }
    if (r->body.len == 0 && strcmp(r->method, "DELETE") == 0) {
        SET(easy, CURLOPT_CUSTOMREQUEST, r->method);
        return true;
    }
    SET(easy, CURLOPT_POST, 1L);
    SET(easy, CURLOPT_CUSTOMREQUEST, r->method);
    SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->body.len);
    SET(easy, CURLOPT_READFUNCTION, on_upload);
    SET(easy, CURLOPT_READDATA, call);
    SET(easy, CURLOPT_SEEKFUNCTION, on_rewind);
    SET(easy, CURLOPT_SEEKDATA, call);
    return true;
}

static bool set_peer(struct call *call)
{
    const struct http_client_options *o = call->options;
    CURL *easy = call->easy;
    SET(easy, CURLOPT_URL, call->url_text);
    SET(easy, CURLOPT_PROTOCOLS_STR, call->url.is_https ? "https" : "http");
    SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
    SET(easy, CURLOPT_PROXY, "");
    SET(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
    SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (o->ca_file) SET(easy, CURLOPT_CAINFO, o->ca_file);
    if (o->unix_socket) SET(easy, CURLOPT_UNIX_SOCKET_PATH, o->unix_socket);
    SET(easy, CURLOPT_TCP_NODELAY, 1L);
    SET(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    SET(easy, CURLOPT_DNS_CACHE_TIMEOUT, 60L);
    return true;
}

static bool set_limits(struct call *call, int timeout_ms)
{
    CURL *easy = call->easy;
    long connect_ms = timeout_ms < CALL_CONNECT_TIMEOUT_MS ? timeout_ms : CALL_CONNECT_TIMEOUT_MS;
    SET(easy, CURLOPT_NOSIGNAL, 1L);
    SET(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    SET(easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms);
    SET(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(easy, CURLOPT_LOW_SPEED_TIME, 60L);
    SET(easy, CURLOPT_BUFFERSIZE, 16384L);
    return true;
}

bool call_set_up(struct call *call, int timeout_ms)
{
    CURL *easy = call->easy;
    const char *agent = call->options->user_agent;
    SET(easy, CURLOPT_PRIVATE, call);
    SET(easy, CURLOPT_ERRORBUFFER, call->curl_message);
    SET(easy, CURLOPT_HTTPHEADER, call->headers);
    if (agent) SET(easy, CURLOPT_USERAGENT, agent); /* a header of the request goes before it */
    SET(easy, CURLOPT_ACCEPT_ENCODING, "");
    SET(easy, CURLOPT_WRITEFUNCTION, on_body);
    SET(easy, CURLOPT_WRITEDATA, call);
    SET(easy, CURLOPT_HEADERFUNCTION, on_head);
    SET(easy, CURLOPT_HEADERDATA, call);
    SET(easy, CURLOPT_PREREQFUNCTION, on_leaving);
    SET(easy, CURLOPT_PREREQDATA, call);
    return set_method(call) && set_peer(call) && set_limits(call, timeout_ms);
}

#undef SET

/* ---- After: the reply or the error ---- */

static size_t count_lines(str head)
{
    size_t lines = 0;
    for (size_t i = 0; i < head.len; i++) lines += head.at[i] == '\n';
    return lines;
}

static void read_head(const struct call *call, struct arena *a, struct http_reply *reply)
{
    str rest = str_copy(a, (str){ call->head.at, call->head.len }), line, name, value;
    struct http_header *headers = ARENA_ARRAY(a, struct http_header, count_lines(rest) + 1);
    size_t count = 0;
    while (str_next(&rest, '\n', &line)) {
        if (!str_split(line, ':', &name, &value) || str_starts(line, STR("HTTP/"))) continue;
        headers[count++] = (struct http_header){ str_trim(name), str_trim(value) };
    }
    reply->headers = headers;
    reply->header_count = count;
}

static bool is_tls_failure(CURLcode result)
{
    switch (result) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return true;
    default:
        return false;
    }
}

/* Nothing of the request has left us. */
static bool judge_unsent(const struct call *call, struct err *e)
{
    const char *why = call->curl_message[0] ? call->curl_message : curl_easy_strerror(call->result);
    if (is_tls_failure(call->result))
        err_set(e, ERR_UNAVAILABLE, "http.tls",
                "no trusted TLS connection to %.*s: %s; check its certificate, this machine's "
                "clock and the package ca-certificates",
                STR_ARG(call->url.host), why);
    else
        err_set(e, ERR_UNAVAILABLE, "http.unreachable", "%.*s could not be reached: %s",
                STR_ARG(call->url.host), call->timed_out_waiting ? "no free connection" : why);
    return err_arg(e, "host", call->url.host);
}

/* It may have arrived, and no whole reply came back. */
static bool judge_unanswered(const struct call *call, struct err *e)
{
    const char *why = call->curl_message[0] ? call->curl_message : curl_easy_strerror(call->result);
    err_set(e, call->request->changes_something ? ERR_UNCERTAIN : ERR_UNAVAILABLE, "http.no_reply",
            "%.*s gave no whole reply: %s", STR_ARG(call->url.host),
            call->was_cut || call->result == CURLE_OK ? "the connection was cut" : why);
    return err_arg(e, "host", call->url.host);
}

bool call_judge(const struct call *call, struct arena *a, struct http_reply *reply, struct err *e)
{
    bool is_unsure = call->has_left && call->request->changes_something;
    if (call->was_cancelled)
        return err_set(e, is_unsure ? ERR_UNCERTAIN : ERR_UNAVAILABLE, "http.cancelled",
                       "the call was cancelled");
    if (call->is_too_large) {
        err_set(e, is_unsure ? ERR_UNCERTAIN : ERR_UNAVAILABLE, "http.reply_too_large",
                "the reply of %.*s is larger than is allowed for '%s'", STR_ARG(call->url.host),
                call->request->purpose ? call->request->purpose : "this call");
        return err_arg(e, "host", call->url.host);
    }
    if (call->timed_out_waiting || (call->result != CURLE_OK && !call->has_left))
        return judge_unsent(call, e);
    if (call->result != CURLE_OK || !call->head_is_whole) return judge_unanswered(call, e);
    struct http_reply r = { .status = (int)call->status };
    read_head(call, a, &r);
    r.body = str_copy(a, (str){ call->body.at, call->body.len });
    *reply = r;
    return true;
}
