import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { S } from '../../../shared/api/types';
import { useSentence } from '../../../shared/lib/sentence';
import { StatusPill, When } from '../../../shared/ui';
import { useKindWord } from './kindWord';
import { RetryJob } from './RetryJob';

export function JobCard({ job, stores }: { job: S['Job']; stores: S['Store'][] | undefined }) {
  const word = useKindWord();
  const sentence = useSentence();
  return (
    <>
      <div className="b-row">
        <Link className="b-link b-ellipsis" to="/calls" search={{ job: job.id }}>
          {word(job.kind)}
        </Link>
        <StatusPill of="job" status={job.state} />
      </div>
      <div className="b-row">
        <Text c="dimmed" fz="xs" className="b-ellipsis">
          {stores?.find((store) => store.id === job.store_id)?.name}
        </Text>
        <Text c="dimmed" fz="xs" component="span">
          <When at={job.ended_at ?? job.run_at} ahead={job.ended_at === null} />
        </Text>
      </div>
      {job.reason && (
        <Text fz="sm" className="b-wrap">
          {sentence(job.reason)}
        </Text>
      )}
      <div>
        <RetryJob job={job} />
      </div>
    </>
  );
}
