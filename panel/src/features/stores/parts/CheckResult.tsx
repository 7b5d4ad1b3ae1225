import { Loader, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { isOver } from '../../../shared/api/jobs';
import type { S } from '../../../shared/api/types';
import { hasWord } from '../../../shared/lib/hasWord';
import { useSentence } from '../../../shared/lib/sentence';
import { IconCircleCheck, IconCircleX } from '../../../shared/ui/icons';
import { useSettingTitle } from './useSettingTitle';

interface CheckStepSeen {
  name: string;
  ok: boolean;
  detail: string;
}

const stepsOf = (job: S['Job'] | undefined): CheckStepSeen[] => {
  const steps = job?.result?.steps;
  return Array.isArray(steps) ? (steps as CheckStepSeen[]) : [];
};

/* A check that found something wrong is a job well done: its result says so. */
export const checkPassed = (job: S['Job'] | undefined) =>
  job?.state === 'done' && job.result?.ok === true;

const reasonOf = (job: S['Job'] | undefined): S['Reason'] | null =>
  job?.reason ?? (job?.result?.reason as S['Reason'] | null | undefined) ?? null;

/* A setting is called as its field is. */
const named = (reason: S['Reason'] | null, titleOf: (name: string) => string) =>
  reason?.args.setting
    ? { ...reason, args: { ...reason.args, setting: titleOf(reason.args.setting) } }
    : reason;

/** Each step of a live check with the marketplace's real answer. */
export function CheckResult({ job }: { job: S['Job'] | undefined }) {
  const { t } = useTranslation('stores');
  const sentence = useSentence();
  const titleOf = useSettingTitle();
  const steps = stepsOf(job);
  const reason = named(reasonOf(job), (setting) => titleOf(undefined, setting));
  const name = (step: string) => {
    const key = `check.step.${step}`;
    return hasWord('stores', key) ? t(key as 'check.step.address_list') : step;
  };
  return (
    <div role="status" aria-live="polite">
      <ul className="b-steps">
        {steps.map((step) => (
          <li key={step.name} data-tone={step.ok ? 'ok' : 'bad'}>
            {step.ok ? (
              <IconCircleCheck size={20} aria-label={t('check.ok')} />
            ) : (
              <IconCircleX size={20} aria-label={t('check.failed')} />
            )}
            <div className="b-wrap">
              <Text fw={600}>{name(step.name)}</Text>
              <Text fz="sm" c="dimmed">
                {step.detail}
              </Text>
            </div>
          </li>
        ))}
        {!(job && isOver(job)) && (
          <li>
            <Loader size={18} aria-hidden />
            <Text>{job?.reason ? t('check.again') : t('check.running')}</Text>
          </li>
        )}
      </ul>
      {reason && (
        <Text mt="sm" className="b-bad b-wrap" role="alert">
          {sentence(reason)}
        </Text>
      )}
    </div>
  );
}
