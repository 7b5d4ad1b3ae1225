import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../shared/api/session';
import type { S } from '../../../shared/api/types';
import { useFollow } from '../../../shared/api/useFollow';
import { useErrorText } from '../../../shared/lib/sentence';
import { notify } from '../../../shared/ui';
import { IconPlayerPause, IconPlayerPlay, IconPlugConnected } from '../../../shared/ui/icons';
import { useCheckStore, useStoreChange } from '../api';
import { CheckDialog } from './CheckDialog';
import { EditDialog } from './EditDialog';
import { PauseDialog } from './PauseDialog';

/** Check, keys and test mode, pause or resume. */
export function StoreActions({ detail }: { detail: S['StoreDetail'] }) {
  const { t } = useTranslation('stores');
  const may = useMay();
  const errorText = useErrorText();
  const { store } = detail;
  const [open, setOpen] = useState<'edit' | 'pause' | 'check'>();
  const change = useStoreChange(store.id);
  const check = useCheckStore();
  const follow = useFollow();
  if (!may('edit_stores')) return null;
  const failed = (error: unknown) => notify({ level: 'error', message: errorText(error) });
  const close = () => setOpen(undefined);
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlugConnected size={15} aria-hidden />}
        loading={check.isPending}
        onClick={() =>
          check.mutate(store.id, {
            onSuccess: ({ job }) => {
              follow.start(job);
              setOpen('check');
            },
            onError: failed,
          })
        }
      >
        {t('action.check')}
      </Button>
      <Button size="xs" variant="default" onClick={() => setOpen('edit')}>
        {t('action.edit')}
      </Button>
      {store.state === 'paused' ? (
        <Button
          size="xs"
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          loading={change.isPending}
          onClick={() =>
            change.mutate('resume', {
              onSuccess: () => notify({ level: 'success', message: t('action.resumed') }),
              onError: failed,
            })
          }
        >
          {t('action.resume')}
        </Button>
      ) : (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlayerPause size={15} aria-hidden />}
          onClick={() => setOpen('pause')}
        >
          {t('action.pause')}
        </Button>
      )}
      {open === 'check' && <CheckDialog job={follow.job} onClose={close} />}
      {open === 'edit' && <EditDialog detail={detail} onClose={close} />}
      {open === 'pause' && (
        <PauseDialog
          store={store}
          busy={change.isPending}
          onClose={close}
          onPause={() => change.mutate('pause', { onSuccess: close, onError: failed })}
        />
      )}
    </>
  );
}
