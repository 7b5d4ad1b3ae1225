#include <stdio.h>

#include "connector/trendyol/trendyol.h"

/* Nothing of a page is ever dropped: what cannot be understood leaves its field empty and a note in
 * the order's report, which a person sees beside the raw payload. A line without a readable id or
 * quantity is left out of `lines` (taking a guessed number from stock would be worse) and noted. */

#define NOTES_MAX 20
#define PIECES_MAX 1000000
#define AMOUNT_MAX ((int64_t)10000000000 * 10000) /* ten milliards: sums of it still fit */
#define EARLIEST ((utc_ms)946684800000) /* 2000-01-01: a number below is seconds, or no time */
#define LATEST ((utc_ms)4102444800000)  /* 2100-01-01 */

enum need { MAY_MISS, MUST_BE };

struct reading {
    struct arena *arena;
    const struct json *object; /* the package or the line being read */
    char place[24];            /* "" or "lines[3]." */
    struct text report;
    int notes;
};

static void note(struct reading *r, const char *field, const char *what)
{
    if (r->notes++ >= NOTES_MAX) return;
    text_print(&r->report, "%s%s%s %s", r->report.len ? "; " : "", r->place, field, what);
}

static void note_unknown(struct reading *r, const char *field, str value)
{
    char shown[40], what[64];
    str_fill(shown, sizeof shown, value);
    snprintf(what, sizeof what, "'%s' is not known", shown);
    note(r, field, what);
}

static str read_text(struct reading *r, const char *field, enum need need)
{
    const struct json *v = json_get(r->object, field);
    if (json_is_null(v)) {
        if (need == MUST_BE) note(r, field, "is missing");
        return (str){ 0 };
    }
    if (v->kind != JSON_STRING && v->kind != JSON_NUMBER) {
        note(r, field, "is not a text");
        return (str){ 0 };
    }
    str text = str_trim(json_text(v));
    if (need == MUST_BE && !text.len) note(r, field, "is empty");
    return text;
}

static money read_money(struct reading *r, const char *field, const char *currency, enum need need)
{
    money m = { 0 };
    const struct json *v = json_get(r->object, field);
    if (json_is_null(v)) {
        if (need == MUST_BE) note(r, field, "is missing");
    } else if (!json_money(v, currency, &m)) {
        note(r, field, "is not an amount");
    } else if (m.e4 < 0 || m.e4 > AMOUNT_MAX) {
        note(r, field, m.e4 < 0 ? "is negative" : "is more than any order costs");
        m = (money){ 0 };
    }
    return m;
}

/* A percent with four decimals has the digits of the same share in parts per million. */
static int64_t read_percent(struct reading *r, const char *field)
{
    money percent = { 0 };
    const struct json *v = json_get(r->object, field);
    if (json_is_null(v)) return 0;
    if (json_money(v, "TRY", &percent) && percent.e4 >= 0 && percent.e4 <= 1000000)
        return percent.e4;
    note(r, field, "is not a percentage");
    return 0;
}

/* Taken as true epoch milliseconds. Their pages say "GMT+3", and whether that means numbers three
 * hours ahead is not confirmed; the number as it came stays in `raw`. */
static utc_ms read_time(struct reading *r, const char *field, enum need need)
{
    int64_t at = 0;
    const struct json *v = json_get(r->object, field);
    if (json_is_null(v)) {
        if (need == MUST_BE) note(r, field, "is missing");
        return 0;
    }
    if (json_i64(v, &at) && at >= EARLIEST && at < LATEST) return at;
    note(r, field, "is not a time in milliseconds");
    return 0;
}

/* A bare number that may pass 64 bits: its digits are the text. */
static str read_tracking_number(struct reading *r)
{
    static const char field[] = "cargoTrackingNumber";
    const struct json *v = json_get(r->object, field);
    str text = read_text(r, field, MAY_MISS);
    if (!v || v->kind != JSON_NUMBER) return text;
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < '0' || text.at[i] > '9') {
            note(r, field, "has lost its digits");
            return (str){ 0 };
        }
    return text;
}

