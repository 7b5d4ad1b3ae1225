import { describe, expect, it } from 'vitest';
import { fold } from './fold';
import { makeFormat } from './format';
import { id, oneOf, parseSearch, place, stringifySearch, text } from './search';

const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('fold', () => {
  it.each(['İLAN Işık', 'ilan isik', 'Ilan ışık', 'ılan IŞIK'])('meets %s', (word) => {
    expect(fold(word)).toBe('ilan isik');
  });
  it('drops every other mark too', () => {
    expect(fold('ÇĞÖŞÜ çğöşü')).toBe('cgosu cgosu');
  });
});

describe('format', () => {
  const tr = makeFormat('tr');
  const en = makeFormat('en');
  it('draws money as each language does', () => {
    expect(plain(tr.money({ amount: '2555.87', currency: 'TRY' }))).toBe('₺2.555,87');
    expect(plain(en.money({ amount: '2555.87', currency: 'TRY' }))).toBe('₺2,555.87');
  });
  it('loses no digit of an amount that no float can hold', () => {
    expect(plain(tr.money({ amount: '90071992547409.93', currency: 'TRY' }))).toBe(
      '₺90.071.992.547.409,93',
    );
  });
  it('says how long ago, and a date once it is long ago', () => {
    const now = Date.parse('2026-11-22T10:00:00Z');
    expect(en.ago('2026-11-22T09:57:00Z', now)).toBe('3 min. ago');
    expect(en.ago('2026-11-22T12:00:00Z', now)).toBe('in 2 hr.');
    expect(en.ago('2026-10-01T00:00:00Z', now)).toBe('Oct 1, 2026');
  });
  it('shows times where the reader is', () => {
    expect(en.time('2026-11-22T07:02:00Z')).toContain('10:02');
  });
  it('writes signs of changes', () => {
    expect([tr.signed(3), tr.signed(-2), tr.signed(0)]).toEqual(['+3', '-2', '0']);
  });
});

describe('search', () => {
  it('reads back what it wrote, as flat text', () => {
    const url = stringifySearch({ status: 'NEW', q: '123 kupa', store: undefined });
    expect(url).toBe('?status=NEW&q=123+kupa');
    expect(parseSearch(url)).toEqual({ status: 'NEW', q: '123 kupa' });
    expect(stringifySearch({})).toBe('');
  });
  it('takes nothing that is not allowed', () => {
    expect(oneOf(['a', 'b'])('c')).toBeUndefined();
    expect(id('12x')).toBeUndefined();
    expect(text('')).toBeUndefined();
    expect(place({ cursor: 'abc', from: '50', limit: '7' })).toEqual({
      cursor: 'abc',
      from: '50',
      limit: undefined,
    });
  });
});
