#include "work/mask.h"

#include <stdint.h>
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"

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

/* Where each secret is found next in a text, so that it is read once per secret. */
struct hits {
    const struct mask *mask;
    str text;
    size_t *next; /* SIZE_MAX: no more */
};

static void find_next(struct hits *h, size_t i, size_t from)
{
    str secret = h->mask->secrets[i];
    const char *hit = NULL;
    if (secret.len >= SHORTEST_SECRET && from < h->text.len)
        hit = memmem(h->text.at + from, h->text.len - from, secret.at, secret.len);
    h->next[i] = hit ? (size_t)(hit - h->text.at) : SIZE_MAX;
}

static size_t first_hit(const struct hits *h)
{
    size_t first = SIZE_MAX;
    for (size_t i = 0; i < h->mask->count; i++)
        if (h->next[i] < first) first = h->next[i];
    return first;
}

/* The end of what is to be hidden from `start` on: secrets may overlap or hold one another, and none
 * may leave a piece of itself behind. Passes over all hits before it. */
static size_t hidden_end(struct hits *h, size_t start)
{
    size_t end = start + 1;
    for (bool has_grown = true; has_grown;) {
        has_grown = false;
        for (size_t i = 0; i < h->mask->count; i++) {
            while (h->next[i] < end) {
                size_t its_end = h->next[i] + h->mask->secrets[i].len;
                if (its_end > end) end = its_end;
                has_grown = true;
                find_next(h, i, h->next[i] + 1);
            }
        }
    }
    return end;
}

str mask_text(struct arena *a, const struct mask *m, str text)
{
    struct hits h = { .mask = m, .text = text, .next = ARENA_ARRAY(a, size_t, m->count + 1) };
    for (size_t i = 0; i < m->count; i++) find_next(&h, i, 0);
    if (first_hit(&h) == SIZE_MAX) return text;
    struct text out = { .arena = a };
    size_t from = 0;
    for (size_t hit; (hit = first_hit(&h)) != SIZE_MAX;) {
        text_add(&out, str_cut(text, from, hit - from));
        text_add(&out, HIDDEN);
        from = hidden_end(&h, hit);
    }
    text_add(&out, str_cut(text, from, text.len));
    return text_str(&out);
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
    /* Masked before it is cut, so that no half of a secret stays at the edge. */
    str shown = str_is_utf8(body) ? mask_text(a, m, body)
                                  : str_print(a, "(%zu bytes that are not text)", body.len);
    bool is_cut = shown.len > BODY_KEPT;
    if (is_cut) shown.len = utf8_whole(shown.at, BODY_KEPT);
    json_put_text(&w, "body", shown);
    json_put_bool(&w, "truncated", is_cut);
    json_close_object(&w);
    return json_written(&w);
}
