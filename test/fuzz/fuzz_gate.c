/* The strict gate: whatever passes it can be read in one way only. */
#include <stdlib.h>
#include <string.h>

#include "net/http_inside.h"

#define MOST 80

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds) abort();
}

/* The input as a parser would leave it: parts of the first line, then "name:value" lines. */
static void read_head(struct arena *a, str input, struct http_head *h, struct http_header *headers)
{
    str line = { 0 }, method, target, version, name, value;
    str_next(&input, '\n', &line);
    str_split(line, ' ', &method, &line);
    str_split(line, ' ', &target, &version);
    *h = (struct http_head){ .method = str_cstr(a, method),
                             .version = str_cstr(a, version),
                             .target = target,
                             .headers = headers };
    while (h->header_count < MOST && str_next(&input, '\n', &line)) {
        str_split(line, ':', &name, &value);
        headers[h->header_count++] = (struct http_header){ name, value };
    }
}

static int count_named(const struct http_head *h, str name)
{
    int found = 0;
    for (size_t i = 0; i < h->header_count; i++) found += str_eq_nocase(h->headers[i].name, name);
    return found;
}

static void check_fields(const struct http_head *h)
{
    for (size_t i = 0; i < h->header_count; i++) {
        str name = h->headers[i].name, value = h->headers[i].value;
        must(name.len > 0);
        for (size_t k = 0; k < name.len; k++)
            must(name.at[k] > ' ' && name.at[k] < 0x7f && name.at[k] != ':');
        for (size_t k = 0; k < value.len; k++)
            must(value.at[k] != '\r' && value.at[k] != '\n' && value.at[k] != '\0');
    }
}

static void check_passed(const struct http_head *h, const struct http_head_facts *f)
{
    int lengths = count_named(h, STR("Content-Length"));
    int codings = count_named(h, STR("Transfer-Encoding"));
    must(h->header_count <= GATE_FIELDS);
    must(count_named(h, STR("Host")) == 1);
    must(lengths + codings <= 1);
    must(f->has_length == (lengths == 1) && f->is_chunked == (codings == 1));
    must(f->has_length || f->length == 0);
    must(f->path.len > 0 && f->path.at[0] == '/');
    must(f->path.len + f->query.len <= h->target.len);
    must(strlen(h->method) >= 3 && strlen(h->version) == 8);
    check_fields(h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) a = arena_new();
    struct http_head h;
    struct http_header headers[MOST];
    struct http_head_facts f = { 0 };
    char key[32], accept[WS_ACCEPT_SIZE];
    read_head(a, (str){ (const char *)data, size }, &h, headers);
    int status = http_gate(&h, &f);
    must(status == 0 || status == 400 || status == 431);
    if (status == 0) check_passed(&h, &f);
    int shake = ws_check_handshake(h.method, headers, h.header_count, key);
    must(shake == 0 || shake == 400 || shake == 426);
    if (shake != 0) return 0;
    must(strlen(key) == 24);
    ws_accept_value(key, accept);
    must(strlen(accept) == 28);
    return 0;
}
