#include <stdlib.h>

#include "sandbox/trendyol.h"

/* Deliveries to webhooks: snapshots of a package, tried until taken or the webhook is given up.
 * Deliveries of one order to one webhook leave one after another, so that news come in order unless
 * disorder was asked for; otherwise as many at a time as there are senders. */

#define SENDERS 16
#define SENDER_STACK ((size_t)512 << 10)

struct snapshot {
    char *text;
    size_t len;
    unsigned holders;
};

struct delivery {
    struct delivery *previous, *next; /* all that are not done */
    struct delivery *after;           /* the next one ready */
    struct ty_webhook *hook;          /* NULL: forgotten */
    const struct ty_order *order;
    struct snapshot *body;
    int64_t attempts;
};

struct ty_outbox {
    struct delivery *all;
    struct delivery *first_ready, *last_ready;
    struct delivery *under_way[SENDERS];
    size_t under_way_count, sender_count;
    pthread_t senders[SENDERS];
    pthread_cond_t ready, idle;
    struct http_cancel *cancel;
    bool is_halting;
};

static void end_delivery(struct ty_outbox *box, struct delivery *d)
{
    if (d->previous)
        d->previous->next = d->next;
    else
        box->all = d->next;
    if (d->next) d->next->previous = d->previous;
    if (--d->body->holders == 0) {
        free(d->body->text);
        free(d->body);
    }
    free(d);
}

static void make_ready(struct ty_outbox *box, struct delivery *d)
{
    d->after = NULL;
    if (box->last_ready)
        box->last_ready->after = d;
    else
        box->first_ready = d;
    box->last_ready = d;
    pthread_cond_signal(&box->ready);
}

static void delivery_is_due(struct sandbox *s, void *what, int64_t tag)
{
    struct delivery *d = what;
    (void)tag;
    if (d->hook)
        make_ready(trendyol_of(s)->outbox, d);
    else
        end_delivery(trendyol_of(s)->outbox, d);
}

static void plan(struct trendyol *ty, struct delivery *d, int64_t wait_ms)
{
    if (wait_ms > 0)
        sim_later(ty->sim, ty->sim->at + wait_ms, delivery_is_due, d, 0);
    else
        make_ready(ty->outbox, d);
}

static bool is_held_up(const struct ty_outbox *box, const struct delivery *d)
{
    for (size_t i = 0; i < SENDERS; i++) {
        const struct delivery *other = box->under_way[i];
        if (other && other->hook == d->hook && other->order == d->order) return true;
    }
    return false;
}

/* The first ready delivery that need not wait for one under way. */
static struct delivery *take_ready(struct ty_outbox *box)
{
    struct delivery *before = NULL;
    for (struct delivery *d = box->first_ready; d; before = d, d = d->after) {
        if (is_held_up(box, d)) continue;
        if (before)
            before->after = d->after;
        else
            box->first_ready = d->after;
        if (box->last_ready == d) box->last_ready = before;
        return d;
    }
    return NULL;
}

/* One attempt, without the lock; all it needs was copied into the arena. */
struct attempt {
    struct http_request request;
    struct http_header headers[2];
};

static void prepare(const struct delivery *d, const struct ty_settings *set, struct arena *a,
                    struct attempt *out)
{
    const struct ty_webhook *h = d->hook;
    out->headers[0] = (struct http_header){ STR("Content-Type"), STR("application/json") };
    if (h->auth == TY_WEBHOOK_BASIC) {
        str code = str_base64(a, str_print(a, "%s:%s", h->user, h->secret));
        out->headers[1] =
            (struct http_header){ STR("Authorization"), str_print(a, "Basic %.*s", STR_ARG(code)) };
    } else {
        out->headers[1] =
            (struct http_header){ STR("x-api-key"), str_copy(a, str_from(h->secret)) };
    }
    out->request = (struct http_request){
        .method = "POST",
        .url = str_copy(a, str_from(h->url)),
        .headers = out->headers,
        .header_count = 2,
        .body = (str){ d->body->text, d->body->len }, /* held by this delivery */
        .purpose = "webhook",
        .changes_something = true,
        .timeout_ms = (int)set->webhook_timeout_ms,
    };
}

