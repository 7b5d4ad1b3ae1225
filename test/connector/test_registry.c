/* What must hold of every connector in the registry, whichever marketplace it is for. */
#include "connector/connector.h"
#include "support/suite.h"

static void keys_are_found_and_single(void **state)
{
    (void)state;
    for (const struct connector *const *c = connectors; *c; c++)
        assert_ptr_equal(connector_find(str_from((*c)->key)), *c);
    assert_ptr_not_equal(connector_find(STR("trendyol")), NULL);
    assert_null(connector_find(STR("Trendyol")));
    assert_null(connector_find(STR("")));
}

/* A key stands in rows, URLs and metric labels. */
static void keys_are_plain_words(void **state)
{
    (void)state;
    for (const struct connector *const *c = connectors; *c; c++)
        for (const char *k = (*c)->key; *k; k++) assert_true(*k >= 'a' && *k <= 'z');
}

static void what_the_hub_cannot_do_without_is_there(void **state)
{
    (void)state;
    for (const struct connector *const *i = connectors; *i; i++) {
        const struct connector *c = *i;
        assert_true(c->title && c->base_url && c->test_base_url && c->settings && c->limits);
        assert_true(c->check && c->pull_orders && c->parse_orders && c->push_offers);
        assert_true(c->offers_per_push > 0 && c->quantity_ceiling > 0);
        assert_true(c->poll_ms > 0 && c->sweep_ms > 0 && c->order_history_ms > 0);
        assert_false(str_ends(str_from(c->base_url), STR("/")));
        /* Results that come later need times to ask for them. */
        if (c->pull_batch) assert_true(c->batch_first_poll_ms && c->batch_expires_ms);
        /* A webhook that can be registered must be told apart, checked and taken away again. */
        if (c->register_hook)
            assert_true(c->list_hooks && c->delete_hook && c->hook_check && c->hook_dedupe);
    }
}

static void settings_and_limits_fit_together(void **state)
{
    (void)state;
    for (const struct connector *const *i = connectors; *i; i++) {
        const struct store_setting *tier = NULL;
        for (const struct store_setting *s = (*i)->settings; s->name; s++) {
            assert_true(s->title_tr && s->title_en && s->help_tr && s->help_en);
            assert_int_equal(s->kind == SETTING_CHOICE, s->choices != NULL);
            if (!strcmp(s->name, "tier")) tier = s;
        }
        bool has_all = false;
        for (const struct rate_limit *l = (*i)->limits; l->group; l++) {
            assert_true(l->calls > 0 && l->window_ms > 0);
            if (!strcmp(l->group, "*")) has_all = true;
            if (!l->tier) continue;
            bool is_choice = false;
            for (const char *const *c = tier ? tier->choices : NULL; c && *c; c++)
                if (!strcmp(*c, l->tier)) is_choice = true;
            assert_true(is_choice);
        }
        assert_true(has_all);
    }
}

int main(void)
{
    struct suite s = { 0 };
    SUITE_TEST(&s, keys_are_found_and_single);
    SUITE_TEST(&s, keys_are_plain_words);
    SUITE_TEST(&s, what_the_hub_cannot_do_without_is_there);
    SUITE_TEST(&s, settings_and_limits_fit_together);
    return suite_run(&s, "registry");
}
