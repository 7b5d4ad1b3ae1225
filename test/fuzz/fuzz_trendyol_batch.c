/* Trendyol's batch receipts and results: done means that no item is left pending. */
#include "connector/trendyol/trendyol.h"
#include "one_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void pull_results(struct one_reply *reply)
{
    struct batch_result b = { 0 };
    struct err e = { 0 };
    if (!trendyol.pull_batch(&reply->visit, STR("b"), &b, &e)) {
        one_reply_refused(&e);
        return;
    }
    if (b.is_done && !b.count) abort();
    for (size_t i = 0; i < b.count; i++) {
        const struct offer_result *r = &b.results[i];
        if (b.is_done && r->outcome == OFFER_PENDING) abort();
        if (r->outcome >= OFFER_REFUSED && (!r->code[0] || !r->message.len)) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(arena) a = arena_new();
    struct one_reply reply;
    struct push_receipt receipt = { 0 };
    struct err e = { 0 };
    const struct offer offer = { .remote_sku = STR("A"), .quantity = 1 };
    one_reply_set(&reply, a, &trendyol, 200, (str){ (const char *)data, size });
    pull_results(&reply);
    if (trendyol.push_offers(&reply.visit, &offer, 1, &receipt, &e)) {
        if (!receipt.batch_id.len) abort();
    } else {
        one_reply_refused(&e);
        if (e.kind != ERR_UNCERTAIN) abort();
    }
    return 0;
}
