#include "work/mask.h"

#include <string.h>

#include "base/json.h"

#define HIDDEN STR("••••")
#define BODY_KEPT ((size_t)256 << 10)
#define SHORTEST_SECRET 4

static const char *const hidden_headers[] = { "authorization", "proxy-authorization",
                                              "cookie",        "set-cookie",
                                              "x-api-key",     "x-amz-access-token" };

static bool is_hidden_header(str name)
{
    for (size_t i = 0; i < sizeof(hidden_headers) / sizeof(*hidden_headers); i++)
        if (str_eq_nocase(name, str_from(hidden_headers[i]))) return true;
    return false;
}

static str replace(struct arena *a, str text, str secret)
{
    if (secret.len < SHORTEST_SECRET || !str_has(text, secret)) return text;
    struct text out = { .arena = a };
    while (text.len) {
        const char *hit = memmem(text.at, text.len, secret.at, secret.len);
        size_t before = hit ? (size_t)(hit - text.at) : text.len;
        text_add(&out, str_cut(text, 0, before));
        if (!hit) break;
        text_add(&out, HIDDEN);
        text = str_cut(text, before + secret.len, text.len);
    }
    return text_str(&out);
}

str mask_text(struct arena *a, const struct mask *m, str text)
{
    for (size_t i = 0; i < m->count; i++) text = replace(a, text, m->secrets[i]);
    return text;
}

str mask_message(struct arena *a, const struct mask *m, const struct http_header *headers,
                 size_t count, str body)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_open_array(&w, "headers");
    for (size_t i = 0; i < count; i++) {
        json_open_object(&w, NULL);
        json_put_text(&w, "name", headers[i].name);
        json_put_text(&w, "value",
                      is_hidden_header(headers[i].name) ? HIDDEN
                                                        : mask_text(a, m, headers[i].value));
        json_close_object(&w);
    }
    json_close_array(&w);
    bool is_text = str_is_utf8(body);
    json_put_text(&w, "body",
                  is_text ? str_cut(mask_text(a, m, body), 0, BODY_KEPT)
                          : str_print(a, "(%zu bytes that are not text)", body.len));
    json_put_bool(&w, "truncated", is_text && body.len > BODY_KEPT);
    json_close_object(&w);
    return json_written(&w);
}
