import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rootRoute } from '../../shared/lib/routes';
import { text, type RawSearch } from '../../shared/lib/search';
import { words } from '../../shared/lib/words';

/* Only a path of ours: never a way out to another site. */
const ownPath = (value: unknown) => {
  const path = text(value);
  return path && /^\/(?![/\\])/.test(path) ? path : undefined;
};

export const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: (raw: RawSearch): { next?: string } => ({ next: ownPath(raw.next) }),
  loader: words('session'),
  component: lazyRouteComponent(() => import('./LoginPage'), 'LoginPage'),
});

export const sessionRoutes = [loginRoute] as const;
