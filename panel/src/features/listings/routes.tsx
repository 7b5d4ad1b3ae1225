import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../shared/lib/routes';
import { words } from '../../shared/lib/words';
import { listingSearch } from './search';

export const listingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/listings',
  validateSearch: listingSearch,
  loader: words('listings'),
  component: lazyRouteComponent(() => import('./ListingsPage'), 'ListingsPage'),
});

export const listingRoutes = [listingsRoute] as const;
