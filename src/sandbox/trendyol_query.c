#include <stdlib.h>

#include "base/crypto.h"
#include "sandbox/trendyol.h"

#define SIZE_LIMIT 200
#define ROWS_LIMIT 10000
#define IDS_LIMIT 50
#define WINDOW_LIMIT (14 * UTC_DAY)
#define DEFAULT_WINDOW (7 * UTC_DAY)
#define PAGED_RETENTION (30 * UTC_DAY)
#define STREAM_RETENTION (90 * UTC_DAY)

struct order_query {
    utc_ms from, to;
    int64_t page, size;
    str order_number, ids;
    bool has_status, wants[TY_STATUS_COUNT];
    bool by_created, ascending;
    utc_ms oldest; /* what lies before is not kept by this service */
};

static bool refuse(struct ty_call *c, const char *rule, const char *key, const char *message)
{
    ty_breach(c, rule, "%s", message);
    ty_refuse(c, 400, key, message);
    return false;
}

/* A missing bound is a week (none given) or two weeks (the other one given) away. */
static bool read_window(struct ty_call *c, const char *from_name, const char *to_name,
                        struct order_query *q)
{
    q->from = q->to = -1;
    if (!ty_query_i64(c, from_name, &q->from) || !ty_query_i64(c, to_name, &q->to)) return false;
    if (q->to < 0) {
        q->to = q->from < 0 ? c->s->at : q->from + WINDOW_LIMIT;
        if (q->from < 0) q->from = q->to - DEFAULT_WINDOW;
    } else if (q->from < 0) {
        q->from = q->to - WINDOW_LIMIT;
    }
    if (q->from > q->to)
        return refuse(c, "window.reversed", "invalid.date.range", "startDate endDate'den büyük");
    if (q->to - q->from > WINDOW_LIMIT)
        return refuse(c, "window.too_long", "date.range.exceeds.limit",
                      "Tarih aralığı en fazla 2 hafta olabilir");
    return true;
}

static bool read_size(struct ty_call *c, struct order_query *q)
{
    q->size = 50;
    if (!ty_query_i64(c, "size", &q->size) || !ty_query_i64(c, "page", &q->page)) return false;
    if (q->size < 1 || q->size > SIZE_LIMIT)
        return refuse(c, "page.size", "page.size.exceeds.limit", "size en fazla 200 olabilir");
    if (q->page < 0) return refuse(c, "page.number", "invalid.page", "page 0'dan küçük olamaz");
    return true;
}

static bool read_statuses(struct ty_call *c, str list, struct order_query *q)
{
    str part;
    while (str_next(&list, ',', &part)) {
        enum ty_status status;
        if (!ty_status_from(str_trim(part), &status))
            return refuse(c, "status.unknown", "invalid.status", "Geçersiz paket statüsü");
        q->wants[status] = q->has_status = true;
    }
    return true;
}

static bool has_id(str list, int64_t id)
{
    str part;
    int64_t one;
    while (str_next(&list, ',', &part))
        if (str_to_i64(str_trim(part), &one) && one == id) return true;
    return false;
}

static utc_ms key_time(const struct order_query *q, const struct ty_package *p)
{
    return q->by_created ? p->order->at : p->modified;
}

static bool fits(const struct order_query *q, const struct ty_package *p)
{
    if (p->is_hidden || p->order->at < q->oldest) return false;
    if (q->has_status && !q->wants[p->status]) return false;
    if (q->order_number.len && !str_eq(q->order_number, p->order->number)) return false;
    if (q->ids.len) return has_id(q->ids, p->id);
    utc_ms at = key_time(q, p);
    /* One order is found whenever it was; the window is for walking. */
    return q->order_number.len || (at >= q->from && at <= q->to);
}

/* The paged service. */

static bool read_paged(struct ty_call *c, struct order_query *q)
{
    str by = http_query_value(c->x, "orderByField"), status = http_query_value(c->x, "status");
    str rest = q->ids = http_query_value(c->x, "shipmentPackageIds"), part;
    size_t ids = 0;
    if (!read_window(c, "startDate", "endDate", q) || !read_size(c, q)) return false;
    if (str_has(status, STR(",")))
        return refuse(c, "status.many", "invalid.status", "Tek bir statü verilebilir");
    if (!read_statuses(c, status, q)) return false;
    while (str_next(&rest, ',', &part)) ids++;
    if (ids > IDS_LIMIT)
        return refuse(c, "ids.too_many", "too.many.ids", "En fazla 50 paket numarası verilebilir");
    if (by.len && !str_eq(by, STR("PackageLastModifiedDate")) && !str_eq(by, STR("CreatedDate")))
        return refuse(c, "order.unknown", "invalid.order.by", "Geçersiz orderByField");
    q->by_created = str_eq(by, STR("CreatedDate"));
    q->ascending = str_eq(http_query_value(c->x, "orderByDirection"), STR("ASC"));
    q->order_number = http_query_value(c->x, "orderNumber");
    q->oldest = c->s->at - PAGED_RETENTION;
    if (q->page * q->size >= ROWS_LIMIT)
        return refuse(c, "ceiling", "page.limit.exceeded", "page x size en fazla 10000 olabilir");
    return true;
}

static int by_creation(const void *a, const void *b)
{
    const struct ty_package *left = *(struct ty_package *const *)a;
    const struct ty_package *right = *(struct ty_package *const *)b;
    if (left->order->at != right->order->at) return left->order->at < right->order->at ? 1 : -1;
    return left->id < right->id ? 1 : -1;
}

