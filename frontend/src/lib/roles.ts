import type { Role } from "../api/types";

const ORDER: Role[] = ["viewer", "trainer", "deployer", "admin"];

/** Each role may do all that the ones before it may. */
export const atLeast = (role: Role, needed: Role): boolean => ORDER.indexOf(role) >= ORDER.indexOf(needed);

/** Why an action is not available; `undefined` when it is. */
export function refusal(role: Role | undefined, needed: Role): string | undefined {
  if (role === undefined || atLeast(role, needed)) return undefined;
  return `Needs the role ${needed}; you are signed in as ${role}.`;
}
