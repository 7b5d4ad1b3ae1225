#include "sandbox/trendyol.h"

static const char wrong_state[] = "Shipment Update Edilebilir Bir Durumda Değil.";

/* The package of the path; a refused call when the seller has none of this id. The gateway knows it
 * as 401, some answers are 404: both are played. */
static struct ty_package *package_of(struct ty_call *c)
{
    int64_t id = 0;
    struct ty_package *p = str_to_i64(c->x->params[1], &id) ? ty_package_find(c->seller, id) : NULL;
    if (p) return p;
    ty_breach(c, "package.unknown", "%.*s", STR_ARG(str_cut(c->x->params[1], 0, 40)));
    if (c->ty->settings.unknown_package == 0)
        ty_refuse(c, 401, "ClientApiAuthenticationException", "Unauthorized");
    else
        ty_refuse(c, 404, "shipment.package.not.found", "Paket bulunamadı");
    return NULL;
}

static void refuse_state(struct ty_call *c, const struct ty_package *p)
{
    ty_breach(c, "state.wrong", "package %lld is %s", (long long)p->id, ty_status_name(p->status));
    ty_refuse_order(c, 400, "Bad Request", wrong_state);
}

static void refuse_lines(struct ty_call *c, const char *message)
{
    ty_breach(c, "lines.wrong", "%s", message);
    ty_refuse_order(c, 400, "Bad Request", message);
}

/* The parts named by [{id_key, quantity_key}]; NULL (and refused) when the list is none. */
static struct ty_part *read_parts(struct ty_call *c, const struct json *list, const char *id_key,
                                  const char *quantity_key, size_t *count)
{
    struct ty_part *parts = NULL;
    size_t n = 0;
    if (list && list->kind == JSON_ARRAY && list->count)
        parts = ARENA_ARRAY(c->x->arena, struct ty_part, list->count);
    for (const struct json *v = parts ? list->first : NULL; v; v = v->next, n++) {
        if (json_i64_at(v, id_key, &parts[n].line_id) &&
            json_i64_at(v, quantity_key, &parts[n].quantity))
            continue;
        parts = NULL;
        break;
    }
    if (!parts) refuse_lines(c, "lines alanı hatalı");
    *count = n;
    return parts;
}

static bool names_whole_package(const struct ty_package *p, const struct ty_part *parts,
                                size_t count)
{
    for (size_t l = 0; l < p->line_count; l++) {
        int64_t expected = 0, named = 0;
        for (size_t k = 0; k < p->line_count; k++)
            if (p->lines[k].id == p->lines[l].id) expected += p->lines[k].quantity;
        for (size_t i = 0; i < count; i++)
            if (parts[i].line_id == p->lines[l].id) named += parts[i].quantity;
        if (named != expected) return false;
    }
    return count <= p->line_count;
}

void ty_run_package_status(struct ty_call *c)
{
    const struct json *body = NULL;
    struct ty_package *p = package_of(c);
    size_t count = 0;
    if (!p || !ty_body(c, &body)) return;
    str status = json_text_at(body, "status");
    bool is_picking = str_eq(status, STR("Picking")), is_invoiced = str_eq(status, STR("Invoiced"));
    if (!is_picking && !is_invoiced) {
        refuse_lines(c, "status Picking ya da Invoiced olmalıdır");
        return;
    }
    struct ty_part *parts = read_parts(c, json_get(body, "lines"), "lineId", "quantity", &count);
    if (!parts) return;
    /* Whether a part of a package is taken is not documented; a strict marketplace refuses it. */
    if (!names_whole_package(p, parts, count)) {
        refuse_lines(c, "Paketin tüm satırları gönderilmelidir");
        return;
    }
    if (p->status != (is_picking ? TY_CREATED : TY_PICKING)) {
        refuse_state(c, p);
        return;
    }
    ty_package_move(c->ty, p, is_picking ? TY_PICKING : TY_INVOICED);
}

