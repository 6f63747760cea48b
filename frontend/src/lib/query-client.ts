import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { asProblem, ProblemError } from "../api/problem";

declare module "@tanstack/react-query" {
  interface Register {
    mutationMeta: {
      /** The page shows this failure itself, beside what failed. */
      shown?: boolean;
      /** Signing in: a 401 says that the token is wrong, not that the session is over. */
      signsIn?: boolean;
    };
  }
}

export interface Handlers {
  /** The session is over (401). */
  onSignedOut: () => void;
  /** An action failed and its page does not show it. */
  onFailure: (problem: ProblemError) => void;
}

/** The cache of everything read from the server, and the one place that sees every failure. */
export function createQueryClient({ onSignedOut, onFailure }: Handlers): QueryClient {
  const signedOut = (error: unknown) => error instanceof ProblemError && error.status === 401;
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (signedOut(error) && query.queryKey[0] !== "me") onSignedOut();
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (signedOut(error) && !mutation.meta?.signsIn) onSignedOut();
        else if (!mutation.meta?.shown) onFailure(asProblem(error));
      },
    }),
    defaultOptions: {
      queries: { staleTime: 2000, retry: (count, error) => count < 2 && isTransient(error) },
      mutations: { retry: false },
    },
  });
}

/** No answer, or one that a moment may cure. Anything else stays wrong however often it is asked. */
function isTransient(error: unknown): boolean {
  return error instanceof ProblemError && [0, 502, 503, 504].includes(error.status);
}
