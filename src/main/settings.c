#include "main/settings.h"

#include <unistd.h>

#include "net/http.h"

const struct config_key setting_keys[] = {
    { "db.path", "var/bedesten.db", "the SQLite file; beside it its lock and its control socket" },
    { "db.prefix", "oc_", "prefix of every table" },
    { "key.file", "", "the key file; empty: beside the database, ending in .key" },
    { "http.listen", "127.0.0.1:8080", "address and port; plain HTTP on loopback only" },
    { "http.tls_certificate", "", "PEM file; with http.tls_key HTTPS is served" },
    { "http.tls_key", "", "PEM file" },
    { "http.behind_proxy", "no", "yes: a proxy in front speaks TLS, cookies are marked Secure" },
    { "http.public_url", "", "where marketplaces reach us; empty: no webhooks, polling only" },
    { "http.threads", "32", "handler threads" },
    { "panel.dir", "", "a folder of the built panel instead of the one linked in" },
    { "environment", "production", "shown in the panel: development, staging or production" },
    { "log.format", "auto", "json, human, or auto: human on a terminal" },
    { "log.level", "info", "debug, info, warning or error" },
    { "work.enabled", "yes", "no: this process only serves" },
    { "calls.keep_days", "30", "how long API calls are kept" },
    { NULL, NULL, NULL },
};

static bool read_log(const struct config *c, struct settings *s, struct err *e)
{
    static const char *const formats[] = { "auto", "human", "json", NULL };
    static const char *const levels[] = { "debug", "info", "warning", "error", NULL };
    int format, level;
    if (!config_choice(c, "log.format", formats, &format, e) ||
        !config_choice(c, "log.level", levels, &level, e))
        return false;
    bool is_human = format == 0 ? isatty(STDERR_FILENO) == 1 : format == 1;
    s->log_format = is_human ? LOG_FORMAT_HUMAN : LOG_FORMAT_JSON;
    s->log_level = (enum log_level)level;
    return true;
}

/* Marketplaces call it from outside; plain HTTP is for a simulator on this machine. */
static bool read_public_url(const struct config *c, struct settings *s, struct err *e)
{
    struct url_parts parts;
    str url = config_text(c, "http.public_url");
    while (str_ends(url, STR("/"))) url.len--;
    bool is_good = url.len == 0 || (url_split(url, &parts) && !str_has(url, STR("?")) &&
                                    (parts.is_https || url_is_loopback(&parts)));
    s->public_url = url;
    return is_good || config_refuse(c, "http.public_url", "config.not_a_url",
                                    "an address like https://hub.example.com, or empty", e);
}

bool settings_read(const struct config *c, struct settings *out, struct err *e)
{
    static const char *const environments[] = { "development", "staging", "production", NULL };
    struct settings s = { 0 };
    int environment;
    int64_t days;
    if (!read_log(c, &s, e) || !read_public_url(c, &s, e) ||
        !config_choice(c, "environment", environments, &environment, e) ||
        !config_bool(c, "http.behind_proxy", &s.is_behind_proxy, e) ||
        !config_i64(c, "http.threads", 2, 256, &s.http_threads, e) ||
        !config_bool(c, "work.enabled", &s.work_is_enabled, e) ||
        !config_i64(c, "calls.keep_days", 1, 3650, &days, e))
        return false;
    s.keep_calls_ms = days * UTC_DAY;
    *out = s;
    return true;
}
