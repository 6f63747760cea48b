import { Alert } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { createRoute } from "@tanstack/react-router";
import { datasetQuery } from "../api/datasets";
import { PageHeading } from "../components/page-heading";
import { useRefusal } from "../components/use-role";
import { DatasetSection } from "../features/datasets/dataset-section";
import { NewJobForm } from "../features/training/new-job-form";
import { textOf } from "../lib/search";
import { signedInRoute } from "./signed-in";

export const newTrainingJobRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/training/new",
  validateSearch: (search): { dataset?: string } => ({ dataset: textOf(search.dataset) }),
  component: NewTrainingJob,
});

function NewTrainingJob() {
  const { dataset: id } = newTrainingJobRoute.useSearch();
  const navigate = newTrainingJobRoute.useNavigate();
  const reason = useRefusal("trainer");
  const dataset = useQuery({ ...datasetQuery(id ?? ""), enabled: id !== undefined }).data;
  return (
    <>
      <PageHeading
        title="New Training Job"
        description="Choose the logs, keep or change the defaults, start."
      />
      {reason && (
        <Alert
          color="gray"
          variant="outline"
          icon={<IconLock />}
          mb="md"
          title="You cannot start training jobs"
        >
          {reason}
        </Alert>
      )}
      <NewJobForm
        dataset={id === undefined ? undefined : dataset}
        reason={reason}
        dataSource={
          <DatasetSection
            datasetId={id}
            reason={reason}
            onChange={(next) => void navigate({ search: { dataset: next }, replace: true })}
          />
        }
        onStarted={(job) => void navigate({ to: "/training/$jobId", params: { jobId: job.id } })}
        onCancel={() => void navigate({ to: "/training" })}
      />
    </>
  );
}
