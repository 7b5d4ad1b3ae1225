import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { useErrorText } from '../../../shared/lib/sentence';
import { MapDialog } from '../../../shared/mapping/MapDialog';
import { notify } from '../../../shared/ui';
import { closeFault, readPayloadAgain } from '../api';

/** The way to mend a fault: what its subject is follows from its kind. */
export function Mend({ fault }: { fault: S['Fault'] }) {
  const { t } = useTranslation('dashboard');
  const [about] = fault.kind.split('.');
  const id = fault.subject_id;
  if (fault.kind === 'order.raw' && id) return <ReadAgain id={id} />;
  if (fault.kind === 'listing.ambiguous' && fault.store_id)
    return <MapIt storeId={fault.store_id} args={fault.args} />;
  if (about === 'order' && id)
    return (
      <Link className="b-link" to="/orders/$id" params={{ id }}>
        {t('attention.order')}
      </Link>
    );
  if (about === 'listing' && id)
    return (
      <Link className="b-link" to="/listings" search={{ id }}>
        {t('attention.listing')}
      </Link>
    );
  if (about === 'store' && fault.store_id)
    return (
      <Link className="b-link" to="/stores/$id" params={{ id: fault.store_id }}>
        {t('attention.store')}
      </Link>
    );
  if (about === 'job')
    return (
      <Link className="b-link" to="/jobs" search={{ state: 'dead' }}>
        {t('attention.job')}
      </Link>
    );
  return (
    <Link
      className="b-link"
      to="/calls"
      search={{ store: fault.store_id ?? undefined, status: 'failed' }}
    >
      {t('attention.calls')}
    </Link>
  );
}

/* A write that is one word long: its answer is a toast, and the overview is asked again. */
function Act({ label, act, done }: { label: string; act: () => Promise<unknown>; done: string }) {
  const errorText = useErrorText();
  const client = useQueryClient();
  const write = useMutation({
    mutationFn: act,
    onSuccess: () => notify({ level: 'success', message: done }),
    onError: (error) => notify({ level: 'error', message: errorText(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: ['overview'] }),
  });
  return (
    <button
      type="button"
      className="b-link b-link-button"
      disabled={write.isPending}
      onClick={() => write.mutate()}
    >
      {label}
    </button>
  );
}

function ReadAgain({ id }: { id: string }) {
  const { t } = useTranslation('dashboard');
  return (
    <Act
      label={t('attention.again')}
      act={() => readPayloadAgain(id)}
      done={t('attention.readAgain')}
    />
  );
}

/** A person has seen to what nothing ever reports as mended. */
export function CloseFault({ id }: { id: string }) {
  const { t } = useTranslation('dashboard');
  return (
    <Act label={t('attention.close')} act={() => closeFault(id)} done={t('attention.closed')} />
  );
}

function MapIt({ storeId, args }: { storeId: string; args: S['Fault']['args'] }) {
  const { t } = useTranslation('dashboard');
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="b-link b-link-button" onClick={() => setOpen(true)}>
        {t('attention.map')}
      </button>
      {open && (
        <MapDialog
          storeId={storeId}
          remoteSku={args.remote_sku ?? ''}
          title={args.title ?? ''}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
