#include "sandbox/play.h"

#include <pthread.h>

#include "net/http_server.h"

#define HOOKS "/webhook/sellers/100200/webhooks"
#define BASIC(statuses)                                                                            \
    "POST " HOOKS, "{\"url\":\"http://127.0.0.1:$port/in\",\"authenticationType\":"                \
                   "\"BASIC_AUTHENTICATION\",\"username\":\"u\",\"password\":\"p\","               \
                   "\"subscribedStatuses\":[" statuses "]}"
#define REGISTER(statuses)                                                                         \
    {                                                                                              \
        BASIC(statuses), 200, "$hook=id"                                                           \
    }
#define ORDER                                                                                      \
    {                                                                                              \
        "POST /control/orders", "{\"seller\":100200,\"lines\":[{\"barcode\":\"A-1\"}]}", 201,      \
            "$order=orders.0.orderNumber; $pkg=orders.0.packages.0.shipmentPackageId"              \
    }
#define FLUSH                                                                                      \
    {                                                                                              \
        "POST /control/webhooks/flush", NULL, 200, "flushed=true"                                  \
    }
#define SETTINGS(text)                                                                             \
    {                                                                                              \
        "POST /control/settings", "{" text "}", 200, NULL                                          \
    }
#define ACT(action)                                                                                \
    {                                                                                              \
        "POST /control/orders/$order/" action, NULL, 200, NULL                                     \
    }
#define GOT(n)                                                                                     \
    {                                                                                              \
        "got", #n, 0, NULL                                                                         \
    }
#define REFUSE                                                                                     \
    {                                                                                              \
        "refuse", NULL, 0, NULL                                                                    \
    }
#define TAKE                                                                                       \
    {                                                                                              \
        "take", NULL, 0, NULL                                                                      \
    }
#define LIST(see)                                                                                  \
    {                                                                                              \
        "GET " HOOKS, NULL, 200, see                                                               \
    }

/* The hub's end: keeps what came, answers what it is told to. */
struct ear {
    pthread_mutex_t lock;
    struct http_server *server;
    struct arena *arena;
    int status;
    struct {
        str body, authorization, api_key;
    } got[64];
    size_t count;
};

static void listen_in(struct http_exchange *x)
{
    struct ear *ear = x->context;
    pthread_mutex_lock(&ear->lock);
    int status = ear->status;
    size_t i = ear->count < 64 ? ear->count++ : 63;
    ear->got[i].body = str_copy(ear->arena, x->body);
    ear->got[i].authorization =
        str_copy(ear->arena, http_header(x->headers, x->header_count, "Authorization"));
    ear->got[i].api_key =
        str_copy(ear->arena, http_header(x->headers, x->header_count, "x-api-key"));
    pthread_mutex_unlock(&ear->lock);
    http_reply(x, status, NULL, (str){ 0 });
}

static const struct http_route routes[] = { { "POST", "/in", listen_in }, { 0 } };
static const struct http_route *const tables[] = { routes, NULL };

static void ear_open(struct ear *ear)
{
    struct err e = { 0 };
    *ear = (struct ear){ .arena = arena_new(), .status = 200 };
    pthread_mutex_init(&ear->lock, NULL);
    ear->server = http_server_start(
        &(struct http_server_options){
            .listen = "127.0.0.1:0", .tables = tables, .context = ear, .handler_threads = 4 },
        &e);
    if (!ear->server) fail_msg("%s", e.message);
}

static void ear_close(struct ear *ear)
{
    http_server_stop(ear->server, 1000);
    arena_free(ear->arena);
    pthread_mutex_destroy(&ear->lock);
}

