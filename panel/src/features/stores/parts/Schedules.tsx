import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../shared/api/session';
import type { S } from '../../../shared/api/types';
import { useFormat } from '../../../shared/lib/format';
import { useErrorText } from '../../../shared/lib/sentence';
import { notify, Pill, usePhone, When } from '../../../shared/ui';
import { useRunSchedule } from '../api';

interface SchedulesProps {
  schedules: S['Schedule'][];
  storeId: string;
}

/** What runs by the clock, when it last did, and a button not to wait for it. */
export function Schedules({ schedules, storeId }: SchedulesProps) {
  const { t } = useTranslation('stores');
  const format = useFormat();
  const phone = usePhone();
  if (phone)
    return (
      <ul className="b-list">
        {schedules.map((schedule) => (
          <li key={schedule.purpose} className="b-row">
            <div className="b-wrap">
              {t(`schedule.${schedule.purpose}`)}{' '}
              {schedule.paused && <Pill tone="mute">{t('schedule.paused')}</Pill>}
              <div className="b-dim">
                {t('schedule.last')}: <When at={schedule.last_run_at} /> · {t('schedule.next')}:{' '}
                {schedule.paused ? '–' : <When at={schedule.next_run_at} ahead />}
              </div>
              <LastResult schedule={schedule} />
            </div>
            <RunNow purpose={schedule.purpose} storeId={storeId} />
          </li>
        ))}
      </ul>
    );
  return (
    <div className="b-scroll-x">
      <table className="b-plain">
        <thead>
          <tr>
            <th scope="col">{t('schedule.what')}</th>
            <th scope="col">{t('schedule.every')}</th>
            <th scope="col">{t('schedule.last')}</th>
            <th scope="col">{t('schedule.next')}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {schedules.map((schedule) => (
            <tr key={schedule.purpose}>
              <th scope="row">
                {t(`schedule.${schedule.purpose}`)}{' '}
                {schedule.paused && <Pill tone="mute">{t('schedule.paused')}</Pill>}
              </th>
              <td>{format.every(schedule.every_ms)}</td>
              <td>
                <When at={schedule.last_run_at} />
                <LastResult schedule={schedule} />
              </td>
              <td>{schedule.paused ? '–' : <When at={schedule.next_run_at} ahead />}</td>
              <td className="b-num">
                <RunNow purpose={schedule.purpose} storeId={storeId} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LastResult({ schedule }: { schedule: S['Schedule'] }) {
  const { t } = useTranslation('stores');
  if (!schedule.last_run_at) return null;
  const ok = schedule.last_ok_at !== null && schedule.last_ok_at >= schedule.last_run_at;
  return (
    <div>
      <Pill tone={ok ? 'ok' : 'warn'} title={schedule.last_result ?? undefined}>
        {ok ? t('schedule.ok') : t('schedule.notOk')}
      </Pill>
    </div>
  );
}

function RunNow({ purpose, storeId }: { purpose: S['Schedule']['purpose']; storeId: string }) {
  const { t } = useTranslation('stores');
  const may = useMay();
  const errorText = useErrorText();
  const run = useRunSchedule(storeId);
  if (!may('edit_stores')) return null;
  return (
    <Button
      size="compact-sm"
      flex="none"
      variant="default"
      loading={run.isPending}
      aria-label={t('schedule.runWhat', { what: t(`schedule.${purpose}`) })}
      onClick={() =>
        run.mutate(purpose, {
          onSuccess: () => notify({ message: t('schedule.started') }),
          onError: (error) => notify({ level: 'error', message: errorText(error) }),
        })
      }
    >
      {t('schedule.run')}
    </Button>
  );
}
