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
import { newKey } from '../api/client';
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
  // One key for one intended change: sent again after a lost reply it changes nothing twice.
  const [key] = useState(newKey);
  const [tried, setTried] = useState<StockEditReply>();
  const edit = useStockEdit();

  const body = (dry: boolean): StockEditInput => ({
    dry_run: dry,
    note: note.trim() || undefined,
    edits: skus.map((sku) => ({ sku, [how]: Number(amount) })),
  });
  const valid = typeof amount === 'number' && (how === 'add' ? amount !== 0 : amount >= 0);
  const needsTry = skus.length > 1 && !tried;
  const submit = () => {
    if (needsTry) {
      edit.mutate({ key: newKey(), body: body(true) }, { onSuccess: setTried });
      return;
    }
    edit.mutate(
      { key, body: body(false) },
      {
        onSuccess: (reply) => {
          if (reply.failed > 0) return setTried(reply);
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
          {edit.isError && <ErrorPanel error={edit.error} />}
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