void ty_run_unsupplied(struct ty_call *c)
{
    static const struct {
        int64_t id;
        const char *text;
    } reasons[] = {
        { 500, "Stok tükendi" },       { 501, "Kusurlu ürün" }, { 502, "Hatalı fiyat" },
        { 504, "Entegrasyon hatası" }, { 505, "Toplu alım" },   { 506, "Mücbir sebep" }
    };
    const struct json *body = NULL;
    struct ty_package *p = package_of(c);
    int64_t reason = 0;
    size_t count = 0, r = 0;
    if (!p || !ty_body(c, &body)) return;
    while (json_i64_at(body, "reasonId", &reason) && r < sizeof reasons / sizeof reasons[0] &&
           reasons[r].id != reason)
        r++;
    if (!reason || r == sizeof reasons / sizeof reasons[0]) {
        refuse_lines(c, "Geçersiz reasonId");
        return;
    }
    struct ty_part *parts = read_parts(c, json_get(body, "lines"), "lineId", "quantity", &count);
    if (!parts) return;
    if (p->status < TY_CREATED || !ty_status_is_open(p->status)) {
        refuse_state(c, p);
        return;
    }
    struct ty_ending how = { TY_UNSUPPLIED, "Seller", reasons[r].text, reason };
    if (!ty_package_end(c->ty, p, parts, count, how, NULL))
        refuse_lines(c, "Satır pakette bulunamadı");
}

/* The four forms of a split, all read into groups of parts. */

struct split_plan {
    struct ty_group_of_parts *groups;
    size_t count;
};

static int64_t line_quantity(const struct ty_package *p, int64_t line_id)
{
    int64_t sum = 0;
    for (size_t l = 0; l < p->line_count; l++)
        if (p->lines[l].id == line_id) sum += p->lines[l].quantity;
    return sum;
}

/* {"orderLineIds": [..]}: whole lines. */
static bool read_ids_group(struct ty_call *c, const struct ty_package *p, const struct json *ids,
                           struct ty_group_of_parts *out)
{
    if (!ids || ids->kind != JSON_ARRAY || !ids->count) return false;
    struct ty_part *parts = ARENA_ARRAY(c->x->arena, struct ty_part, ids->count);
    for (const struct json *v = ids->first; v; v = v->next) {
        struct ty_part *part = &parts[out->count++];
        if (!json_i64(v, &part->line_id)) return false;
        part->quantity = line_quantity(p, part->line_id);
    }
    out->parts = parts;
    return true;
}

/* {"quantitySplit": [{"orderLineId": 1, "quantities": [1, 1]}]}: the nth quantity of each line goes
 * into the nth package. */
static bool read_quantity_groups(struct ty_call *c, const struct json *list,
                                 struct split_plan *plan)
{
    for (const struct json *v = list->first; v; v = v->next) {
        const struct json *quantities = json_get(v, "quantities");
        if (!quantities || quantities->kind != JSON_ARRAY) return false;
        if (quantities->count > plan->count) plan->count = quantities->count;
    }
    plan->groups = ARENA_ARRAY(c->x->arena, struct ty_group_of_parts, plan->count + 1);
    for (size_t g = 0; g < plan->count; g++) {
        struct ty_part *parts = ARENA_ARRAY(c->x->arena, struct ty_part, list->count);
        plan->groups[g].parts = parts;
        for (const struct json *v = list->first; v; v = v->next) {
            const struct json *quantity = json_get(v, "quantities")->first;
            for (size_t i = 0; quantity && i < g; i++) quantity = quantity->next;
            struct ty_part *part = &parts[plan->groups[g].count];
            if (!quantity) continue;
            if (!json_i64_at(v, "orderLineId", &part->line_id) ||
                !json_i64(quantity, &part->quantity))
                return false;
            plan->groups[g].count++;
        }
    }
    return true;
}

