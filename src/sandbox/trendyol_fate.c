#include "sandbox/control.h"
#include "sandbox/trendyol.h"

/* POST /control/orders/{number}/{action}: what buyers, carriers and the marketplace do to orders. */

/* Pieces asked for, by lineId or barcode. */
struct claim {
    int64_t line_id; /* 0: by barcode */
    str barcode;
    int64_t left;
};

struct act {
    struct http_exchange *x;
    struct trendyol *ty;
    struct ty_order *order;
    const struct json *body;
    int64_t only_package; /* 0: all */
};

static struct claim *read_claims(struct act *act, const struct json *list, size_t *count)
{
    struct claim *claims = ARENA_ARRAY(act->x->arena, struct claim, list->count + 1);
    for (const struct json *v = list->first; v; v = v->next, (*count)++) {
        struct claim *one = &claims[*count];
        one->barcode = json_text_at(v, "barcode");
        one->left = 1;
        json_i64_at(v, "lineId", &one->line_id);
        if (json_get(v, "quantity")) json_i64_at(v, "quantity", &one->left);
        if ((!one->line_id && !one->barcode.len) || one->left < 1) {
            control_refuse(act->x, 400, "a line needs lineId or barcode, and a quantity above 0");
            return NULL;
        }
    }
    return claims;
}

static bool is_meant(const struct claim *claim, const struct ty_line *line)
{
    return claim->line_id ? claim->line_id == line->id
                          : str_eq(claim->barcode, line->listing->barcode);
}

/* Turns claims into parts of one package, as far as it has them. */
static size_t claim_parts(struct claim *claims, size_t count, const struct ty_package *p,
                          struct ty_part *parts)
{
    size_t n = 0;
    for (size_t l = 0; l < p->line_count; l++) {
        int64_t free_pieces = p->lines[l].quantity;
        for (size_t i = 0; i < count && free_pieces; i++) {
            int64_t here = claims[i].left < free_pieces ? claims[i].left : free_pieces;
            if (!here || !is_meant(&claims[i], &p->lines[l])) continue;
            parts[n++] = (struct ty_part){ p->lines[l].id, here };
            claims[i].left -= here;
            free_pieces -= here;
        }
    }
    return n;
}

/* The order's packages in one of these states, before anything is done to them. */
static struct ty_package **packages_in(struct act *act, enum ty_status from, enum ty_status to,
                                       size_t *count)
{
    size_t room = 0;
    for (struct ty_package *p = act->order->packages; p; p = p->next) room++;
    struct ty_package **found = ARENA_ARRAY(act->x->arena, struct ty_package *, room);
    for (struct ty_package *p = act->order->packages; p; p = p->next)
        if (p->status >= from && p->status <= to &&
            (!act->only_package || act->only_package == p->id))
            found[(*count)++] = p;
    return found;
}

static bool refuse_state(struct act *act)
{
    control_refuse(act->x, 409, "no package of the order is in a state for that");
    return false;
}

static bool cancel_lines(struct act *act, struct ty_package **open, size_t open_count,
                         const struct json *lines, struct ty_ending how)
{
    size_t count = 0;
    struct claim *claims = read_claims(act, lines, &count);
    if (!claims) return false;
    struct ty_part **parts = ARENA_ARRAY(act->x->arena, struct ty_part *, open_count);
    size_t *sizes = ARENA_ARRAY(act->x->arena, size_t, open_count);
    for (size_t i = 0; i < open_count; i++) {
        parts[i] = ARENA_ARRAY(act->x->arena, struct ty_part, open[i]->line_count * count);
        sizes[i] = claim_parts(claims, count, open[i], parts[i]);
    }
    for (size_t i = 0; i < count; i++) {
        if (!claims[i].left) continue;
        control_refuse(act->x, 409, "the order has not so many open pieces");
        return false;
    }
    for (size_t i = 0; i < open_count; i++)
        if (sizes[i]) ty_package_end(act->ty, open[i], parts[i], sizes[i], how, NULL);
    return true;
}

