import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../shared/lib/routes';
import { words } from '../../shared/lib/words';
import { orderSearch } from './search';

export const ordersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/orders',
  validateSearch: orderSearch,
  loader: words('orders'),
  component: lazyRouteComponent(() => import('./OrdersPage'), 'OrdersPage'),
});

export const orderRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/orders/$id',
  loader: words('orders'),
  component: lazyRouteComponent(() => import('./OrderPage'), 'OrderPage'),
});

export const orderRoutes = [ordersRoute, orderRoute] as const;
