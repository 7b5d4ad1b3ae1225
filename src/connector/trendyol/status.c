#include "connector/trendyol/trendyol.h"

/* Of packages and of lines alike. Their order pages write "AtCollectionPoint", their webhook
 * subscriptions "AT_COLLECTION_POINT": letters alone are compared. */
static const struct status_row {
    const char *theirs;
    enum order_status ours;
} rows[] = {
    { "Awaiting", ORDER_HELD },
    /* Between Awaiting and Created; what it means is not documented, so nothing is picked. */
    { "Verified", ORDER_HELD },
    { "Created", ORDER_NEW },
    { "Picking", ORDER_PICKING },
    { "Invoiced", ORDER_READY },
    { "Shipped", ORDER_SHIPPED },
    { "AtCollectionPoint", ORDER_SHIPPED },
    { "Delivered", ORDER_DELIVERED },
    { "UnDelivered", ORDER_UNDELIVERED },
    { "Returned", ORDER_RETURNED },
    { "Cancelled", ORDER_CANCELLED },
    { "UnSupplied", ORDER_CANCELLED },
    { "UnPacked", ORDER_SUPERSEDED },
};

static bool next_letter(str *s, char *letter)
{
    while (s->len && *s->at == '_') *s = str_cut(*s, 1, s->len);
    if (!s->len) return false;
    *letter = *s->at;
    if (*letter >= 'A' && *letter <= 'Z') *letter = (char)(*letter - 'A' + 'a');
    *s = str_cut(*s, 1, s->len);
    return true;
}

static bool same_letters(str a, str b)
{
    for (;;) {
        char x = 0, y = 0;
        bool more_a = next_letter(&a, &x), more_b = next_letter(&b, &y);
        if (more_a != more_b || x != y) return false;
        if (!more_a) return true;
    }
}

enum order_status trendyol_status(str theirs)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (same_letters(theirs, str_from(rows[i].theirs))) return rows[i].ours;
    return ORDER_UNKNOWN;
}
