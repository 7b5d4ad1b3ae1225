#include <stdio.h>

#include "main/remote.h"
#include "main/settings.h"

static int verify(struct arguments *args)
{
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    const struct json *reply = NULL;
    AUTO(remote) r = remote_open(args->config, HOUSE_MUST_EXIST, &e);
    if (!r || !remote_call(r, a, "POST", STR("/api/v1/ledger/verify"), (str){ 0 }, &reply, &e))
        return command_failed(&e);
    bool is_clean = json_bool_at(reply, "clean", false);
    if (argument_is_set(args, "json")) {
        remote_print(a, reply);
        return is_clean ? EXIT_DONE : EXIT_FAILED;
    }
    str variants = json_text_at(reply, "variants"), entries = json_text_at(reply, "entries");
    if (is_clean) {
        printf("The ledger is clean: %.*s entries of %.*s variants add up.\n", STR_ARG(entries),
               STR_ARG(variants));
        return EXIT_DONE;
    }
    const struct json *wrong = json_get(reply, "first_wrong");
    str company = json_text_at(wrong, "company_id"), variant = json_text_at(wrong, "variant_id");
    str seq = json_text_at(wrong, "seq"), what = json_text_at(wrong, "problem");
    printf("The ledger is WRONG, first at company %.*s, variant %.*s, entry %.*s: %.*s\n",
           STR_ARG(company), STR_ARG(variant), STR_ARG(seq), STR_ARG(what));
    return EXIT_FAILED;
}

const struct command ledger_verify_command = {
    .name = "ledger verify",
    .summary = "Recomputes every entry; exit 1 and the first wrong row when it does not add up",
    .examples = "  bedesten ledger verify --db var/bedesten.db\n",
    .options =
        (const struct option[]){ DATABASE_OPTIONS, { "json", NULL, "as JSON", NULL }, { NULL } },
    .run = verify,
};

static int show(struct arguments *args)
{
    AUTO(arena) a = arena_new();
    struct err e = { 0 };
    const struct json *reply = NULL;
    const char *asked = argument(args, "limit");
    str sku = str_url_encode(a, str_from(args->words[0]));
    str limit = asked ? str_url_encode(a, str_from(asked)) : STR("50");
    str path = str_print(a, "/api/v1/ledger/%.*s?limit=%.*s", STR_ARG(sku), STR_ARG(limit));
    AUTO(remote) r = remote_open(args->config, HOUSE_MUST_EXIST, &e);
    if (!r || !remote_call(r, a, "GET", path, (str){ 0 }, &reply, &e)) return command_failed(&e);
    if (argument_is_set(args, "json")) {
        remote_print(a, reply);
        return EXIT_DONE;
    }
    const struct json *v = json_get(reply, "variant"), *items = json_get(reply, "items");
    str title = json_text_at(v, "product_title");
    str available = json_text_at(v, "available"), reserved = json_text_at(v, "reserved");
    printf("%s  %.*s: available %.*s, reserved %.*s\n", args->words[0], STR_ARG(title),
           STR_ARG(available), STR_ARG(reserved));
    for (const struct json *i = items ? items->first : NULL; i; i = i->next) {
        str at = json_text_at(i, "at"), seq = json_text_at(i, "seq"),
            delta = json_text_at(i, "delta");
        str after = json_text_at(i, "resulting"), cause = json_text_at(i, "cause");
        str key = json_text_at(i, "cause_key");
        printf("%.*s  #%-5.*s %8.*s  → %-8.*s %-12.*s %.*s\n", STR_ARG(at), STR_ARG(seq),
               STR_ARG(delta), STR_ARG(after), STR_ARG(cause), STR_ARG(key));
    }
    return EXIT_DONE;
}

const struct command ledger_show_command = {
    .name = "ledger show",
    .words = "SKU",
    .word_count = 1,
    .summary = "Shows the stock of a SKU and its newest movements",
    .examples =
        "  bedesten ledger show BDS-0001\n  bedesten ledger show BDS-0001 --limit 500 --json\n",
    .options =
        (const struct option[]){
            DATABASE_OPTIONS,
            { "limit", "N", "how many, 1 to 500 (default 50)", NULL },
            { "json", NULL, "as JSON", NULL },
            { NULL },
        },
    .run = show,
};
