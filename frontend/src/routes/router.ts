/** All pages of the app: the table of contents. */
import type { QueryClient } from "@tanstack/react-query";
import { createRouter } from "@tanstack/react-router";
import { homeRoute } from "./home";
import { modelRoute } from "./model";
import { modelsRoute } from "./models";
import { newTrainingJobRoute } from "./new-training-job";
import { NotFound, PageError, rootRoute } from "./root";
import { signInRoute } from "./sign-in";
import { signedInRoute } from "./signed-in";
import { trainingRoute } from "./training";
import { trainingJobRoute } from "./training-job";

const routeTree = rootRoute.addChildren([
  signInRoute,
  signedInRoute.addChildren([
    homeRoute,
    trainingRoute,
    newTrainingJobRoute,
    trainingJobRoute,
    modelsRoute,
    modelRoute,
  ]),
]);

export const createAppRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: PageError,
    scrollRestoration: true,
  });

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
