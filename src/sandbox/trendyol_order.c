#include <stdlib.h>
#include <string.h>

#include "sandbox/trendyol.h"

static const struct status_names {
    const char *name, *webhook;
} statuses[TY_STATUS_COUNT] = {
    [TY_AWAITING] = { "Awaiting", "AWAITING" },
    [TY_VERIFIED] = { "Verified", "VERIFIED" },
    [TY_CREATED] = { "Created", "CREATED" },
    [TY_PICKING] = { "Picking", "PICKING" },
    [TY_INVOICED] = { "Invoiced", "INVOICED" },
    [TY_SHIPPED] = { "Shipped", "SHIPPED" },
    [TY_AT_COLLECTION_POINT] = { "AtCollectionPoint", "AT_COLLECTION_POINT" },
    [TY_DELIVERED] = { "Delivered", "DELIVERED" },
    [TY_UNDELIVERED] = { "UnDelivered", "UNDELIVERED" },
    [TY_RETURNED] = { "Returned", "RETURNED" },
    [TY_CANCELLED] = { "Cancelled", "CANCELLED" },
    [TY_UNSUPPLIED] = { "UnSupplied", "UNSUPPLIED" },
    [TY_UNPACKED] = { "UnPacked", "UNPACKED" },
};

const char *ty_status_name(enum ty_status s)
{
    return statuses[s].name;
}

const char *ty_status_webhook_name(enum ty_status s)
{
    return statuses[s].webhook;
}

bool ty_status_from(str name, enum ty_status *out)
{
    for (int s = 0; s < TY_STATUS_COUNT; s++) {
        if (!str_eq(name, str_from(statuses[s].name))) continue;
        *out = (enum ty_status)s;
        return true;
    }
    return false;
}

bool ty_status_from_webhook(str name, enum ty_status *out)
{
    for (int s = 0; s < TY_STATUS_COUNT; s++) {
        if (!str_eq(name, str_from(statuses[s].webhook))) continue;
        *out = (enum ty_status)s;
        return true;
    }
    return false;
}

bool ty_status_is_open(enum ty_status s)
{
    return s <= TY_INVOICED;
}

struct ty_order *ty_order_find(struct trendyol *ty, str number)
{
    return sim_map_get(&ty->orders, number);
}

struct ty_package *ty_package_find(struct ty_seller *seller, int64_t id)
{
    struct ty_package *p = sim_map_get(&seller->packages, SIM_MAP_ID(id));
    return p && !p->is_hidden ? p : NULL;
}

/* The seller's packages are chained by last change, the newest first. */

static void unchain(struct ty_seller *seller, struct ty_package *p)
{
    if (p->newer)
        p->newer->older = p->older;
    else if (seller->newest == p)
        seller->newest = p->older;
    if (p->older)
        p->older->newer = p->newer;
    else if (seller->oldest == p)
        seller->oldest = p->newer;
    p->newer = p->older = NULL;
}

static void touch(struct trendyol *ty, struct ty_package *p)
{
    struct ty_seller *seller = p->order->seller;
    unchain(seller, p);
    p->modified = ty->sim->at;
    p->change = ++seller->last_change;
    if (seller->newest && seller->newest->modified > p->modified) seller->is_disordered = true;
    p->older = seller->newest;
    if (seller->newest)
        seller->newest->newer = p;
    else
        seller->oldest = p;
    seller->newest = p;
}

static void remember_status(struct trendyol *ty, struct ty_package *p)
{
    size_t room = sizeof p->history / sizeof p->history[0];
    if (p->history_count == room)
        memmove(&p->history[0], &p->history[1], --p->history_count * sizeof p->history[0]);
    p->history[p->history_count++] = (struct ty_history){ .at = ty->sim->at, .status = p->status };
}

/* Carriers' numbers; one in ten is larger than 64 bits, as in the documented samples. */
static void assign_tracking(struct trendyol *ty, struct ty_package *p)
{
    if (p->tracking.len || p->status < TY_CREATED) return;
    uint64_t face = sim_mix((uint64_t)p->id);
    unsigned long long tail = face / 10 % 10000000000000000u;
    p->tracking = face % 10 == 0 ? str_print(ty->sim->keep, "7330%016llu", tail)
                                 : str_print(ty->sim->keep, "733%016llu", tail);
}

