#include "sandbox/control.h"
#include "sandbox/trendyol.h"

/* What the marketplace sold, what it believes, what became of each order. */

struct fate {
    const struct ty_listing *listing;
    int64_t ordered, cancelled, unsupplied;
};

static struct fate *fate_of(struct fate *fates, size_t *count, const struct ty_listing *l)
{
    for (size_t i = 0; i < *count; i++)
        if (fates[i].listing == l) return &fates[i];
    fates[*count].listing = l;
    return &fates[(*count)++];
}

/* Pieces per listing; a split's parent is superseded by its children and does not count. */
static void write_fates(const struct ty_order *o, struct json_writer *w)
{
    size_t room = 0, count = 0;
    for (const struct ty_package *p = o->packages; p; p = p->next) room += p->line_count;
    struct fate *fates = ARENA_ARRAY(w->out.arena, struct fate, room + 1);
    for (const struct ty_package *p = o->packages; p; p = p->next) {
        for (size_t l = 0; p->status != TY_UNPACKED && l < p->line_count; l++) {
            struct fate *f = fate_of(fates, &count, p->lines[l].listing);
            int64_t pieces = p->lines[l].quantity;
            f->ordered += pieces;
            if (p->status == TY_CANCELLED) f->cancelled += pieces;
            if (p->status == TY_UNSUPPLIED) f->unsupplied += pieces;
        }
    }
    json_open_array(w, "pieces");
    for (size_t i = 0; i < count; i++) {
        json_open_object(w, NULL);
        json_put_text(w, "barcode", fates[i].listing->barcode);
        json_put_i64(w, "ordered", fates[i].ordered);
        json_put_i64(w, "cancelled", fates[i].cancelled);
        json_put_i64(w, "unsupplied", fates[i].unsupplied);
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_package(const struct ty_package *p, struct json_writer *w)
{
    json_open_object(w, NULL);
    json_put_i64(w, "shipmentPackageId", p->id);
    json_put_cstr(w, "status", ty_status_name(p->status));
    json_put_cstr(w, "createdBy", p->created_by);
    if (p->origin)
        json_put_i64(w, "originPackageId", p->origin);
    else
        json_put_null(w, "originPackageId");
    json_put_bool(w, "visible", !p->is_hidden);
    json_put_i64(w, "lastModifiedDate", p->modified);
    json_put_text(w, "cargoTrackingNumber", p->tracking);
    json_open_array(w, "lines");
    for (size_t l = 0; l < p->line_count; l++) {
        json_open_object(w, NULL);
        json_put_i64(w, "lineId", p->lines[l].id);
        json_put_text(w, "barcode", p->lines[l].listing->barcode);
        json_put_i64(w, "quantity", p->lines[l].quantity);
        ty_put_kurus(w, "unitGross", p->lines[l].unit_gross);
        json_close_object(w);
    }
    json_close_array(w);
    json_close_object(w);
}

void ty_order_write(const struct ty_order *o, struct json_writer *w)
{
    json_open_object(w, NULL);
    json_put_text(w, "orderNumber", o->number);
    json_put_i64(w, "seller", o->seller->id);
    json_put_i64(w, "at", o->at);
    write_fates(o, w);
    json_open_array(w, "packages");
    for (const struct ty_package *p = o->packages; p; p = p->next) write_package(p, w);
    json_close_array(w);
    json_close_object(w);
}

static void write_listing(const struct ty_listing *l, struct json_writer *w)
{
    json_open_object(w, NULL);
    json_put_text(w, "barcode", l->barcode);
    json_put_text(w, "stockCode", l->stock_code);
    json_put_i64(w, "quantity", l->quantity);
    ty_put_kurus(w, "salePrice", l->sale);
    ty_put_kurus(w, "listPrice", l->list);
    json_put_bool(w, "approved", l->is_approved);
    json_put_bool(w, "locked", l->is_locked);
    json_put_bool(w, "archived", l->is_archived);
    json_put_i64(w, "sold", l->sold);
    json_put_i64(w, "cancelled", l->cancelled);
    json_put_i64(w, "unsupplied", l->unsupplied);
    json_put_i64(w, "net", l->sold - l->cancelled - l->unsupplied);
    json_put_i64(w, "oversold", l->oversold);
    json_put_i64(w, "offersApplied", l->offers_applied);
    json_put_i64(w, "offersFailed", l->offers_failed);
    json_close_object(w);
}

static void write_counts(const struct ty_seller *seller, struct json_writer *w)
{
    int64_t packages[TY_STATUS_COUNT] = { 0 }, sold = 0, cancelled = 0, unsupplied = 0;
    for (const struct ty_package *p = seller->newest; p; p = p->older) packages[p->status]++;
    for (size_t i = 0; i < seller->shelf_count; i++) {
        sold += seller->shelf[i]->sold;
        cancelled += seller->shelf[i]->cancelled;
        unsupplied += seller->shelf[i]->unsupplied;
    }
    json_open_object(w, "counts");
    json_put_i64(w, "listings", (int64_t)seller->shelf_count);
    json_put_i64(w, "orders", (int64_t)seller->order_count);
    json_put_i64(w, "sold", sold);
    json_put_i64(w, "cancelled", cancelled);
    json_put_i64(w, "unsupplied", unsupplied);
    json_open_object(w, "packages");
    for (int s = 0; s < TY_STATUS_COUNT; s++)
        if (packages[s]) json_put_i64(w, ty_status_name((enum ty_status)s), packages[s]);
    json_close_object(w);
    json_close_object(w);
}

static void write_book(const struct ty_seller *seller, struct json_writer *w, bool with_orders,
                       size_t first, size_t limit)
{
    json_open_object(w, NULL);
    json_put_i64(w, "seller", seller->id);
    write_counts(seller, w);
    json_open_array(w, "listings");
    for (size_t i = 0; i < seller->shelf_count; i++) write_listing(seller->shelf[i], w);
    json_close_array(w);
    json_open_array(w, "orders");
    for (size_t i = first; with_orders && i < seller->order_count && i - first < limit; i++)
        ty_order_write(seller->orders[i], w);
    json_close_array(w);
    json_close_object(w);
}

void ty_books_get(struct http_exchange *x)
{
    struct sandbox *s = x->context;
    struct trendyol *ty = trendyol_of(s);
    struct json_writer w = json_writer(x->arena);
    int64_t only = control_number(x, "seller", INT64_MAX, 0);
    bool with_orders = !str_eq(http_query_value(x, "orders"), STR("false"));
    size_t first = (size_t)control_number(x, "orders_from", INT32_MAX, 0);
    size_t limit = (size_t)control_number(x, "orders_limit", INT32_MAX, INT32_MAX);
    sim_lock(s);
    json_open_object(&w, NULL);
    json_put_i64(&w, "now", s->at);
    json_open_array(&w, "sellers");
    for (size_t i = 0; i < ty->seller_count; i++)
        if (!only || ty->sellers[i]->id == only)
            write_book(ty->sellers[i], &w, with_orders, first, limit);
    json_close_array(&w);
    json_close_object(&w);
    sim_unlock(s);
    control_answer(x, 200, &w);
}
