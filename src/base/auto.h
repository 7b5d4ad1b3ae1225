/*
 * auto.h: cleanup bound to scope.
 *
 * AUTO_CLOSE(db_tx, db_rollback) beside a type says once how it closes; AUTO(db_tx) tx = ... in a
 * function closes it on every way out. Setting the variable to NULL hands it on.
 */
#ifndef BASE_AUTO_H
#define BASE_AUTO_H

#define AUTO_CLOSE(type, close)                                                                    \
    static inline void auto_close_##type(struct type **held)                                       \
    {                                                                                              \
        if (*held) close(*held);                                                                   \
    }

#define AUTO(type) __attribute__((cleanup(auto_close_##type))) struct type *

#endif
