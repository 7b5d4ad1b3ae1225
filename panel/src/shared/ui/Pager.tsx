import { ActionIcon, Select, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../lib/format';
import { PAGE_SIZES } from '../lib/search';
import type { Paging } from './usePaging';
import { IconChevronLeft, IconChevronRight } from './icons';
import { usePhone } from './usePhone';

/** How many there are; above 10,000 the API stops counting. */
export interface Total {
  n: number;
  exact: boolean;
}

export function Pager({ paging, shown, total }: { paging: Paging; shown: number; total?: Total }) {
  const { t } = useTranslation('common');
  const format = useFormat();
  const phone = usePhone();
  const first = paging.before + 1;
  return (
    <nav className="b-pager" aria-label={t('pager.label')}>
      {!phone && (
        <Select
          size="xs"
          w={80}
          aria-label={t('pager.size')}
          data={[...PAGE_SIZES]}
          value={String(paging.limit)}
          onChange={(value) => value && paging.setLimit(value)}
          allowDeselect={false}
        />
      )}
      <Text fz="sm" c="dimmed" className="b-tabular" data-testid="range">
        {shown > 0 ? `${format.number(first)}–${format.number(first + shown - 1)}` : '0'}
        {total && ` / ${format.number(total.n)}${total.exact ? '' : '+'}`}
      </Text>
      <ActionIcon
        variant="default"
        size={phone ? 40 : 28}
        aria-label={t('pager.prev')}
        disabled={!paging.canGoBack}
        onClick={paging.back}
      >
        <IconChevronLeft size={16} className="b-flip" />
      </ActionIcon>
      <ActionIcon
        variant="default"
        size={phone ? 40 : 28}
        aria-label={t('pager.next')}
        disabled={!paging.next}
        onClick={paging.forward}
      >
        <IconChevronRight size={16} className="b-flip" />
      </ActionIcon>
    </nav>
  );
}
