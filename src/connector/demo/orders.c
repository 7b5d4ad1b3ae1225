#include "connector/demo/demo.h"

#define PIECES_MAX 1000000
#define AMOUNT_MAX ((int64_t)10000000000 * 10000) /* ten milliards: sums of it still fit */

static const struct status_row {
    const char *theirs;
    enum order_status ours;
} statuses[] = {
    { "open", ORDER_NEW },        { "acknowledged", ORDER_PICKING }, { "invoiced", ORDER_READY },
    { "shipped", ORDER_SHIPPED }, { "cancelled", ORDER_CANCELLED },
};

static enum order_status status_of(str theirs)
{
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
        if (str_eq(theirs, str_from(statuses[i].theirs))) return statuses[i].ours;
    return ORDER_UNKNOWN;
}

static void note(struct text *report, const char *field, const char *what)
{
    text_print(report, "%s%s %s", report->len ? "; " : "", field, what);
}

/* A line without id or pieces is left out and noted: a guessed number would go off the stock. */
static bool read_line(const struct json *v, const struct order *o, struct order_line *line,
                      struct text *report)
{
    *line = (struct order_line){
        .remote_line_id = json_text_at(v, "line"),
        .remote_sku = json_text_at(v, "sku"),
        .title = json_text_at(v, "title"),
        .status = o->status,
        .remote_status = o->remote_status,
        .is_cancelled = json_bool_at(v, "cancelled", false) || o->status == ORDER_CANCELLED,
    };
    money price;
    if (json_money(json_get(v, "unit_price"), "TRY", &price) && price.e4 >= 0 &&
        price.e4 <= AMOUNT_MAX)
        line->unit_price = price;
    else
        note(report, "unit_price", "is not an amount");
    if (line->remote_line_id.len && json_i64_at(v, "quantity", &line->quantity) &&
        line->quantity >= 0 && line->quantity <= PIECES_MAX)
        return true;
    note(report, "lines", "has a line without id or quantity, left out");
    return false;
}

/* The numbers are a stranger's: what cannot be summed is noted, and the order has no total. */
static void sum_up(struct order *o, struct text *report)
{
    int64_t sum = 0, part;
    bool has_any = false;
    for (size_t i = 0; i < o->line_count; i++) {
        const struct order_line *line = &o->lines[i];
        has_any = has_any || line->unit_price.currency[0];
        if (__builtin_mul_overflow(line->unit_price.e4, line->quantity, &part) ||
            __builtin_add_overflow(sum, part, &sum) || sum > AMOUNT_MAX) {
            note(report, "lines", "are more than any order costs");
            return;
        }
    }
    if (has_any) o->total = money_of(sum, "TRY");
}

static void read_lines(struct arena *a, const struct json *list, struct order *o,
                       struct text *report)
{
    bool is_list = list && list->kind == JSON_ARRAY;
    if (!is_list) note(report, "lines", "is not a list");
    struct order_line *lines = ARENA_ARRAY(a, struct order_line, is_list ? list->count : 0);
    for (const struct json *v = is_list ? list->first : NULL; v; v = v->next)
        if (read_line(v, o, &lines[o->line_count], report)) o->line_count++;
    o->lines = lines;
    sum_up(o, report);
}

/* Every entry becomes an order; what is not understood stands in its report. */
static struct order order_of(struct arena *a, const struct json *v)
{
    struct text report = { .arena = a };
    struct json_writer raw = json_writer(a);
    json_put_value(&raw, NULL, v);
    str number = json_text_at(v, "number"), status = json_text_at(v, "status");
    struct order o = {
        .remote_number = number,
        .remote_package_id = number, /* one package an order */
        .status = status_of(status),
        .remote_status = status,
        .buyer_name = json_text_at(v, "buyer"),
        .raw = json_written(&raw),
    };
    if (!number.len) note(&report, "number", "is missing");
    if (o.status == ORDER_UNKNOWN) note(&report, "status", "is not known");
    if (!json_i64_at(v, "ordered_at", &o.ordered_at)) note(&report, "ordered_at", "is missing");
    if (!json_i64_at(v, "changed_at", &o.modified_at)) note(&report, "changed_at", "is missing");
    read_lines(a, json_get(v, "lines"), &o, &report);
    o.report = text_str(&report);
    return o;
}