static bool cancel(struct act *act)
{
    struct ty_ending how = { TY_CANCELLED, "Customer", "Müşteri vazgeçti", 1 };
    size_t count = 0;
    struct ty_package **open = packages_in(act, TY_AWAITING, TY_INVOICED, &count);
    const struct json *lines = json_get(act->body, "lines");
    if (!count) return refuse_state(act);
    if (lines && lines->count) return cancel_lines(act, open, count, lines, how);
    for (size_t i = 0; i < count; i++) ty_package_end(act->ty, open[i], NULL, 0, how, NULL);
    return true;
}

/* Without groups: the first line apart from the others, or one piece of the only line. */
static bool split_by_default(struct act *act, struct ty_package *p)
{
    struct ty_part first = { p->lines[0].id, p->line_count > 1 ? p->lines[0].quantity : 1 };
    struct ty_group_of_parts group = { &first, 1 };
    return ty_package_split(act->ty, p, &group, 1);
}

static bool split(struct act *act)
{
    size_t count = 0;
    struct ty_package **open = packages_in(act, TY_CREATED, TY_INVOICED, &count);
    const struct json *groups = json_get(act->body, "groups");
    bool is_done;
    if (!count) return refuse_state(act);
    if (!groups || !groups->count) {
        is_done = split_by_default(act, open[0]);
    } else {
        struct ty_group_of_parts *plan =
            ARENA_ARRAY(act->x->arena, struct ty_group_of_parts, groups->count);
        size_t planned = 0;
        for (const struct json *v = groups->first; v; v = v->next, planned++) {
            size_t claimed = 0;
            struct claim *claims = read_claims(act, v, &claimed);
            if (!claims) return false;
            struct ty_part *parts =
                ARENA_ARRAY(act->x->arena, struct ty_part, open[0]->line_count * (claimed + 1));
            plan[planned].parts = parts;
            plan[planned].count = claim_parts(claims, claimed, open[0], parts);
        }
        is_done = ty_package_split(act->ty, open[0], plan, planned);
    }
    if (!is_done) control_refuse(act->x, 409, "the package cannot be split so");
    return is_done;
}

static const struct move {
    const char *action;
    enum ty_status from, to, becomes;
} moves[] = {
    { "verify", TY_AWAITING, TY_AWAITING, TY_VERIFIED },
    { "release", TY_AWAITING, TY_VERIFIED, TY_CREATED },
    { "pick", TY_CREATED, TY_CREATED, TY_PICKING },
    { "invoice", TY_CREATED, TY_PICKING, TY_INVOICED },
    { "ship", TY_CREATED, TY_INVOICED, TY_SHIPPED },
    { "collect", TY_SHIPPED, TY_SHIPPED, TY_AT_COLLECTION_POINT },
    { "deliver", TY_SHIPPED, TY_AT_COLLECTION_POINT, TY_DELIVERED },
    { "undeliver", TY_SHIPPED, TY_AT_COLLECTION_POINT, TY_UNDELIVERED },
    { "return", TY_UNDELIVERED, TY_UNDELIVERED, TY_RETURNED },
};

static bool move(struct act *act, const struct move *how)
{
    size_t count = 0;
    struct ty_package **found = packages_in(act, how->from, how->to, &count);
    if (!count) return refuse_state(act);
    for (size_t i = 0; i < count; i++) ty_package_move(act->ty, found[i], how->becomes);
    return true;
}

static bool perform(struct act *act, str action)
{
    if (str_eq(action, STR("cancel"))) return cancel(act);
    if (str_eq(action, STR("split"))) return split(act);
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++)
        if (str_eq(action, str_from(moves[i].action))) return move(act, &moves[i]);
    control_refuse(act->x, 404, "unknown action");
    return false;
}

void ty_order_act(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct act act = { .x = x, .ty = trendyol_of(s) };
    if (!control_body(x, &act.body)) return;
    json_i64_at(act.body, "package", &act.only_package);
    sim_lock(s);
    act.order = ty_order_find(act.ty, x->params[0]);
    if (!act.order) {
        control_refuse(x, 404, "no such order");
    } else if (perform(&act, x->params[1])) {
        struct json_writer w = json_writer(x->arena);
        ty_order_write(act.order, &w);
        control_answer(x, 200, &w);
    }
    sim_unlock(s);
}
