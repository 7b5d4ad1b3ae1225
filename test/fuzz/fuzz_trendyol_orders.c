/* Trendyol's order pages. Whatever comes: nothing of a page is dropped, what is stored reads the same
 * again, and a cursor handed out is taken back. "cursor \n body" when there is a line break. */
#include "connector/trendyol/trendyol.h"
#include "one_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(struct arena *a, const struct order *o)
{
    struct order_page again = { 0 };
    struct err e = { 0 };
    str key = { 0 };
    for (size_t i = 0; i < o->line_count; i++)
        if (o->lines[i].quantity < 0 || !o->lines[i].remote_line_id.len) abort();
    if (o->status == ORDER_UNKNOWN && !o->report.len) abort();
    if (!str_is_utf8(o->report) || !trendyol.hook_dedupe(a, o, &key, &e) || !key.len) abort();
    /* What has neither id is no package when it stands alone. */
    if (!o->remote_number.len && !o->remote_package_id.len) return;
    if (!trendyol.parse_orders(a, o->raw, FUZZ_NOW, &again, &e)) abort();
    if (again.count != 1 || !str_eq(again.orders[0].raw, o->raw)) abort();
}

static void pull(struct arena *a, str cursor, str body)
{
    struct one_reply reply;
    struct order_query q = { .since = 0, .until = FUZZ_NOW, .cursor = cursor };
    struct order_page page = { 0 };
    struct err e = { 0 };
    one_reply_set(&reply, a, &trendyol, 200, body);
    if (!trendyol.pull_orders(&reply.visit, &q, &page, &e)) {
        one_reply_refused(&e);
        return;
    }
    for (size_t i = 0; i < page.count; i++) look_at(a, &page.orders[i]);
    q.cursor = page.cursor;
    if (!q.cursor.len) return;
    one_reply_set(&reply, a, &trendyol, 500, (str){ 0 });
    if (trendyol.pull_orders(&reply.visit, &q, &page, &e)) abort();
    if (e.kind != ERR_UNAVAILABLE) abort(); /* the cursor was taken */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) a = arena_new();
    str input = { (const char *)data, size }, cursor = { 0 }, body = { 0 };
    struct order_page page = { 0 };
    struct err e = { 0 };
    if (!str_split(input, '\n', &cursor, &body)) {
        body = input;
        cursor = (str){ 0 };
    }
    pull(a, cursor, body);
    if (!trendyol.parse_orders(a, body, FUZZ_NOW, &page, &e)) {
        one_reply_refused(&e);
        return 0;
    }
    for (size_t i = 0; i < page.count; i++) look_at(a, &page.orders[i]);
    return 0;
}
