#include "domain/product.h"

bool sku_check(str sku, struct err *e)
{
    const char *fault = NULL;
    if (!sku.len) fault = "is empty";
    if (sku.len > SKU_MAX) fault = "is longer than 64 bytes";
    if (!str_is_utf8(sku)) fault = "is not valid text";
    if (str_trim(sku).len != sku.len) fault = "begins or ends with a blank";
    for (size_t i = 0; i < sku.len; i++)
        if ((unsigned char)sku.at[i] < ' ' || sku.at[i] == 0x7f) fault = "has a control character";
    if (!fault) return true;
    err_set(e, ERR_INVALID, "sku.invalid", "SKU '%.*s' %s", (int)(sku.len > 48 ? 48 : sku.len),
            sku.at, fault);
    return err_arg(e, "sku", sku);
}
