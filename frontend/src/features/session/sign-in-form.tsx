import { Alert, Button, Card, Code, PasswordInput, Stack, Text } from "@mantine/core";
import { IconAlertTriangle, IconLogin2 } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { asProblem } from "../../api/problem";
import { meQuery, signIn } from "../../api/session";
import { Loading } from "../../components/states";
import { tokenFromFragment } from "../../lib/next";

/** Signs in with the token of a sign-in link, or with one that is pasted. */
export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const queryClient = useQueryClient();
  const [token, setToken] = useState("");
  const { mutate, error, isPending } = useMutation({
    mutationFn: signIn,
    meta: { shown: true, signsIn: true },
    onSuccess: (me) => {
      queryClient.setQueryData(meQuery().queryKey, me);
      onSignedIn();
    },
  });

  useEffect(() => {
    const fromLink = tokenFromFragment(window.location.hash);
    if (!fromLink) return;
    // Out of the address bar before anything else: an address is copied, kept and shared.
    window.history.replaceState(window.history.state, "", window.location.pathname + window.location.search);
    mutate(fromLink);
  }, [mutate]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (token.trim() !== "") mutate(token.trim());
  };

  const problem = error ? asProblem(error) : undefined;
  return (
    <Card padding="lg">
      <form onSubmit={submit}>
        <Stack gap="md">
          {isPending && <Loading lines={1} label="Signing in" />}
          {problem && (
            <Alert
              role="alert"
              color="red"
              variant="outline"
              icon={<IconAlertTriangle />}
              title={problem.title}
            >
              {problem.detail}
            </Alert>
          )}
          <PasswordInput
            label="Token"
            description="It begins with ty_ and is shown once, when it is made."
            placeholder="ty_…"
            autoComplete="current-password"
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": "Show the token" }}
          />
          <Button
            type="submit"
            loading={isPending}
            disabled={token.trim() === ""}
            leftSection={<IconLogin2 size={16} />}
          >
            Sign in
          </Button>
          <Text size="sm" c="dimmed">
            The server prints a sign-in link when it first starts. To make another token, run{" "}
            <Code>trainyard token create --role trainer --name you</Code>
          </Text>
        </Stack>
      </form>
    </Card>
  );
}