/* Steps as in play.h, and some about the hub's end. */
static void ear_step(struct play *p, struct ear *ear, const struct step *s)
{
    pthread_mutex_lock(&ear->lock);
    if (strcmp(s->call, "refuse") == 0) ear->status = 500;
    if (strcmp(s->call, "take") == 0) ear->status = 200;
    size_t count = ear->count;
    str last = count ? ear->got[count - 1].body : (str){ 0 };
    pthread_mutex_unlock(&ear->lock);
    if (strcmp(s->call, "got") == 0 && str_eq(str_from(s->body), str_print(p->arena, "%zu", count)))
        return;
    if (strcmp(s->call, "got") == 0) play_fail(p, s->body, str_print(p->arena, "%zu", count));
    if (strcmp(s->call, "last") == 0) {
        const struct json *body = NULL;
        struct http_reply as_reply = { .body = last };
        assert_true(json_parse(p->arena, last, NULL, &body, NULL));
        str list = str_from(s->see), check;
        while (str_next(&list, ';', &check)) play_check(p, str_trim(check), &as_reply, body);
    }
    if (strchr(s->call, ' ')) play_step(p, s);
}

static void ear_run(void **state)
{
    const struct play_case *c = *state;
    struct ear ear;
    struct play p;
    ear_open(&ear);
    play_start(&p, true);
    play_keep(&p, STR("port"), str_print(p.arena, "%d", http_server_port(ear.server)));
    play_step(&p, &play_shelf);
    for (size_t i = 0; i < PLAY_STEPS && c->steps[i].call; i++)
        for (int n = 0; n < (c->steps[i].times ? c->steps[i].times : 1); n++)
            ear_step(&p, &ear, &c->steps[i]);
    play_end(&p);
    ear_close(&ear);
}

static const struct play_case registration_cases[] = {
    { "a webhook is listed as registered",
      { REGISTER("\"CREATED\",\"CANCELLED\""),
        LIST("#=1; 0.id=$hook; 0.status=ACTIVE; 0.subscribedStatuses.#=2; 0.username=u; "
             "0.authenticationType=BASIC_AUTHENTICATION; 0.password=missing"),
        { "PUT " HOOKS "/$hook",
          "{\"url\":\"https://hub.invalid/x\",\"authenticationType\":\"API_KEY\",\"apiKey\":\"k\"}",
          200 },
        LIST("0.url=https://hub.invalid/x; 0.authenticationType=API_KEY; "
             "0.subscribedStatuses.#=0"),
        { "PUT " HOOKS "/$hook/deactivate", NULL, 200 },
        LIST("0.status=PASSIVE"),
        { "PUT " HOOKS "/$hook/activate", NULL, 200 },
        LIST("0.status=ACTIVE"),
        { "DELETE " HOOKS "/$hook", NULL, 200 },
        LIST("#=0"),
        { "DELETE " HOOKS "/$hook", NULL, 404 } } },
    { "a seller has 15 webhooks, passive ones counted",
      { { BASIC(""), 200, "$hook=id", NULL, 15 },
        { "PUT " HOOKS "/$hook/deactivate", NULL, 200 },
        { BASIC(""), 400, "errors.0.key=webhook.limit.exceeded" } } },
    { "an address of the marketplace itself is refused",
      { { "POST " HOOKS,
          "{\"url\":\"https://hub.invalid/Trendyol\",\"authenticationType\":\"API_KEY\","
          "\"apiKey\":\"k\"}",
          400, "errors.0.key=invalid.url" },
        { "POST " HOOKS,
          "{\"url\":\"https://dolap.invalid/\",\"authenticationType\":\"API_KEY\","
          "\"apiKey\":\"k\"}",
          400 } } },
    { "this machine can be refused as in real life",
      { SETTINGS("\"webhook_localhost_allowed\":false"),
        { "POST " HOOKS,
          "{\"url\":\"https://LOCALHOST/\",\"authenticationType\":\"API_KEY\",\"apiKey\":\"k\"}",
          400 },
        { BASIC(""), 400 },
        SETTINGS("\"webhook_localhost_allowed\":true"),
        { BASIC(""), 200 } } },
    { "a webhook needs a known way to sign in, its secret, and known states",
      { { "POST " HOOKS, "{\"url\":\"https://hub.invalid/\"}", 400 },
        { "POST " HOOKS, "{\"url\":\"https://hub.invalid/\",\"authenticationType\":\"API_KEY\"}",
          400 },
        { BASIC("\"TELEPORTED\""), 400, "errors.0.key=invalid.statuses" },
        LIST("#=0") } },
};

#define LAST(see)                                                                                  \
    {                                                                                              \
        "last", NULL, 0, see                                                                       \
    }
#define RETRY ADVANCE(300000), FLUSH

