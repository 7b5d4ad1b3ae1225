import type { Right } from '../../shared/api/types';
import {
  IconBuildingStore,
  IconLayoutDashboard,
  IconListDetails,
  IconPackage,
  IconShoppingCart,
  IconTag,
  IconTerminal2,
  type Icon,
} from '../../shared/ui/icons';

export interface Place {
  to: '/' | '/orders' | '/listings' | '/products' | '/stores' | '/calls' | '/jobs';
  key: 'overview' | 'orders' | 'listings' | 'products' | 'stores' | 'calls' | 'jobs';
  icon: Icon;
  right: Right;
  /** Pressed after g. */
  letter: string;
}

/** The menu; what a role may not see is not in it. */
export const NAV: { group: 'sales' | 'work'; places: Place[] }[] = [
  {
    group: 'sales',
    places: [
      { to: '/', key: 'overview', icon: IconLayoutDashboard, right: 'see', letter: 'h' },
      { to: '/orders', key: 'orders', icon: IconShoppingCart, right: 'see', letter: 'o' },
      { to: '/listings', key: 'listings', icon: IconTag, right: 'see', letter: 'l' },
      { to: '/products', key: 'products', icon: IconPackage, right: 'see', letter: 'p' },
    ],
  },
  {
    group: 'work',
    places: [
      { to: '/stores', key: 'stores', icon: IconBuildingStore, right: 'see', letter: 's' },
      { to: '/calls', key: 'calls', icon: IconTerminal2, right: 'see_calls', letter: 'a' },
      { to: '/jobs', key: 'jobs', icon: IconListDetails, right: 'see_calls', letter: 'j' },
    ],
  },
];

export const PLACES = NAV.flatMap((group) => group.places);

export const isAt = (place: Place, path: string) =>
  place.to === '/' ? path === '/' : path === place.to || path.startsWith(`${place.to}/`);
