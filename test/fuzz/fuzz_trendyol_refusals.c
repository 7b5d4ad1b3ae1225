/* Trendyol's error bodies under every status and kind of call: always a refusal that can be read. */
#include "connector/trendyol/trendyol.h"
#include "one_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    AUTO(arena) a = arena_new();
    struct one_reply one;
    one_reply_set(&one, a, &trendyol, 0, (str){ 0 });
    int status = 300 + data[0] % 4 * 100 + data[1] % 32;
    const struct http_header wait = { STR("Retry-After"), { (const char *)data, size } };
    const struct http_reply reply = {
        .status = status,
        .headers = &wait,
        .header_count = 1,
        .body = { (const char *)data + 2, size - 2 },
    };
    for (enum call_kind kind = CALL_READ; kind <= CALL_PACKAGE; kind++) {
        struct trendyol_call call = { .kind = kind, .purpose = "fuzz" };
        struct err e = { 0 };
        if (trendyol_refused(&one.visit, &call, &reply, &e)) abort();
        one_reply_refused(&e);
        if (e.http_status != status) abort();
        if (kind == CALL_READ && e.kind == ERR_UNCERTAIN) abort();
        if (strpbrk(e.message, "\r\n\t")) abort();
    }
    return 0;
}
