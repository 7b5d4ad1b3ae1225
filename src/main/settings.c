#include "main/settings.h"

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
