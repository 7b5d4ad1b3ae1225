#include "connector/trendyol/trendyol.h"

#define PAGE_SIZE 200
#define ROW_CEILING 10000 /* page * size beyond it is refused, whatever totalElements says */
#define WINDOW_MAX (14 * UTC_DAY)
#define STREAM_HISTORY (90 * UTC_DAY)
#define PAGED_HISTORY (30 * UTC_DAY)

/* Where a pull stands; the cursor is its text:
 *   s:<from>:<to>:<end>:<their cursor>        the stream
 *   p:<from>:<to>:<end>:<page>:<total>        the paged fallback
 * [from, to] is the window being read, at most 14 days; `end` is where the whole pull ends, fixed by
 * its first call, so that a pull whose `until` is always now comes to an end.
 *
 * The paged call is read oldest modification first, page 0, then the last page, down to page 1. A
 * package that is modified meanwhile leaves the window and moves all behind it one place forward;
 * read upwards, that would carry one unread package into a page already read. Read downwards it is
 * seen twice. `total` is what page 0 told (0 before); if it has shrunk, page 0 is read again. */
struct place {
    bool is_paged;
    utc_ms from, to, end;
    str remote;          /* stream; empty at the start of a window */
    int64_t page, total; /* paged */
};

static utc_ms later(utc_ms a, utc_ms b)
{
    return a > b ? a : b;
}

static utc_ms earlier(utc_ms a, utc_ms b)
{
    return a < b ? a : b;
}

static struct place first_place(const struct order_query *q, utc_ms now)
{
    utc_ms from = later(q->since, now - STREAM_HISTORY);
    utc_ms end = later(q->until, from + 1);
    return (struct place){ .from = from, .to = earlier(end, from + WINDOW_MAX), .end = end };
}

static str place_text(struct arena *a, const struct place *p)
{
    if (p->is_paged)
        return str_print(a, "p:%lld:%lld:%lld:%lld:%lld", (long long)p->from, (long long)p->to,
                         (long long)p->end, (long long)p->page, (long long)p->total);
    return str_print(a, "s:%lld:%lld:%lld:%.*s", (long long)p->from, (long long)p->to,
                     (long long)p->end, STR_ARG(p->remote));
}

static bool next_number(str *rest, int64_t *out)
{
    str part = { 0 }, after = { 0 };
    if (!str_split(*rest, ':', &part, &after)) part = *rest;
    *rest = after;
    return str_to_i64(part, out) && *out >= 0;
}

static bool place_parse(str cursor, struct place *out)
{
    struct place p = { 0 };
    str mode = { 0 }, rest = { 0 };
    if (!str_split(cursor, ':', &mode, &rest)) return false;
    p.is_paged = str_eq(mode, STR("p"));
    if (!p.is_paged && !str_eq(mode, STR("s"))) return false;
    if (!next_number(&rest, &p.from) || !next_number(&rest, &p.to) || !next_number(&rest, &p.end))
        return false;
    if (p.from > p.to || p.to > p.end || p.end > INT64_MAX / 2) return false;
    if (p.is_paged) {
        if (!next_number(&rest, &p.page) || !next_number(&rest, &p.total)) return false;
        if (p.page >= ROW_CEILING / PAGE_SIZE) return false;
    } else {
        p.remote = rest;
    }
    *out = p;
    return true;
}

/* The window after p's, one millisecond over its edge because neither call says whether its bounds
 * belong to it. False: p's was the last. */
static bool next_window(struct place *p, utc_ms width)
{
    if (p->to >= p->end) return false;
    utc_ms from = p->to > 0 ? p->to - 1 : 0;
    *p = (struct place){
        .is_paged = p->is_paged,
        .from = from,
        .to = later(p->to + 1, earlier(p->end, from + earlier(width, WINDOW_MAX))),
        .end = p->end,
    };
    return true;
}

static struct trendyol_call stream_call(const struct visit *v, const struct place *p)
{
    struct text path = { .arena = v->arena };
    text_print(&path,
               "/order/sellers/%.*s/orders/stream?lastModifiedStartDate=%lld"
               "&lastModifiedEndDate=%lld&size=%d",
               STR_ARG(trendyol_seller(v)), (long long)p->from, (long long)p->to, PAGE_SIZE);
    if (p->remote.len) {
        text_add(&path, STR("&nextCursor="));
        text_add(&path, str_url_encode(v->arena, p->remote));
    }
    return (struct trendyol_call){ .kind = CALL_READ,
                                   .method = "GET",
                                   .purpose = "orders.stream",
                                   .group = "order_stream",
                                   .path = text_str(&path) };
}

static struct trendyol_call paged_call(const struct visit *v, utc_ms from, utc_ms to, int64_t page,
                                       str filter)
{
    return (struct trendyol_call){
        .kind = CALL_READ,
        .method = "GET",
        .purpose = "orders.list",
        .group = "order_list",
        .path = str_print(v->arena,
                          "/order/sellers/%.*s/v2/orders?startDate=%lld&endDate=%lld&page=%lld"
                          "&size=%d&orderByField=PackageLastModifiedDate&orderByDirection=ASC%.*s",
                          STR_ARG(trendyol_seller(v)), (long long)from, (long long)to,
                          (long long)page, PAGE_SIZE, STR_ARG(filter)),
    };
}

