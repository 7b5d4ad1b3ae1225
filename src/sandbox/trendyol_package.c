#include "sandbox/trendyol.h"

#define UNTIL_SHIPMENT UTC_DAY
#define UNTIL_AGREED (2 * UTC_DAY)

void ty_put_kurus(struct json_writer *w, const char *key, int64_t kurus)
{
    char digits[MONEY_TEXT_SIZE];
    json_put_raw(w, key, str_from(money_text(money_of(kurus * 100, "TRY"), 2, digits)));
}

/* A total shared among pieces: the first ones carry the odd kuruş. */
static int64_t share_of(int64_t total, int64_t pieces, int64_t index)
{
    return total / pieces + (index < total % pieces);
}

/* A total's share of one piece as the line shows it: rounded half up. */
static int64_t shown_share(int64_t total, int64_t pieces)
{
    return (total * 2 + pieces) / (pieces * 2);
}

struct ty_totals ty_package_totals(const struct ty_package *p)
{
    struct ty_totals sum = { 0 };
    for (size_t l = 0; l < p->line_count; l++) {
        const struct ty_line *line = &p->lines[l];
        sum.gross += line->unit_gross * line->quantity;
        for (int64_t i = line->from; i < line->from + line->quantity; i++) {
            sum.seller_discount += share_of(line->seller_discount, line->pieces, i);
            sum.ty_discount += share_of(line->ty_discount, line->pieces, i);
        }
    }
    return sum;
}

/* The buyer, made from the order's face; all invented. */
static const char *const first_names[] = { "Ayşe", "Mehmet", "Zeynep", "Çağrı",
                                           "İpek", "Oğuz",   "Şule",   "Ünal" };
static const char *const last_names[] = {
    "Örnek", "Deneme", "Sınama", "Taslak", "Numune", "Kurgu"
};
static const struct place {
    const char *city, *district, *post_code;
    int code;
} places[] = { { "İstanbul", "Kadıköy", "34700", 34 },
               { "Ankara", "Çankaya", "06680", 6 },
               { "İzmir", "Karşıyaka", "35600", 35 },
               { "Şanlıurfa", "Eyyübiye", "63040", 63 } };

#define PICK(list, face) (list[(face) % (sizeof(list) / sizeof(list)[0])])

static const char *first_name(const struct ty_order *o)
{
    return PICK(first_names, o->face);
}

static const char *last_name(const struct ty_order *o)
{
    return PICK(last_names, o->face / 8);
}

static bool has_company(const struct ty_order *o)
{
    return o->face / 1024 % 8 == 0;
}

static void write_address(const struct ty_order *o, struct json_writer *w, const char *key,
                          bool is_invoice)
{
    const struct place *at = &PICK(places, o->face / 64);
    struct arena *a = w->out.arena;
    str street = str_print(a, "Deneme Sokak No %d", (int)(o->face / 4096 % 90) + 1);
    json_open_object(w, key);
    json_put_i64(w, "id", (int64_t)(o->face % 90000000) + (is_invoice ? 1 : 0));
    json_put_cstr(w, "firstName", first_name(o));
    json_put_cstr(w, "lastName", last_name(o));
    json_put_cstr(w, "company", is_invoice && has_company(o) ? "Deneme Ticaret A.Ş." : "");
    json_put_text(w, "address1", street);
    json_put_cstr(w, "address2", "");
    json_put_cstr(w, "city", at->city);
    json_put_i64(w, "cityCode", at->code);
    json_put_cstr(w, "district", at->district);
    json_put_i64(w, "districtId", at->code * 100 + 1);
    json_put_cstr(w, "neighborhood", "Deneme Mahallesi");
    json_put_i64(w, "neighborhoodId", at->code * 1000 + 1);
    json_put_cstr(w, "postalCode", at->post_code);
    json_put_cstr(w, "countryCode", "TR");
    if (o->face / 256 % 2)
        json_put_null(w, "phone");
    else
        json_put_text(w, "phone", str_print(a, "+90555000%04d", (int)(o->face / 512 % 10000)));
    json_put_text(
        w, "fullAddress",
        str_print(a, "Deneme Mahallesi %.*s %s %s", STR_ARG(street), at->district, at->city));
    json_put_text(w, "fullName", str_print(a, "%s %s", first_name(o), last_name(o)));
    if (is_invoice && has_company(o)) {
        json_put_cstr(w, "taxOffice", "Deneme");
        json_put_cstr(w, "taxNumber", "1111111111");
    }
    json_close_object(w);
}

