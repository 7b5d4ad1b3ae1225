#include "api/order_write.h"

#include "api/resources.h"
#include "connector/connector.h"

void put_order(struct json_writer *w, const char *key, const struct stored_order *o, str buyer)
{
    json_open_object(w, key);
    json_put_id(w, "id", o->id);
    json_put_id(w, "store_id", o->store_id);
    json_put_text(w, "store_name", o->store_name);
    json_put_text(w, "marketplace", o->marketplace);
    json_put_text(w, "number", o->remote_number);
    json_put_cstr(w, "status", order_status_name(o->status));
    json_put_bool(w, "short", o->is_short);
    json_put_bool(w, "unmapped", o->is_unmapped);
    put_time(w, "ordered_at", o->ordered_at ? o->ordered_at : o->received_at);
    put_time(w, "modified_at", o->modified_at ? o->modified_at : o->received_at);
    put_time(w, "received_at", o->received_at);
    json_put_time(w, "ship_by", o->ship_by);
    json_put_money(w, "total", o->total);
    json_put_i64(w, "pieces", o->piece_count);
    json_put_text(w, "buyer", buyer);
    if (o->report.len)
        json_put_text(w, "report", o->report);
    else
        json_put_null(w, "report");
    json_close_object(w);
}

static void put_package(struct json_writer *w, const struct stored_order *o,
                        const struct stored_package *p)
{
    str rest = p->origin_package_ids, id;
    json_open_object(w, NULL);
    json_put_id(w, "id", p->id);
    json_put_text(w, "remote_id", p->remote_package_id);
    json_open_array(w, "origin_ids");
    while (str_next(&rest, ',', &id)) json_put_text(w, NULL, id);
    json_close_array(w);
    json_put_cstr(w, "status", order_status_name(p->status));
    json_put_text(w, "remote_status", p->remote_status);
    put_time(w, "modified_at", p->modified_at ? p->modified_at : o->received_at);
    json_put_text(w, "carrier", p->carrier);
    json_put_text(w, "tracking_number", p->tracking_number);
    json_put_text(w, "tracking_url", p->tracking_url);
    json_close_object(w);
}

static void put_line(struct json_writer *w, const struct stored_line *l)
{
    json_open_object(w, NULL);
    json_put_id(w, "id", l->id);
    json_put_id(w, "package_id", l->package_id);
    json_put_text(w, "remote_line_id", l->line.remote_line_id);
    json_put_text(w, "remote_sku", l->line.remote_sku);
    if (l->sku.len)
        json_put_text(w, "sku", l->sku);
    else
        json_put_null(w, "sku");
    json_put_id(w, "variant_id", l->variant_id);
    json_put_id(w, "listing_id", l->listing_id);
    json_put_text(w, "title", l->line.title);
    json_put_i64(w, "quantity", l->line.quantity);
    json_put_i64(w, "taken", l->taken);
    json_put_bool(w, "short", l->is_short);
    json_put_bool(w, "unmapped", l->variant_id == 0);
    json_put_bool(w, "cancelled", l->line.is_cancelled);
    json_put_cstr(w, "status", order_status_name(l->line.status));
    json_put_text(w, "remote_status", l->line.remote_status);
    put_money(w, "unit_price", l->line.unit_price);
    put_money(w, "unit_discount", l->line.unit_discount);
    json_close_object(w);
}

static void put_moment(struct json_writer *w, const struct order_event *ev)
{
    json_open_object(w, NULL);
    put_time(w, "at", ev->at);
    json_put_cstr(w, "kind", ev->kind);
    put_object(w, "detail", ev->detail);
    json_put_id(w, "user_id", ev->user_id);
    json_put_id(w, "call_id", ev->call_id);
    json_close_object(w);
}

bool order_action_is_known(str marketplace, enum order_action action)
{
    const struct connector *c = connector_find(marketplace);
    if (!c) return false;
    return action == ORDER_ACKNOWLEDGE ? c->acknowledge != NULL : c->invoice != NULL;
}

static bool may_now(const struct stored_order *o, enum order_action action)
{
    if (!order_action_is_known(o->marketplace, action)) return false;
    for (size_t i = 0; i < o->package_count; i++)
        if (order_may(o->packages[i].status, action)) return true;
    return false;
}

void put_order_detail(struct json_writer *w, const struct stored_order *o, str buyer,
                      const struct order_event *events, size_t count)
{
    static const enum order_action actions[] = { ORDER_ACKNOWLEDGE, ORDER_INVOICE };
    json_open_object(w, NULL);
    put_order(w, "order", o, buyer);
    json_open_array(w, "actions");
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (may_now(o, actions[i])) json_put_cstr(w, NULL, order_action_name(actions[i]));
    json_close_array(w);
    json_open_array(w, "packages");
    for (size_t i = 0; i < o->package_count; i++) put_package(w, o, &o->packages[i]);
    json_close_array(w);
    json_open_array(w, "lines");
    for (size_t i = 0; i < o->line_count; i++) put_line(w, &o->lines[i]);
    json_close_array(w);
    json_open_array(w, "timeline");
    for (size_t i = 0; i < count; i++) put_moment(w, &events[i]);
    json_close_array(w);
    json_close_object(w);
}
