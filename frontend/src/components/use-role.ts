import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../api/session";
import type { Role } from "../api/types";
import { refusal } from "../lib/roles";

/** Why the person signed in may not do what needs this role; `undefined` when they may. */
export function useRefusal(needed: Role): string | undefined {
  return refusal(useQuery(meQuery()).data?.role, needed);
}
