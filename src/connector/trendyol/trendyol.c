#include "connector/trendyol/trendyol.h"

static const char *const tiers[] = { "50k", "75k", "150k", "500k", "unlimited", NULL };

static const struct store_setting settings[] = {
    { .name = "seller_id",
      .title_tr = "Satıcı ID",
      .title_en = "Seller ID",
      .help_tr = "Satıcı paneli › Hesap Bilgilerim › Entegrasyon Bilgileri; yalnızca rakam.",
      .help_en = "Seller panel › My account › Integration information; digits only.",
      .kind = SETTING_TEXT,
      .is_required = true },
    { .name = "api_key",
      .title_tr = "API anahtarı",
      .title_en = "API key",
      .help_tr = "Satıcı ID ile aynı sayfada; üçü birbirine aittir.",
      .help_en = "On the same page as the seller ID; the three belong together.",
      .kind = SETTING_TEXT,
      .is_required = true },
    { .name = "api_secret",
      .title_tr = "API gizli anahtarı",
      .title_en = "API secret",
      .help_tr = "Panelde yenilenirse buraya da yeniden girilir.",
      .help_en = "When it is renewed in the panel, enter it here again.",
      .kind = SETTING_SECRET,
      .is_required = true },
    { .name = "integrator_name",
      .title_tr = "Entegratör adı",
      .title_en = "Integrator name",
      .help_tr = "En çok 30 harf ve rakam; kendi yazılımınız için boş bırakın (SelfIntegration).",
      .help_en = "At most 30 letters and digits; empty for your own software (SelfIntegration).",
      .kind = SETTING_TEXT },
    { .name = "tier",
      .title_tr = "Ürün limiti",
      .title_en = "Listing tier",
      .help_tr = "Mağazanızın en çok ürün sayısı; istek sınırları buna göre uygulanır.",
      .help_en = "How many listings the store may have; the request limits follow it.",
      .kind = SETTING_CHOICE,
      .choices = tiers },
    { 0 },
};

#define PER_MINUTE(group_, tier_, calls_)                                                          \
    {                                                                                              \
        .group = (group_), .tier = (tier_), .calls = (calls_), .window_ms = 60000                  \
    }

/* "Service limits", read 2026-08-25. Where the page says "none" only the limit of "*" holds. */
static const struct rate_limit limits[] = {
    { .group = "*", .calls = 50, .window_ms = 10000 },
    /* No number is published for the stream, only the advice to leave five seconds. */
    { .group = "order_stream", .calls = 1, .window_ms = 5000 },
    /* Webhook calls are in no group of the page. */
    { .group = "webhook", .calls = 50, .window_ms = 10000 },
    PER_MINUTE("order_list", "50k", 30),
    PER_MINUTE("order_list", "75k", 40),
    PER_MINUTE("order_list", "150k", 50),
    PER_MINUTE("order_list", "500k", 100),
    PER_MINUTE("order_list", "unlimited", 100),
    PER_MINUTE("inventory", "50k", 350),
    PER_MINUTE("inventory", "75k", 500),
    PER_MINUTE("inventory", "150k", 1000),
    PER_MINUTE("inventory", "500k", 1500),
    PER_MINUTE("inventory", "unlimited", 2000),
    PER_MINUTE("product_read", "50k", 1000),
    PER_MINUTE("product_read", "75k", 1250),
    PER_MINUTE("product_read", "150k", 1500),
    PER_MINUTE("product_read", "500k", 1750),
    PER_MINUTE("product_read", "unlimited", 2000),
    PER_MINUTE("package_status", "50k", 300),
    PER_MINUTE("package_status", "75k", 300),
    PER_MINUTE("package_status", "150k", 500),
    { 0 },
};

const struct connector trendyol = {
    .key = "trendyol",
    .title = "Trendyol",
    .base_url = "https://apigw.trendyol.com/integration",
    .test_base_url = "https://stageapigw.trendyol.com/integration",
    .settings = settings,
    .limits = limits,
    .offers_per_push = 1000,
    .same_body_refused_ms = 15 * UTC_MINUTE,
    .batch_first_poll_ms = 3 * UTC_SECOND,
    .batch_poll_ms = 5 * UTC_SECOND,
    .batch_expires_ms = 4 * UTC_HOUR,
    .settling_ms = 2 * UTC_MINUTE,
    .poll_ms = 30 * UTC_SECOND,
    .sweep_ms = 1 * UTC_HOUR,
    /* Orders were seen to appear late in both the service and the webhook (README, quirks). */
    .overlap_ms = 30 * UTC_MINUTE,
    .order_history_ms = 14 * UTC_DAY,
    .quantity_ceiling = 20000,

    .check = trendyol_check,
    .pull_orders = trendyol_pull_orders,
    .find_order = trendyol_find_order,
    .parse_orders = trendyol_parse_orders,
    .push_offers = trendyol_push_offers,
    .pull_batch = trendyol_pull_batch,
    .pull_listings = trendyol_pull_listings,
    .acknowledge = trendyol_acknowledge,
    .invoice = trendyol_invoice,
    .list_hooks = trendyol_list_hooks,
    .register_hook = trendyol_register_hook,
    .delete_hook = trendyol_delete_hook,
    .hook_check = trendyol_hook_check,
    .hook_dedupe = trendyol_hook_dedupe,
};