/* [{"orderLineIds": []}] or [{"packageDetails": [{"orderLineId": 1, "quantities": 1}]}] */
static bool read_group_list(struct ty_call *c, const struct ty_package *p, const struct json *list,
                            struct split_plan *plan)
{
    plan->groups = ARENA_ARRAY(c->x->arena, struct ty_group_of_parts, list->count + 1);
    for (const struct json *v = list->first; v; v = v->next) {
        struct ty_group_of_parts *group = &plan->groups[plan->count++];
        const struct json *details = json_get(v, "packageDetails");
        if (!details) {
            if (!read_ids_group(c, p, json_get(v, "orderLineIds"), group)) return false;
            continue;
        }
        group->parts = read_parts(c, details, "orderLineId", "quantities", &group->count);
        if (!group->parts) return false;
    }
    return true;
}

static bool read_plan(struct ty_call *c, const struct ty_package *p, const struct json *body,
                      struct split_plan *plan)
{
    const struct json *list;
    if (str_ends(c->x->path, STR("/split"))) {
        plan->groups = ARENA_ARRAY(c->x->arena, struct ty_group_of_parts, 1);
        plan->count = 1;
        return read_ids_group(c, p, json_get(body, "orderLineIds"), plan->groups);
    }
    if (str_ends(c->x->path, STR("/quantity-split"))) {
        list = json_get(body, "quantitySplit");
        return list && list->kind == JSON_ARRAY && read_quantity_groups(c, list, plan);
    }
    list =
        json_get(body, str_ends(c->x->path, STR("/multi-split")) ? "splitGroups" : "splitPackages");
    return list && list->kind == JSON_ARRAY && read_group_list(c, p, list, plan);
}

void ty_run_split(struct ty_call *c)
{
    const struct json *body = NULL;
    struct ty_package *p = package_of(c);
    struct split_plan plan = { 0 };
    if (!p || !ty_body(c, &body)) return;
    if (p->status < TY_CREATED || !ty_status_is_open(p->status)) {
        refuse_state(c, p);
        return;
    }
    if (!read_plan(c, p, body, &plan) || !ty_package_split(c->ty, p, plan.groups, plan.count))
        refuse_lines(c, "Paket bu şekilde bölünemez");
}

/* The helpers of the real test stage. */

void ty_run_test_order(struct ty_call *c)
{
    const struct json *body = NULL;
    if (!ty_body(c, &body)) return;
    const struct json *lines = json_get(body, "lines");
    if (!lines || lines->kind != JSON_ARRAY || !lines->count) {
        ty_refuse(c, 400, "lines.required", "lines alanı boş olamaz");
        return;
    }
    struct ty_wish *wishes = ARENA_ARRAY(c->x->arena, struct ty_wish, lines->count);
    size_t count = 0;
    for (const struct json *v = lines->first; v; v = v->next, count++) {
        wishes[count].listing = ty_listing_find(c->seller, json_text_at(v, "barcode"));
        if (!wishes[count].listing) {
            ty_refuse(c, 404, "product.not.found", "Ürün bulunamadı");
            return;
        }
        if (!json_i64_at(v, "quantity", &wishes[count].quantity) || wishes[count].quantity < 1) {
            ty_refuse(c, 400, "quantity.invalid", "quantity en az 1 olmalıdır");
            return;
        }
    }
    if (ty_order_obstacle(wishes, count)[0]) {
        ty_refuse(c, 400, "stock.not.enough", "Yeterli stok yok");
        return;
    }
    struct ty_order *o = ty_order_make(c->ty, c->seller, wishes, count, false);
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "orderNumber", o->number);
    json_close_object(&w);
    ty_answer(c, &w);
}

/* Forward only: a package never goes back to an earlier state. */
void ty_run_test_status(struct ty_call *c)
{
    const struct json *body = NULL;
    struct ty_package *p = package_of(c);
    enum ty_status to;
    if (!p || !ty_body(c, &body)) return;
    if (!ty_status_from(json_text_at(body, "status"), &to) || to < TY_SHIPPED || to > TY_RETURNED) {
        refuse_lines(c, "Geçersiz status");
        return;
    }
    if (p->status < TY_CREATED || p->status >= to || p->status == TY_DELIVERED) {
        refuse_state(c, p);
        return;
    }
    ty_package_move(c->ty, p, to);
}
