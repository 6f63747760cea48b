import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app.css";
import { MantineProvider } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./lib/query-client";
import { createAppRouter } from "./routes/router";
import { cssVariables, theme } from "./theme";

const queryClient = createQueryClient({
  onSignedOut: () => {
    queryClient.clear();
    if (router.state.location.pathname === "/sign-in") return;
    void router.navigate({ to: "/sign-in", search: { next: router.state.location.href }, replace: true });
  },
  onFailure: (problem) =>
    notifications.show({
      color: "red.9",
      title: problem.title,
      message: problem.request_id ? `${problem.detail} Request ${problem.request_id}.` : problem.detail,
      autoClose: 10_000,
    }),
});

const router = createAppRouter(queryClient);

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root");
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="top-right" />
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
