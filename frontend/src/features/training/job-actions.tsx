import { Text } from "@mantine/core";
import { IconPlayerStop, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { cancelJob, deleteJob, isLive, jobQuery, retryJob } from "../../api/jobs";
import type { Job } from "../../api/types";
import { ConfirmModal } from "../../components/confirm-modal";
import { GatedButton } from "../../components/gated-button";
import { useRefusal } from "../../components/use-role";

interface Props {
  job: Job;
  onRetried: (job: Job) => void;
  onDeleted: () => void;
}

/** Cancel while it lives; Retry and Delete once it is over. */
export function JobActions({ job, onRetried, onDeleted }: Props) {
  const queryClient = useQueryClient();
  const reason = useRefusal("trainer");
  const [deleting, setDeleting] = useState(false);
  const refreshLists = () => queryClient.invalidateQueries({ queryKey: ["jobs", "list"] });

  const cancel = useMutation({
    mutationFn: () => cancelJob(job.id),
    onSettled: () =>
      Promise.all([queryClient.invalidateQueries({ queryKey: jobQuery(job.id).queryKey }), refreshLists()]),
  });
  const retry = useMutation({
    mutationFn: () => retryJob(job.id),
    onSuccess: (next) => {
      void refreshLists();
      onRetried(next);
    },
  });
  const remove = useMutation({
    mutationFn: () => deleteJob(job.id),
    meta: { shown: true },
    onSuccess: () => {
      onDeleted();
      void refreshLists();
    },
  });

  if (isLive(job)) {
    return (
      <GatedButton
        variant="default"
        reason={reason}
        loading={cancel.isPending || job.cancel_requested}
        leftSection={<IconPlayerStop size={16} />}
        onClick={() => cancel.mutate()}
      >
        Cancel
      </GatedButton>
    );
  }
  return (
    <>
      <GatedButton
        variant="default"
        reason={reason}
        loading={retry.isPending}
        leftSection={<IconRefresh size={16} />}
        onClick={() => retry.mutate()}
      >
        Retry
      </GatedButton>
      <GatedButton
        variant="default"
        reason={reason}
        leftSection={<IconTrash size={16} />}
        onClick={() => setDeleting(true)}
      >
        Delete
      </GatedButton>
      <ConfirmModal
        opened={deleting}
        title="Delete this training job?"
        action="Delete training job"
        color="red.9"
        icon={<IconTrash size={16} />}
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
        onClose={() => {
          setDeleting(false);
          remove.reset();
        }}
      >
        <Text size="sm">
          {job.name} and its log lines are removed.
          {job.model_id ? " The model it trained stays." : ""}
        </Text>
      </ConfirmModal>
    </>
  );
}