static enum order_status read_status(struct reading *r, const char *field, str theirs)
{
    enum order_status s = trendyol_status(theirs);
    if (s == ORDER_UNKNOWN && theirs.len) note_unknown(r, field, theirs);
    return s;
}

static void read_currency(struct reading *r, char out[4])
{
    str text = read_text(r, "currencyCode", MAY_MISS);
    bool is_code = text.len == 3;
    for (size_t i = 0; is_code && i < 3; i++) is_code = text.at[i] >= 'A' && text.at[i] <= 'Z';
    if (text.len && !is_code) note(r, "currencyCode", "is not a currency");
    str_fill(out, 4, is_code ? text : STR("TRY"));
}

/* The line's own status decides whether its pieces are cancelled: in a package that was cancelled
 * because the rest moved to a new one, the moved lines still stand. Only a line without a status
 * follows its package. */
static void read_line_status(struct reading *r, const struct order *o, struct order_line *line)
{
    line->remote_status = read_text(r, "orderLineItemStatusName", MAY_MISS);
    if (line->remote_status.len) {
        line->status = read_status(r, "orderLineItemStatusName", line->remote_status);
    } else {
        line->remote_status = o->remote_status;
        line->status = o->status;
    }
    line->is_cancelled = line->status == ORDER_CANCELLED;
}

static bool read_line(struct reading *r, const struct order *o, struct order_line *line)
{
    char currency[4];
    *line = (struct order_line){ 0 };
    line->remote_line_id = read_text(r, "lineId", MUST_BE);
    bool is_counted = json_i64_at(r->object, "quantity", &line->quantity) && line->quantity >= 0 &&
                      line->quantity <= PIECES_MAX;
    if (!is_counted) note(r, "quantity", "is not a number of pieces");
    if (!line->remote_line_id.len || !is_counted) {
        note(r, "lineId", "was left out: a person must look at this line");
        return false;
    }
    line->remote_sku = read_text(r, "barcode", MUST_BE);
    line->title = read_text(r, "productName", MAY_MISS);
    read_currency(r, currency);
    line->unit_price = read_money(r, "lineUnitPrice", currency, MUST_BE);
    line->unit_discount = read_money(r, "lineTotalDiscount", currency, MAY_MISS);
    line->vat_ppm = read_percent(r, "vatRate");
    line->commission_ppm = read_percent(r, "commission");
    read_line_status(r, o, line);
    return true;
}

static void read_lines(struct reading *r, struct order *o)
{
    const struct json *package = r->object, *list = json_get(package, "lines");
    if (!list || list->kind != JSON_ARRAY) {
        note(r, "lines", "is not a list");
        return;
    }
    struct order_line *lines = ARENA_ARRAY(r->arena, struct order_line, list->count);
    size_t at = 0, count = 0;
    for (const struct json *v = list->first; v; v = v->next, at++) {
        snprintf(r->place, sizeof r->place, "lines[%zu].", at);
        r->object = v;
        if (read_line(r, o, &lines[count])) count++;
    }
    r->place[0] = 0;
    r->object = package;
    o->lines = lines;
    o->line_count = count;
    if (!list->count) note(r, "lines", "is empty");
}

/* originPackageIds: null, a list, or one id. */
static str read_origins(struct reading *r)
{
    const struct json *v = json_get(r->object, "originPackageIds");
    if (json_is_null(v)) return (str){ 0 };
    if (v->kind != JSON_ARRAY) return read_text(r, "originPackageIds", MAY_MISS);
    struct text ids = { .arena = r->arena };
    for (const struct json *id = v->first; id; id = id->next) {
        str text = json_text(id);
        if (!text.len) {
            note(r, "originPackageIds", "has an entry that is no id");
            continue;
        }
        if (ids.len) text_add_char(&ids, ',');
        text_add(&ids, text);
    }
    return text_str(&ids);
}

static str read_buyer_name(struct reading *r)
{
    str first = read_text(r, "customerFirstName", MAY_MISS);
    str last = read_text(r, "customerLastName", MAY_MISS);
    return str_trim(str_print(r->arena, "%.*s %.*s", STR_ARG(first), STR_ARG(last)));
}

