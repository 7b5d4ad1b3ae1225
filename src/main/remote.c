#include "main/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "main/house.h"
#include "net/http_client.h"

struct remote {
    struct http_client *client; /* NULL: the house is here */
    struct house house;
    struct api *api;
};

bool remote_answers(const char *socket_path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(socket_path) >= sizeof(address.sun_path)) return false;
    memcpy(address.sun_path, socket_path, strlen(socket_path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return false;
    bool yes = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
    close(fd);
    return yes;
}

static bool open_here(struct remote *r, const struct config *c, struct err *e)
{
    struct api_options options = { .service = &r->house.service,
                                   .openapi_json = { openapi_json, openapi_json_size },
                                   .version = BEDESTEN_VERSION,
                                   .environment = config_text(c, "environment") };
    if (!house_open(c, &r->house, e)) return false;
    options.limits = r->house.limits; /* made by house_open() */
    r->api = api_new(&options, e);
    return r->api != NULL;
}

static bool house_is_there(const struct config *c, struct err *e)
{
    AUTO(arena) a = arena_new();
    const char *path = str_cstr(a, config_text(c, "db.path"));
    if (access(path, F_OK) == 0) return true;
    return err_set(e, ERR_NOT_FOUND, "db.missing",
                   "there is no database at %s: name yours with --db, or make one with `bedesten "
                   "user add` or `bedesten serve`",
                   path);
}

struct remote *remote_open(const struct config *c, enum house_wanted wanted, struct err *e)
{
    if (wanted == HOUSE_MUST_EXIST && !house_is_there(c, e)) return NULL;
    struct remote *r = calloc(1, sizeof(*r));
    if (!r) abort();
    house_paths(c, &r->house);
    bool is_open;
    if (remote_answers(r->house.socket_path)) {
        struct http_client_options options = { .user_agent = "bedesten-command",
                                               .unix_socket = r->house.socket_path };
        r->client = http_client_new(&options, e);
        is_open = r->client != NULL;
    } else {
        is_open = open_here(r, c, e);
    }
    if (is_open) return r;
    remote_close(r);
    return NULL;
}

void remote_close(struct remote *r)
{
    if (r->client) http_client_free(r->client);
    if (r->api) {
        api_stop(r->api);
        api_free(r->api);
    }
    house_close(&r->house);
    free(r);
}

static bool ask_server(struct remote *r, struct arena *a, const char *method, str path, str body,
                       int *status, str *reply_body, struct err *e)
{
    struct http_header type = { STR("Content-Type"), STR("application/json") };
    struct http_request q = { .method = method,
                              .url = str_print(a, "http://localhost%.*s", STR_ARG(path)),
                              .headers = &type,
                              .header_count = body.len ? 1 : 0,
                              .body = body,
                              .purpose = "command",
                              .changes_something = strcmp(method, "GET") != 0,
                              .timeout_ms = 600000 };
    struct http_reply reply;
    if (!http_client_send(r->client, NULL, a, &q, &reply, e)) return false;
    *status = reply.status;
    *reply_body = reply.body;
    return true;
}

static void ask_here(struct remote *r, struct arena *a, const char *method, str path, str body,
                     int *status, str *reply_body)
{
    struct http_server_options options = { 0 };
    struct http_exchange x = {
        .arena = a, .method = method, .body = body, .is_local_socket = true
    };
    api_routes(r->api, &options);
    x.context = options.context;
    str_split(path, '?', &x.path, &x.query);
    http_dispatch(&options, &x);
    *status = x.status;
    *reply_body = x.reply_body;
}

static bool problem(const struct json *v, int status, struct err *e)
{
    str code = json_text_at(v, "code"), detail = json_text_at(v, "detail");
    err_set(e, err_kind_from(json_text_at(v, "kind")), "command.refused", "%.*s%s%.*s%s",
            STR_ARG(detail.len ? detail : STR("the server refused without saying why")),
            code.len ? " [" : "", STR_ARG(code), code.len ? "]" : "");
    e->http_status = status;
    return false;
}

bool remote_call(struct remote *r, struct arena *a, const char *method, str path, str body,
                 const struct json **reply, struct err *e)
{
    int status = 0;
    str text = { 0 };
    if (!r->client)
        ask_here(r, a, method, path, body, &status, &text);
    else if (!ask_server(r, a, method, path, body, &status, &text, e))
        return false;
    const struct json *v = NULL;
    if (text.len && !json_parse(a, text, NULL, &v, e)) return false;
    if (status >= 400 || status == 0) return problem(v, status, e);
    if (reply) *reply = v;
    return true;
}

void remote_print(struct arena *a, const struct json *v)
{
    struct json_writer w = json_writer(a);
    json_put_value(&w, NULL, v);
    str text = json_written(&w);
    printf("%.*s\n", STR_ARG(text));
}

bool remote_list(struct arguments *args, struct arena *a, str path, const struct json **items,
                 struct err *e)
{
    const struct json *reply = NULL;
    AUTO(remote) r = remote_open(args->config, HOUSE_MUST_EXIST, e);
    if (!r || !remote_call(r, a, "GET", path, (str){ 0 }, &reply, e)) return false;
    *items = json_get(reply, "items");
    if (!argument_is_set(args, "json")) return true;
    remote_print(a, *items);
    *items = NULL;
    return true;
}
