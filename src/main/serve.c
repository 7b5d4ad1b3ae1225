#include "main/serve.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "main/house.h"
#include "main/settings.h"
#include "work/work.h"

#define DRAIN_MS 25000

static void fill_set(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGINT);
    sigaddset(set, SIGTERM);
    sigaddset(set, SIGHUP);
}

void hold_signals(void)
{
    sigset_t set;
    fill_set(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

static void *end_at_once(void *unused)
{
    (void)unused;
    wait_for_stop();
    _exit(EXIT_FAILED);
}

void wait_for_stop(void)
{
    sigset_t set;
    int got = 0;
    fill_set(&set);
    while (sigwait(&set, &got) == 0 && got == SIGHUP)
        ; /* nothing to read again yet: settings are read at start */
}

struct serving {
    struct settings settings;
    char owner[32]; /* of leases: this process */
    struct house house;
    struct http_client *client;
    struct api *api;
    struct static_files *panel;
    struct http_server *server;
    struct work *work;
};

static bool start_panel(const struct config *c, struct serving *s, struct err *e)
{
    AUTO(arena) a = arena_new();
    str folder = config_text(c, "panel.dir");
    if (folder.len) {
        s->panel = static_files_from_folder(str_cstr(a, folder), e);
        return s->panel != NULL;
    }
    if (panel_file_count) s->panel = static_files_from_bundle(panel_files, panel_file_count);
    return true;
}

static bool start_api(const struct config *c, struct serving *s, struct err *e)
{
    struct api_options options = {
        .service = &s->house.service,
        .limits = s->house.limits,
        .panel = s->panel,
        .openapi_json = { openapi_json, openapi_json_size },
        .version = BEDESTEN_VERSION,
        .environment = config_text(c, "environment"),
        .is_secure = s->settings.is_behind_proxy || config_text(c, "http.tls_certificate").len > 0,
    };
    s->api = api_new(&options, e);
    if (!s->api) return false;
    s->house.service.ring = api_ring;
    s->house.service.ring_context = s->api;
    return true;
}

static const char *setting_or_null(struct arena *a, const struct config *c, const char *key)
{
    str value = config_text(c, key);
    return value.len ? str_cstr(a, value) : NULL;
}

static bool start_server(const struct config *c, struct serving *s, struct err *e)
{
    AUTO(arena) a = arena_new();
    struct http_server_options options = {
        .listen = str_cstr(a, config_text(c, "http.listen")),
        .unix_socket = s->house.socket_path,
        .tls_certificate = setting_or_null(a, c, "http.tls_certificate"),
        .tls_key = setting_or_null(a, c, "http.tls_key"),
        .handler_threads = (int)s->settings.http_threads,
    };
    api_routes(s->api, &options);
    s->server = http_server_start(&options, e);
    return s->server != NULL;
}

static bool start_work(struct serving *s, struct err *e)
{
    if (!s->settings.work_is_enabled) return true;
    struct http_client_options client = { .user_agent = "Bedesten" };
    s->client = http_client_new(&client, e);
    if (!s->client) return false;
    snprintf(s->owner, sizeof(s->owner), "serve-%ld", (long)getpid());
    struct work_options options = {
        .service = &s->house.service,
        .limits = s->house.limits,
        .client = s->client,
        .public_url = s->settings.public_url,
        .owner = s->owner,
        .is_only_process = true,
        .keep_calls_ms = s->settings.keep_calls_ms,
    };
    s->work = work_start(&options, e);
    return s->work != NULL;
}

/* In this order: nobody new comes in, requests finish, workers finish, the writer is flushed. */
static void stop(struct serving *s)
{
    if (s->api) api_not_ready(s->api, "stopping");
    if (s->server) http_server_stop(s->server, DRAIN_MS);
    if (s->work) work_stop(s->work, DRAIN_MS);
    if (s->api) {
        api_stop(s->api);
        s->house.service.ring = NULL;
        api_free(s->api);
    }
    if (s->panel) static_files_free(s->panel);
    if (s->client) http_client_free(s->client);
    house_close(&s->house);
}

static int run(struct arguments *args)
{
    struct serving s = { 0 };
    struct err e = { 0 };
    if (!settings_read(args->config, &s.settings, &e)) return command_failed(&e);
    log_setup(STDERR_FILENO, s.settings.log_format, s.settings.log_level);
    hold_signals();
    if (!house_open(args->config, &s.house, &e) || !start_panel(args->config, &s, &e) ||
        !start_api(args->config, &s, &e) || !start_server(args->config, &s, &e) ||
        !start_work(&s, &e)) {
        log_error_err("not started", &e);
        stop(&s);
        return EXIT_FAILED;
    }
    api_not_ready(s.api, NULL);
    log_info("serving", LOG_TEXT("address", config_text(args->config, "http.listen")),
             LOG_INT("port", http_server_port(s.server)), LOG_CSTR("version", BEDESTEN_VERSION));
    wait_for_stop();
    pthread_t impatient;
    if (pthread_create(&impatient, NULL, end_at_once, NULL) == 0) pthread_detach(impatient);
    log_info("stopping: running requests and jobs finish first");
    stop(&s);
    log_info("stopped");
    return EXIT_DONE;
}

const struct command serve_command = {
    .name = "serve",
    .summary = "Runs the whole product: panel, API, scheduler and workers",
    .examples = "  bedesten serve --db var/bedesten.db --listen 127.0.0.1:8080\n"
                "  bedesten serve --config /etc/bedesten.conf\n",
    .options =
        (const struct option[]){
            DATABASE_OPTIONS,
            { "listen", "HOST:PORT", "address and port (default 127.0.0.1:8080)", "http.listen" },
            { "panel", "DIR", "serve the panel from a folder, while developing", "panel.dir" },
            { "public-url", "URL", "where marketplaces reach us", "http.public_url" },
            { "log-format", "FORMAT", "json, human or auto", "log.format" },
            { NULL },
        },
    .run = run,
};