static const struct play_case delivery_cases[] = {
    { "an order is told at once in the envelope of the order list",
      { REGISTER(""),
        ORDER,
        FLUSH,
        GOT(1),
        LAST("totalElements=1; content.#=1; content.0.orderNumber=$order; "
             "content.0.shipmentPackageId=$pkg; content.0.status=Created; "
             "content.0.lines.0.barcode=A-1"),
        { "GET /control/sellers", NULL, 200,
          "sellers.0.webhooks.0.delivered=1; sellers.0.webhooks.0.waiting=0" } } },
    { "only states asked for are told",
      { REGISTER("\"CANCELLED\""), ORDER, FLUSH, GOT(0), ACT("cancel"), FLUSH, GOT(1),
        LAST("content.0.status=Cancelled") } },
    { "every webhook of the seller is told, no other seller's",
      { REGISTER(""),
        REGISTER(""),
        { "POST /control/listings",
          "{\"seller\":100201,\"items\":[{\"barcode\":\"A-1\",\"quantity\":1}]}", 201 },
        { "POST /control/orders", "{\"seller\":100201,\"lines\":[{\"barcode\":\"A-1\"}]}", 201 },
        FLUSH,
        GOT(0),
        ORDER,
        FLUSH,
        GOT(2) } },
    { "a passive or deleted webhook is not told",
      { REGISTER(""),
        { "PUT " HOOKS "/$hook/deactivate", NULL, 200 },
        ORDER,
        FLUSH,
        GOT(0),
        { "PUT " HOOKS "/$hook/activate", NULL, 200 },
        ORDER,
        FLUSH,
        GOT(1),
        { "DELETE " HOOKS "/$hook", NULL, 200 },
        ORDER,
        FLUSH,
        GOT(1) } },
    { "what was refused comes again after five minutes as it was",
      { REGISTER(""), REFUSE, ORDER, FLUSH, GOT(1), ADVANCE(299999), FLUSH, GOT(1), TAKE,
        ADVANCE(1), FLUSH, GOT(2), LAST("content.0.status=Created"), RETRY, GOT(2) } },
    { "the time between tries can be set",
      { REGISTER(""), SETTINGS("\"webhook_retry_ms\":10"), REFUSE, ORDER, FLUSH, ADVANCE(10), FLUSH,
        GOT(2) } },
    { "after 12 failures the webhook is still told",
      { REGISTER(""), REFUSE, ORDER, FLUSH, RETRY, RETRY, RETRY, RETRY, RETRY, RETRY, RETRY, RETRY,
        RETRY, RETRY, RETRY, LIST("0.status=ACTIVE") } },
    { "a try that is not answered counts as refused",
      { { "POST " HOOKS,
          "{\"url\":\"http://127.0.0.1:1/in\",\"authenticationType\":\"API_KEY\","
          "\"apiKey\":\"k\"}",
          200 },
        SETTINGS("\"webhook_passive_after\":2"),
        ORDER,
        FLUSH,
        LIST("0.status=ACTIVE"),
        RETRY,
        LIST("0.status=PASSIVE"),
        { "GET /control/sellers", NULL, 200,
          "sellers.0.webhooks.0.failed=2; sellers.0.webhooks.0.waiting=0" } } },
    { "every message can come twice",
      { REGISTER(""), SETTINGS("\"webhook_duplicate_percent\":100"), ORDER, FLUSH, GOT(2) } },
    { "messages can wait",
      { REGISTER(""), SETTINGS("\"webhook_delay_ms\":3000"), ORDER, ADVANCE(2999), FLUSH, GOT(0),
        ADVANCE(1), FLUSH, GOT(1) } },
    { "messages can come out of order",
      { REGISTER(""), SETTINGS("\"webhook_disorder_percent\":100,\"webhook_disorder_ms\":1"), ORDER,
        SETTINGS("\"webhook_disorder_percent\":0"), ACT("cancel"), FLUSH, GOT(1),
        LAST("content.0.status=Cancelled"), ADVANCE(1), FLUSH, GOT(2),
        LAST("content.0.status=Created") } },
    { "a message can be lost",
      { REGISTER(""),
        { "POST /control/faults",
          "{\"kind\":\"missing_once\",\"endpoint\":\"webhook.delivery\",\"count\":1}", 201 },
        ORDER,
        FLUSH,
        GOT(0),
        ORDER,
        FLUSH,
        GOT(1) } },
    { "a message can bring a state and fields that nobody knows",
      { REGISTER(""),
        { "POST /control/faults",
          "[{\"kind\":\"unknown_status\",\"endpoint\":\"webhook.delivery\",\"count\":1},"
          "{\"kind\":\"unknown_field\",\"endpoint\":\"webhook.delivery\",\"count\":1}]",
          201 },
        ORDER,
        FLUSH,
        LAST("content.0.status=Quarantined; content.0.shipmentPackageStatus=Quarantined"),
        ORDER,
        FLUSH,
        LAST("novelty.#=2; content.0.surprise.of.#=2; content.0.status=Created") } },
    { "a deleted webhook's message in waiting holds nobody up",
      { REGISTER(""),
        SETTINGS("\"webhook_delay_ms\":5"),
        ORDER,
        { "DELETE " HOOKS "/$hook", NULL, 200 },
        ADVANCE(5),
        FLUSH,
        GOT(0) } },
    { "the pieces of a cancelled package are told package by package",
      { REGISTER(""),
        { "POST /control/orders",
          "{\"seller\":100200,\"lines\":[{\"barcode\":\"A-1\"},{\"barcode\":\"B-1\"}]}", 201,
          "$order=orders.0.orderNumber" },
        { "POST /control/orders/$order/cancel", "{\"lines\":[{\"barcode\":\"B-1\"}]}", 200 },
        FLUSH,
        GOT(3),
        LAST("content.0.status=Created; content.0.createdBy=cancel") } },
};