static void move_by_clock(struct sandbox *s, void *what, int64_t to)
{
    struct ty_package *p = what;
    bool is_next = (to == TY_CREATED && p->status <= TY_VERIFIED) ||
                   (to == TY_VERIFIED && p->status == TY_AWAITING) ||
                   (to == TY_SHIPPED && p->status == TY_INVOICED) ||
                   (to == TY_DELIVERED && p->status == TY_SHIPPED);
    if (is_next) ty_package_move(trendyol_of(s), p, (enum ty_status)to);
}

static void schedule_next(struct trendyol *ty, struct ty_package *p)
{
    const struct ty_settings *set = &ty->settings;
    utc_ms now = ty->sim->at;
    if (p->status == TY_AWAITING && set->awaiting_ms)
        sim_later(ty->sim, now + set->awaiting_ms, move_by_clock, p,
                  set->verified ? TY_VERIFIED : TY_CREATED);
    if (p->status == TY_VERIFIED && set->awaiting_ms)
        sim_later(ty->sim, now + set->awaiting_ms, move_by_clock, p, TY_CREATED);
    if (p->status == TY_INVOICED && set->ship_after_ms)
        sim_later(ty->sim, now + set->ship_after_ms, move_by_clock, p, TY_SHIPPED);
    if (p->status == TY_SHIPPED && set->deliver_after_ms)
        sim_later(ty->sim, now + set->deliver_after_ms, move_by_clock, p, TY_DELIVERED);
}

/* After status or lines changed: history, the change's time, and whoever wants to know. */
static void announce(struct trendyol *ty, struct ty_package *p)
{
    remember_status(ty, p);
    assign_tracking(ty, p);
    touch(ty, p);
    if (p->is_hidden) return;
    ty_webhooks_tell(ty, p);
    schedule_next(ty, p);
}

void ty_package_move(struct trendyol *ty, struct ty_package *p, enum ty_status status)
{
    p->status = status;
    announce(ty, p);
}

static struct ty_package *new_package(struct trendyol *ty, struct ty_order *o,
                                      enum ty_status status, const char *created_by, int64_t origin,
                                      size_t lines)
{
    struct ty_package *p = ARENA_NEW(ty->sim->keep, struct ty_package);
    p->id = ty->next_package++;
    p->order = o;
    p->status = status;
    p->created_by = created_by;
    p->origin = origin;
    p->lines = ARENA_ARRAY(ty->sim->keep, struct ty_line, lines);
    if (o->last_package)
        o->last_package->next = p;
    else
        o->packages = p;
    o->last_package = p;
    sim_map_put(&o->seller->packages, SIM_MAP_ID(p->id), p);
    return p;
}

/* Making an order. */

const char *ty_order_obstacle(const struct ty_wish *wishes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int64_t wanted = 0;
        if (!ty_listing_sells(wishes[i].listing)) return "not on sale";
        for (size_t j = 0; j < count; j++)
            if (wishes[j].listing == wishes[i].listing) wanted += wishes[j].quantity;
        if (wanted > wishes[i].listing->quantity)
            return "more than the marketplace believes to have";
    }
    return "";
}

static void sell(struct ty_listing *l, int64_t quantity)
{
    int64_t had = l->quantity < quantity ? l->quantity : quantity;
    l->quantity -= had;
    l->sold += quantity;
    l->oversold += quantity - had;
}

static struct ty_line make_line(struct trendyol *ty, const struct ty_order *o, struct ty_wish wish)
{
    struct ty_line line = {
        .id = ty->next_line++,
        .first_item = ty->next_item,
        .listing = wish.listing,
        .quantity = wish.quantity,
        .pieces = wish.quantity,
        .unit_gross = wish.listing->sale,
    };
    int64_t gross = line.unit_gross * line.pieces;
    uint64_t face = sim_mix(o->face ^ (uint64_t)line.id);
    ty->next_item += wish.quantity;
    if (!ty->settings.discounts) return line;
    /* The odd kuruş makes totals that do not divide evenly among the pieces. */
    if (face % 3 == 0) line.seller_discount = gross / 20 + (int64_t)(face / 3 % 3);
    if (face % 5 == 0) line.ty_discount = gross / 50 + (int64_t)(face / 5 % 2);
    if (line.seller_discount + line.ty_discount > gross)
        line.seller_discount = line.ty_discount = 0;
    return line;
}

