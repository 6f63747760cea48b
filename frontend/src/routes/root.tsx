import { Button, Container } from "@mantine/core";
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  type ErrorComponentProps,
  Link,
  Outlet,
  useRouter,
} from "@tanstack/react-router";
import { PageHeading } from "../components/page-heading";
import { ErrorState } from "../components/states";

export interface RouterContext {
  queryClient: QueryClient;
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: Outlet,
  notFoundComponent: NotFound,
  errorComponent: PageError,
});

/** No page has this address. */
export function NotFound() {
  return (
    <Container size="sm" py="xl" component="main" id="main">
      <PageHeading
        title="Page not found"
        description="No page has this address. It may have been mistyped, or what it showed was deleted."
      />
      <Button renderRoot={(props) => <Link to="/training" {...props} />}>Go to Training</Button>
    </Container>
  );
}

/** A page that could not be drawn or loaded. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Container size="sm" py="xl" component="main" id="main">
      <PageHeading title="Something went wrong" />
      <ErrorState error={error} onRetry={retry} />
    </Container>
  );
}
