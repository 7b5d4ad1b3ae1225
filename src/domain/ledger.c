#include "domain/ledger.h"

#include <string.h>

#include "base/crypto.h"

static const char *const names[CAUSE_COUNT_] = {
    [CAUSE_ORDER_LINE] = "order_line",
    [CAUSE_CANCELLATION] = "cancellation",
    [CAUSE_CLAIM] = "claim",
    [CAUSE_COUNT] = "count",
    [CAUSE_EDIT] = "edit",
    [CAUSE_FEED] = "feed",
    [CAUSE_SHOP] = "shop",
};

const char *ledger_cause_name(enum ledger_cause c)
{
    return names[c];
}

bool ledger_cause_from(str name, enum ledger_cause *out)
{
    for (int c = 0; c < CAUSE_COUNT_; c++) {
        if (!str_eq(name, str_from(names[c]))) continue;
        *out = (enum ledger_cause)c;
        return true;
    }
    return false;
}

static unsigned char *put_i64(unsigned char *to, int64_t n)
{
    for (int shift = 56; shift >= 0; shift -= 8) *to++ = (unsigned char)((uint64_t)n >> shift);
    return to;
}

/* With its length before it, so that no two entries have the same bytes. */
static unsigned char *put_text(unsigned char *to, str s)
{
    to = put_i64(to, (int64_t)s.len);
    if (s.len) memcpy(to, s.at, s.len);
    return to + s.len;
}

void ledger_seal(struct arena *a, struct ledger_entry *entry, const char *previous)
{
    const struct ledger_entry *en = entry;
    const str texts[] = { str_from(ledger_cause_name(en->cause)), en->cause_key, en->note,
                          str_from(previous) };
    const int64_t numbers[] = { en->company_id, en->variant_id, en->seq, en->delta,
                                en->resulting,  en->user_id,    en->at };
    size_t size = sizeof numbers;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) size += 8 + texts[i].len;

    struct arena_mark mark = arena_mark(a);
    unsigned char *bytes = arena_take(a, size), *end = bytes;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) end = put_i64(end, numbers[i]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) end = put_text(end, texts[i]);

    unsigned char digest[SHA256_SIZE];
    static const char digits[] = "0123456789abcdef";
    sha256((str){ (const char *)bytes, size }, digest);
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        entry->hash[2 * i] = digits[digest[i] >> 4];
        entry->hash[2 * i + 1] = digits[digest[i] & 15];
    }
    entry->hash[LEDGER_HASH_SIZE - 1] = '\0';
    arena_rewind(a, mark);
}
