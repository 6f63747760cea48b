import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { createRoute, Link } from "@tanstack/react-router";
import type { JobFilter } from "../api/jobs";
import { GatedButton } from "../components/gated-button";
import { PageHeading } from "../components/page-heading";
import { useRefusal } from "../components/use-role";
import { JOB_STATUSES, JobList } from "../features/training/job-list";
import { oneOf, textOf } from "../lib/search";
import { signedInRoute } from "./signed-in";

export const trainingRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/training",
  validateSearch: (search): JobFilter => ({
    status: oneOf(JOB_STATUSES, search.status),
    q: textOf(search.q),
  }),
  component: Training,
});

function Training() {
  const filter = trainingRoute.useSearch();
  const navigate = trainingRoute.useNavigate();
  return (
    <>
      <PageHeading title="Training" description="Training jobs, newest first." actions={<NewJob />} />
      <JobList
        filter={filter}
        onFilter={(search) => void navigate({ search, replace: true })}
        newJob={<NewJob />}
      />
    </>
  );
}

/** The way to New Training Job, or why it is closed. */
export function NewJob() {
  const reason = useRefusal("trainer");
  if (reason) {
    return (
      <GatedButton reason={reason} leftSection={<IconPlus size={16} />}>
        New Training Job
      </GatedButton>
    );
  }
  return (
    <Button
      leftSection={<IconPlus size={16} />}
      renderRoot={(props) => <Link to="/training/new" {...props} />}
    >
      New Training Job
    </Button>
  );
}
