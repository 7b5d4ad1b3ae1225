/* Trendyol's listing pages; the cursor handed out is taken back. */
#include "connector/trendyol/trendyol.h"
#include "one_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void pull(struct arena *a, str cursor, str body)
{
    struct one_reply reply;
    struct listing_page page = { 0 };
    struct err e = { 0 };
    one_reply_set(&reply, a, &trendyol, 200, body);
    if (!trendyol.pull_listings(&reply.visit, cursor, &page, &e)) {
        one_reply_refused(&e);
        return;
    }
    for (size_t i = 0; i < page.count; i++)
        if (!page.listings[i].remote_sku.len || page.listings[i].quantity < 0) abort();
    if (!page.cursor.len) return;
    if (str_eq(page.cursor, cursor)) abort();
    one_reply_set(&reply, a, &trendyol, 500, (str){ 0 });
    if (trendyol.pull_listings(&reply.visit, page.cursor, &page, &e)) abort();
    if (e.kind != ERR_UNAVAILABLE) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) a = arena_new();
    str input = { (const char *)data, size };
    pull(a, (str){ 0 }, input);
    pull(a, STR("page:99"), input);
    pull(a, STR("token:t"), input);
    return 0;
}
