import { createRoute, redirect } from "@tanstack/react-router";
import { HOME } from "../lib/next";
import { signedInRoute } from "./signed-in";

export const homeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ href: HOME, replace: true });
  },
});
