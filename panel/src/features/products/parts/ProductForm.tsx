import { zodResolver } from '@hookform/resolvers/zod';
import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useFieldArray, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import { useWriteKey } from '../../../shared/api/useWriteKey';
import { useErrorText } from '../../../shared/lib/sentence';
import type { S } from '../../../shared/api/types';
import { Card, ErrorPanel } from '../../../shared/ui';
import { IconPlus } from '../../../shared/ui/icons';
import { useSaveProduct } from '../api';
import { emptyVariant, fieldOf, inputOf, productSchema, valuesOf } from './productValues';
import { useWrong } from './useWrong';
import { VariantFields } from './VariantFields';

interface ProductFormProps {
  product?: S['Product'];
  onSaved: (product: S['Product']) => void;
}

export function ProductForm({ product, onSaved }: ProductFormProps) {
  const { t } = useTranslation('products');
  const key = useWriteKey();
  const errorText = useErrorText();
  const save = useSaveProduct(product?.id);
  const form = useForm({ resolver: zodResolver(productSchema), defaultValues: valuesOf(product) });
  const variants = useFieldArray({ control: form.control, name: 'variants', keyName: 'rowKey' });
  const { errors, isDirty } = form.formState;
  const wrong = useWrong();
  const submit = form.handleSubmit((values) => {
    const body = inputOf(values, product);
    save.mutate(
      { key: key.of(body), body },
      {
        onSettled: key.settled,
        onSuccess: onSaved,
        onError: (error) => {
          const field = fieldOf(error, values);
          if (field) form.setError(field, { message: errorText(error) }, { shouldFocus: true });
        },
      },
    );
  });
  const isAtField = save.isError && fieldOf(save.error, form.getValues()) !== undefined;
  return (
    <form onSubmit={submit} noValidate>
      <div className="b-stack">
        <Card title={t('form.basics')}>
          <Stack gap="sm" className="b-form">
            <TextInput
              label={t('field.title')}
              required
              {...form.register('title')}
              error={wrong(errors.title?.message)}
            />
            <Group grow align="flex-start">
              <TextInput
                label={t('field.brand')}
                {...form.register('brand')}
                error={wrong(errors.brand?.message)}
              />
              <TextInput
                label={t('field.category')}
                {...form.register('category')}
                error={wrong(errors.category?.message)}
              />
            </Group>
            <TextInput
              label={t('field.vat')}
              inputMode="decimal"
              {...form.register('vat')}
              error={wrong(errors.vat?.message)}
            />
          </Stack>
        </Card>
        <Card
          title={t('form.variants')}
          actions={
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => variants.append(emptyVariant())}
            >
              {t('form.addVariant')}
            </Button>
          }
        >
          <Stack gap="lg">
            {variants.fields.map((field, index) => (
              <VariantFields
                key={field.rowKey}
                index={index}
                form={form}
                saved={field.id !== undefined}
                onRemove={
                  field.id === undefined && variants.fields.length > 1
                    ? () => variants.remove(index)
                    : undefined
                }
              />
            ))}
          </Stack>
        </Card>
        {save.isError && !isAtField && <ErrorPanel error={save.error} title={t('form.failed')} />}
        <Group className="b-savebar" gap="xs">
          <Button type="submit" loading={save.isPending} disabled={product && !isDirty}>
            {product ? t('form.save') : t('form.make')}
          </Button>
          {product && isDirty && (
            <Button variant="default" onClick={() => form.reset()}>
              {t('form.undo')}
            </Button>
          )}
        </Group>
      </div>
    </form>
  );
}
