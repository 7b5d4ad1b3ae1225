import { Group, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { S } from '../../../shared/api/types';
import { useSentence } from '../../../shared/lib/sentence';
import {
  CopyButton,
  Facts,
  JsonView,
  Loaded,
  Notice,
  SidePanel,
  useFormat,
  When,
} from '../../../shared/ui';
import { callQuery } from '../api';
import { CallStatus } from './CallStatus';
import { curlOf } from './curl';
import { useKindWord } from './kindWord';

const WIDTH = 760;

/** One request and its answer, whole; secrets come masked. */
export function CallPanel({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useTranslation('apilog');
  const call = useQuery({ ...callQuery(id ?? ''), enabled: id !== undefined });
  return (
    <SidePanel
      opened={id !== undefined}
      onClose={onClose}
      size={WIDTH}
      title={call.data ? `${call.data.call.method} ${call.data.call.url}` : t('call')}
    >
      {id !== undefined && <Loaded query={call}>{(data) => <Content detail={data} />}</Loaded>}
    </SidePanel>
  );
}

function Content({ detail }: { detail: S['CallDetail'] }) {
  const { t } = useTranslation('apilog');
  const format = useFormat();
  const sentence = useSentence();
  const word = useKindWord();
  const { call } = detail;
  return (
    <Stack gap="md">
      <Group gap="xs">
        <CallStatus status={call.status} />
        <span>{word(call.purpose)}</span>
      </Group>
      {call.reason && (
        <Notice tone="bad">
          {sentence(call.reason)}
          <div className="b-mono">{call.reason.code}</div>
        </Notice>
      )}
      <Facts
        items={[
          [t('column.store'), call.store_name],
          [t('column.at'), <When at={call.at} as="date" />],
          [t('column.took'), format.ms(call.took_ms)],
          call.job_id !== null && [
            t('job'),
            <Link className="b-link" to="/calls" search={{ job: call.job_id ?? undefined }}>
              {t('ofJob', { id: call.job_id })}
            </Link>,
          ],
          [t('curl'), <CopyButton value={curlOf(detail)} label={t('curl')} />],
        ]}
      />
      <Side title={t('request')} message={detail.request} />
      <Side title={t('reply')} message={detail.reply} />
    </Stack>
  );
}

function Side({ title, message }: { title: string; message: S['Message'] }) {
  const { t } = useTranslation('apilog');
  return (
    <section>
      <Title order={3} mb={4}>
        {title}
      </Title>
      {message.headers.length > 0 && (
        <details>
          <summary>{t('headers', { count: message.headers.length })}</summary>
          <div className="b-scroll-x">
            <table className="b-plain">
              <tbody>
                {message.headers.map((header, i) => (
                  <tr key={i}>
                    <th scope="row" className="b-mono">
                      {header.name}
                    </th>
                    <td className="b-mono b-wrap">{header.value}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </details>
      )}
      {message.hidden ? (
        <p className="b-dim">{t('hidden')}</p>
      ) : (
        <JsonView text={message.body} label={t('bodyOf', { what: title })} />
      )}
      {message.truncated && <p className="b-dim">{t('truncated')}</p>}
    </section>
  );
}