static void maybe_cancel(struct sandbox *s, void *what, int64_t tag)
{
    struct trendyol *ty = trendyol_of(s);
    struct ty_order *o = what;
    struct ty_ending how = { TY_CANCELLED, "Customer", "Müşteri vazgeçti", 1 };
    (void)tag;
    for (struct ty_package *p = o->packages; p; p = p->next) {
        bool is_early = p->status <= TY_CREATED;
        /* Once it is being picked a customer rarely gets through. */
        if (is_early || (ty_status_is_open(p->status) && sim_random_below(&ty->chance, 10) == 0))
            ty_package_end(ty, p, NULL, 0, how, NULL);
    }
}

static void keep_order(struct trendyol *ty, struct ty_seller *seller, struct ty_order *o)
{
    if (seller->order_count == seller->order_room) {
        seller->order_room = seller->order_room ? seller->order_room * 2 : 256;
        seller->orders = realloc(seller->orders, seller->order_room * sizeof(struct ty_order *));
        if (!seller->orders) abort();
    }
    seller->orders[seller->order_count++] = o;
    sim_map_put(&ty->orders, o->number, o);
}

struct ty_order *ty_order_make(struct trendyol *ty, struct ty_seller *seller,
                               const struct ty_wish *wishes, size_t count, bool is_awaiting)
{
    const struct ty_settings *set = &ty->settings;
    struct ty_order *o = ARENA_NEW(ty->sim->keep, struct ty_order);
    int64_t number = ty->next_order++;
    o->number = str_print(ty->sim->keep, "%lld", (long long)number);
    o->seller = seller;
    o->at = ty->sim->at;
    o->face = sim_mix(ty->sim->seed ^ (uint64_t)number);
    struct ty_package *p =
        new_package(ty, o, is_awaiting ? TY_AWAITING : TY_CREATED, "order-creation", 0, count);
    for (size_t i = 0; i < count; i++) {
        p->lines[p->line_count++] = make_line(ty, o, wishes[i]);
        sell(wishes[i].listing, wishes[i].quantity);
    }
    keep_order(ty, seller, o);
    announce(ty, p);
    if (set->cancel_percent && sim_random_below(&ty->chance, 100) < set->cancel_percent)
        sim_later(ty->sim, o->at + sim_random_below(&ty->chance, set->cancel_within_ms + 1),
                  maybe_cancel, o, 0);
    return o;
}

/* Ending and splitting: pieces of lines move between packages. */

/* How many pieces of each line the parts take; false when there are not so many. */
static bool spread_parts(const struct ty_package *p, const struct ty_part *parts, size_t count,
                         int64_t *taken)
{
    for (size_t i = 0; i < count; i++) {
        int64_t left = parts[i].quantity;
        if (left < 1) return false;
        for (size_t l = 0; l < p->line_count && left; l++) {
            if (p->lines[l].id != parts[i].line_id) continue;
            int64_t free_pieces = p->lines[l].quantity - taken[l];
            int64_t here = left < free_pieces ? left : free_pieces;
            taken[l] += here;
            left -= here;
        }
        if (left) return false;
    }
    return true;
}

/* Pieces skip .. skip+quantity-1 of a line, as a line of another package. */
static void give_pieces(struct trendyol *ty, struct ty_package *to, const struct ty_line *line,
                        int64_t skip, int64_t quantity)
{
    if (!quantity) return;
    struct ty_line *part = &to->lines[to->line_count++];
    *part = *line;
    part->from += skip;
    part->quantity = quantity;
    if (quantity < line->quantity && ty->settings.new_line_id_on_divide) part->id = ty->next_line++;
}

static void count_end(const struct ty_line *line, int64_t pieces, enum ty_status how)
{
    if (how == TY_UNSUPPLIED)
        line->listing->unsupplied += pieces;
    else
        line->listing->cancelled += pieces;
}

