#include "base/fold.h"

#include "support/suite.h"

static const struct fold_case {
    const char *name, *text, *folded;
} fold_cases[] = {
    { "lower case", "Red SHIRT", "red shirt" },
    { "dotless i", "Kırmızı", "kirmizi" },
    { "capital I", "KIRMIZI", "kirmizi" },
    { "capital I with dot", "İSTANBUL", "istanbul" },
    { "all Turkish letters", "ÇĞIİÖŞÜ çğıiöşü", "cgiiosu cgiiosu" },
    { "circumflexes", "kâğıt Hâlâ îman sükûn Âlem", "kagit hala iman sukun alem" },
    { "i and a combining dot", "i\u0307stanbul", "istanbul" },
    { "I and a combining dot", "I\u0307stanbul", "istanbul" },
    { "letters and their marks apart",
      "s\u0327apka c\u0327anta dag\u0306 go\u0308l u\u0308zu\u0308m", "sapka canta dag gol uzum" },
    { "other Latin letters", "Café Ñandú Łódź Škoda Ærø", "cafe nandu lodz skoda aero" },
    { "sharp s", "Straße", "strasse" },
    { "Greek and Cyrillic are lowered", "ΑΒΓ БВЁ", "αβγ бвё" },
    { "runs of white space are one blank", " \t a \n\n b\u00A0\u2003c ", "a b c" },
    { "zero widths and soft hyphens go", "ka\u00ADle\u200Bm\uFEFF", "kalem" },
    { "digits and signs stay", "BDS-0001/x_5", "bds-0001/x_5" },
    { "other scripts stay", "日本 😀", "日本 😀" },
    { "broken bytes are blanks", "a\xFF\xC5z", "a z" },
    { "nothing is nothing", "", "" },
    { "white space is nothing", " \t ", "" },
};

static void fold_text_folds(void **state)
{
    const struct fold_case *c = *state;
    AUTO(arena) a = arena_new();
    str folded = fold_text(a, str_from(c->text));
    assert_text(folded, c->folded);
    assert_text(fold_text(a, folded), c->folded); /* once more changes nothing */
}

/* In the order of a Turkish dictionary. */
static const char *const sorted[] = {
    "",      "10",       "2 numara", "Ada",  "ağa",   "Ağaç", "az",        "Cam",    "cüzdan",
    "Çanta", "çorap",    "Dolap",    "gaz",  "Göz",   "ğ",    "Halı",      "Ilık",   "ısı",
    "iğne",  "İplik",    "kazak",    "kot",  "köşe",  "Masa", "onur",      "Oya",    "Ödül",
    "örtü",  "pantolon", "qw",       "Renk", "sabun", "saz",  "Şal",       "Şapka",  "şort",
    "tabak", "uzun",     "ümit",     "Ütü",  "Vazo",  "wok",  "xl gömlek", "yazlık", "Zil",
};

static void sort_keys_stand_in_the_order_of_the_alphabet(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    for (size_t i = 1; i < sizeof sorted / sizeof sorted[0]; i++) {
        str before = fold_sort_key(a, str_from(sorted[i - 1]));
        str after = fold_sort_key(a, str_from(sorted[i]));
        if (str_cmp(before, after) >= 0) print_error("%s, %s\n", sorted[i - 1], sorted[i]);
        assert_true(str_cmp(before, after) < 0);
    }
}

static const struct same_case {
    const char *name, *one, *other;
} same_cases[] = {
    { "case does not matter", "ÇANTA ığdır", "çanta IĞDIR" },
    { "a dotted capital is i", "İZMİR", "izmir" },
    { "letters and their marks apart", "c\u0327o\u0308l s\u0327U\u0308 g\u0306", "çöl şÜ ğ" },
    { "I and a combining dot", "I\u0307zmir", "izmir" },
    { "white space does not matter", " a  b ", "a b" },
    { "accents do not matter", "kâğıt", "kağıt" },
};

static void sort_keys_are_the_same(void **state)
{
    const struct same_case *c = *state;
    AUTO(arena) a = arena_new();
    str one = fold_sort_key(a, str_from(c->one)), other = fold_sort_key(a, str_from(c->other));
    assert_true(one.len > 0);
    assert_true(str_eq(one, other));
}

static void sort_keys_tell_i_from_dotless_i(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    assert_true(str_cmp(fold_sort_key(a, STR("ızgara")), fold_sort_key(a, STR("ip"))) < 0);
    assert_true(str_cmp(fold_sort_key(a, STR("IZGARA")), fold_sort_key(a, STR("İP"))) < 0);
}

static void signs_sort_before_letters(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    str letter = fold_sort_key(a, STR("a"));
    for (char c = '!'; c < 0x7F; c++) {
        if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) continue;
        assert_true(str_cmp(fold_sort_key(a, (str){ &c, 1 }), letter) < 0);
    }
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, fold_text_folds, fold_cases);
    SUITE_TEST(&s, sort_keys_stand_in_the_order_of_the_alphabet);
    SUITE_ROWS(&s, sort_keys_are_the_same, same_cases);
    SUITE_TEST(&s, sort_keys_tell_i_from_dotless_i);
    SUITE_TEST(&s, signs_sort_before_letters);
    return suite_run(&s, "fold");
}
