/* How many pieces of a line stand, in each way packages are known to be cut up and told of. */
#include "domain/order_standing.h"
#include "support/suite.h"

/* A package as told: "id<origins @time status | line:sku:pieces[x|s], ..."; x cancelled, s shipped.
 * Wanted: "line=pieces/unshipped ..." in the order of first mention. */
struct standing_case {
    const char *name;
    const char *told[6];
    const char *wanted;
};

static const struct standing_case cases[] = {
    { "a line stands as it was told", { "P @1 | L:X:2" }, "L=2/2" },
    { "a cancelled line stands for nothing", { "P @1 | L:X:2x" }, "L=0/0 cancelled" },
    { "shipped pieces stand and are no longer in the house", { "P @1 | L:X:2s" }, "L=2/0" },
    { "lines of one package are apart", { "P @1 | L:X:2, M:X:1x" }, "L=2/2 M=0/0 cancelled" },

    { "a line that moved to a package of a new id counts once",
      { "P @1 | L:X:2", "Q<P @2 | L:X:2" },
      "L=2/2" },
    { "it counts once though its old package was never ended",
      { "P @1 | L:X:2", "Q @2 | L:X:2" },
      "L=2/2" },
    { "it counts once when the new package is told of first",
      { "Q<P @2 | L:X:2", "P @1 | L:X:2" },
      "L=2/2" },
    { "partial cancellation: the rest is carried on, the cancelled line gives back",
      { "P @2 | L:X:2x, M:Y:1x", "Q<P @2 | L:X:2" },
      "L=2/2 M=0/0 cancelled" },
    { "one piece of two cancelled: one stands", { "P @2 | L:X:2x", "Q<P @2 | L:X:1" }, "L=1/1" },
    { "until its old package says so, the other piece is not given back",
      { "P @1 | L:X:2", "Q<P @2 | L:X:1" },
      "L=2/2" },
    { "a line that its package no longer mentions was moved, not cancelled",
      { "P @2 | L:X:2, M:Y:1x" },
      "L=2/2 M=0/0 cancelled" },

    { "a split parent without children holds its stock",
      { "P! @2 | L:X:2, M:Y:1" },
      "L=2/2 M=1/1" },
    { "a split parent and one child: the rest still stands with the parent",
      { "P! @2 | L:X:2, M:Y:1", "Q<P @3 | L:X:2" },
      "L=2/2 M=1/1" },
    { "a split parent and both children",
      { "P! @2 | L:X:2, M:Y:1", "Q<P @3 | L:X:2", "R<P @3 | M:Y:1" },
      "L=2/2 M=1/1" },
    { "a child that is cancelled gives back, its sibling does not",
      { "P! @2 | L:X:2, M:Y:1", "Q<P @3 | L:X:2x", "R<P @3 | M:Y:1" },
      "L=0/0 cancelled M=1/1" },
    { "split by quantity: one line id in two packages adds up to what it was",
      { "P! @2 | L:X:3", "Q<P @3 | L:X:1", "R<P @3 | L:X:2" },
      "L=3/3" },
    { "split by quantity, one child shipped",
      { "P! @2 | L:X:3", "Q<P @3 | L:X:1s", "R<P @3 | L:X:2" },
      "L=3/2" },
    { "split by quantity, one child cancelled",
      { "P! @2 | L:X:3", "Q<P @3 | L:X:1x", "R<P @3 | L:X:2" },
      "L=2/2" },
    { "split by quantity whose parent was never seen",
      { "Q<P @3 | L:X:1", "R<P @3 | L:X:2" },
      "L=3/3" },
    { "split by quantity without named origins",
      { "P! @2 | L:X:3", "Q @3 | L:X:1", "R @3 | L:X:2" },
      "L=3/3" },
    { "split by quantity under new line ids",
      { "P! @2 | L:X:3", "Q<P @3 | L1:X:1", "R<P @3 | L2:X:2" },
      "L=0/0 L1=1/1 L2=2/2" },
    { "of which only one child is known yet",
      { "P! @2 | L:X:3", "Q<P @3 | L1:X:1" },
      "L=2/2 L1=1/1" },
    { "of which one child is cancelled",
      { "P! @2 | L:X:3", "Q<P @3 | L1:X:1x", "R<P @3 | L2:X:2" },
      "L=0/0 L1=0/0 cancelled L2=2/2" },
    { "new line ids of another SKU take nothing off",
      { "P! @2 | L:X:3", "Q<P @3 | L1:Y:3" },
      "L=3/3 L1=3/3" },
    { "new line ids beside a line that kept its own",
      { "P! @2 | L:X:1, K:X:2", "Q<P @3 | L:X:1", "R<P @3 | K1:X:1", "S<P @3 | K2:X:1" },
      "L=1/1 K=0/0 K1=1/1 K2=1/1" },
    { "a child split again",
      { "P! @2 | L:X:4", "Q<P @3 | L:X:2", "R!<P @3 | L:X:2", "S<R @4 | L:X:1", "T<R @4 | L:X:1" },
      "L=4/4" },
    { "moved twice without named origins, then cancelled",
      { "P! @2 | L:X:2", "Q! @3 | L:X:2", "R @4 | L:X:2x" },
      "L=0/0 cancelled" },
    { "moved twice without named origins, the last not known yet",
      { "P! @2 | L:X:2", "Q! @3 | L:X:2" },
      "L=2/2" },
    { "moved without a name, then with one, then cancelled",
      { "P! @2 | L:X:2", "Q! @3 | L:X:2", "R<Q @4 | L:X:2x" },
      "L=0/0 cancelled" },
    { "packages joined into one",
      { "P @1 | L:X:1", "Q @1 | M:Y:1", "R<P,Q @2 | L:X:1, M:Y:1" },
      "L=1/1 M=1/1" },
    { "the newest package speaks for a line that moved",
      { "P @1 | L:X:2", "Q @2 | L:X:2s" },
      "L=2/0" },
};

