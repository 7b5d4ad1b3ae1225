import { id, oneOf, place, text, type Place, type RawSearch } from '../../shared/lib/search';
import { statusesOf, type StatusOf } from '../../shared/ui/tones';

/** What the listings page keeps in the URL; `id` is the listing whose panel is open. */
export interface ListingSearch extends Place {
  store?: string;
  status?: StatusOf<'listing'>;
  variant?: string;
  q?: string;
  id?: string;
}

const status = oneOf(statusesOf('listing'));

export const listingSearch = (raw: RawSearch): ListingSearch => ({
  store: id(raw.store),
  status: status(raw.status),
  variant: id(raw.variant),
  q: text(raw.q),
  id: id(raw.id),
  ...place(raw),
});