static void settle_attempt(struct trendyol *ty, struct delivery *d, bool was_taken)
{
    struct ty_webhook *h = d->hook;
    if (h) h->delivered += was_taken;
    if (h) h->failed += !was_taken;
    if (!h || was_taken) {
        end_delivery(ty->outbox, d);
        return;
    }
    if (++d->attempts < ty->settings.webhook_passive_after) {
        plan(ty, d, ty->settings.webhook_retry_ms > 0 ? ty->settings.webhook_retry_ms : 1);
        return;
    }
    h->is_passive = true;
    h->modified_at = ty->sim->at;
    ty_outbox_forget(ty, h);
    end_delivery(ty->outbox, d);
}

static void send_one(struct trendyol *ty, struct delivery *d, struct arena *a)
{
    struct sandbox *s = ty->sim;
    struct ty_outbox *box = ty->outbox;
    struct attempt attempt;
    struct http_reply reply = { 0 };
    size_t place = 0;
    while (box->under_way[place]) place++;
    box->under_way[place] = d;
    box->under_way_count++;
    prepare(d, &ty->settings, a, &attempt);
    pthread_mutex_unlock(&s->lock);

    bool was_sent = http_client_send(s->client, box->cancel, a, &attempt.request, &reply, NULL);

    sim_lock(s);
    box->under_way[place] = NULL;
    box->under_way_count--;
    settle_attempt(ty, d, was_sent && reply.status == 200);
    if (box->first_ready) pthread_cond_signal(&box->ready); /* one of the same order may go now */
}

static void *send_all(void *arg)
{
    struct trendyol *ty = arg;
    struct ty_outbox *box = ty->outbox;
    AUTO(arena) a = arena_new();
    pthread_mutex_lock(&ty->sim->lock);
    while (!box->is_halting) {
        struct delivery *d = take_ready(box);
        if (!d) {
            pthread_cond_wait(&box->ready, &ty->sim->lock);
            continue;
        }
        if (d->hook)
            send_one(ty, d, a);
        else
            end_delivery(box, d);
        if (!box->first_ready && !box->under_way_count) pthread_cond_broadcast(&box->idle);
        arena_reset(a);
    }
    pthread_mutex_unlock(&ty->sim->lock);
    return NULL;
}

bool ty_outbox_open(struct trendyol *ty, struct err *e)
{
    struct ty_outbox *box = ty->outbox = sim_alloc(1, sizeof *box);
    pthread_attr_t how;
    sim_cond_setup(&box->ready);
    sim_cond_setup(&box->idle);
    box->cancel = http_cancel_new();
    pthread_attr_init(&how);
    pthread_attr_setstacksize(&how, SENDER_STACK);
    while (box->sender_count < SENDERS &&
           pthread_create(&box->senders[box->sender_count], &how, send_all, ty) == 0)
        box->sender_count++;
    pthread_attr_destroy(&how);
    if (box->sender_count) return true;
    return err_set(e, ERR_UNAVAILABLE, "sandbox.thread", "could not start a thread");
}

void ty_outbox_halt(struct trendyol *ty)
{
    struct ty_outbox *box = ty->outbox;
    pthread_mutex_lock(&ty->sim->lock);
    box->is_halting = true;
    pthread_cond_broadcast(&box->ready);
    pthread_cond_broadcast(&box->idle);
    pthread_mutex_unlock(&ty->sim->lock);
    http_cancel_now(box->cancel);
    for (size_t i = 0; i < box->sender_count; i++) pthread_join(box->senders[i], NULL);
    box->sender_count = 0;
}

void ty_outbox_close(struct trendyol *ty)
{
    struct ty_outbox *box = ty->outbox;
    for (struct delivery *d = box->all, *next; d; d = next) {
        next = d->next;
        end_delivery(box, d);
    }
    http_cancel_free(box->cancel);
    pthread_cond_destroy(&box->ready);
    pthread_cond_destroy(&box->idle);
    free(box);
    ty->outbox = NULL;
}