static void thirteen_failures_make_a_webhook_passive(void **state)
{
    static const struct step steps[] = { REGISTER(""), REFUSE, ORDER, FLUSH };
    static const struct step ends[] = { LIST("0.status=PASSIVE"), RETRY, GOT(13) };
    static const struct step retry[] = { RETRY };
    struct ear ear;
    struct play p;
    (void)state;
    ear_open(&ear);
    play_start(&p, true);
    play_keep(&p, STR("port"), str_print(p.arena, "%d", http_server_port(ear.server)));
    play_step(&p, &play_shelf);
    for (size_t i = 0; i < 4; i++) ear_step(&p, &ear, &steps[i]);
    for (size_t i = 0; i < 12 * 2; i++) ear_step(&p, &ear, &retry[i % 2]);
    for (size_t i = 0; i < 4; i++) ear_step(&p, &ear, &ends[i]);
    play_end(&p);
    ear_close(&ear);
}

static void a_webhook_signs_in_by_password_or_by_key(void **state)
{
    struct ear ear;
    struct play p;
    (void)state;
    ear_open(&ear);
    play_start(&p, true);
    play_keep(&p, STR("port"), str_print(p.arena, "%d", http_server_port(ear.server)));
    const struct step steps[] = {
        play_shelf,
        REGISTER(""),
        ORDER,
        FLUSH,
        { "DELETE " HOOKS "/$hook", NULL, 200 },
        { "POST " HOOKS,
          "{\"url\":\"http://127.0.0.1:$port/in\",\"authenticationType\":\"API_KEY\","
          "\"apiKey\":\"key-1\",\"subscribedStatuses\":[]}",
          200 },
        ORDER,
        FLUSH,
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) ear_step(&p, &ear, &steps[i]);
    assert_int_equal(ear.count, 2);
    assert_text(ear.got[0].authorization, "Basic dTpw");
    assert_text(ear.got[0].api_key, "");
    assert_text(ear.got[1].api_key, "key-1");
    assert_text(ear.got[1].authorization, "");
    play_end(&p);
    ear_close(&ear);
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_ROWS(&s, ear_run, registration_cases);
    SUITE_ROWS(&s, ear_run, delivery_cases);
    SUITE_TEST(&s, thirteen_failures_make_a_webhook_passive);
    SUITE_TEST(&s, a_webhook_signs_in_by_password_or_by_key);
    return suite_run(&s, "sandbox webhooks");
}
