import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { isOver, jobQuery } from './jobs';
import type { S } from './types';

/** Follows one queued job after another to its end; `onOver` is told once of each. */
export function useFollow(onOver?: (job: S['Job']) => void) {
  const [id, setId] = useState<string>();
  const told = useRef<string>(undefined);
  const job = useQuery({ ...jobQuery(id ?? ''), enabled: id !== undefined });
  const tell = useRef(onOver);
  useEffect(() => {
    tell.current = onOver;
  });
  useEffect(() => {
    if (!job.data || !isOver(job.data) || told.current === job.data.id) return;
    told.current = job.data.id;
    tell.current?.(job.data);
  }, [job.data]);
  return {
    start: (started: S['Job']) => setId(started.id),
    job: id === undefined ? undefined : job.data,
    error: id === undefined ? null : job.error,
    isRunning: id !== undefined && !job.isError && !(job.data && isOver(job.data)),
  };
}
