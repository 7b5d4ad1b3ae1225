import { flag, place, text, type Place, type RawSearch } from '../../shared/lib/search';

/** What the products page keeps in the URL. */
export interface ProductSearch extends Place {
  q?: string;
  low?: '1';
}

export const productSearch = (raw: RawSearch): ProductSearch => ({
  q: text(raw.q),
  low: flag(raw.low),
  ...place(raw),
});
