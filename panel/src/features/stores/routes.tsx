import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../shared/lib/routes';
import { words } from '../../shared/lib/words';

export const storesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/stores',
  loader: words('stores'),
  component: lazyRouteComponent(() => import('./StoresPage'), 'StoresPage'),
});

export const connectRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/stores/new',
  loader: words('stores'),
  component: lazyRouteComponent(() => import('./ConnectPage'), 'ConnectPage'),
});

export const storeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/stores/$id',
  loader: words('stores'),
  component: lazyRouteComponent(() => import('./StorePage'), 'StorePage'),
});

export const storeRoutes = [storesRoute, connectRoute, storeRoute] as const;