/* The stream is not to be had: closed, not there, out of order, or it no longer takes its own cursor.
 * The rest of the pull then goes through the paged call, from the start of this window. */
static bool is_stream_closed(const struct place *p, int status)
{
    return status == 404 || status == 410 || status == 426 || status == 501 || status == 503 ||
           (status == 400 && p->remote.len);
}

static bool fall_back(struct place *p, utc_ms now)
{
    utc_ms from = later(p->from, now - PAGED_HISTORY);
    if (from >= p->end) return false; /* all of it is older than the paged call keeps */
    *p = (struct place){
        .is_paged = true, .from = from, .to = earlier(p->end, from + WINDOW_MAX), .end = p->end
    };
    return true;
}

static const struct json *content_of(const struct json *root)
{
    const struct json *content = json_get(root, "content");
    return content && content->kind == JSON_ARRAY ? content : NULL;
}

static bool pull_stream(struct visit *v, struct place *p, struct order_page *out, struct err *e)
{
    struct trendyol_call c = stream_call(v, p);
    struct http_reply reply;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    if (is_stream_closed(p, reply.status) && fall_back(p, v->now)) {
        *out = (struct order_page){ .cursor = place_text(v->arena, p) };
        return true;
    }
    const struct json *root = NULL;
    if (!trendyol_answer(v, &c, &reply, &root, e)) return false;
    const struct json *content = content_of(root);
    str next = json_text_at(root, "nextCursor");
    bool has_more = json_bool_at(root, "hasMore", false);
    if (!content) return trendyol_unreadable(&c, &reply, "a page without content", e);
    if (has_more && (!next.len || str_eq(next, p->remote)))
        return trendyol_unreadable(&c, &reply, "more to come but no way on", e);

    trendyol_read_packages(v->arena, content, out);
    p->remote = next;
    if (has_more || next_window(p, WINDOW_MAX)) out->cursor = place_text(v->arena, p);
    return true;
}

/* Moves on after a page of a window that holds `total` packages. False: all is read. */
static bool next_page(struct place *p, int64_t total)
{
    if (p->page == 0 && p->total == 0 && total > PAGE_SIZE) {
        p->total = total;
        p->page = (total - 1) / PAGE_SIZE;
        return true;
    }
    if (p->page > 1 || (p->page == 1 && total < p->total)) {
        p->page--;
        return true;
    }
    return next_window(p, 2 * (p->to - p->from));
}

/* More packages than can be reached: the window is halved. False: it is as narrow as can be. */
static bool narrow(struct place *p)
{
    utc_ms width = p->to - p->from;
    if (width < 4) return false;
    p->to = p->from + width / 2;
    p->page = p->total = 0;
    return true;
}

static bool pull_paged(struct visit *v, struct place *p, struct order_page *out, struct err *e)
{
    struct trendyol_call c = paged_call(v, p->from, p->to, p->page, (str){ 0 });
    struct http_reply reply;
    const struct json *root = NULL;
    int64_t total = 0;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    if (!trendyol_answer(v, &c, &reply, &root, e)) return false;
    const struct json *content = content_of(root);
    if (!content || !json_i64_at(root, "totalElements", &total) || total < 0)
        return trendyol_unreadable(&c, &reply, "a page without content or total", e);

    bool is_over = total > ROW_CEILING;
    if (is_over && !narrow(p))
        return err_set(e, ERR_REFUSED, "trendyol.window_full",
                       "more than %d packages changed within one moment: Trendyol does not list "
                       "them all; look at the seller panel",
                       ROW_CEILING);
    trendyol_read_packages(v->arena, content, out);
    if (is_over || next_page(p, total)) out->cursor = place_text(v->arena, p);
    return true;
}

bool trendyol_pull_orders(struct visit *v, const struct order_query *q, struct order_page *out,
                          struct err *e)
{
    struct place p = first_place(q, v->now);
    if (q->cursor.len && !place_parse(q->cursor, &p))
        return err_set(e, ERR_INVALID, "trendyol.cursor",
                       "the cursor of the order pull is not one of ours: start the pull again");
    return p.is_paged ? pull_paged(v, &p, out, e) : pull_stream(v, &p, out, e);
}

/* Looks at what changed in the last 14 days, the widest window one call may have; no such package
 * gives an empty page. */
bool trendyol_find_order(struct visit *v, str remote_number, struct order_page *out, struct err *e)
{
    str number = str_url_encode(v->arena, remote_number);
    str filter = str_print(v->arena, "&orderNumber=%.*s", STR_ARG(number));
    struct trendyol_call c = paged_call(v, v->now - WINDOW_MAX, v->now, 0, filter);
    struct http_reply reply;
    const struct json *root = NULL;
    struct order_page page;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    if (!trendyol_answer(v, &c, &reply, &root, e)) return false;
    const struct json *content = content_of(root);
    if (!content) return trendyol_unreadable(&c, &reply, "a page without content", e);

    trendyol_read_packages(v->arena, content, &page);
    struct order *kept = ARENA_ARRAY(v->arena, struct order, page.count);
    size_t count = 0;
    for (size_t i = 0; i < page.count; i++)
        if (str_eq(page.orders[i].remote_number, remote_number)) kept[count++] = page.orders[i];
    *out = (struct order_page){ .orders = kept, .count = count };
    return true;
}
