/* How many pieces of each line stand, and what follows for the order. */
#include "service/order_work.h"

/* A package named as origin by another has been replaced, whatever was last heard of it. */
static bool is_replaced(const struct stored_order *o, size_t package)
{
    str id = o->packages[package].remote_package_id;
    for (size_t i = 0; i < o->package_count; i++)
        if (i != package && order_names_package(o->packages[i].origin_package_ids, id)) return true;
    return false;
}

static void supersede_replaced(struct order_work *w)
{
    for (size_t i = 0; i < w->o.package_count; i++) {
        struct stored_package *p = &w->o.packages[i];
        if (p->status == ORDER_CANCELLED || p->status == ORDER_SUPERSEDED) continue;
        if (!is_replaced(&w->o, i)) continue;
        p->status = ORDER_SUPERSEDED;
        w->package_is_changed[i] = true;
    }
}

static bool any_part_cancelled(const struct stored_order *o, str line_id)
{
    for (size_t i = 0; i < o->part_count; i++)
        if (o->parts[i].is_cancelled && str_eq(o->parts[i].remote_line_id, line_id)) return true;
    return false;
}

/* A line keeps its status while only a superseded package speaks of it. */
static enum order_status line_status(const struct order_work *w, const struct stored_line *l,
                                     const struct order_standing *stands)
{
    enum order_status said = w->o.parts[stands->part].status;
    if (stands->is_cancelled) return ORDER_CANCELLED;
    if (!stands->pieces) return ORDER_SUPERSEDED; /* carried on under other line ids */
    if (said != ORDER_SUPERSEDED) return said;
    return l->id && l->line.status != ORDER_SUPERSEDED ? l->line.status : ORDER_NEW;
}

static void stand_line(struct order_work *w, size_t i, const struct order_standing *stands)
{
    struct stored_line *l = &w->o.lines[i];
    struct work_line *line = &w->lines[i];
    struct order_line was = l->line;
    size_t package = w->o.parts[stands->part].package;
    line->is_changed |= line->package != package;
    line->package = package;
    line->wanted = stands->pieces;
    line->unshipped = stands->unshipped;
    line->is_cancelling = any_part_cancelled(&w->o, l->line.remote_line_id);
    l->line.status = line_status(w, l, stands);
    l->line.is_cancelled = stands->is_cancelled;
    l->line.quantity = stands->is_cancelled ? stands->ordered : stands->pieces;
    line->is_changed |= was.status != l->line.status || was.quantity != l->line.quantity ||
                        was.is_cancelled != l->line.is_cancelled;
}

static void stand_lines(struct order_work *w)
{
    struct stored_order *o = &w->o;
    struct order_package_said *said =
        ARENA_ARRAY(w->a, struct order_package_said, o->package_count);
    for (size_t i = 0; i < o->package_count; i++)
        said[i] = (struct order_package_said){
            .remote_package_id = o->packages[i].remote_package_id,
            .origin_package_ids = o->packages[i].origin_package_ids,
            .modified_at = o->packages[i].modified_at,
            .is_superseded = o->packages[i].status == ORDER_SUPERSEDED,
        };
    struct order_standing *standings;
    size_t count =
        order_standings(w->a, said, o->package_count, o->parts, o->part_count, &standings);
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < o->line_count; i++)
            if (str_eq(o->lines[i].line.remote_line_id, standings[k].remote_line_id))
                stand_line(w, i, &standings[k]);
}

/* Of the packages that go out; when none does, of all that were not replaced. */
static void sum_total(struct stored_order *o)
{
    int64_t going = 0, all = 0;
    bool any_goes = false;
    for (size_t i = 0; i < o->package_count; i++) {
        const struct stored_package *p = &o->packages[i];
        if (p->status == ORDER_SUPERSEDED) continue;
        all += p->total.e4;
        if (p->status == ORDER_CANCELLED) continue;
        going += p->total.e4;
        any_goes = true;
    }
    if (any_goes)
        o->total.e4 = going;
    else if (!o->id)
        o->total.e4 = all;
}

static void sum_status(struct order_work *w)
{
    struct stored_order *o = &w->o;
    enum order_status *packages = ARENA_ARRAY(w->a, enum order_status, o->package_count);
    for (size_t i = 0; i < o->package_count; i++) packages[i] = o->packages[i].status;
    enum order_status status = order_status_of(packages, o->package_count);
    if (status != ORDER_SUPERSEDED)
        o->status = status;
    else if (o->status == ORDER_SUPERSEDED)
        o->status = ORDER_NEW; /* known only by a package that was replaced: the others come */
}

void order_work_stand(struct order_work *w)
{
    supersede_replaced(w);
    stand_lines(w);
    sum_total(&w->o);
    sum_status(w);
}

bool order_work_map(struct order_work *w, struct err *e)
{
    for (size_t i = 0; i < w->o.line_count; i++) {
        struct stored_line *l = &w->o.lines[i];
        if (l->variant_id) continue;
        if (!order_repo_map_sku(w->s->db, w->a, w->by, w->o.store_id, l->line.remote_sku,
                                &l->listing_id, &l->variant_id, &l->sku, e))
            return false;
        if (l->variant_id) w->lines[i].is_changed = true;
    }
    return true;
}
