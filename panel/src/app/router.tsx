import { createRouter, lazyRouteComponent, type RouterHistory } from '@tanstack/react-router';
import { apilogRoutes } from '../features/apilog/routes';
import { dashboardRoutes } from '../features/dashboard/routes';
import { listingRoutes } from '../features/listings/routes';
import { orderRoutes } from '../features/orders/routes';
import { productRoutes } from '../features/products/routes';
import { sessionRoutes } from '../features/session/routes';
import { storeRoutes } from '../features/stores/routes';
import { rootRoute, shellRoute } from '../shared/lib/routes';
import { parseSearch, stringifySearch } from '../shared/lib/search';
import { LostPage, RouteError, RouteWaiting } from './RouteStates';

shellRoute.update({ component: lazyRouteComponent(() => import('./shell/Shell'), 'Shell') });

export const makeRouter = (history?: RouterHistory) =>
  createRouter({
    history,
    routeTree: rootRoute.addChildren([
      ...sessionRoutes,
      shellRoute.addChildren([
        ...dashboardRoutes,
        ...orderRoutes,
        ...listingRoutes,
        ...productRoutes,
        ...storeRoutes,
        ...apilogRoutes,
      ]),
    ]),
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingMs: 200,
    defaultPendingComponent: RouteWaiting,
    defaultErrorComponent: RouteError,
    defaultNotFoundComponent: LostPage,
    scrollRestoration: true,
  });

export const router = makeRouter();

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
