import { createRoute } from "@tanstack/react-router";
import { JobDetails } from "../features/training/job-details";
import { signedInRoute } from "./signed-in";

export const trainingJobRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/training/$jobId",
  component: TrainingJob,
});

function TrainingJob() {
  const { jobId } = trainingJobRoute.useParams();
  const navigate = trainingJobRoute.useNavigate();
  return (
    <JobDetails
      key={jobId}
      id={jobId}
      onRetried={(job) => void navigate({ to: "/training/$jobId", params: { jobId: job.id } })}
      onDeleted={() => void navigate({ to: "/training" })}
    />
  );
}
