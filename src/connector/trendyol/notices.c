#include "connector/trendyol/trendyol.h"

/* Line ids are numbers there and texts here; an id without a number's form goes out as a text. */
static void put_line(struct json_writer *w, const struct order_line *line)
{
    str id = line->remote_line_id;
    bool is_number = trendyol_is_digits(id) && (id.at[0] != '0' || id.len == 1);
    json_open_object(w, NULL);
    if (is_number)
        json_put_raw(w, "lineId", id);
    else
        json_put_text(w, "lineId", id);
    json_put_i64(w, "quantity", line->quantity);
    json_close_object(w);
}

/* All lines of the package but the cancelled ones: whether a subset is taken is not documented. */
static str notice_body(struct arena *a, const struct shipment_notice *n, const char *status)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_open_array(&w, "lines");
    for (size_t i = 0; i < n->line_count; i++)
        if (!n->lines[i].is_cancelled) put_line(&w, &n->lines[i]);
    json_close_array(&w);
    json_open_object(&w, "params");
    if (n->invoice_number.len) json_put_text(&w, "invoiceNumber", n->invoice_number);
    json_close_object(&w);
    json_put_cstr(&w, "status", status);
    json_close_object(&w);
    return json_written(&w);
}

static bool has_live_line(const struct shipment_notice *n)
{
    for (size_t i = 0; i < n->line_count; i++)
        if (!n->lines[i].is_cancelled) return true;
    return false;
}

static bool send_notice(struct visit *v, const struct shipment_notice *n, const char *status,
                        struct err *e)
{
    if (!n->remote_package_id.len || !has_live_line(n)) {
        err_set(e, ERR_CONFLICT, "order.nothing_to_ship",
                "package %.*s of order %.*s has no line left to tell of: pull the order again",
                STR_ARG(str_cut(n->remote_package_id, 0, 40)),
                STR_ARG(str_cut(n->remote_number, 0, 40)));
        return err_arg(e, "order", n->remote_number);
    }
    str package = str_url_encode(v->arena, n->remote_package_id);
    struct trendyol_call c = {
        .kind = CALL_PACKAGE,
        .method = "PUT",
        .purpose = "package.status",
        .group = "package_status",
        .path = str_print(v->arena, "/order/sellers/%.*s/shipment-packages/%.*s",
                          STR_ARG(trendyol_seller(v)), STR_ARG(package)),
        .body = notice_body(v->arena, n, status),
    };
    struct http_reply reply;
    const struct json *root = NULL;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    return trendyol_answer(v, &c, &reply, &root, e); /* what a success says is not documented */
}

bool trendyol_acknowledge(struct visit *v, const struct shipment_notice *n, struct err *e)
{
    struct shipment_notice plain = *n;
    plain.invoice_number = (str){ 0 };
    return send_notice(v, &plain, "Picking", e);
}

bool trendyol_invoice(struct visit *v, const struct shipment_notice *n, struct err *e)
{
    return send_notice(v, n, "Invoiced", e);
}
