#include <unistd.h>

#include "base/crypto.h"
#include "main/serve.h"
#include "main/settings.h"
#include "sandbox/sandbox.h"

static int run(struct arguments *args)
{
    struct err e = { 0 };
    struct settings settings;
    int64_t seed = 1;
    const char *listen = argument(args, "listen"), *seed_text = argument(args, "seed");
    const char *marketplace = argument(args, "marketplace");
    if (seed_text && (!str_to_i64(str_from(seed_text), &seed) || seed < 0)) {
        err_set(&e, ERR_INVALID, "sandbox.seed", "--seed is '%s'; it is a number from 0",
                seed_text);
        return command_misused(&e);
    }
    if (!settings_read(args->config, &settings, &e)) return command_failed(&e);
    log_setup(STDERR_FILENO, settings.log_format, settings.log_level);
    hold_signals();
    struct sandbox_options options = { .marketplace = marketplace ? marketplace : "trendyol",
                                       .listen = listen ? listen : "127.0.0.1:8091",
                                       .seed = (uint64_t)seed };
    if (!crypto_setup(&e)) return command_failed(&e);
    struct sandbox *s = sandbox_start(&options, &e);
    if (!s) return command_failed(&e);
    log_info("playing a marketplace", LOG_CSTR("marketplace", options.marketplace),
             LOG_INT("port", sandbox_port(s)), LOG_INT("seed", seed));
    wait_for_stop();
    sandbox_stop(s);
    return EXIT_DONE;
}

const struct command sandbox_command = {
    .name = "sandbox",
    .summary = "Plays a marketplace on loopback: for demos, tests and test mode",
    .examples = "  bedesten sandbox --marketplace trendyol --listen 127.0.0.1:8091 --seed 1\n"
                "  curl 127.0.0.1:8091/control/sellers\n",
    .options =
        (const struct option[]){
            { "config", "FILE", "settings file", NULL },
            { "marketplace", "KEY", "which one (trendyol)", NULL },
            { "listen", "HOST:PORT", "loopback address (default 127.0.0.1:8091)", NULL },
            { "seed", "N", "the same seed plays the same (default 1)", NULL },
            { "log-format", "FORMAT", "json, human or auto", "log.format" },
            { NULL },
        },
    .run = run,
};
