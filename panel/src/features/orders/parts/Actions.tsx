import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../../shared/api/session';
import type { S } from '../../../shared/api/types';
import { useFollow } from '../../../shared/api/useFollow';
import { useErrorText, useSentence } from '../../../shared/lib/sentence';
import { notify } from '../../../shared/ui';
import { useOrderAction } from '../api';

const INVOICE_MOST = 40;

/** What a seller may do with the order now; the marketplace's answer is awaited and told. */
export function Actions({ detail }: { detail: S['OrderDetail'] }) {
  const { t } = useTranslation('orders');
  const may = useMay();
  const sentence = useSentence();
  const errorText = useErrorText();
  const client = useQueryClient();
  const [invoicing, setInvoicing] = useState(false);
  const action = useOrderAction(detail.order.id);
  const follow = useFollow((job) => {
    void client.invalidateQueries({ queryKey: ['orders'] });
    if (job.state === 'done') notify({ level: 'success', message: t('action.done') });
    else
      notify({
        level: 'error',
        title: t('action.failed'),
        message: job.reason ? sentence(job.reason) : '',
      });
  });
  if (!may('work_orders') || detail.actions.length === 0) return null;

  const act = (body: Parameters<typeof action.mutate>[0]) =>
    action.mutate(body, {
      onSuccess: ({ job }) => {
        setInvoicing(false);
        follow.start(job);
      },
      onError: (error) => notify({ level: 'error', message: errorText(error) }),
    });
  const busy = action.isPending || follow.isRunning;
  return (
    <>
      {detail.actions.includes('acknowledge') && (
        <Button size="xs" loading={busy} onClick={() => act({ action: 'acknowledge' })}>
          {t('action.acknowledge')}
        </Button>
      )}
      {detail.actions.includes('invoice') && (
        <Button
          size="xs"
          variant={detail.actions.includes('acknowledge') ? 'default' : 'filled'}
          loading={busy}
          onClick={() => setInvoicing(true)}
        >
          {t('action.invoice')}
        </Button>
      )}
      {invoicing && (
        <InvoiceDialog
          busy={busy}
          onClose={() => setInvoicing(false)}
          onSave={(number) => act({ action: 'invoice', invoice_number: number })}
        />
      )}
    </>
  );
}

interface InvoiceDialogProps {
  busy: boolean;
  onClose: () => void;
  onSave: (number: string | undefined) => void;
}

function InvoiceDialog({ busy, onClose, onSave }: InvoiceDialogProps) {
  const { t } = useTranslation('orders');
  const [number, setNumber] = useState('');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('action.invoice')}
      closeButtonProps={{ 'aria-label': t('action.cancel') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSave(number.trim() || undefined);
        }}
      >
        <Stack gap="sm">
          <Text fz="sm">{t('action.invoiceHelp')}</Text>
          <TextInput
            label={t('action.invoiceNumber')}
            maxLength={INVOICE_MOST}
            value={number}
            onChange={(event) => setNumber(event.currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('action.cancel')}
            </Button>
            <Button type="submit" loading={busy}>
              {t('action.invoiceSave')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
