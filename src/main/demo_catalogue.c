#include "main/demo_catalogue.h"

#define KINDS 6
#define LOOKS 4
#define CATEGORIES 12

const char *const demo_sizes[3] = { "S", "M", "L" };

static const struct category {
    const char *name, *vat_percent;
    bool has_sizes;
    int64_t price_from; /* lira */
    const char *looks[LOOKS], *kinds[KINDS];
} categories[CATEGORIES] = {
    { "Mutfak",
      "20",
      false,
      249,
      { "Bakır", "Granit", "Emaye", "Çelik" },
      { "Çaydanlık", "Tava 28 cm", "Tencere 24 cm", "Cezve", "Süzgeç", "Kahve Değirmeni" } },
    { "Sofra",
      "20",
      false,
      129,
      { "Çini Desenli", "Porselen", "El Yapımı", "Şeffaf Cam" },
      { "Kahve Fincanı Takımı", "Çorba Kâsesi", "Şekerlik", "Sürahi", "Çay Bardağı 6'lı",
        "Servis Tabağı" } },
    { "Ev Tekstili",
      "10",
      false,
      189,
      { "Pamuklu", "Keten", "Müslin", "Işıltılı" },
      { "Nevresim Takımı", "Peştemal", "Yastık Kılıfı", "Masa Örtüsü", "Havlu Seti",
        "Şönil Battaniye" } },
    { "Kadın Giyim",
      "10",
      true,
      299,
      { "Çiçekli", "Düz Renk", "Çizgili", "Örgü" },
      { "Elbise", "Gömlek", "Hırka", "Etek", "Tunik", "Pijama Takımı" } },
    { "Erkek Giyim",
      "10",
      true,
      279,
      { "Oduncu", "Slim Fit", "Kışlık", "Yünlü" },
      { "Gömlek", "Kazak", "Eşofman Altı", "Polo Tişört", "Yelek", "Pantolon" } },
    { "Çocuk",
      "10",
      true,
      149,
      { "Sevimli", "Renkli", "Organik", "Kalın" },
      { "Tişört", "Tulum", "Mont", "Patik", "Bere Atkı Seti", "Şort" } },
    { "Kozmetik",
      "20",
      false,
      89,
      { "Gül Özlü", "Zeytinyağlı", "Lavantalı", "Argan Yağlı" },
      { "El Kremi", "Sabun 4'lü", "Şampuan", "Yüz Toniği", "Saç Bakım Yağı",
        "Dudak Nemlendirici" } },
    { "Kırtasiye",
      "20",
      false,
      39,
      { "Çizgili", "Kareli", "Deri Kapaklı", "Renkli" },
      { "Defter", "Ajanda", "Kalem Seti", "Dosya", "Not Kâğıdı", "Boya Kalemi 24'lü" } },
    { "Bahçe",
      "20",
      false,
      119,
      { "Ahşap", "Seramik", "Hasır", "Galvaniz" },
      { "Saksı", "Sulama Kabı", "Kuş Evi", "Budama Makası", "Çiçeklik", "Bahçe Küreği" } },
    { "Oyuncak",
      "20",
      false,
      159,
      { "Ahşap", "Eğitici", "Peluş", "Manyetik" },
      { "Yapboz", "Bul-Tak Seti", "Ayıcık", "Tren Seti", "Ksilofon", "Denge Oyunu" } },
    { "Spor",
      "20",
      false,
      199,
      { "Kaymaz", "Ayarlanabilir", "Profesyonel", "Katlanır" },
      { "Yoga Matı", "Dambıl Seti", "Atlama İpi", "Pilates Topu", "Su Matarası", "Sırt Çantası" } },
    { "Kahve ve Çay",
      "1",
      false,
      79,
      { "Öğütülmüş", "Çekirdek", "Közde", "Organik" },
      { "Türk Kahvesi 250 g", "Filtre Kahve 500 g", "Siyah Çay 1 kg", "Ihlamur", "Adaçayı",
        "Kuşburnu Çayı" } },
};

/* A small generator of our own, so that the demo is the same on every machine. */
static uint32_t mixed(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7feb352dU;
    x ^= x >> 15;
    x *= 0x846ca68bU;
    return x ^ (x >> 16);
}

struct demo_product demo_product(struct arena *a, int index)
{
    const struct category *c = &categories[index % CATEGORIES];
    int nth = index / CATEGORIES;
    uint32_t chance = mixed((uint32_t)index + 1);
    int64_t lira = c->price_from + (int64_t)(chance % 40) * 10;
    static const char *const brands[] = { "Çınar", "Yörük", "Lâle", "Pınar Evi", "Tuğra" };
    return (struct demo_product){
        .title =
            str_print(a, "%s %s", c->looks[(nth / KINDS + nth) % LOOKS], c->kinds[nth % KINDS]),
        .category = str_from(c->name),
        .brand = str_from(brands[chance % 5]),
        .vat_percent = c->vat_percent,
        .has_sizes = c->has_sizes,
        .price = money_of(lira * 10000 + 9000, "TRY"),
        .cost = money_of(lira * 10000 * 6 / 10, "TRY"),
        .stock = 3 + (int64_t)(mixed(chance) % 60),
        .number = index + 1,
    };
}

str demo_sku(struct arena *a, const struct demo_product *p, int variant)
{
    if (variant < 0) return str_print(a, "BDS-%04d", p->number);
    return str_print(a, "BDS-%04d-%s", p->number, demo_sizes[variant]);
}

str demo_barcode(struct arena *a, const struct demo_product *p, int variant)
{
    char digits[14];
    int written = 0, sum = 0;
    str body = str_print(a, "869%07d%02d", p->number, variant + 1);
    for (size_t i = 0; i < body.len; i++) {
        digits[written++] = body.at[i];
        sum += (body.at[i] - '0') * (i % 2 ? 3 : 1);
    }
    digits[written++] = (char)('0' + (10 - sum % 10) % 10);
    return str_copy(a, (str){ digits, (size_t)written });
}
