import { AppShell, Container } from "@mantine/core";
import { createRoute, Outlet, redirect, useRouter } from "@tanstack/react-router";
import { ProblemError } from "../api/problem";
import { meQuery } from "../api/session";
import { AppHeader } from "../features/session/app-header";
import { rootRoute } from "./root";

/** The frame of every page that needs a person: they are asked to sign in first, then come back. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery());
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) {
        const next = location.href === "/" ? undefined : location.href;
        throw redirect({ to: "/sign-in", search: { next }, replace: true });
      }
      throw error;
    }
  },
  component: SignedIn,
});

function SignedIn() {
  const router = useRouter();
  const { queryClient } = signedInRoute.useRouteContext();
  const signedOut = () => {
    queryClient.clear();
    void router.navigate({ to: "/sign-in", search: {} });
  };
  return (
    <AppShell header={{ height: 52 }} padding={0}>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <AppShell.Header>
        <AppHeader onSignedOut={signedOut} />
      </AppShell.Header>
      <AppShell.Main id="main" tabIndex={-1}>
        <Container size={1320} px="md" py="lg">
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
