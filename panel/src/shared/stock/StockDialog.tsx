import {
  Button,
  Group,
  Modal,
  NumberInput,
  SegmentedControl,
  Stack,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useWriteKey } from '../api/useWriteKey';
import { isApiError } from '../api/errors';
import { useErrorText } from '../lib/sentence';
import { ErrorPanel } from '../ui/states';
import { notify } from '../ui/notify';
import { useStockEdit, type StockEditInput, type StockEditReply } from './api';
import { EditResults } from './EditResults';

interface StockDialogProps {
  skus: string[];
  /** What the one SKU has now, when it is one and known. */
  available?: number;
  onClose: () => void;
}

const NOTE_MOST = 200;

/**
 * Changes the stock of one or many SKUs. Many are tried first (dry run): what would become of each row
 * is shown before anything changes.
 */
export function StockDialog({ skus, available, onClose }: StockDialogProps) {
  const { t } = useTranslation('common');
  const [how, setHow] = useState<'set' | 'add'>(skus.length === 1 ? 'set' : 'add');
  const [amount, setAmount] = useState<number | string>(skus.length === 1 ? (available ?? '') : '');
  const [note, setNote] = useState('');
  const key = useWriteKey();
  const [tried, setTried] = useState<StockEditReply>();
  const edit = useStockEdit();
  const errorText = useErrorText();

  const body = (dry: boolean): StockEditInput => ({
    dry_run: dry,
    note: note.trim() || undefined,
    edits: skus.map((sku) => ({ sku, [how]: Number(amount) })),
  });
  const valid = typeof amount === 'number' && (how === 'add' ? amount !== 0 : amount >= 0);
  const amountError =
    isApiError(edit.error) && /^edits\.\d+\.(set|add)$/.test(edit.error.field ?? '')
      ? errorText(edit.error)
      : undefined;
  const needsTry = skus.length > 1 && !tried;
  const submit = () => {
    const sent = body(needsTry);
    edit.mutate(
      { key: key.of(sent), body: sent },
      {
        onSettled: key.settled,
        onSuccess: (reply) => {
          if (reply.dry_run || reply.failed > 0) return setTried(reply);
          notify({ level: 'success', message: t('stock.done', { count: reply.done }) });
          onClose();
        },
      },
    );
  };
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      setTried(undefined);
      edit.reset();
      set(value);
    };
  const over = tried !== undefined && !tried.dry_run;

  return (
    <Modal
      opened
      onClose={onClose}
      title={
        skus.length === 1
          ? t('stock.titleOne', { sku: skus[0] })
          : t('stock.titleMany', { count: skus.length })
      }
      size={skus.length === 1 ? 'md' : 'lg'}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (valid && !edit.isPending) submit();
        }}
      >
        <Stack gap="sm">
          <SegmentedControl
            aria-label={t('stock.how')}
            value={how}
            onChange={change((value: string) => setHow(value as 'set' | 'add'))}
            data={[
              { value: 'set', label: t('stock.set') },
              { value: 'add', label: t('stock.add') },
            ]}
            disabled={over}
          />
          <NumberInput
            label={how === 'set' ? t('stock.amountSet') : t('stock.amountAdd')}
            description={available === undefined ? undefined : t('stock.now', { count: available })}
            allowDecimal={false}
            min={how === 'set' ? 0 : undefined}
            value={amount}
            onChange={change(setAmount)}
            error={amountError}
            errorProps={{ role: 'alert' }}
            disabled={over}
            data-autofocus
          />
          <TextInput
            label={t('stock.note')}
            description={t('stock.noteHelp')}
            maxLength={NOTE_MOST}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
            disabled={over}
          />
          {edit.isError && !amountError && (
            <ErrorPanel error={edit.error} title={t('stock.failed')} />
          )}
          {tried && <EditResults reply={tried} />}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {over ? t('action.close') : t('action.cancel')}
            </Button>
            {!over && (
              <Button type="submit" disabled={!valid || tried?.done === 0} loading={edit.isPending}>
                {needsTry
                  ? t('stock.try')
                  : t('stock.apply', { count: tried ? tried.done : skus.length })}
              </Button>
            )}
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