static void write_buyer(const struct ty_package *p, struct json_writer *w)
{
    const struct ty_order *o = p->order;
    str mail =
        str_print(w->out.arena, "pf+%llx@relay.invalid", (unsigned long long)(o->face & 0xffffff));
    json_put_i64(w, "customerId", (int64_t)(o->face % 9000000) + 1000000);
    json_put_cstr(w, "customerFirstName", first_name(o));
    json_put_cstr(w, "customerLastName", last_name(o));
    json_put_text(w, "customerEmail", mail);
    json_put_cstr(w, "identityNumber", o->face / 2048 % 4 ? "11111111111" : NULL);
    json_put_cstr(w, "taxNumber", has_company(o) ? "1111111111" : NULL);
    if (p->status <= TY_VERIFIED) { /* payment pending: the address is withheld */
        json_put_null(w, "shipmentAddress");
        json_put_null(w, "invoiceAddress");
        return;
    }
    write_address(o, w, "shipmentAddress", false);
    write_address(o, w, "invoiceAddress", true);
}

static void write_pieces(const struct ty_line *line, struct json_writer *w)
{
    json_open_array(w, "discountDetails");
    for (int64_t i = line->from; i < line->from + line->quantity; i++) {
        int64_t seller = share_of(line->seller_discount, line->pieces, i);
        int64_t marketplace = share_of(line->ty_discount, line->pieces, i);
        json_open_object(w, NULL);
        json_put_i64(w, "lineItemId", line->first_item + i);
        ty_put_kurus(w, "lineItemPrice", line->unit_gross - seller - marketplace);
        ty_put_kurus(w, "lineItemSellerDiscount", seller);
        ty_put_kurus(w, "lineItemTyDiscount", marketplace);
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_line(const struct ty_package *p, const struct ty_line *line,
                       struct json_writer *w)
{
    int64_t seller = shown_share(line->seller_discount, line->pieces);
    int64_t marketplace = shown_share(line->ty_discount, line->pieces);
    json_open_object(w, NULL);
    json_put_i64(w, "lineId", line->id);
    json_put_i64(w, "quantity", line->quantity);
    json_put_text(w, "stockCode", line->listing->stock_code);
    json_put_text(w, "barcode", line->listing->barcode);
    json_put_i64(w, "contentId", line->listing->content_id);
    json_put_text(w, "productName", line->listing->title);
    json_put_null(w, "productSize");
    json_put_null(w, "productColor");
    json_put_cstr(w, "productOrigin", "TR");
    json_put_i64(w, "productCategoryId", 411);
    json_put_i64(w, "sellerId", p->order->seller->id);
    ty_put_kurus(w, "lineGrossAmount", line->unit_gross);
    ty_put_kurus(w, "lineSellerDiscount", seller);
    ty_put_kurus(w, "lineTyDiscount", marketplace);
    ty_put_kurus(w, "lineTotalDiscount", seller + marketplace);
    ty_put_kurus(w, "lineUnitPrice", line->unit_gross - seller - marketplace);
    write_pieces(line, w);
    json_put_i64(w, "vatRate", 20);
    json_put_raw(w, "commission", STR("17.0"));
    json_put_cstr(w, "currencyCode", "TRY");
    json_put_cstr(w, "orderLineItemStatusName", ty_status_name(p->status));
    json_put_cstr(w, "cancelledBy", p->cancelled_by);
    json_put_cstr(w, "cancelReason", p->cancel_reason);
    if (p->cancel_code)
        json_put_i64(w, "cancelReasonCode", p->cancel_code);
    else
        json_put_null(w, "cancelReasonCode");
    json_put_i64(w, "salesCampaignId", 1);
    json_close_object(w);
}

static void write_cargo(const struct ty_package *p, struct json_writer *w)
{
    json_put_raw(w, "cargoTrackingNumber", p->tracking.len ? p->tracking : STR("null"));
    json_put_cstr(w, "cargoTrackingLink", p->tracking.len ? "https://kargo.invalid/takip" : NULL);
    json_put_text(w, "cargoSenderNumber",
                  str_print(w->out.arena, "%lld", (long long)(p->id % 1000000000)));
    json_put_cstr(w, "cargoProviderName", p->id % 3 ? "Trendyol Express" : "Aras Kargo");
    json_put_raw(w, "cargoDeci", STR("1.0"));
}

static void write_dates(const struct trendyol *ty, const struct ty_package *p,
                        struct json_writer *w)
{
    json_put_i64(w, "orderDate", p->order->at + ty->settings.order_date_shift_ms);
    json_put_i64(w, "lastModifiedDate", p->modified);
    json_put_i64(w, "originShipmentDate", p->order->at + UNTIL_SHIPMENT);
    json_put_i64(w, "agreedDeliveryDate", p->order->at + UNTIL_AGREED);
    json_open_array(w, "packageHistories");
    for (size_t i = 0; i < p->history_count; i++) {
        json_open_object(w, NULL);
        json_put_i64(w, "createdDate", p->history[i].at);
        json_put_cstr(w, "status", ty_status_name(p->history[i].status));
        json_close_object(w);
    }
    json_close_array(w);
}

static void write_money(const struct ty_package *p, struct json_writer *w)
{
    struct ty_totals sum = ty_package_totals(p);
    ty_put_kurus(w, "packageGrossAmount", sum.gross);
    ty_put_kurus(w, "packageSellerDiscount", sum.seller_discount);
    ty_put_kurus(w, "packageTyDiscount", sum.ty_discount);
    ty_put_kurus(w, "packageTotalDiscount", sum.seller_discount + sum.ty_discount);
    ty_put_kurus(w, "packageTotalPrice", sum.gross - sum.seller_discount - sum.ty_discount);
}

static void write_facts(const struct ty_package *p, struct json_writer *w)
{
    json_put_cstr(w, "createdBy", p->created_by);
    if (p->origin) {
        json_open_array(w, "originPackageIds");
        json_put_i64(w, NULL, p->origin);
        json_close_array(w);
    } else {
        json_put_null(w, "originPackageIds");
    }
    json_put_i64(w, "warehouseId", 1);
    json_put_i64(w, "whoPays", 1);
    json_put_cstr(w, "deliveryType", "normal");
    json_put_cstr(w, "deliveryAddressType", "Shipment");
    json_put_bool(w, "fastDelivery", false);
    json_put_bool(w, "commercial", has_company(p->order));
    json_put_bool(w, "micro", false);
    json_put_bool(w, "isCod", false);
    json_put_bool(w, "giftBoxRequested", false);
    json_put_null(w, "invoiceLink");
    json_put_null(w, "invoiceStatus");
    json_put_null(w, "etgbNo");
    json_put_null(w, "hsCode");
    json_put_bool(w, "containsDangerousProduct", false);
}

void ty_package_write(const struct trendyol *ty, const struct ty_package *p, struct json_writer *w)
{
    json_open_object(w, NULL);
    json_put_i64(w, "shipmentPackageId", p->id);
    json_put_text(w, "orderNumber", p->order->number);
    json_put_cstr(w, "status", ty_status_name(p->status));
    json_put_cstr(w, "shipmentPackageStatus", ty_status_name(p->status));
    json_put_cstr(w, "paymentMethod", "CREDIT_CARD");
    json_put_cstr(w, "orderCountryCode", "TR");
    json_put_i64(w, "supplierId", p->order->seller->id);
    json_put_i64(w, "channelId", 1);
    write_money(p, w);
    write_buyer(p, w);
    write_cargo(p, w);
    write_dates(ty, p, w);
    write_facts(p, w);
    json_open_array(w, "lines");
    for (size_t l = 0; l < p->line_count; l++) write_line(p, &p->lines[l], w);
    json_close_array(w);
    json_close_object(w);
}