struct told {
    struct order_package_said packages[6];
    struct order_part parts[16];
    size_t package_count, part_count;
};

static void read_part(struct told *t, size_t package, str text)
{
    str id, rest, sku, pieces;
    assert_true(str_split(str_trim(text), ':', &id, &rest));
    assert_true(str_split(rest, ':', &sku, &pieces));
    struct order_part *p = &t->parts[t->part_count++];
    *p = (struct order_part){ .package = package, .remote_line_id = id, .remote_sku = sku };
    p->is_cancelled = str_ends(pieces, STR("x"));
    p->has_left = str_ends(pieces, STR("s"));
    if (p->is_cancelled || p->has_left) pieces.len--;
    assert_true(str_to_i64(pieces, &p->quantity));
}

static void read_package(struct told *t, str text)
{
    str head, lines, name, time, origins, line;
    assert_true(str_split(text, '|', &head, &lines));
    assert_true(str_split(head, '@', &name, &time));
    struct order_package_said *p = &t->packages[t->package_count];
    str_split(str_trim(name), '<', &name, &origins);
    *p = (struct order_package_said){ .origin_package_ids = origins };
    assert_true(str_to_i64(str_trim(time), &p->modified_at));
    p->is_superseded = str_ends(name, STR("!"));
    if (p->is_superseded) name.len--;
    p->remote_package_id = name;
    while (str_next(&lines, ',', &line)) read_part(t, t->package_count, line);
    t->package_count++;
}

static str written(struct arena *a, const struct order_standing *s, size_t count)
{
    struct text t = { .arena = a };
    for (size_t i = 0; i < count; i++)
        text_print(&t, "%s%.*s=%lld/%lld%s", i ? " " : "", STR_ARG(s[i].remote_line_id),
                   (long long)s[i].pieces, (long long)s[i].unshipped,
                   s[i].is_cancelled ? " cancelled" : "");
    return text_str(&t);
}

static void pieces_stand(void **state)
{
    const struct standing_case *c = *state;
    AUTO(arena) a = arena_new();
    struct told t = { 0 };
    struct order_standing *s;
    for (size_t i = 0; i < 6 && c->told[i]; i++) read_package(&t, str_from(c->told[i]));
    size_t count = order_standings(a, t.packages, t.package_count, t.parts, t.part_count, &s);
    assert_text(written(a, s, count), c->wanted);
}

/* Whatever the order in which the packages were stored, the same pieces stand. */
static void order_of_storing_is_nothing(void **state)
{
    const struct standing_case *c = *state;
    AUTO(arena) a = arena_new();
    struct told straight = { 0 }, turned = { 0 };
    size_t n = 0;
    struct order_standing *s, *r;
    while (n < 6 && c->told[n]) read_package(&straight, str_from(c->told[n++]));
    while (n--) read_package(&turned, str_from(c->told[n]));
    size_t count = order_standings(a, straight.packages, straight.package_count, straight.parts,
                                   straight.part_count, &s);
    size_t again = order_standings(a, turned.packages, turned.package_count, turned.parts,
                                   turned.part_count, &r);
    assert_int_equal(count, again);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++)
            if (str_eq(s[i].remote_line_id, r[k].remote_line_id)) {
                assert_int_equal(s[i].pieces, r[k].pieces);
                assert_int_equal(s[i].unshipped, r[k].unshipped);
            }
}

static void origins_are_whole_ids(void **state)
{
    (void)state;
    assert_true(order_names_package(STR("12, 34"), STR("34")));
    assert_false(order_names_package(STR("12,345"), STR("34")));
    assert_false(order_names_package(STR(""), STR("34")));
}

int main(void)
{
    static struct suite s;
    SUITE_ROWS(&s, pieces_stand, cases);
    SUITE_ROWS(&s, order_of_storing_is_nothing, cases);
    SUITE_TEST(&s, origins_are_whole_ids);
    return suite_run(&s, "order_standing");
}
