#include "base/arena.h"

#include "base/str.h"
#include "support/suite.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

static bool is_zero(const unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i]) return false;
    return true;
}

static void what_is_taken_is_zeroed_and_aligned(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    for (int round = 0; round < 2; round++) {
        for (size_t size = 0; size < 3000; size += 7) {
            unsigned char *p = arena_take(a, size);
            assert_int_equal((uintptr_t)p % 16, 0);
            assert_true(is_zero(p, size));
            memset(p, 0xAA, size);
        }
        arena_reset(a);
    }
}

static void takes_do_not_overlap(void **state)
{
    (void)state;
    enum { TAKES = 500 };
    AUTO(arena) a = arena_new();
    unsigned char *taken[TAKES];
    size_t sizes[TAKES];
    for (size_t i = 0; i < TAKES; i++) {
        sizes[i] = 1 + i * 37 % 5000;
        taken[i] = arena_take(a, sizes[i]);
        memset(taken[i], (int)(i % 251), sizes[i]);
    }
    for (size_t i = 0; i < TAKES; i++)
        for (size_t k = 0; k < sizes[i]; k++) assert_int_equal(taken[i][k], i % 251);
}

static void nothing_is_a_pointer_of_its_own(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    void *first = arena_take(a, 0), *second = arena_take(a, 0);
    assert_non_null(first);
    assert_ptr_not_equal(first, second);
}

static void a_reset_arena_holds_little(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    size_t resting = arena_held(a);
    assert_in_range(resting, 8 << 10, 9 << 10);
    for (int i = 0; i < 1000; i++) arena_take(a, 4000);
    arena_take(a, 5 << 20);
    assert_true(arena_held(a) > (size_t)8 << 20);
    arena_reset(a);
    assert_in_range(arena_held(a), resting, 65 << 10);
}

static void a_reset_arena_serves_again_without_growing(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    size_t held = 0;
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 20; i++) memset(arena_take(a, 1000), 1, 1000);
        arena_reset(a);
        if (round < 5) held = arena_held(a); /* the kept block grows until a round fits into it */
        assert_int_equal(arena_held(a), held);
    }
}

static void a_large_take_does_not_waste_the_block(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    char *before = arena_take(a, 16);
    arena_take(a, 1 << 20);
    char *after = arena_take(a, 16);
    assert_in_range(after - before, 16, 512);
    assert_in_range(arena_held(a), 1 << 20, (1 << 20) + (10 << 10));
}

static void rewinding_ends_only_what_came_after(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    char *kept = arena_take(a, 100), *kept_large = arena_take(a, 1 << 20);
    memcpy(kept, "kept", sizeof "kept");
    memset(kept_large, 'x', 1 << 20);
    struct arena_mark mark = arena_mark(a);
    size_t held = arena_held(a);
    for (int round = 0; round < 20; round++) {
        for (int i = 0; i < 100; i++) memset(arena_take(a, 1000), 'y', 1000);
        memset(arena_take(a, 3 << 20), 'z', 3 << 20);
        arena_rewind(a, mark);
        assert_int_equal(arena_held(a), held);
    }
    assert_string_equal(kept, "kept");
    for (size_t i = 0; i < 1 << 20; i++) assert_int_equal(kept_large[i], 'x');
}

static void a_large_take_right_after_the_mark_ends(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct arena_mark mark = arena_mark(a);
    size_t held = arena_held(a);
    for (int round = 0; round < 3; round++) {
        arena_take(a, 1 << 20);
        arena_rewind(a, mark);
        assert_int_equal(arena_held(a), held);
    }
}

static void marks_may_stand_inside_each_other(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    struct arena_mark outer = arena_mark(a);
    char *first = arena_take(a, 64);
    struct arena_mark inner = arena_mark(a);
    char *second = arena_take(a, 64);
    arena_take(a, 100000);
    arena_rewind(a, inner);
    assert_ptr_equal(arena_take(a, 64), second);
    arena_rewind(a, outer);
    assert_ptr_equal(arena_take(a, 64), first);
}

static void arrays_are_counted_in_objects(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    int64_t *numbers = ARENA_ARRAY(a, int64_t, 1000);
    for (int i = 0; i < 1000; i++) assert_int_equal(numbers[i], 0);
    numbers[999] = 1;
    struct arena_mark *one = ARENA_NEW(a, struct arena_mark);
    assert_null(one->block);
}

#if defined(__SANITIZE_ADDRESS__)
static void what_is_free_is_poisoned(void **state)
{
    (void)state;
    AUTO(arena) a = arena_new();
    char *p = arena_take(a, 20);
    assert_false(__asan_address_is_poisoned(p));
    assert_false(__asan_address_is_poisoned(p + 19));
    assert_true(__asan_address_is_poisoned(p + 20));
    struct arena_mark mark = arena_mark(a);
    char *later = arena_take(a, 20);
    arena_rewind(a, mark);
    assert_true(__asan_address_is_poisoned(later));
    assert_false(__asan_address_is_poisoned(p));
    arena_reset(a);
    assert_true(__asan_address_is_poisoned(p));
}
#endif

int main(void)
{
    static struct suite s;
    SUITE_TEST(&s, what_is_taken_is_zeroed_and_aligned);
    SUITE_TEST(&s, takes_do_not_overlap);
    SUITE_TEST(&s, nothing_is_a_pointer_of_its_own);
    SUITE_TEST(&s, a_reset_arena_holds_little);
    SUITE_TEST(&s, a_reset_arena_serves_again_without_growing);
    SUITE_TEST(&s, a_large_take_does_not_waste_the_block);
    SUITE_TEST(&s, rewinding_ends_only_what_came_after);
    SUITE_TEST(&s, a_large_take_right_after_the_mark_ends);
    SUITE_TEST(&s, marks_may_stand_inside_each_other);
    SUITE_TEST(&s, arrays_are_counted_in_objects);
#if defined(__SANITIZE_ADDRESS__)
    SUITE_TEST(&s, what_is_free_is_poisoned);
#endif
    return suite_run(&s, "arena");
}
