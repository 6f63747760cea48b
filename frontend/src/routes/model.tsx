import { createRoute } from "@tanstack/react-router";
import { ModelDetails } from "../features/models/model-details";
import { signedInRoute } from "./signed-in";

export const modelRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/models/$modelId",
  component: ModelPage,
});

function ModelPage() {
  const { modelId } = modelRoute.useParams();
  const navigate = modelRoute.useNavigate();
  return <ModelDetails key={modelId} id={modelId} onDeleted={() => void navigate({ to: "/models" })} />;
}
