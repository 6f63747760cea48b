import { createRoute } from "@tanstack/react-router";
import type { ModelFilter } from "../api/models";
import { PageHeading } from "../components/page-heading";
import { MODEL_STATUSES, ModelList } from "../features/models/model-list";
import { oneOf, textOf } from "../lib/search";
import { signedInRoute } from "./signed-in";
import { NewJob } from "./training";

export const modelsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/models",
  validateSearch: (search): ModelFilter => ({
    status: oneOf(MODEL_STATUSES, search.status),
    q: textOf(search.q),
  }),
  component: Models,
});

function Models() {
  const filter = modelsRoute.useSearch();
  const navigate = modelsRoute.useNavigate();
  return (
    <>
      <PageHeading title="Model Management" description="Trained models, newest first." />
      <ModelList
        filter={filter}
        onFilter={(search) => void navigate({ search, replace: true })}
        train={<NewJob />}
      />
    </>
  );
}
