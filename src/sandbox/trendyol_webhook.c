#include <stdio.h>
#include <stdlib.h>

#include "base/fold.h"
#include "sandbox/trendyol.h"

void ty_webhook_free(struct ty_webhook *h)
{
    free(h->url);
    free(h->user);
    free(h->secret);
    free(h);
}

static bool refuse(struct ty_call *c, const char *key, const char *message)
{
    ty_breach(c, "webhook.refused", "%s", message);
    ty_refuse(c, 400, key, message);
    return false;
}

static bool url_is_allowed(struct ty_call *c, str url)
{
    struct url_parts parts;
    str folded = fold_text(c->x->arena, url);
    if (!url_split(url, &parts) || (!parts.is_https && !url_is_loopback(&parts))) return false;
    if (str_has(folded, STR("trendyol")) || str_has(folded, STR("dolap"))) return false;
    if (c->ty->settings.webhook_localhost_allowed) return true;
    return !str_has(folded, STR("localhost")) && !url_is_loopback(&parts);
}

static bool read_statuses(struct ty_call *c, const struct json *list, struct ty_webhook *h)
{
    h->has_subset = false;
    for (int s = 0; s < TY_STATUS_COUNT; s++) h->subscribed[s] = false;
    if (json_is_null(list)) return true;
    if (list->kind != JSON_ARRAY)
        return refuse(c, "invalid.statuses", "subscribedStatuses liste olmalıdır");
    for (const struct json *v = list->first; v; v = v->next) {
        enum ty_status status;
        if (!ty_status_from_webhook(json_text(v), &status))
            return refuse(c, "invalid.statuses", "Geçersiz subscribedStatuses");
        h->subscribed[status] = h->has_subset = true;
    }
    return true;
}

/* Reads what a webhook shall be into `h`, whose texts are then malloc'ed. */
static bool read_webhook(struct ty_call *c, struct ty_webhook *h)
{
    const struct json *body = NULL;
    if (!ty_body(c, &body)) return false;
    str url = json_text_at(body, "url"), kind = json_text_at(body, "authenticationType");
    str user = json_text_at(body, "username"), secret = json_text_at(body, "password");
    if (!url_is_allowed(c, url)) return refuse(c, "invalid.url", "Geçersiz url");
    if (str_eq(kind, STR("API_KEY"))) {
        h->auth = TY_WEBHOOK_API_KEY;
        secret = json_text_at(body, "apiKey");
        user = (str){ 0 };
    } else if (str_eq(kind, STR("BASIC_AUTHENTICATION"))) {
        h->auth = TY_WEBHOOK_BASIC;
        if (!user.len) return refuse(c, "invalid.username", "username boş olamaz");
    } else {
        return refuse(c, "invalid.authentication.type", "Geçersiz authenticationType");
    }
    if (!secret.len) return refuse(c, "invalid.secret", "password ya da apiKey boş olamaz");
    if (!read_statuses(c, json_get(body, "subscribedStatuses"), h)) return false;
    h->url = sim_text(url);
    h->user = sim_text(user);
    h->secret = sim_text(secret);
    return true;
}

void ty_run_webhook_create(struct ty_call *c)
{
    struct ty_webhook read = { 0 };
    if (c->seller->webhook_count == TY_WEBHOOKS) {
        refuse(c, "webhook.limit.exceeded", "En fazla 15 webhook tanımlanabilir");
        return;
    }
    if (!read_webhook(c, &read)) return;
    struct ty_webhook *h = sim_alloc(1, sizeof *h);
    *h = read;
    str id = ty_uuid(c->ty, c->x->arena);
    str_fill(h->id, sizeof h->id, id);
    h->seller = c->seller;
    h->created_at = c->s->at;
    c->seller->webhooks[c->seller->webhook_count++] = h;
    struct json_writer w = json_writer(c->x->arena);
    json_open_object(&w, NULL);
    json_put_cstr(&w, "id", h->id);
    json_close_object(&w);
    ty_answer(c, &w);
}

static void write_webhook(struct json_writer *w, const struct ty_webhook *h)
{
    json_open_object(w, NULL);
    json_put_cstr(w, "id", h->id);
    json_put_i64(w, "createdDate", h->created_at);
    if (h->modified_at)
        json_put_i64(w, "lastModifiedDate", h->modified_at);
    else
        json_put_null(w, "lastModifiedDate");
    json_put_cstr(w, "url", h->url);
    json_put_cstr(w, "authenticationType",
                  h->auth == TY_WEBHOOK_BASIC ? "BASIC_AUTHENTICATION" : "API_KEY");
    json_put_cstr(w, "username", h->auth == TY_WEBHOOK_BASIC ? h->user : NULL);
    json_put_cstr(w, "status", h->is_passive ? "PASSIVE" : "ACTIVE");
    json_open_array(w, "subscribedStatuses");
    for (int s = 0; s < TY_STATUS_COUNT; s++)
        if (h->subscribed[s]) json_put_cstr(w, NULL, ty_status_webhook_name((enum ty_status)s));
    json_close_array(w);
    json_close_object(w);
}

/* The answer's envelope is not documented; a bare list is the shape of the marketplace's own. */
void ty_run_webhook_list(struct ty_call *c)
{
    struct json_writer w = json_writer(c->x->arena);
    json_open_array(&w, NULL);
    for (size_t i = 0; i < c->seller->webhook_count; i++) write_webhook(&w, c->seller->webhooks[i]);
    json_close_array(&w);
    ty_answer(c, &w);
}

static struct ty_webhook *webhook_of(struct ty_call *c, size_t *place)
{
    for (size_t i = 0; i < c->seller->webhook_count; i++) {
        if (!str_eq(c->x->params[1], str_from(c->seller->webhooks[i]->id))) continue;
        if (place) *place = i;
        return c->seller->webhooks[i];
    }
    ty_refuse(c, 404, "webhook.not.found", "Webhook bulunamadı");
    return NULL;
}

void ty_run_webhook_update(struct ty_call *c)
{
    struct ty_webhook *h = webhook_of(c, NULL), read = { 0 };
    if (!h || !read_webhook(c, &read)) return;
    free(h->url);
    free(h->user);
    free(h->secret);
    h->url = read.url;
    h->user = read.user;
    h->secret = read.secret;
    h->auth = read.auth;
    h->has_subset = read.has_subset;
    for (int s = 0; s < TY_STATUS_COUNT; s++) h->subscribed[s] = read.subscribed[s];
    h->modified_at = c->s->at;
}

void ty_run_webhook_delete(struct ty_call *c)
{
    size_t place = 0;
    struct ty_webhook *h = webhook_of(c, &place);
    if (!h) return;
    ty_outbox_forget(c->ty, h);
    c->seller->webhook_count--;
    for (size_t i = place; i < c->seller->webhook_count; i++)
        c->seller->webhooks[i] = c->seller->webhooks[i + 1];
    ty_webhook_free(h);
}

void ty_run_webhook_activate(struct ty_call *c)
{
    struct ty_webhook *h = webhook_of(c, NULL);
    if (h) h->is_passive = false;
}

void ty_run_webhook_deactivate(struct ty_call *c)
{
    struct ty_webhook *h = webhook_of(c, NULL);
    if (!h) return;
    h->is_passive = true;
    ty_outbox_forget(c->ty, h);
}
