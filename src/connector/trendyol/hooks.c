#include "base/crypto.h"
#include "connector/trendyol/trendyol.h"

/* Words that the address of a webhook may not contain. Our own path names the marketplace
 * (/hooks/trendyol/...), so one letter of it is percent-encoded: the same address to any server. */
static const char *const forbidden[] = { "trendyol", "dolap", "localhost", NULL };

/* The length of the forbidden word at the start of s, 0 for none. */
static size_t forbidden_at(str s)
{
    for (const char *const *w = forbidden; *w; w++) {
        str word = str_from(*w);
        if (s.len >= word.len && str_eq_nocase(str_cut(s, 0, word.len), word)) return word.len;
    }
    return 0;
}

static size_t host_end(str url)
{
    size_t at = 0, slashes = 0;
    while (at < url.len && (url.at[at] != '/' || ++slashes < 3)) at++;
    return at;
}

static bool their_url(struct arena *a, str url, str *out, struct err *e)
{
    struct text t = { .arena = a };
    size_t path = host_end(url);
    for (size_t i = 0; i < url.len; i++) {
        size_t len = forbidden_at(str_cut(url, i, url.len));
        if (len && i < path) {
            err_set(e, ERR_INVALID, "trendyol.hook_host",
                    "Trendyol takes no webhook address whose host contains '%.*s': give the hub "
                    "another public name",
                    (int)len, url.at + i);
            return err_arg(e, "word", str_cut(url, i, len));
        }
        if (len)
            text_print(&t, "%%%02X", (unsigned char)url.at[i]);
        else
            text_add_char(&t, url.at[i]);
    }
    *out = text_str(&t);
    return true;
}

/* Undone in what they list, so that callers find their own address again. */
static str own_url(struct arena *a, str listed)
{
    struct text t = { .arena = a };
    for (size_t i = 0; i < listed.len;) {
        str letter = { 0 };
        bool is_escape = listed.at[i] == '%' && i + 3 <= listed.len &&
                         str_url_decode(a, str_cut(listed, i, 3), false, &letter) &&
                         letter.len == 1;
        str joined = is_escape ? str_print(a, "%c%.*s", *letter.at,
                                           STR_ARG(str_cut(listed, i + 3, sizeof "localhost")))
                               : (str){ 0 };
        bool was_ours = is_escape && forbidden_at(joined) > 0;
        text_add_char(&t, was_ours ? *letter.at : listed.at[i]);
        i += was_ours ? 3 : 1;
    }
    return text_str(&t);
}

static struct trendyol_call hooks_call(const struct visit *v, enum call_kind kind,
                                       const char *method, const char *purpose)
{
    return (struct trendyol_call){
        .kind = kind,
        .method = method,
        .purpose = purpose,
        .group = "webhook",
        .path = str_print(v->arena, "/webhook/sellers/%.*s/webhooks", STR_ARG(trendyol_seller(v))),
    };
}

static bool is_active(const struct json *hook)
{
    str status = json_text_at(hook, "status");
    return status.len ? str_eq_nocase(status, STR("ACTIVE")) : json_bool_at(hook, "active", true);
}

/* The envelope of the list is not documented: bare, or under either name. */
static const struct json *hooks_in(const struct json *root)
{
    const struct json *list = root;
    if (list && list->kind == JSON_OBJECT) list = json_get(root, "content");
    if (!list) list = json_get(root, "webhooks");
    return list && list->kind == JSON_ARRAY ? list : NULL;
}

bool trendyol_list_hooks(struct visit *v, struct hook_list *out, struct err *e)
{
    struct trendyol_call c = hooks_call(v, CALL_READ, "GET", "hooks.list");
    struct http_reply reply;
    const struct json *root = NULL;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    if (!trendyol_answer(v, &c, &reply, &root, e)) return false;
    const struct json *list = hooks_in(root);
    if (!list) return trendyol_unreadable(&c, &reply, "something that is not a webhook list", e);
    struct hook *hooks = ARENA_ARRAY(v->arena, struct hook, list->count);
    size_t count = 0;
    for (const struct json *h = list->first; h; h = h->next) {
        str id = json_text_at(h, "id");
        if (!id.len) continue;
        hooks[count++] = (struct hook){ .remote_id = id,
                                        .url = own_url(v->arena, json_text_at(h, "url")),
                                        .is_active = is_active(h) };
    }
    *out = (struct hook_list){ .hooks = hooks, .count = count };
    return true;
}

bool trendyol_register_hook(struct visit *v, str url, str secret, str *remote_id, struct err *e)
{
    str address = { 0 };
    if (!their_url(v->arena, url, &address, e)) return false;
    struct json_writer w = json_writer(v->arena);
    json_open_object(&w, NULL);
    json_put_text(&w, "url", address);
    json_put_cstr(&w, "authenticationType", "API_KEY");
    json_put_text(&w, "apiKey", secret);
    json_open_array(&w, "subscribedStatuses"); /* empty: all */
    json_close_array(&w);
    json_close_object(&w);

    struct trendyol_call c = hooks_call(v, CALL_WRITE, "POST", "hooks.register");
    c.body = json_written(&w);
    struct http_reply reply;
    const struct json *root = NULL;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    if (!trendyol_answer(v, &c, &reply, &root, e)) return false;
    str id = json_text_at(root, "id");
    if (!id.len) return trendyol_unreadable(&c, &reply, "no webhook id", e);
    *remote_id = id;
    return true;
}

/* One that is not there any more is deleted. */
bool trendyol_delete_hook(struct visit *v, str remote_id, struct err *e)
{
    struct trendyol_call c = hooks_call(v, CALL_WRITE, "DELETE", "hooks.delete");
    str id = str_url_encode(v->arena, remote_id);
    c.path = str_print(v->arena, "%.*s/%.*s", STR_ARG(c.path), STR_ARG(id));
    struct http_reply reply;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    if (reply.status == 404 || (reply.status >= 200 && reply.status <= 299)) return true;
    return trendyol_refused(v, &c, &reply, e);
}

/* They sign nothing: the key we gave when registering comes back in a header. */
bool trendyol_hook_check(const struct hook_delivery *d, struct err *e)
{
    str key = http_header(d->headers, d->header_count, "x-api-key");
    if (d->secret.len && crypto_equal(key, d->secret)) return true;
    return err_set(e, ERR_SIGNED_OUT, "hook.not_theirs",
                   "the callback does not carry the key of this store's webhook: if it is "
                   "Trendyol's, register the webhook again");
}

/* There is no event id. A package we could not read is told apart by its bytes. */
bool trendyol_hook_dedupe(struct arena *a, const struct order *o, str *key, struct err *e)
{
    (void)e;
    if (o->remote_package_id.len && o->modified_at)
        *key = str_print(a, "%.*s|%.*s|%lld", STR_ARG(o->remote_package_id),
                         STR_ARG(o->remote_status), (long long)o->modified_at);
    else
        *key = sha256_hex(a, o->raw);
    return true;
}
