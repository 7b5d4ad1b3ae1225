/* Trendyol's webhook lists and receipts, and the addresses we register. */
#include "connector/trendyol/trendyol.h"
#include "one_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void list(struct one_reply *reply)
{
    struct hook_list hooks = { 0 };
    struct err e = { 0 };
    if (!trendyol.list_hooks(&reply->visit, &hooks, &e)) {
        one_reply_refused(&e);
        return;
    }
    for (size_t i = 0; i < hooks.count; i++)
        if (!hooks.hooks[i].remote_id.len) abort();
}

/* An address that was registered is found again in their list. */
static void there_and_back(struct arena *a, str url)
{
    struct one_reply reply;
    struct hook_list hooks = { 0 };
    struct err e = { 0 };
    str id = { 0 };
    if (!str_is_utf8(url) || str_has(url, STR("%")) || (url.len && memchr(url.at, 0, url.len)))
        return;
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "id", "h");
    json_close_object(&w);
    one_reply_set(&reply, a, &trendyol, 200, json_written(&w));
    if (!trendyol.register_hook(&reply.visit, url, STR("s"), &id, &e)) {
        one_reply_refused(&e);
        return;
    }
    const struct json *sent = NULL;
    if (!json_parse(a, reply.sent, NULL, &sent, &e)) abort();
    w = json_writer(a);
    json_open_array(&w, NULL);
    json_put_value(&w, NULL, sent);
    json_close_array(&w);
    str listed = json_written(&w);
    /* Their list names the registration by an id. */
    listed = str_print(a, "[{\"id\":1,%.*s", STR_ARG(str_cut(listed, 2, listed.len)));
    one_reply_set(&reply, a, &trendyol, 200, listed);
    if (!trendyol.list_hooks(&reply.visit, &hooks, &e) || hooks.count != 1) abort();
    if (!str_eq(hooks.hooks[0].url, url)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) a = arena_new();
    struct one_reply reply;
    str input = { (const char *)data, size }, id = { 0 };
    struct err e = { 0 };
    one_reply_set(&reply, a, &trendyol, 200, input);
    list(&reply);
    if (!trendyol.register_hook(&reply.visit, STR("https://h.example"), STR("s"), &id, &e))
        one_reply_refused(&e);
    else if (!id.len)
        abort();
    there_and_back(a, input);
    return 0;
}
