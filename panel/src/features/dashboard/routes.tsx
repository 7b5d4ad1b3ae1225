import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { shellRoute } from '../../shared/lib/routes';
import { words } from '../../shared/lib/words';

export const overviewRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  loader: words('dashboard'),
  component: lazyRouteComponent(() => import('./OverviewPage'), 'OverviewPage'),
});

export const dashboardRoutes = [overviewRoute] as const;