/* The pieces not taken go on in a new package; the old one keeps only what ended. */
static struct ty_package *carry_on(struct trendyol *ty, struct ty_package *p, const int64_t *taken)
{
    struct ty_package *rest = new_package(ty, p->order, p->status, "cancel", p->id, p->line_count);
    struct ty_line *ended = ARENA_ARRAY(ty->sim->keep, struct ty_line, p->line_count);
    size_t ended_count = 0;
    for (size_t l = 0; l < p->line_count; l++) {
        const struct ty_line *line = &p->lines[l];
        int64_t staying = line->quantity - taken[l];
        give_pieces(ty, rest, line, 0, staying);
        if (!taken[l]) continue;
        ended[ended_count] = *line;
        ended[ended_count].from += staying;
        ended[ended_count++].quantity = taken[l];
    }
    p->lines = ended;
    p->line_count = ended_count;
    return rest;
}

bool ty_package_end(struct trendyol *ty, struct ty_package *p, const struct ty_part *parts,
                    size_t count, struct ty_ending how, struct ty_package **rest)
{
    AUTO(arena) a = arena_new();
    int64_t *taken = ARENA_ARRAY(a, int64_t, p->line_count);
    int64_t staying = 0;
    if (!spread_parts(p, parts, count, taken)) return false;
    for (size_t l = 0; l < p->line_count; l++) {
        if (!count) taken[l] = p->lines[l].quantity;
        staying += p->lines[l].quantity - taken[l];
        count_end(&p->lines[l], taken[l], how.status);
    }
    struct ty_package *carried = staying ? carry_on(ty, p, taken) : NULL;
    p->cancelled_by = how.by;
    p->cancel_reason = how.reason;
    p->cancel_code = how.code;
    if (carried) carried->is_hidden = p->is_hidden;
    ty_package_move(ty, p, how.status);
    if (carried) announce(ty, carried);
    if (rest) *rest = carried;
    return true;
}

static void child_appears(struct sandbox *s, void *what, int64_t tag)
{
    struct ty_package *p = what;
    (void)tag;
    if (!p->is_hidden) return;
    p->is_hidden = false;
    touch(trendyol_of(s), p);
    ty_webhooks_tell(trendyol_of(s), p);
    schedule_next(trendyol_of(s), p);
}

static struct ty_package *new_child(struct trendyol *ty, struct ty_package *p)
{
    struct ty_package *child = new_package(ty, p->order, p->status, "split", p->id, p->line_count);
    child->is_hidden = true;
    return child;
}

bool ty_package_split(struct trendyol *ty, struct ty_package *p,
                      const struct ty_group_of_parts *groups, size_t count)
{
    AUTO(arena) a = arena_new();
    int64_t *taken = ARENA_ARRAY(a, int64_t, p->line_count);
    int64_t *given = ARENA_ARRAY(a, int64_t, p->line_count), staying = 0;
    for (size_t g = 0; g < count; g++)
        if (!groups[g].count || !spread_parts(p, groups[g].parts, groups[g].count, taken))
            return false;
    for (size_t l = 0; l < p->line_count; l++) staying += p->lines[l].quantity - taken[l];
    if (count + (staying > 0) < 2) return false;

    struct ty_package **children = ARENA_ARRAY(a, struct ty_package *, count + 1);
    size_t child_count = count + (staying > 0);
    for (size_t g = 0; g < child_count; g++) {
        int64_t *mine = ARENA_ARRAY(a, int64_t, p->line_count);
        memcpy(mine, given, p->line_count * sizeof *mine);
        if (g < count) spread_parts(p, groups[g].parts, groups[g].count, mine);
        children[g] = new_child(ty, p);
        for (size_t l = 0; l < p->line_count; l++) {
            int64_t pieces = (g < count ? mine[l] : p->lines[l].quantity) - given[l];
            give_pieces(ty, children[g], &p->lines[l], given[l], pieces);
            given[l] += pieces;
        }
    }
    ty_package_move(ty, p, TY_UNPACKED);
    for (size_t g = 0; g < child_count; g++) {
        announce(ty, children[g]);
        sim_later(ty->sim, ty->sim->at + ty->settings.split_delay_ms, child_appears, children[g],
                  0);
    }
    return true;
}
