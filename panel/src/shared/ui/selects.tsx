/** selects.tsx: filters that many pages have. */
import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { storesQuery } from '../api/stores';
import { fold } from '../lib/fold';
import { useStatusWord } from './StatusPill';
import { statusesOf, type StatusFamily, type StatusOf } from './tones';

interface FilterProps<T extends string> {
  label: string;
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

const folded: SelectProps['filter'] = ({ options, search }) =>
  options.filter((option) => !('label' in option) || fold(option.label).includes(fold(search)));

/** A choice that may be left open; searching folds as everywhere. */
export function ChoiceFilter<T extends string>({
  label,
  value,
  onChange,
  data,
}: FilterProps<T> & { data: { value: T; label: string }[] }) {
  const { t } = useTranslation('common');
  return (
    <Select
      size="xs"
      className="b-filter"
      aria-label={label}
      placeholder={label}
      clearable
      searchable={data.length > 8}
      filter={folded}
      data={data}
      value={value ?? null}
      onChange={(chosen) => onChange((chosen as T | null) ?? undefined)}
      clearButtonProps={{ 'aria-label': t('action.clear') }}
      nothingFoundMessage={t('state.nothing')}
    />
  );
}

export function StoreFilter({ value, onChange }: Omit<FilterProps<string>, 'label'>) {
  const { t } = useTranslation('common');
  const stores = useQuery(storesQuery);
  const data = stores.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? [];
  return <ChoiceFilter label={t('filter.store')} value={value} onChange={onChange} data={data} />;
}

export function StatusFilter<F extends StatusFamily>({
  of,
  ...rest
}: FilterProps<StatusOf<F>> & { of: F }) {
  const word = useStatusWord();
  const data = statusesOf(of).map((status) => ({ value: status, label: word(of, status) }));
  return <ChoiceFilter {...rest} data={data} />;
}
