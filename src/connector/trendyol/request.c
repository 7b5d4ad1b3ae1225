#include "connector/trendyol/trendyol.h"

#define INTEGRATOR_NAME_MAX 30

bool trendyol_is_digits(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] < '0' || s.at[i] > '9') return false;
    return s.len > 0;
}

static bool is_alphanumeric(str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
            return false;
    }
    return s.len > 0;
}

/* What HTTP Basic takes as a user: visible ASCII without ':'. */
static bool is_key(str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] <= ' ' || s.at[i] > '~' || s.at[i] == ':') return false;
    return s.len > 0;
}

/* Pasted settings come with blanks. */
static str setting(const struct store *s, const char *name)
{
    return str_trim(store_value(s, name));
}

static str integrator_name(const struct store *s)
{
    str name = setting(s, "integrator_name");
    return name.len ? name : STR("SelfIntegration");
}

static bool setting_refused(struct err *e, const char *name, const char *rule)
{
    err_set(e, ERR_CREDENTIALS, "trendyol.setting",
            "the store's setting %s %s: correct it in the store's settings", name, rule);
    return err_arg(e, "setting", str_from(name));
}

bool trendyol_settings_check(const struct store *s, struct err *e)
{
    if (!trendyol_is_digits(setting(s, "seller_id")))
        return setting_refused(e, "seller_id", "must be the seller's number, digits only");
    if (!is_key(setting(s, "api_key")))
        return setting_refused(e, "api_key", "is empty or has characters no key has");
    if (!is_key(setting(s, "api_secret")))
        return setting_refused(e, "api_secret", "is empty or has characters no secret has");
    str name = integrator_name(s);
    if (!is_alphanumeric(name) || name.len > INTEGRATOR_NAME_MAX)
        return setting_refused(e, "integrator_name", "must be 1 to 30 letters and digits");
    return true;
}

str trendyol_seller(const struct visit *v)
{
    return setting(v->store, "seller_id");
}

static str full_url(const struct visit *v, str path)
{
    str prefix = STR("/integration");
    bool has_prefix = str_ends(v->base_url, prefix);
    return str_print(v->arena, "%.*s%s%.*s", STR_ARG(v->base_url), has_prefix ? "" : prefix.at,
                     STR_ARG(path));
}

bool trendyol_request(const struct visit *v, const struct trendyol_call *c,
                      struct http_request *out, struct err *e)
{
    if (!trendyol_settings_check(v->store, e)) return false;
    str key = setting(v->store, "api_key"), secret = setting(v->store, "api_secret");
    str name = integrator_name(v->store), seller = trendyol_seller(v);
    str pair =
        str_base64(v->arena, str_print(v->arena, "%.*s:%.*s", STR_ARG(key), STR_ARG(secret)));

    struct http_header *headers = ARENA_ARRAY(v->arena, struct http_header, 4);
    size_t count = 0;
    headers[count++] = (struct http_header){ STR("Authorization"),
                                             str_print(v->arena, "Basic %.*s", STR_ARG(pair)) };
    headers[count++] =
        (struct http_header){ STR("User-Agent"),
                              str_print(v->arena, "%.*s - %.*s", STR_ARG(seller), STR_ARG(name)) };
    headers[count++] = (struct http_header){ STR("Accept"), STR("application/json") };
    if (c->body.len)
        headers[count++] = (struct http_header){ STR("Content-Type"), STR("application/json") };

    *out = (struct http_request){
        .method = c->method,
        .url = full_url(v, c->path),
        .headers = headers,
        .header_count = count,
        .body = c->body,
        .limit_group = c->group,
        .purpose = c->purpose,
        .changes_something = c->kind != CALL_READ,
    };
    return true;
}

bool trendyol_send(struct visit *v, const struct trendyol_call *c, struct http_reply *reply,
                   struct err *e)
{
    struct http_request request;
    if (!trendyol_request(v, c, &request, e)) return false;
    return http_send(v->http, v->arena, &request, reply, e);
}

bool trendyol_unreadable(const struct trendyol_call *c, const struct http_reply *reply,
                         const char *what, struct err *e)
{
    if (c->kind == CALL_READ)
        err_set(e, ERR_UNAVAILABLE, "trendyol.reply_unreadable",
                "Trendyol answered %s with %s: it is asked again; if this stays, look at the "
                "answer under API calls",
                c->purpose, what);
    else
        err_set(e, ERR_UNCERTAIN, "trendyol.reply_unreadable",
                "Trendyol answered %s with %s: it may have been applied; look at the state there "
                "before repeating",
                c->purpose, what);
    if (e) e->http_status = reply->status;
    return false;
}

bool trendyol_answer(struct visit *v, const struct trendyol_call *c, const struct http_reply *reply,
                     const struct json **out, struct err *e)
{
    if (reply->status < 200 || reply->status > 299) return trendyol_refused(v, c, reply, e);
    const struct json *root = NULL;
    struct err why = { 0 };
    if (str_trim(reply->body).len && !json_parse(v->arena, reply->body, NULL, &root, &why))
        return trendyol_unreadable(c, reply, "something that is not JSON", e);
    *out = root;
    return true;
}

static size_t count_addresses(const struct json *root)
{
    const struct json *list = json_get(root, "supplierAddresses");
    return list && list->kind == JSON_ARRAY ? list->count : 0;
}

static bool read_addresses(struct visit *v, size_t *count, struct err *e)
{
    struct trendyol_call c = {
        .kind = CALL_READ,
        .method = "GET",
        .purpose = "addresses.list",
        .group = "product_read",
        .path = str_print(v->arena, "/sellers/%.*s/addresses", STR_ARG(trendyol_seller(v))),
    };
    struct http_reply reply;
    const struct json *root = NULL;
    if (!trendyol_send(v, &c, &reply, e)) return false;
    if (!trendyol_answer(v, &c, &reply, &root, e)) return false;
    if (!root || root->kind != JSON_OBJECT)
        return trendyol_unreadable(&c, &reply, "something that is not an address list", e);
    *count = count_addresses(root);
    return true;
}

/* Unlike other outputs the report is filled on failure too: it is what the wizard shows. */
bool trendyol_check(struct visit *v, struct check_report *out, struct err *e)
{
    struct err why = { .marketplace = e ? e->marketplace : NULL };
    *out = (struct check_report){ .count = 1 };
    out->steps[0].name = "settings";
    bool is_ok = trendyol_settings_check(v->store, &why);
    out->steps[0].is_ok = is_ok;
    out->steps[0].detail = is_ok ? str_print(v->arena, "seller %.*s", STR_ARG(trendyol_seller(v)))
                                 : str_copy(v->arena, str_from(why.message));
    if (is_ok) {
        size_t count = 0;
        is_ok = read_addresses(v, &count, &why);
        struct check_step *step = &out->steps[out->count++];
        step->name = "address_list";
        step->is_ok = is_ok;
        step->detail = is_ok ? str_print(v->arena, "%zu addresses", count)
                             : str_copy(v->arena, str_from(why.message));
    }
    if (!is_ok && e) *e = why;
    return is_ok;
}
