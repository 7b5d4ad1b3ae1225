import { Kbd, Modal, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { setLetterKeys, useLetterKeys } from '../../shared/lib/keys';
import { PLACES } from './nav';

/** `?`: what the keyboard can do, and the switch for single letters. */
export function KeysHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('app');
  const on = useLetterKeys();
  const rows: [string, string][] = [
    ['Ctrl K', t('keys.palette')],
    ['/', t('keys.search')],
    ...PLACES.map((place): [string, string] => [
      `g ${place.letter}`,
      t('keys.go', { where: t(`nav.${place.key}`) }),
    ]),
    ['j k', t('keys.rows')],
    ['x', t('keys.select')],
    ['Enter', t('keys.open')],
    ['Esc', t('keys.close')],
    ['?', t('keys.help')],
  ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('keys.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <table className="b-plain">
        <thead>
          <tr>
            <th scope="col">{t('keys.key')}</th>
            <th scope="col">{t('keys.does')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([keys, does]) => (
            <tr key={keys}>
              <td>
                {keys.split(' ').map((key) => (
                  <Kbd key={key} mr={4}>
                    {key}
                  </Kbd>
                ))}
              </td>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Switch
        mt="md"
        label={t('keys.letters')}
        checked={on}
        onChange={(event) => setLetterKeys(event.currentTarget.checked)}
      />
    </Modal>
  );
}