static void read_orders(struct arena *a, const struct json *list, struct order_page *out)
{
    struct order *orders = ARENA_ARRAY(a, struct order, list->count);
    size_t count = 0;
    for (const struct json *v = list->first; v; v = v->next) orders[count++] = order_of(a, v);
    *out = (struct order_page){ .orders = orders, .count = count };
}

static void read_one(struct arena *a, const struct json *v, struct order_page *out)
{
    struct order *order = ARENA_NEW(a, struct order);
    *order = order_of(a, v);
    *out = (struct order_page){ .orders = order, .count = 1 };
}

bool demo_parse_orders(struct arena *a, str payload, utc_ms now, struct order_page *out,
                       struct err *e)
{
    (void)now;
    const struct json *root = NULL;
    if (!json_parse(a, payload, NULL, &root, e)) return false;
    const struct json *list = json_get(root, "orders");
    if (list && list->kind == JSON_ARRAY) {
        read_orders(a, list, out);
        return true;
    }
    if (list || root->kind != JSON_OBJECT)
        return err_set(e, ERR_INVALID, "demo.payload",
                       "the payload is no order and no page of them");
    read_one(a, root, out);
    return true;
}

bool demo_pull_orders(struct visit *v, const struct order_query *q, struct order_page *out,
                      struct err *e)
{
    str after = str_url_encode(v->arena, q->cursor);
    struct demo_call c = {
        .method = "GET",
        .purpose = "orders.list",
        .group = "general",
        .path = str_print(v->arena, "/v1/orders?since=%lld&until=%lld&limit=50&after=%.*s",
                          (long long)q->since, (long long)q->until, STR_ARG(after)),
    };
    const struct json *root = NULL;
    if (!demo_call(v, &c, &root, e)) return false;
    const struct json *list = json_get(root, "orders");
    str next = json_text_at(root, "next");
    if (!list || list->kind != JSON_ARRAY) return demo_unreadable(&c, "a page without orders", e);
    if (next.len && str_eq(next, q->cursor)) return demo_unreadable(&c, "the same page again", e);
    read_orders(v->arena, list, out);
    out->cursor = next;
    return true;
}

static str order_path(struct arena *a, str number, const char *action)
{
    return str_print(a, "/v1/orders/%.*s%s", STR_ARG(str_url_encode(a, number)), action);
}

/* No such order gives an empty page. */
bool demo_find_order(struct visit *v, str remote_number, struct order_page *out, struct err *e)
{
    struct demo_call c = { .method = "GET",
                           .purpose = "order.get",
                           .group = "general",
                           .path = order_path(v->arena, remote_number, "") };
    const struct json *root = NULL;
    struct err why = { .marketplace = e ? e->marketplace : NULL };
    if (demo_call(v, &c, &root, &why)) {
        read_one(v->arena, root, out);
        return true;
    }
    if (why.kind != ERR_NOT_FOUND) {
        if (e) *e = why;
        return false;
    }
    *out = (struct order_page){ 0 };
    return true;
}

static bool notice(struct visit *v, const struct shipment_notice *n, const char *action, str body,
                   struct err *e)
{
    struct demo_call c = {
        .method = "POST",
        .purpose = "order.notice",
        .group = "general",
        .path = order_path(v->arena, n->remote_number, action),
        .body = body,
        .changes_something = true,
    };
    const struct json *root = NULL;
    return demo_call(v, &c, &root, e);
}

bool demo_acknowledge(struct visit *v, const struct shipment_notice *n, struct err *e)
{
    return notice(v, n, "/acknowledge", STR("{}"), e);
}

bool demo_invoice(struct visit *v, const struct shipment_notice *n, struct err *e)
{
    struct json_writer w = json_writer(v->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "invoice", n->invoice_number);
    json_close_object(&w);
    return notice(v, n, "/invoice", json_written(&w), e);
}
