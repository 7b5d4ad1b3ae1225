import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSentence } from '../lib/sentence';
import { Count } from '../ui/Money';
import { Pill } from '../ui/StatusPill';
import type { StockEditReply } from './api';

/** Row by row: before → after, or why not. */
export function EditResults({ reply }: { reply: StockEditReply }) {
  const { t } = useTranslation('common');
  const sentence = useSentence();
  return (
    <div>
      <Text fz="sm" fw={600} role="status">
        {reply.dry_run
          ? t('stock.wouldDo', { done: reply.done, failed: reply.failed })
          : t('stock.did', { done: reply.done, failed: reply.failed })}
      </Text>
      <div className="b-feed b-scroll-x" tabIndex={0} role="region" aria-label={t('stock.results')}>
        <table className="b-plain">
          <thead>
            <tr>
              <th scope="col">{t('stock.sku')}</th>
              <th scope="col" className="b-num">
                {t('stock.before')}
              </th>
              <th scope="col" className="b-num">
                {t('stock.after')}
              </th>
            </tr>
          </thead>
          <tbody>
            {reply.results.map((row) => (
              <tr key={row.sku}>
                <td>
                  <span className="b-mono">{row.sku}</span>
                  {row.error && (
                    <div>
                      <Pill tone="bad">{sentence(row.error)}</Pill>
                    </div>
                  )}
                </td>
                <td className="b-num">{row.error ? '–' : <Count n={row.before} />}</td>
                <td className="b-num">{row.error ? '–' : <Count n={row.after} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