static str written(struct arena *a, const struct json *v)
{
    struct json_writer w = json_writer(a);
    json_put_value(&w, NULL, v);
    return json_written(&w);
}

/* Everything personal under the names they gave it. */
static str read_buyer(struct reading *r)
{
    static const char *const fields[] = {
        "customerId",          "customerEmail",   "identityNumber", "taxNumber", "commercial",
        "deliveryAddressType", "shipmentAddress", "invoiceAddress", NULL
    };
    struct json_writer w = json_writer(r->arena);
    json_open_object(&w, NULL);
    for (const char *const *f = fields; *f; f++) {
        const struct json *v = json_get(r->object, *f);
        if (!json_is_null(v)) json_put_value(&w, *f, v);
    }
    json_close_object(&w);
    return json_written(&w);
}

static void read_package(struct reading *r, struct order *o)
{
    o->remote_number = read_text(r, "orderNumber", MUST_BE);
    o->remote_package_id = read_text(r, "shipmentPackageId", MUST_BE);
    o->origin_package_ids = read_origins(r);
    o->remote_status = read_text(r, "status", MAY_MISS);
    if (!o->remote_status.len) o->remote_status = read_text(r, "shipmentPackageStatus", MUST_BE);
    o->status = read_status(r, "status", o->remote_status);
    o->ordered_at = read_time(r, "orderDate", MUST_BE);
    o->modified_at = read_time(r, "lastModifiedDate", MUST_BE);
    o->ship_by = read_time(r, "agreedDeliveryDate", MAY_MISS);
    o->carrier = read_text(r, "cargoProviderName", MAY_MISS);
    o->tracking_number = read_tracking_number(r);
    o->tracking_url = read_text(r, "cargoTrackingLink", MAY_MISS);
    o->buyer_name = read_buyer_name(r);
    o->buyer_json = read_buyer(r);
    read_lines(r, o);
    const char *currency = o->line_count ? o->lines[0].unit_price.currency : "";
    o->total = read_money(r, "packageTotalPrice", *currency ? currency : "TRY", MUST_BE);
}

static struct order order_of(struct arena *a, const struct json *package)
{
    struct order o = { .status = ORDER_UNKNOWN, .raw = written(a, package) };
    struct reading r = { .arena = a, .object = package, .report = { .arena = a } };
    if (package->kind == JSON_OBJECT)
        read_package(&r, &o);
    else
        note(&r, "the package", "is not an object");
    if (r.notes > NOTES_MAX) text_print(&r.report, "; and %d more", r.notes - NOTES_MAX);
    o.report = text_str(&r.report);
    return o;
}

void trendyol_read_packages(struct arena *a, const struct json *list, struct order_page *out)
{
    struct order *orders = ARENA_ARRAY(a, struct order, list->count);
    size_t count = 0;
    for (const struct json *v = list->first; v; v = v->next) orders[count++] = order_of(a, v);
    *out = (struct order_page){ .orders = orders, .count = count };
}

/* A page as their list and webhook send it, a list of packages, or one package as in order.raw. */
bool trendyol_parse_orders(struct arena *a, str payload, utc_ms now, struct order_page *out,
                           struct err *e)
{
    (void)now;
    const struct json *root = NULL;
    if (!json_parse(a, payload, NULL, &root, e)) return false;
    bool is_package = json_get(root, "orderNumber") || json_get(root, "shipmentPackageId");
    const struct json *content = is_package ? NULL : json_get(root, "content");
    if (root->kind == JSON_ARRAY) content = root;
    if (content && content->kind == JSON_ARRAY) {
        trendyol_read_packages(a, content, out);
        return true;
    }
    if (content || root->kind != JSON_OBJECT)
        return err_set(e, ERR_INVALID, "trendyol.payload",
                       "the payload is no package and no page of packages: it is kept as it came; "
                       "look at it under API calls");
    struct order *order = ARENA_NEW(a, struct order);
    *order = order_of(a, root);
    *out = (struct order_page){ .orders = order, .count = 1 };
    return true;
}
