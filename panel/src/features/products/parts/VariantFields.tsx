import { Button, SimpleGrid, TextInput } from '@mantine/core';
import type { UseFormReturn } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { IconTrash } from '../../../shared/ui/icons';
import type { ProductValues } from './productValues';
import { useWrong } from './useWrong';

interface VariantFieldsProps {
  index: number;
  form: UseFormReturn<ProductValues>;
  /** It exists: its stock is changed by the ledger, not by this form. */
  saved: boolean;
  onRemove: (() => void) | undefined;
}

const FIELDS = ['sku', 'barcode', 'name', 'price', 'listPrice', 'cost', 'safetyStock'] as const;
const NUMERIC = new Set(['price', 'listPrice', 'cost', 'safetyStock', 'initialStock']);
const REQUIRED = new Set(['sku', 'price']);

export function VariantFields({ index, form, saved, onRemove }: VariantFieldsProps) {
  const { t } = useTranslation('products');
  const wrong = useWrong();
  const errors = form.formState.errors.variants?.[index];
  const fields = saved ? FIELDS : ([...FIELDS, 'initialStock'] as const);
  return (
    <fieldset className="b-fieldset">
      <legend>{t('form.variant', { n: index + 1 })}</legend>
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
        {fields.map((name) => {
          const message = errors?.[name]?.message;
          return (
            <TextInput
              key={name}
              label={t(`field.${name}`)}
              required={REQUIRED.has(name)}
              inputMode={NUMERIC.has(name) ? 'decimal' : undefined}
              {...form.register(`variants.${index}.${name}`)}
              error={wrong(message)}
            />
          );
        })}
      </SimpleGrid>
      {onRemove && (
        <Button
          mt="xs"
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconTrash size={14} aria-hidden />}
          onClick={onRemove}
        >
          {t('form.removeVariant')}
        </Button>
      )}
    </fieldset>
  );
}
