import { renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { ApiError } from './errors';
import { useWriteKey } from './useWriteKey';

const failed = (kind: ApiError['kind'], status: number) => new ApiError({ kind, status });

describe('a write’s key', () => {
  const key = () => renderHook(() => useWriteKey()).result.current;

  it('is the same while the same body is sent again after no answer', () => {
    const { of, settled } = key();
    const first = of({ set: 4 });
    settled(undefined, failed('offline', 0));
    expect(of({ set: 4 })).toBe(first);
    settled(undefined, failed('unavailable', 503));
    expect(of({ set: 4 })).toBe(first);
  });
  it('is another for another body', () => {
    const { of } = key();
    expect(of({ set: 4 })).not.toBe(of({ set: 5 }));
  });
  it('is another once the server has answered, with a yes or with a no', () => {
    const { of, settled } = key();
    const first = of({ set: 4 });
    settled(undefined, failed('conflict', 409));
    const second = of({ set: 4 });
    expect(second).not.toBe(first);
    settled({}, null);
    expect(of({ set: 4 })).not.toBe(second);
  });
});
