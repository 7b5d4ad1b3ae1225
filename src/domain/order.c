#include "domain/order.h"

static const char *const names[ORDER_STATUS_COUNT] = {
    [ORDER_HELD] = "HELD",
    [ORDER_NEW] = "NEW",
    [ORDER_PICKING] = "PICKING",
    [ORDER_READY] = "READY",
    [ORDER_SHIPPED] = "SHIPPED",
    [ORDER_DELIVERED] = "DELIVERED",
    [ORDER_CANCELLED] = "CANCELLED",
    [ORDER_RETURN_REQUESTED] = "RETURN_REQUESTED",
    [ORDER_RETURNED] = "RETURNED",
    [ORDER_UNDELIVERED] = "UNDELIVERED",
    [ORDER_SUPERSEDED] = "SUPERSEDED",
    [ORDER_UNKNOWN] = "UNKNOWN",
};

const char *order_status_name(enum order_status s)
{
    return names[s];
}

bool order_status_from(str name, enum order_status *out)
{
    for (int s = 0; s < ORDER_STATUS_COUNT; s++) {
        if (!str_eq(name, str_from(names[s]))) continue;
        *out = (enum order_status)s;
        return true;
    }
    return false;
}

/* The first letter as it is written, which may be several bytes. */
static str first_letter(str word)
{
    size_t n = 1;
    while (n < word.len && ((unsigned char)word.at[n] & 0xc0) == 0x80) n++;
    return str_cut(word, 0, n);
}

str order_mask_name(struct arena *a, str name)
{
    struct text masked = { .arena = a };
    str rest = name, word;
    while (str_next(&rest, ' ', &word)) {
        if (!word.len) continue;
        if (masked.len) text_add_char(&masked, ' ');
        text_add(&masked, first_letter(word));
        text_add(&masked, STR("***"));
    }
    return text_str(&masked);
}

bool order_status_holds_stock(enum order_status s)
{
    return s != ORDER_CANCELLED;
}

bool order_status_has_left(enum order_status s)
{
    return s == ORDER_SHIPPED || s == ORDER_DELIVERED || s == ORDER_RETURN_REQUESTED ||
           s == ORDER_RETURNED || s == ORDER_UNDELIVERED;
}

int order_status_rank(enum order_status s)
{
    static const int ranks[ORDER_STATUS_COUNT] = {
        [ORDER_UNKNOWN] = 0,     [ORDER_HELD] = 1,
        [ORDER_NEW] = 2,         [ORDER_PICKING] = 3,
        [ORDER_READY] = 4,       [ORDER_SHIPPED] = 5,
        [ORDER_UNDELIVERED] = 6, [ORDER_RETURN_REQUESTED] = 7,
        [ORDER_DELIVERED] = 8,   [ORDER_RETURNED] = 9,
        [ORDER_CANCELLED] = 10,  [ORDER_SUPERSEDED] = 11,
    };
    return ranks[s];
}

enum order_status order_status_of(const enum order_status *packages, size_t count)
{
    enum order_status least = ORDER_SUPERSEDED;
    for (size_t i = 0; i < count; i++)
        if (order_status_rank(packages[i]) < order_status_rank(least)) least = packages[i];
    return least;
}

const char *order_action_name(enum order_action a)
{
    return a == ORDER_ACKNOWLEDGE ? "acknowledge" : "invoice";
}

bool order_may(enum order_status s, enum order_action a)
{
    return s == (a == ORDER_ACKNOWLEDGE ? ORDER_NEW : ORDER_PICKING);
}

enum order_status order_after(enum order_action a)
{
    return a == ORDER_ACKNOWLEDGE ? ORDER_PICKING : ORDER_READY;
}
