import { Center, Container, Group } from "@mantine/core";
import { createRoute, redirect } from "@tanstack/react-router";
import { meQuery } from "../api/session";
import { PageHeading } from "../components/page-heading";
import { SignInForm } from "../features/session/sign-in-form";
import { safeNext, tokenFromFragment } from "../lib/next";
import { rootRoute } from "./root";

export const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: (search): { next?: string } => ({
    next: typeof search.next === "string" ? search.next : undefined,
  }),
  beforeLoad: ({ context, search }) => {
    const signedIn = context.queryClient.getQueryData(meQuery().queryKey) !== undefined;
    if (signedIn && !tokenFromFragment(window.location.hash)) {
      throw redirect({ href: safeNext(search.next), replace: true });
    }
  },
  component: SignIn,
});

function SignIn() {
  const { next } = signInRoute.useSearch();
  const navigate = signInRoute.useNavigate();
  return (
    <Center mih="100dvh" component="main">
      <Container size={440} w="100%" py="xl">
        <Group gap="sm" mb="xs">
          <img src="/favicon.svg" width={36} height={36} alt="" />
        </Group>
        <PageHeading
          title="Sign in to Trainyard"
          description="Raw logs in, verified and deployable models out."
        />
        <SignInForm onSignedIn={() => void navigate({ href: safeNext(next), replace: true })} />
      </Container>
    </Center>
  );
}