/* Pointers to all packages that fit, in the order asked for; malloc'ed. */
static struct ty_package **gather(const struct ty_seller *seller, const struct order_query *q,
                                  size_t *count)
{
    size_t room = 0, n = 0;
    struct ty_package **found = NULL;
    for (struct ty_package *p = seller->newest; p; p = p->older) {
        if (!q->by_created && !seller->is_disordered && !q->order_number.len && !q->ids.len &&
            p->modified < q->from)
            break;
        if (!fits(q, p)) continue;
        if (n == room) {
            room = room ? room * 2 : 256;
            found = realloc(found, room * sizeof(struct ty_package *));
            if (!found) abort();
        }
        found[n++] = p;
    }
    if (q->by_created && n) qsort(found, n, sizeof(struct ty_package *), by_creation);
    for (size_t i = 0; q->ascending && i < n / 2; i++) {
        struct ty_package *held = found[i];
        found[i] = found[n - 1 - i];
        found[n - 1 - i] = held;
    }
    *count = n;
    return found;
}

void ty_run_orders_paged(struct ty_call *c)
{
    struct order_query q = { 0 };
    size_t count = 0;
    if (!read_paged(c, &q)) return;
    struct ty_package **found = gather(c->seller, &q, &count);
    size_t first = (size_t)(q.page * q.size), last = first + (size_t)q.size;
    if (last > ROWS_LIMIT) last = ROWS_LIMIT;
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_put_i64(&w, "totalElements", (int64_t)count);
    json_put_i64(&w, "totalPages", ((int64_t)count + q.size - 1) / q.size);
    json_put_i64(&w, "page", q.page);
    json_put_i64(&w, "size", q.size);
    json_open_array(&w, "content");
    for (size_t i = first; i < last && i < count; i++)
        if (!(i == first && c->leave_one_out)) ty_package_write(c->ty, found[i], &w);
    json_close_array(&w);
    json_close_object(&w);
    free(found);
    ty_answer(c, &w);
}

/* The stream. */

struct cursor {
    int64_t after;   /* go on below this change */
    int64_t started; /* the newest change when the walk began */
    str filter;
};

/* What a cursor is bound to. The size may change under way, the filters may not. */
static str filter_of(struct ty_call *c)
{
    struct arena *a = c->x->arena;
    str whole =
        str_print(a, "%llu|%lld|%.*s|%.*s|%.*s", (unsigned long long)c->s->seed,
                  (long long)c->seller->id, STR_ARG(http_query_value(c->x, "packageItemStatuses")),
                  STR_ARG(http_query_value(c->x, "lastModifiedStartDate")),
                  STR_ARG(http_query_value(c->x, "lastModifiedEndDate")));
    return str_cut(sha256_hex(a, whole), 0, 24);
}

static str write_cursor(struct arena *a, struct cursor at)
{
    str bare = str_print(a, "%.*s.%lld.%lld", STR_ARG(at.filter), (long long)at.after,
                         (long long)at.started);
    return str_base64url(a, bare);
}

static bool read_cursor(struct ty_call *c, struct cursor *at)
{
    str token = http_query_value(c->x, "nextCursor"), bare = { 0 }, part;
    str filter = filter_of(c);
    *at = (struct cursor){ .after = INT64_MAX, .filter = filter };
    at->started = (int64_t)c->seller->last_change;
    if (!token.len) return true;
    if (!str_base64_decode(c->x->arena, token, &bare) || !str_next(&bare, '.', &part) ||
        !str_eq(part, filter) || !str_next(&bare, '.', &part) || !str_to_i64(part, &at->after) ||
        !str_to_i64(bare, &at->started))
        return refuse(c, "cursor.foreign", "invalid.cursor",
                      "nextCursor verilen filtreler için geçerli değil");
    return true;
}

static bool read_stream(struct ty_call *c, struct order_query *q)
{
    if (!read_window(c, "lastModifiedStartDate", "lastModifiedEndDate", q) || !read_size(c, q))
        return false;
    q->oldest = c->s->at - STREAM_RETENTION;
    return read_statuses(c, http_query_value(c->x, "packageItemStatuses"), q);
}

static void write_row(struct ty_call *c, struct json_writer *w, const struct ty_package *p)
{
    if (c->leave_one_out)
        c->leave_one_out = false;
    else
        ty_package_write(c->ty, p, w);
}

/* Where asked for, a continued page begins with what changed since the walk began. */
static int64_t repeat_changed(struct ty_call *c, struct json_writer *w, const struct order_query *q,
                              const struct cursor *at)
{
    int64_t rows = 0;
    if (!c->ty->settings.stream_repeats || at->after == INT64_MAX) return 0;
    for (struct ty_package *p = c->seller->newest; p && (int64_t)p->change > at->started;
         p = p->older) {
        if (rows >= q->size / 2) break;
        if (!fits(q, p)) continue;
        write_row(c, w, p);
        rows++;
    }
    return rows;
}

void ty_run_orders_stream(struct ty_call *c)
{
    struct order_query q = { 0 };
    struct cursor at;
    if (!read_stream(c, &q) || !read_cursor(c, &at)) return;
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_open_array(&w, "content");
    int64_t rows = repeat_changed(c, &w, &q, &at);
    bool has_more = false;
    for (struct ty_package *p = c->seller->newest; p; p = p->older) {
        if ((int64_t)p->change >= at.after) continue;
        if (!c->seller->is_disordered && p->modified < q.from) break;
        if (!fits(&q, p)) continue;
        if (rows == q.size) {
            has_more = true;
            break;
        }
        write_row(c, &w, p);
        at.after = (int64_t)p->change;
        rows++;
    }
    json_close_array(&w);
    json_put_bool(&w, "hasMore", has_more);
    if (has_more)
        json_put_text(&w, "nextCursor", write_cursor(c->x->arena, at));
    else
        json_put_null(&w, "nextCursor");
    json_put_i64(&w, "size", q.size);
    json_close_object(&w);
    ty_answer(c, &w);
}