static bool wants(const struct ty_webhook *h, const struct ty_package *p)
{
    return !h->is_passive && (!h->has_subset || h->subscribed[p->status]);
}

/* The page envelope of the order list with one package in it. */
static str write_news(const struct trendyol *ty, const struct ty_package *p, struct arena *a)
{
    struct json_writer w = json_writer(a);
    json_open_object(&w, NULL);
    json_put_i64(&w, "totalElements", 1);
    json_put_i64(&w, "totalPages", 1);
    json_put_i64(&w, "page", 0);
    json_put_i64(&w, "size", 1);
    json_open_array(&w, "content");
    ty_package_write(ty, p, &w);
    json_close_array(&w);
    json_close_object(&w);
    return json_written(&w);
}

static struct snapshot *new_snapshot(str text)
{
    struct snapshot *shot = sim_alloc(1, sizeof *shot);
    shot->text = sim_text(text);
    shot->len = text.len;
    return shot;
}

static void add_delivery(struct trendyol *ty, struct ty_webhook *h, const struct ty_package *p,
                         struct snapshot *body, int64_t wait_ms)
{
    struct ty_outbox *box = ty->outbox;
    struct delivery *d = sim_alloc(1, sizeof *d);
    d->hook = h;
    d->order = p->order;
    d->body = body;
    body->holders++;
    d->next = box->all;
    if (box->all) box->all->previous = d;
    box->all = d;
    plan(ty, d, wait_ms);
}

static void tell(struct trendyol *ty, struct ty_webhook *h, const struct ty_package *p, str news,
                 struct arena *a)
{
    const struct ty_settings *set = &ty->settings;
    struct sim_random *chance = &ty->webhook_chance;
    struct sim_fault fault =
        sim_faults_take(&ty->sim->faults, chance, "webhook.delivery", h->seller->id, -1);
    int64_t wait = set->webhook_delay_ms;
    if (fault.kind == FAULT_MISSING_ONCE) return;
    if (fault.kind == FAULT_DELAY || fault.kind == FAULT_LATE) wait += fault.ms;
    if (sim_random_below(chance, 100) < set->webhook_disorder_percent)
        wait += 1 + sim_random_below(chance, set->webhook_disorder_ms);
    struct snapshot *body = new_snapshot(ty_fault_text(a, news, &fault));
    add_delivery(ty, h, p, body, wait);
    if (sim_random_below(chance, 100) < set->webhook_duplicate_percent)
        add_delivery(ty, h, p, body, wait);
}

void ty_webhooks_tell(struct trendyol *ty, const struct ty_package *p)
{
    struct ty_seller *seller = p->order->seller;
    size_t i = 0;
    while (i < seller->webhook_count && !wants(seller->webhooks[i], p)) i++;
    if (i == seller->webhook_count) return;
    AUTO(arena) a = arena_new();
    str news = write_news(ty, p, a);
    for (; i < seller->webhook_count; i++)
        if (wants(seller->webhooks[i], p)) tell(ty, seller->webhooks[i], p, news, a);
}

size_t ty_outbox_waiting(const struct trendyol *ty, const struct ty_webhook *h)
{
    size_t n = 0;
    for (const struct delivery *d = ty->outbox->all; d; d = d->next) n += d->hook == h;
    return n;
}

void ty_outbox_forget(struct trendyol *ty, const struct ty_webhook *h)
{
    for (struct delivery *d = ty->outbox->all; d; d = d->next)
        if (d->hook == h) d->hook = NULL;
}

bool ty_outbox_flush(struct trendyol *ty, int64_t ms)
{
    struct ty_outbox *box = ty->outbox;
    int64_t until = mono_ms() + ms;
    while (box->first_ready || box->under_way_count) {
        int64_t left = until - mono_ms();
        if (left <= 0 || box->is_halting) return false;
        sim_wait(ty->sim, &box->idle, left);
    }
    return true;
}
