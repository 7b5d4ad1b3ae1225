/*
 * order_standing.h: how many pieces of each line stand against stock, from what every package of an
 * order has said.
 *
 * Shape    a part is what one package's newest news said of one line. Packages are re-issued under
 *          new ids (partial cancellation, split, transfer), in any order of arrival, so no package
 *          is believed alone. The rules:
 *
 *          1. A cancelled part stands for nothing. A part that the newer news of its package leaves
 *             out stays as it was: a line that merely disappears was moved, cancelling is said.
 *          2. A package carries on the pieces of the packages it names as its origins: what it says
 *             of a line, cancelled or not, is taken off its origins' parts of that line. What no
 *             successor has spoken of yet still stands with the origin, so that a split gives
 *             nothing back between its parent's end and its children's arrival.
 *          3. Pieces under a new line id (split by quantity) are taken off the origins' parts of the
 *             same remote SKU that no successor named by id.
 *          4. Without named origins, a line id that a superseded package has too is that line.
 *          5. A line never has more pieces than one package, or the packages made of one unknown
 *             origin together, said it has: the same line in two packages that are not known to be
 *             a split is one line that moved, and the newest speaks for it.
 *
 *          So where line ids change, a connector must name the origins; where they stay, it may.
 * Memory   results live in the arena; texts are borrowed.
 */
#ifndef DOMAIN_ORDER_STANDING_H
#define DOMAIN_ORDER_STANDING_H

#include "domain/order.h"

struct order_package_said {
    str remote_package_id, origin_package_ids; /* comma list */
    utc_ms modified_at;
    bool is_superseded;
};

struct order_part {
    size_t package; /* which one said it: index into the packages */
    str remote_line_id, remote_sku;
    int64_t quantity;
    enum order_status status;
    bool is_cancelled; /* will not be shipped: gives back */
    bool has_left;     /* shipped: no longer reserved */
};

struct order_standing {
    str remote_line_id;
    int64_t pieces;    /* that stand against stock */
    int64_t unshipped; /* of these: still in the house */
    int64_t ordered;   /* the most the line was ever said to have */
    size_t part;       /* the newest that pieces stand with; else the newest */
    bool is_cancelled; /* nothing stands, and that was said */
};

/* One a line id, in the order of first mention; package indices grow with the time of storing. */
size_t order_standings(struct arena *a, const struct order_package_said *packages,
                       size_t package_count, const struct order_part *parts, size_t part_count,
                       struct order_standing **out);

/* Whether `id` is in a comma list of ids. */
bool order_names_package(str origin_package_ids, str id);

#endif
